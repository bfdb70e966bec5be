/** Differences between two runs for the terminal. */
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import type { Json, Lang } from '../../stages/contract.ts';
import type { EstimateState, TermChange, ValueOfRecord } from '../../stages/contract-differences.ts';
import type { Diff, OutputDiff, PartDiff, StageDiff } from '../runs/diff.ts';
import { type Paint, paintWith } from './paint.ts';
import { makesTexts, reasonTexts } from './reason-text.ts';
import { alignedLines } from './table-lines.ts';

export interface DiffLineOptions {
  readonly lang: Lang;
  readonly color: boolean;
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
const MOST_FIGURES = 8;

export function diffLines({ same, stages }: Diff, { lang, color }: DiffLineOptions): string[] {
  const paint = paintWith(color);
  const lines = stages.flatMap((stage) => stageLines(stage, lang, paint));
  return [...lines, ui['diff-same'][lang].replace('{stages}', String(same))];
}

export const changeWord = (change: StageDiff['change']): UiText => `diff-${change}`;

function stageLines({ stage, change, was, why, outputs, values }: StageDiff, lang: Lang, paint: Paint): string[] {
  const tint = change === 'changed' ? paint.yellow : change === 'same-result' ? paint.dim : paint.cyan;
  const word = ui[changeWord(change)][lang].replace('{was}', was ?? '');
  return [
    `${tint(SIGN[change])} ${paint.bold(stage)}  ${word}`,
    ...reasonTexts(why, lang).map((text) => `    ${paint.dim(text)}`),
    ...makesTexts(values, lang).map((text) => `    ${text}`),
    ...outputs.flatMap((output) => outputLines(output, lang, paint)),
  ];
}

function outputLines({ output, parts, record }: OutputDiff, lang: Lang, paint: Paint): string[] {
  if (record === undefined) {
    const named = shownParts(parts).map(({ part, change }) =>
      change === 'changed' ? part : `${change === 'added' ? '+' : '-'}${part}`,
    );
    return [`    ${output}: ${named.join(', ')}`];
  }
  const figures = record.figures.slice(0, MOST_FIGURES).map((f) => `    ${paint.dim(figureText(f))}`);
  const more = record.figures.length + record.more - figures.length;
  return [
    ...alignedLines(record.terms.map((t) => termCells(t, lang))).map((line) => `    ${line}`),
    ...figures,
    ...(more > 0 ? [`    ${paint.dim(`… ${more}`)}`] : []),
  ];
}

/** Row counts, row indices and the like stand for columns that are named too. */
export const shownParts = (parts: readonly PartDiff[]): readonly PartDiff[] => {
  const shown = parts.filter((p) => !p.part.startsWith('#'));
  return shown.length > 0 ? shown : parts;
};

/** name, before, after, by how much, whether the stars are others */
export function termCells({ term, before, after }: TermChange, lang: Lang): string[] {
  const moved =
    typeof before?.estimate === 'number' && typeof after?.estimate === 'number'
      ? moveText(before.estimate, after.estimate)
      : '';
  const stars =
    before !== undefined && after !== undefined && before.stars !== after.stars ? ui['diff-stars'][lang] : '';
  return [term, estimateText(before), '→', estimateText(after), moved, stars];
}

function estimateText(state: EstimateState | undefined): string {
  if (state === undefined) return '–';
  return `${numberText(state.estimate)}${state.stars} (${numberText(state.std_error)})`;
}

function moveText(before: number, after: number): string {
  const by = after - before;
  const share = before === 0 ? '' : `, ${by < 0 ? '−' : '+'}${Math.abs((100 * by) / before).toFixed(1)} %`;
  return `${by < 0 ? '−' : '+'}${numberText(Math.abs(by))}${share}`;
}

export const figureText = ({ path, before, after }: ValueOfRecord): string =>
  `${path}: ${numberText(before)} → ${numberText(after)}`;

function numberText(value: Json): string {
  if (typeof value !== 'number') return value === null ? '–' : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}
