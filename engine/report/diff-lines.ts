/** Differences between two runs for the terminal: what is printed first, what was done to the study last. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import { isInner, type Json, ROWS, VALUE } from '../../stages/contract.ts';
import type {
  CellChange,
  EstimateState,
  PrintedChanges,
  RecordChanges,
  TermChange,
  ValueOfRecord,
} from '../../stages/contract-differences.ts';
import { type Paint, paintWith } from '../diagnostic/paint.ts';
import { type Cause, causesOf } from '../diff/causes.ts';
import type { Diff, OutputDiff, PartDiff, StageDiff } from '../diff/diff.ts';
import type { Reason } from '../plan/reason.ts';
import {
  type DiffSection,
  hasOtherStars,
  headlineOf,
  type Section,
  sectionsOf,
  tellingFigures,
  tellingTerms,
} from './diff-order.ts';
import { clauses, listed } from './list-text.ts';
import { makesTexts, reasonText, reasonTexts } from './reason-text.ts';
import { alignedLines } from './table-lines.ts';

export interface DiffLineOptions {
  readonly lang: Lang;
  readonly color: boolean;
  /** all cells, terms and figures; otherwise the most telling ones of each stage */
  readonly whole?: boolean;
}

const SIGN: Readonly<Record<StageDiff['change'], string>> = {
  changed: '~',
  'same-result': '=',
  added: '+',
  removed: '-',
  renamed: '→',
  stale: '?',
  gone: '?',
};
/** Of each stage, when stages were not asked for by name. */
const MOST = { cells: 10, terms: 6, figures: 3, names: 8 } as const;

interface Style {
  readonly lang: Lang;
  readonly paint: Paint;
  readonly most: Readonly<Record<keyof typeof MOST, number>>;
}

export function diffLines(diff: Diff, { lang, color, whole = false }: DiffLineOptions): string[] {
  const all = Number.POSITIVE_INFINITY;
  const most = whole ? { cells: all, terms: all, figures: 6, names: all } : MOST;
  const style: Style = { lang, paint: paintWith(color), most };
  const { same, stages } = diff;
  const causes = causesInWords(stages, lang);
  return [
    ...failedTexts(diff, lang),
    ...(stages.some((s) => s.change === 'changed') ? [headlineText(diff, lang)] : []),
    ...sectionsOf(diff).flatMap((section) => sectionLines(section, style)),
    ...(causes.length === 0
      ? []
      : ['', style.paint.bold(ui['diff-why'][lang]), ...causes.flatMap((cause) => causeLines(cause, style))]),
    ...(stages.length === 0 ? [] : ['']),
    fill(ui['diff-same'][lang], { stages: String(same) }),
  ];
}

/** What reads the same is said once, with all its stages: the controls of each of several models that a table shows. */
export function causesInWords(stages: Diff['stages'], lang: Lang): readonly Cause[] {
  const said = new Map<string, Cause>();
  for (const cause of causesOf(stages)) {
    const text = reasonText(cause.why, lang);
    const known = said.get(text);
    if (known === undefined) said.set(text, cause);
    else {
      const all = [...new Set([...known.stages, ...cause.stages])];
      said.set(text, { ...known, stages: all, values: [...known.values, ...cause.values] });
    }
  }
  return [...said.values()];
}

export const changeWord = (change: StageDiff['change']): UiText => `diff-${change}`;
export const sectionWord = (section: Section): UiText => `diff-${section}`;

/** `tables that print otherwise: 2 (cells: 7, with other stars: 1); stages that differ: 12` */
export function headlineText(diff: Diff, lang: Lang): string {
  const { tables, cells, stars, counts, stages } = headlineOf(diff);
  const texts = [
    ...(tables === 0
      ? []
      : [fill(ui['diff-head-tables'][lang], { tables: `${tables}`, cells: `${cells}`, stars: `${stars}` })]),
    ...(counts === 0 ? [] : [fill(ui['diff-head-counts'][lang], { models: `${counts}` })]),
    fill(ui['diff-head-stages'][lang], { stages: `${stages}` }),
  ];
  return texts.join(lang === 'zh' ? '；' : '; ');
}

/** What failed or waited in one of the runs is compared by the last result that it has. */
export const failedTexts = ({ failed }: Diff, lang: Lang): string[] =>
  (['a', 'b'] as const).flatMap((side) => {
    const stages = failed?.[side] ?? [];
    return stages.length === 0 ? [] : [fill(ui[`diff-failed-${side}`][lang], { stages: listed(stages, lang) })];
  });

function sectionLines({ section, stages }: DiffSection, style: Style): string[] {
  const { lang, paint } = style;
  const heading = ['', paint.bold(ui[sectionWord(section)][lang])];
  if (section === 'documents') return [...heading, ...namesLines(stages, style)];
  if (section !== 'other') return [...heading, ...stages.flatMap((stage) => stageLines(stage, style))];
  const stale = stages.filter((s) => s.change === 'stale');
  const rest = stages.filter((s) => s.change !== 'stale');
  const waiting =
    stale.length === 0 ? [] : [...namesLines(stale, style), `    ${paint.dim(ui['diff-run-first'][lang])}`];
  return [...heading, ...rest.flatMap((stage) => stageLines(stage, style)), ...waiting];
}

/** Stages of which there is no more to say, on one line. */
function namesLines(stages: readonly StageDiff[], { lang, paint, most }: Style): string[] {
  const [first] = stages;
  if (first === undefined) return [];
  const names = stages.slice(0, most.names).map((s) => paint.bold(s.stage));
  const more = stages.length > names.length ? [`… ${stages.length - names.length}`] : [];
  const tint = first.change === 'changed' ? paint.yellow : paint.cyan;
  return [`${tint(SIGN[first.change])} ${listed([...names, ...more], lang)}  ${ui[changeWord(first.change)][lang]}`];
}

function stageLines({ stage, change, was, why, outputs }: StageDiff, style: Style): string[] {
  const { lang, paint, most } = style;
  const records = outputs.filter((o) => o.record !== undefined);
  const tint = change === 'changed' ? paint.yellow : change === 'same-result' ? paint.dim : paint.cyan;
  const word = fill(ui[changeWord(change)][lang], { was: was ?? '' });
  return [
    `${tint(SIGN[change])} ${paint.bold(stage)}  ${word}`,
    // beside a model its residuals are no news
    ...outputs.flatMap((output) => [
      // what each of several is: the first and the second step of a mediation
      ...(records.length > 1 && records.includes(output) ? [`    ${paint.dim(`${output.output}:`)}`] : []),
      ...(records.length > 0 && output.record === undefined && most.names < Number.POSITIVE_INFINITY
        ? []
        : outputLines(output, style)),
    ]),
    ...readTexts(why, lang).map((text) => `    ${paint.dim(text)}`),
  ];
}

function outputLines(output: OutputDiff, style: Style): string[] {
  const { record, printed } = output;
  const { lang, most } = style;
  if (printed !== undefined) return printedLines(printed, output, style);
  if (record !== undefined) return recordLines(record, style);
  const names = shownParts(output.parts).map(partText);
  const more = names.length > most.names ? [`… ${names.length - most.names}`] : [];
  return [`    ${output.output}: ${listed([...names.slice(0, most.names), ...more], lang)}`];
}

export const partText = ({ part, change }: PartDiff): string =>
  change === 'changed' ? part : `${change === 'added' ? '+' : '-'}${part}`;

function printedLines(printed: PrintedChanges, output: OutputDiff, { lang, paint, most }: Style): string[] {
  const cells = tellingCells(printed.cells, most.cells);
  const more = printed.cells.length - cells.length;
  const texts = printed.texts.map(({ before, after }) => `    ${paint.dim(`${before || '–'} → ${after || '–'}`)}`);
  return [
    `    ${printedText(printed, output, lang)}`,
    ...alignedLines(cells.map((c) => cellCells(c, lang))).map((line) => `    ${line}`),
    ...(more > 0 ? [`    ${paint.dim(`… ${more}`)}`] : []),
    ...texts,
  ];
}

/** `Table 3. Baseline: 4 of 24 cells`, or that only what is not printed differs. */
export function printedText(changes: PrintedChanges, { parts }: OutputDiff, lang: Lang): string {
  const { cells, of, texts, captionBelow } = changes;
  const caption = lang === 'zh' && captionBelow !== undefined ? captionBelow : changes.caption;
  const formats = shownParts(parts).map((p) => p.part);
  const text =
    cells.length > 0
      ? fill(ui['diff-cells'][lang], { cells: `${cells.length}`, of: `${of}` })
      : texts.length > 0
        ? ui['diff-words'][lang]
        : fill(ui['diff-prints-same'][lang], { formats: listed(formats, lang) });
  return caption === '' ? text : `${caption}${lang === 'zh' ? '：' : ': '}${text}`;
}

/** Other stars first when there are more than can be shown. */
const tellingCells = (cells: readonly CellChange[], most: number): readonly CellChange[] =>
  cells.length <= most
    ? cells
    : [...cells.filter((c) => c.stars === true), ...cells.filter((c) => c.stars !== true)].slice(0, most);

/** row, column, before, after, whether the stars are others */
export const cellCells = ({ row, column, before, after, stars }: CellChange, lang: Lang): string[] => [
  row,
  column,
  before || '–',
  '→',
  after || '–',
  stars === true ? ui['diff-stars'][lang] : '',
];

function recordLines({ terms, figures, more }: RecordChanges, { lang, paint, most }: Style): string[] {
  const shown = tellingTerms(terms, most.terms);
  const told = tellingFigures(figures).slice(0, most.figures);
  const rest = [
    ...(terms.length > shown.length
      ? [fill(ui['diff-more-terms'][lang], { terms: `${terms.length - shown.length}` })]
      : []),
    ...(figures.length + more > told.length
      ? [fill(ui['diff-more-figures'][lang], { figures: `${figures.length + more - told.length}` })]
      : []),
  ];
  return [
    ...alignedLines(shown.map((t) => termCells(t, lang))).map((line) => `    ${line}`),
    ...told.map((f) => `    ${paint.dim(figureText(f))}`),
    ...(rest.length === 0 ? [] : [`    ${paint.dim(`… ${clauses(rest, lang)}`)}`]),
  ];
}

function causeLines({ why, stages, values }: Cause, { lang, paint, most }: Style): string[] {
  const more = stages.length > most.names ? [`… ${stages.length - most.names}`] : [];
  const names = listed([...stages.slice(0, most.names), ...more], lang);
  return [
    `  ${reasonText(why, lang)}  ${paint.dim(`← ${names}`)}`,
    ...makesTexts(values, lang).map((text) => `    ${text}`),
  ];
}

/** What a stage read otherwise from those above it, on one line; what was done to the stage itself stands under "why". */
export function readTexts(why: readonly Reason[], lang: Lang): string[] {
  const changed = why.flatMap((r) =>
    r.kind === 'part' && r.change === 'changed' && r.part !== ROWS ? [partName(r)] : [],
  );
  const others = why.filter((r) => r.kind === 'part' && (r.change !== 'changed' || r.part === ROWS));
  return [
    ...(changed.length === 0 ? [] : [`← ${listed([...new Set(changed)], lang)}`]),
    ...reasonTexts(others, lang),
    ...reasonTexts(
      why.filter((r) => r.kind === 'never-ran' || r.kind === 'no-result'),
      lang,
    ),
  ];
}

const partName = ({ from, part, isColumn }: Extract<Reason, { readonly kind: 'part' }>): string =>
  part === VALUE && isColumn !== true ? from : `${from}.${part}`;

/** Row counts, row indices and the like stand for columns that are named too. */
export const shownParts = (parts: readonly PartDiff[]): readonly PartDiff[] => {
  const shown = parts.filter((p) => !isInner(p.part));
  return shown.length > 0 ? shown : parts;
};

/** name, before, after, by how much, whether the stars are others */
export function termCells(change: TermChange, lang: Lang): string[] {
  const { term, before, after } = change;
  const moved =
    typeof before?.estimate === 'number' && typeof after?.estimate === 'number'
      ? moveText(before.estimate, after.estimate, lang)
      : '';
  const stars = hasOtherStars(change) ? ui['diff-stars'][lang] : '';
  return [term, estimateText(before), '→', estimateText(after), moved, stars];
}

function estimateText(state: EstimateState | undefined): string {
  if (state === undefined) return '–';
  return `${numberText(state.estimate)}${state.stars} (${numberText(state.std_error)})`;
}

function moveText(before: number, after: number, lang: Lang): string {
  const by = after - before;
  if (by === 0) return '';
  const sign = by < 0 ? '−' : '+';
  const share = Math.abs((100 * by) / before);
  const percent = before === 0 ? [] : [share < 0.05 ? '< 0.1 %' : `${sign}${share.toFixed(1)} %`];
  return clauses([`${sign}${numberText(Math.abs(by))}`, ...percent], lang);
}

/** With as many digits as it takes to tell them apart. */
export function figureText({ path, before, after }: ValueOfRecord): string {
  let digits = 5;
  while (digits < 17 && numberText(before, digits) === numberText(after, digits)) digits++;
  return `${path}: ${numberText(before, digits)} → ${numberText(after, digits)}`;
}

function numberText(value: Json, digits = 5): string {
  if (typeof value !== 'number') return value === null ? '–' : String(value);
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 1e-4
    ? value.toExponential(digits === 5 ? 2 : digits - 1)
    : String(Number(value.toPrecision(digits)));
}
