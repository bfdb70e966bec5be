/**
 * Group-time average treatment effects: for every cohort and period, a two-by-two comparison of the cohort with its controls
 * between a base period and the period. Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), 200–230, §2–§4.
 */

import { crossProducts } from './cross-products.ts';
import { independentColumns } from './least-squares.ts';
import { type DidMethod, type NoTwoByTwo, twoByTwo } from './two-by-two.ts';
import { twoByTwoCrossSections } from './two-by-two-cross-sections.ts';

/** A row is one unit in one period. */
export interface GroupTimeRows {
  readonly y: Float64Array;
  /** covariates without the constant */
  readonly x: readonly Float64Array[];
  readonly weights: Float64Array;
  /** period number in [0, periods) */
  readonly period: Int32Array;
  /** unit number in [0, units); in cross-sections every row is a unit */
  readonly unit: Int32Array;
  readonly units: number;
}

/** Whom a cohort is compared with, beside the never treated. */
export type Controls = 'never' | 'not-yet' | 'later';

export interface GroupTimeDesign {
  /** the periods' times, increasing */
  readonly times: Float64Array;
  /** first treated time by unit; Infinity: never */
  readonly cohort: Float64Array;
  /** cohorts to be estimated, increasing */
  readonly cohorts: Float64Array;
  readonly control: Controls;
  readonly base: 'varying' | 'universal';
  readonly anticipation: number;
  readonly method: DidMethod;
  /** `panel`: every unit has a row in every period, and changes are taken within units */
  readonly sampling: 'panel' | 'unbalanced' | 'cross-section';
}

export interface GroupTimeCell {
  readonly cohort: number;
  readonly time: number;
  /** time of the base period */
  readonly base: number;
  /** the base period itself under a universal base: 0 by construction, without error */
  readonly isBase: boolean;
  readonly att: number;
  /** one number per unit; the variance of `att` is Σ ψ² / units² */
  readonly influence: Float64Array;
  readonly treated: number;
  readonly controls: number;
}

export interface MissingCell {
  readonly cohort: number;
  readonly time: number;
  readonly reason: NoTwoByTwo | 'no treated' | 'no controls';
}

export interface GroupTime {
  readonly cells: readonly GroupTimeCell[];
  readonly missing: readonly MissingCell[];
}

export function groupTime(rows: GroupTimeRows, design: GroupTimeDesign): GroupTime {
  const cells: GroupTimeCell[] = [];
  const missing: MissingCell[] = [];
  const { times, base, anticipation } = design;
  const lookup = rowsByPeriod(rows, times.length);
  for (const cohort of design.cohorts) {
    const before = lastBefore(times, cohort - anticipation);
    if (before < 0) continue; // no period to compare with
    for (let t = base === 'varying' ? 1 : 0; t < times.length; t++) {
      const time = times[t]!;
      const from = base === 'universal' || time >= cohort ? before : t - 1;
      const at = { cohort, time, base: times[from]! };
      if (from === t) {
        cells.push({ ...at, isBase: true, att: 0, influence: new Float64Array(rows.units), treated: 0, controls: 0 });
        continue;
      }
      const found = compare(rows, design, { cohort, t, from, lookup });
      if (typeof found === 'string') missing.push({ cohort, time, reason: found });
      else cells.push({ ...at, isBase: false, ...found });
    }
  }
  return { cells, missing };
}

/** Rows of each period, in the order of the units. */
function rowsByPeriod(rows: GroupTimeRows, periods: number): Int32Array[] {
  const lists = Array.from({ length: periods }, (): number[] => []);
  for (let i = 0; i < rows.period.length; i++) lists[rows.period[i]!]!.push(i);
  return lists.map((list) => Int32Array.from(list).sort((a, b) => rows.unit[a]! - rows.unit[b]! || a - b));
}

/** Number of the last time before `limit`, −1 when there is none. */
function lastBefore(times: Float64Array, limit: number): number {
  let at = -1;
  for (let t = 0; t < times.length; t++) if (times[t]! < limit) at = t;
  return at;
}

interface At {
  readonly cohort: number;
  readonly t: number;
  readonly from: number;
  readonly lookup: readonly Int32Array[];
}

type Found = Pick<GroupTimeCell, 'att' | 'influence' | 'treated' | 'controls'>;

function compare(rows: GroupTimeRows, design: GroupTimeDesign, at: At): Found | MissingCell['reason'] {
  const { cohort: cohorts, control, times, anticipation } = design;
  // not yet treated when the later of the two periods is over (Callaway & Sant'Anna 2021, eq. 2.5; the rule of R's `did`)
  const over = times[Math.max(at.t, at.from)]! + anticipation;
  // `later`: in periods before treatment too, none that is treated before the cohort (the rule of Stata's csdid)
  const latest = control === 'later' ? Math.max(over, at.cohort) : over;
  const serves = (unit: number): 0 | 1 | undefined => {
    const g = cohorts[unit]!;
    if (g === at.cohort) return 1;
    if (g === Number.POSITIVE_INFINITY || (control !== 'never' && g > latest)) return 0;
    return undefined;
  };
  return design.sampling === 'panel'
    ? ofPanel(rows, design, { ...at, serves })
    : ofRows(rows, design, { ...at, serves });
}

type Serving = At & { readonly serves: (unit: number) => 0 | 1 | undefined };

/** Changes within units; covariates and weights are those of the earlier period. */
function ofPanel(
  rows: GroupTimeRows,
  design: GroupTimeDesign,
  { t, from, lookup, serves }: Serving,
): Found | MissingCell['reason'] {
  const now = lookup[t]!;
  const then = lookup[from]!;
  const early = lookup[Math.min(t, from)]!;
  const chosen = now.map((_, k) => k).filter((k) => serves(rows.unit[now[k]!]!) !== undefined);
  const pick = (values: Float64Array, from: Int32Array): Float64Array =>
    Float64Array.from(chosen, (k) => values[from[k]!]!);
  const later = pick(rows.y, now);
  const delta = pick(rows.y, then).map((v, k) => later[k]! - v);
  const treated = Float64Array.from(chosen, (k) => serves(rows.unit[now[k]!]!)!);
  const count = countsOf(treated);
  if (count.treated === 0) return 'no treated';
  if (count.controls === 0) return 'no controls';
  const weights = pick(rows.weights, early);
  const x = covariates(
    rows.x.map((column) => pick(column, early)),
    weights,
  );
  const found = twoByTwo(delta, { treated, x, weights }, design.method);
  if (typeof found === 'string') return found;
  const influence = new Float64Array(rows.units);
  const share = rows.units / chosen.length;
  chosen.forEach((k, i) => {
    influence[rows.unit[now[k]!]!] = share * found.influence[i]!;
  });
  return { att: found.att, influence, ...count };
}

/** Levels of both periods' rows, each row with covariates and weight of its own. */
function ofRows(
  rows: GroupTimeRows,
  design: GroupTimeDesign,
  { t, from, lookup, serves }: Serving,
): Found | MissingCell['reason'] {
  const both = [...lookup[from]!, ...lookup[t]!].filter((i) => serves(rows.unit[i]!) !== undefined);
  const chosen = Int32Array.from(both);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(chosen, (i) => values[i]!);
  const treated = Float64Array.from(chosen, (i) => serves(rows.unit[i]!)!);
  const post = Float64Array.from(chosen, (i) => (rows.period[i] === t ? 1 : 0));
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < post.length; i++) counts[2 * treated[i]! + post[i]!]!++;
  if (counts[2] === 0 || counts[3] === 0) return 'no treated';
  if (counts[0] === 0 || counts[1] === 0) return 'no controls';
  const weights = pick(rows.weights);
  const x = covariates(rows.x.map(pick), weights);
  const found = twoByTwoCrossSections(pick(rows.y), { treated, post, x, weights }, design.method);
  if (typeof found === 'string') return found;
  const influence = new Float64Array(rows.units);
  const share = rows.units / chosen.length;
  for (let i = 0; i < chosen.length; i++) influence[rows.unit[chosen[i]!]!]! += share * found.influence[i]!;
  return { att: found.att, influence, ...countsOf(treated) };
}

function countsOf(treated: Float64Array): { treated: number; controls: number } {
  let ones = 0;
  for (let i = 0; i < treated.length; i++) ones += treated[i]!;
  return { treated: ones, controls: treated.length - ones };
}

/**
 * The constant and the centred covariates that are linearly independent over the rows of the comparison: one that is constant
 * there says nothing and costs nothing. The estimators do not change under such a change of coordinates.
 */
function covariates(columns: readonly Float64Array[], weights: Float64Array): Float64Array[] {
  const n = weights.length;
  const one = new Float64Array(n).fill(1);
  if (columns.length === 0) return [one];
  let mass = 0;
  for (let i = 0; i < n; i++) mass += weights[i]!;
  const norms: number[] = [];
  const centred = columns.map((column) => {
    let mean = 0;
    let raw = 0;
    for (let i = 0; i < n; i++) mean += weights[i]! * column[i]!;
    mean /= mass;
    const out = column.map((v) => v - mean);
    let squares = 0;
    for (let i = 0; i < n; i++) {
      squares += weights[i]! * out[i]! * out[i]!;
      raw += weights[i]! * column[i]! * column[i]!;
    }
    norms.push(Math.max(squares, raw * 1e-14));
    return out;
  });
  const { kept } = independentColumns(crossProducts(centred, weights), columns.length, norms);
  return [one, ...Array.from(kept, (j) => centred[j]!)];
}
