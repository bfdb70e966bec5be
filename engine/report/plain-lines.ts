/** One line per stage, for terminals that are none, logs and `--color never`. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { messageOf } from '../../stages/catalogue/render.ts';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { renderDiagnostics } from '../diagnostic/frame.ts';
import { type Paint, paintWith } from '../diagnostic/paint.ts';
import type { EngineEvent, Replaced, StageOutcome, Status } from '../events/event.ts';
import { duration } from './duration.ts';
import { clauses, listed } from './list-text.ts';
import { makesTexts, reasonTexts } from './reason-text.ts';
import { timeText } from './time-text.ts';

export interface LineOptions {
  readonly lang: Lang;
  readonly color: boolean;
  /** also say which stages came from the cache; off, they are only counted at the end */
  readonly verbose?: boolean;
}

const SIGN: Readonly<Record<Status, string>> = { ran: '✓', cached: '·', failed: '✗', blocked: '-', cancelled: '-' };

function stageLine(outcome: StageOutcome, options: LineOptions): string {
  const paint = paintWith(options.color);
  const say = (text: UiText): string => ui[text][options.lang];
  const { stage, status, ms, changed, because } = outcome;
  const tail: string[] = [say(status)];
  if (status === 'ran' && ms !== undefined) tail.push(duration(ms));
  if (status === 'ran' && changed?.length === 0) tail.push(say('unchanged'));
  if (status === 'blocked' && because !== undefined) tail.push(`${say('waits-on')} ${listed(because, options.lang)}`);
  return `${tint(paint, status)(SIGN[status])} ${stage}  ${paint.dim(clauses(tail, options.lang))}`;
}

const tint = (paint: Paint, status: Status): ((text: string) => string) =>
  status === 'ran' ? paint.green : status === 'failed' ? paint.red : status === 'cached' ? paint.dim : paint.yellow;

/** The lines that an event is worth; none for most. */
export function linesOf(event: EngineEvent, options: LineOptions): readonly string[] {
  const say = (text: UiText): string => ui[text][options.lang];
  switch (event.type) {
    case 'stage-finished': {
      const { status, edits, makes, notes, written, replaced, diagnostics } = event;
      const about = replaced === undefined ? NONE : replacedLines(replaced, options);
      const files = written === undefined ? NONE : [...writtenLines(written), ...about];
      if (status === 'cached' && options.verbose !== true) return files;
      const lines = [stageLine(event, options)];
      const add = (more: readonly string[]): void => {
        for (const line of more) lines.push(`    ${line}`);
      };
      if (edits !== undefined) add(reasonTexts(edits, options.lang));
      if (makes !== undefined) add(makesTexts(makes, options.lang));
      if (notes !== undefined && status === 'ran') add(notes.map((n) => messageOf(n.code, n.args, options.lang)));
      if (diagnostics === undefined && files.length === 0) return lines;
      return [...lines, ...files, ...diagnosticLines(diagnostics ?? NONE, options)];
    }
    case 'store-damaged':
      return [`! ${event.stage}: ${fill(say(`store-${event.reason}`), { detail: event.detail })}`];
    case 'output-orphaned':
      return [event.removed ? `- ${event.file}  ${say('output-removed')}` : `! ${event.file}  ${say('output-stays')}`];
    case 'run-finished':
      return event.diagnostics === undefined
        ? [summary(event.stages, event.ms, options)]
        : [...diagnosticLines(event.diagnostics, options), say('nothing-ran')];
    case 'watching':
      return [fill(say('watching'), { files: event.files })];
    case 'saved':
      return [savedLine(event, options)];
    case 'run-started':
    case 'stage-started':
    case 'stage-progress':
    case 'stage-stands':
    case 'output-written':
      return NONE;
  }
}

const NONE: readonly never[] = [];

/** `    ! out/table1.md was edited: the edited file is kept as out/table1.md.before` */
const replacedLines = (replaced: readonly Replaced[], { lang, color }: LineOptions): readonly string[] =>
  replaced.map((one) => {
    const text: UiText = 'also' in one ? 'output-shared' : one.was === 'edited' ? 'output-edited' : 'output-there';
    return `    ${paintWith(color).yellow('!')} ${fill(ui[text][lang], one)}`;
  });

/** Of many files some are named. */
const MOST_FILES = 4;

/** `── 10:31:05  saved data/panel.csv` */
function savedLine({ at, files, gone }: Extract<EngineEvent, { type: 'saved' }>, { lang, color }: LineOptions): string {
  const said = (text: UiText, names: readonly string[]): string[] => {
    const more = names.length > MOST_FILES ? [`… (${names.length})`] : [];
    return names.length === 0 ? [] : [`${ui[text][lang]} ${listed([...names.slice(0, MOST_FILES), ...more], lang)}`];
  };
  const what = [...said('file-saved', files), ...said('file-gone', gone)].join(lang === 'zh' ? '；' : '; ');
  return paintWith(color).dim(`── ${timeText(at)}  ${what}`);
}

export const diagnosticLines = (diagnostics: readonly Diagnostic[], { lang, color }: LineOptions): string[] => [
  ...renderDiagnostics(diagnostics, { lang, color }),
];

export const summary = (stages: readonly StageOutcome[], ms: number, options: PaintedText): string =>
  `${counts(stages, options)} (${duration(ms)})`;

type PaintedText = Pick<LineOptions, 'lang' | 'color'>;

/** `3 ran, 12 cached` */
export function counts(stages: readonly StageOutcome[], { lang, color }: PaintedText): string {
  const paint = paintWith(color);
  const words = (['ran', 'cached', 'failed', 'blocked', 'cancelled'] as const)
    .map((status) => [status, stages.filter((s) => s.status === status).length] as const)
    .filter(([, n]) => n > 0)
    .map(([status, n]) => tint(paint, status)(`${n} ${ui[status][lang]}`));
  return clauses(words, lang) || ui['nothing-to-do'][lang];
}

/** `→ out/table1.{md,html,docx}` */
function writtenLines(files: readonly string[]): readonly string[] {
  if (files.length === 0) return NONE;
  const endings = new Map<string, string[]>();
  for (const file of files) {
    const dot = file.lastIndexOf('.');
    const stem = file.slice(0, dot);
    endings.set(stem, [...(endings.get(stem) ?? []), file.slice(dot + 1)]);
  }
  return [...endings].map(([stem, of]) => `    → ${stem}.${of.length === 1 ? of[0] : `{${of.join(',')}}`}`);
}
