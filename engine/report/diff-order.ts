/** Differences in the order in which a reader of the study wants them: what is printed, what was estimated, and the rest. */
import type { TermChange } from '../../stages/contract-differences.ts';
import type { Diff, StageDiff } from '../diff/diff.ts';

const SECTIONS = ['tables', 'estimates', 'documents', 'data', 'other'] as const;
export type Section = (typeof SECTIONS)[number];

export interface DiffSection {
  readonly section: Section;
  readonly stages: readonly StageDiff[];
}

/** Where stars or N changed comes first; otherwise the order of the pipeline. */
export function sectionsOf({ stages }: Pick<Diff, 'stages'>): readonly DiffSection[] {
  return SECTIONS.map((section) => ({
    section,
    stages: stages
      .filter((stage) => sectionOf(stage) === section)
      .map((stage) => ({ stage, weight: weightOf(stage) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ stage }) => stage),
  })).filter((s) => s.stages.length > 0);
}

function sectionOf({ change, outputs }: StageDiff): Section {
  if (change !== 'changed') return 'other';
  if (outputs.some((o) => o.printed !== undefined)) return 'tables';
  if (outputs.some((o) => (o.record?.terms.length ?? 0) > 0)) return 'estimates';
  if (outputs.every((o) => o.output === 'document')) return 'documents';
  return outputs.some((o) => o.record !== undefined) ? 'estimates' : 'data';
}

function weightOf({ outputs }: StageDiff): number {
  const cells = outputs.flatMap((o) => o.printed?.cells ?? []);
  const terms = outputs.flatMap((o) => o.record?.terms ?? []);
  if (cells.some((c) => c.stars === true) || terms.some(hasOtherStars)) return 3;
  if (outputs.some((o) => hasOtherN(o.record))) return 2;
  return cells.length > 0 || terms.length > 0 ? 1 : 0;
}

/** An estimate whose error comes or goes (one unit alone) has no stars to be others. */
export const hasOtherStars = ({ before, after }: TermChange): boolean =>
  before !== undefined &&
  after !== undefined &&
  before.p_value !== null &&
  after.p_value !== null &&
  before.stars !== after.stars;

const hasOtherN = (record: StageDiff['outputs'][number]['record']): boolean =>
  record?.figures.some((f) => f.path === 'nobs') ?? false;

/** The most telling of many: other stars, what came or went, then the largest moves in standard errors; in their own order. */
export function tellingTerms(terms: readonly TermChange[], most: number): readonly TermChange[] {
  if (terms.length <= most) return terms;
  const best = terms
    .map((term, i) => ({ i, size: sizeOf(term) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, most);
  const shown = new Set(best.map(({ i }) => i));
  return terms.filter((_, i) => shown.has(i));
}

function sizeOf(term: TermChange): number {
  const { before, after } = term;
  if (before === undefined || after === undefined || hasOtherStars(term)) return Number.POSITIVE_INFINITY;
  if (typeof before.estimate !== 'number' || typeof after.estimate !== 'number') return 0;
  const error = typeof before.std_error === 'number' && before.std_error > 0 ? before.std_error : 1;
  return Math.abs(after.estimate - before.estimate) / error;
}

/** Figures that people look for first. */
const FIRST = ['nobs', 'clusters', 'n', 'estimate', 'p_value', 'pretrend.p_value', 'r2', 'within_r2'];

export function tellingFigures<F extends { readonly path: string }>(figures: readonly F[]): readonly F[] {
  const rank = ({ path }: F): number => (FIRST.includes(path) ? FIRST.indexOf(path) : FIRST.length);
  return figures
    .map((f) => ({ f, rank: rank(f) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ f }) => f);
}

export interface Headline {
  readonly tables: number;
  readonly cells: number;
  readonly stars: number;
  /** models with another number of observations */
  readonly counts: number;
  readonly stages: number;
}

export function headlineOf({ stages }: Pick<Diff, 'stages'>): Headline {
  const outputs = stages.flatMap((s) => s.outputs);
  const printed = outputs.flatMap((o) => (o.printed === undefined || o.printed.cells.length === 0 ? [] : [o.printed]));
  return {
    tables: printed.length,
    cells: printed.reduce((sum, p) => sum + p.cells.length, 0),
    stars: printed.flatMap((p) => p.cells).filter((c) => c.stars === true).length,
    counts: outputs.filter((o) => hasOtherN(o.record)).length,
    stages: stages.length,
  };
}
