/** A diagnostic for a terminal: what, where, the line with a mark under the place, and what to do. At most 80 columns wide. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { helpOf, messageOf } from '../../stages/catalogue/render.ts';
import { type Diagnostic, lineColumn, type Place } from './diagnostic.ts';
import { paintWith } from './paint.ts';

export interface FrameOptions {
  readonly lang: Lang;
  readonly color: boolean;
}

const WIDTH = 80;
const WORDS = {
  error: { en: 'error', zh: '错误' },
  warning: { en: 'warning', zh: '警告' },
  help: { en: 'help', zh: '提示' },
  stage: { en: 'stage', zh: '步骤' },
} as const;

/** Columns that a character takes: 2 for East Asian wide ones, 0 for marks that combine. */
export function widthOf(text: string): number {
  let width = 0;
  for (const c of text) {
    if (/\p{Mn}|[\u200b-\u200f\ufeff]/u.test(c)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        c,
      )
        ? 2
        : 1;
  }
  return width;
}

/** A text with blanks behind it, up to so many columns. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Diagnostics one under the other; those of one place, which say the same to do, with one frame. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: FrameOptions): readonly string[] {
  const together: Diagnostic[][] = [];
  for (const one of diagnostics) {
    const last = together.at(-1);
    if (last?.[0] !== undefined && isAtOnePlace(last[0], one, options)) last.push(one);
    else together.push([one]);
  }
  return together.map((all) => rendered(all, options));
}

const isAtOnePlace = (a: Diagnostic, b: Diagnostic, { lang }: FrameOptions): boolean =>
  a.at !== undefined &&
  a.code === b.code &&
  a.severity === b.severity &&
  a.stage === b.stage &&
  a.at.source === b.at?.source &&
  a.at.start === b.at.start &&
  a.at.end === b.at.end &&
  helpOf(a.code, a.args, lang) === helpOf(b.code, b.args, lang);

function rendered(all: readonly Diagnostic[], { lang, color }: FrameOptions): string {
  const [diagnostic] = all as readonly [Diagnostic];
  const paint = paintWith(color);
  const tint = diagnostic.severity === 'error' ? paint.red : paint.yellow;
  const word = tint(paint.bold(WORDS[diagnostic.severity][lang]));
  const lines = all.map(({ code, args }) => `${word} ${code}: ${messageOf(code, args, lang)}`);
  const { at, stage } = diagnostic;
  if (at !== undefined) {
    const { line, column } = lineColumn(at.source, at.start);
    const of = stage === undefined ? '' : ` (${WORDS.stage[lang]} ${stage})`;
    lines.push(`  ${paint.cyan(`${at.source.name}:${line}:${column}`)}${of}`, ...frame(at, tint));
  } else if (stage !== undefined) lines.push(`  ${WORDS.stage[lang]} ${stage}`);
  const help = helpOf(diagnostic.code, diagnostic.args, lang);
  if (help !== undefined) lines.push(`  ${paint.green(WORDS.help[lang])}: ${help}`);
  return lines.join('\n');
}

/** The line of the place, cut around it when long, and carets under what is meant. */
function frame({ source, start, end }: Place, tint: (text: string) => string): string[] {
  const { line } = lineColumn(source, start);
  const from = source.lineStarts[line - 1] ?? 0;
  const to = source.lineStarts[line] ?? source.text.length + 1;
  const text = source.text
    .slice(from, to)
    .replace(/\r?\n$/, '')
    .replaceAll('\t', ' ');
  const gutter = `${String(line).padStart(5)} | `;
  const room = WIDTH - gutter.length;
  const mark = Math.min(start - from, text.length);
  const until = Math.max(Math.min(end - from, text.length), mark + 1);
  // of a line of a megabyte only what can be shown is measured
  let cut = Math.max(0, mark - room);
  while (widthOf(text.slice(cut, Math.min(until, cut + room + 1))) > room && cut < mark) cut++;
  let shown = text.slice(cut, cut + room);
  while (widthOf(shown) > room) shown = shown.slice(0, -1);
  const before = widthOf(text.slice(cut, mark));
  const length = Math.max(1, Math.min(widthOf(text.slice(mark, Math.min(until, mark + room))), room - before));
  return [`${gutter}${shown}`, `${' '.repeat(gutter.length - 2)}| ${' '.repeat(before)}${tint('^'.repeat(length))}`];
}
