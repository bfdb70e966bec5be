/**
 * Averages of group-time effects, with influence functions that count the estimated cohort shares.
 * Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), §3 and Corollary 2.
 */
import type { GroupTimeCell } from './group-time.ts';

export interface Average {
  readonly estimate: number;
  /** one number per unit; the variance is Σ ψ² / units² */
  readonly influence: Float64Array;
}

/** Averages by a key (relative time, cohort, calendar time), and their overall average. */
export interface Averages {
  readonly keys: Float64Array;
  readonly by: readonly Average[];
  readonly overall: Average;
}

export interface Shares {
  /** cohort by unit */
  readonly cohort: Float64Array;
  /** sampling weight by unit */
  readonly weights: Float64Array;
}

const postOf = (cells: readonly GroupTimeCell[]): GroupTimeCell[] => cells.filter((c) => c.time >= c.cohort);

/** All post-treatment cells, each by the share of its cohort. */
export const simpleAverage = (cells: readonly GroupTimeCell[], shares: Shares): Average =>
  byShare(postOf(cells), shares);

/** Every relative time within [low, high]; overall: the plain mean of those from 0 on. */
export function dynamicAverages(
  cells: readonly GroupTimeCell[],
  shares: Shares,
  [low, high]: readonly [number, number],
): Averages {
  const keys = distinct(cells.map((c) => c.time - c.cohort)).filter((e) => e >= low && e <= high);
  const by = Array.from(keys, (e) => {
    const here = cells.filter((c) => c.time - c.cohort === e);
    return byShare(here, shares);
  });
  return {
    keys,
    by,
    overall: mean(
      by.filter((_, k) => keys[k]! >= 0),
      shares.cohort.length,
    ),
  };
}

/** Every cohort, its periods equally; overall: by the cohorts' shares. */
export function cohortAverages(cells: readonly GroupTimeCell[], shares: Shares): Averages {
  const post = postOf(cells);
  const keys = distinct(post.map((c) => c.cohort));
  const by = Array.from(keys, (g) => mean(post.filter((c) => c.cohort === g).map(asAverage), shares.cohort.length));
  const cohorts = by.map((a, k) => ({ cohort: keys[k]!, att: a.estimate, influence: a.influence }));
  return { keys, by, overall: byShare(cohorts, shares) };
}

/** Every period, its treated cohorts by their shares; overall: the plain mean over periods. */
export function calendarAverages(cells: readonly GroupTimeCell[], shares: Shares): Averages {
  const post = postOf(cells);
  const keys = distinct(post.map((c) => c.time));
  const by = Array.from(keys, (t) =>
    byShare(
      post.filter((c) => c.time === t),
      shares,
    ),
  );
  return { keys, by, overall: mean(by, shares.cohort.length) };
}

const asAverage = (c: GroupTimeCell): Average => ({ estimate: c.att, influence: c.influence });

const distinct = (values: readonly number[]): Float64Array => Float64Array.from(new Set(values)).sort();

function mean(parts: readonly Average[], units: number): Average {
  const influence = new Float64Array(units);
  let estimate = 0;
  for (const part of parts) {
    estimate += part.estimate / parts.length;
    for (let i = 0; i < units; i++) influence[i]! += part.influence[i]! / parts.length;
  }
  return { estimate: parts.length === 0 ? Number.NaN : estimate, influence };
}

/** Σ p_g a / Σ p_g with p_g the weighted share of cohort g among all units. */
function byShare(
  parts: readonly { readonly cohort: number; readonly att: number; readonly influence: Float64Array }[],
  { cohort, weights }: Shares,
): Average {
  const units = cohort.length;
  const p = parts.map((part) => {
    let sum = 0;
    for (let i = 0; i < units; i++) if (cohort[i] === part.cohort) sum += weights[i]!;
    return sum / units;
  });
  const total = p.reduce((s, v) => s + v, 0);
  const influence = new Float64Array(units);
  let estimate = 0;
  parts.forEach((part, k) => {
    estimate += (p[k]! / total) * part.att;
  });
  parts.forEach((part, k) => {
    const share = p[k]! / total;
    for (let i = 0; i < units; i++) influence[i]! += share * part.influence[i]!;
    // the shares are estimated too: ∂(Σ p a / Σ p)/∂p_k = (a_k − average) / Σ p
    const slope = (part.att - estimate) / total;
    for (let i = 0; i < units; i++) influence[i]! += slope * ((cohort[i] === part.cohort ? weights[i]! : 0) - p[k]!);
  });
  return { estimate: parts.length === 0 ? Number.NaN : estimate, influence };
}
