import { crossProducts } from './cross-products.ts';
import { asInt32, type Factor, rowsByLevel } from './factor-codes.ts';

/**
 * Meats of sandwich covariances: sums of products of the scores x_i e_i, where e_i is the weight times the residual. Every function
 * takes the design as columns and e, and returns terms×terms, row-major, without small-sample factor.
 */

/** Σ x_i x_iᵀ e_i². Source: White (1980), Econometrica 48(4). */
export function robustMeat(design: readonly Float64Array[], e: Float64Array): Float64Array {
  const squares = new Float64Array(e.length);
  for (let i = 0; i < e.length; i++) squares[i] = e[i]! * e[i]!;
  return crossProducts(design, squares);
}

/** Sums of the scores by level, row-major: level g's are at g·k … g·k + k − 1. */
function scoreSums(design: readonly Float64Array[], e: Float64Array, groups: Factor): Float64Array {
  const k = design.length;
  const codes = asInt32(groups.codes);
  const n = e.length;
  const sums = new Float64Array(groups.levels * k);
  for (let j = 0; j < k; j++) {
    const column = design[j]!;
    let at = n === 0 ? 0 : codes[0]!;
    let run = 0; // rows of a level often follow each other
    for (let i = 0; i < n; i++) {
      const g = codes[i]!;
      if (g !== at) {
        sums[at * k + j]! += run;
        run = 0;
        at = g;
      }
      run += column[i]! * e[i]!;
    }
    if (n > 0) sums[at * k + j]! += run;
  }
  return sums;
}

/** Σ_g s_g s_gᵀ of row-major vectors s_g. */
export function outerProducts(vectors: Float64Array, k: number): Float64Array {
  const meat = new Float64Array(k * k);
  for (let g = 0; g < vectors.length; g += k) {
    for (let a = 0; a < k; a++) {
      const value = vectors[g + a]!;
      for (let b = 0; b <= a; b++) meat[a * k + b]! += value * vectors[g + b]!;
    }
  }
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) meat[b * k + a] = meat[a * k + b]!;
  return meat;
}

/** Σ_g s_g s_gᵀ with scores summed within clusters. Source: Liang & Zeger (1986), Biometrika 73(1), 13–22. */
export function clusterMeat(design: readonly Float64Array[], e: Float64Array, clusters: Factor): Float64Array {
  return outerProducts(scoreSums(design, e, clusters), design.length);
}

/**
 * Σ_l w_l Σ_t (s_t s_{t−l}ᵀ + s_{t−l} s_tᵀ) of vectors in time order, Bartlett weights w_l = 1 − l/(lags + 1).
 * Source: Newey & West (1987), Econometrica 55(3); on sums of scores by period: Driscoll & Kraay (1998), REStat 80(4).
 */
function bartlettMeat(vectors: Float64Array, k: number, lags: number): Float64Array {
  const meat = outerProducts(vectors, k);
  const periods = vectors.length / k;
  for (let lag = 1; lag <= Math.min(lags, periods - 1); lag++) {
    const weight = 1 - lag / (lags + 1);
    for (let t = lag; t < periods; t++) addLagged(meat, vectors, k, [t * k, (t - lag) * k], weight);
  }
  return meat;
}

function addLagged(
  meat: Float64Array,
  vectors: Float64Array,
  k: number,
  [now, then]: readonly [number, number],
  weight: number,
): void {
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      meat[a * k + b]! += weight * (vectors[now + a]! * vectors[then + b]! + vectors[then + a]! * vectors[now + b]!);
    }
  }
}

/** Scores by period in time order: the vectors of Driscoll & Kraay. `time` codes are in order of time. */
export function driscollKraayMeat(
  design: readonly Float64Array[],
  e: Float64Array,
  time: Factor,
  lags: number,
): Float64Array {
  return bartlettMeat(scoreSums(design, e, time), design.length, lags);
}

/**
 * Newey–West for panels: products of the scores of one unit at periods at most `lags` apart, summed over units. A period absent
 * from a unit breaks its chain; lags are counted in periods of the whole sample, as fixest does.
 * @param panel times' codes in order of time; each unit has a period at most once (see `repeatedPeriod`)
 */
export function neweyWestMeat(
  design: readonly Float64Array[],
  e: Float64Array,
  panel: Panel,
  lags: number,
): Float64Array {
  const k = design.length;
  const time = asInt32(panel.time.codes);
  const before = earlierRows(panel);
  const meat = robustMeat(design, e);
  const scores = new Float64Array(2 * k);
  for (let i = 0; i < e.length; i++) {
    for (let j = 0; j < k; j++) scores[j] = design[j]![i]! * e[i]!;
    for (let then = before[i]!; then >= 0; then = before[then]!) {
      const lag = time[i]! - time[then]!;
      if (lag > lags) break;
      for (let j = 0; j < k; j++) scores[k + j] = design[j]![then]! * e[then]!;
      addLagged(meat, scores, k, [0, k], 1 - lag / (lags + 1));
    }
  }
  return meat;
}

interface Panel {
  readonly unit: Factor;
  readonly time: Factor;
}

/** A row whose unit has another row in the same period, or -1. */
export function repeatedPeriod(panel: Panel): number {
  const times = asInt32(panel.time.codes);
  return earlierRows(panel).findIndex((before, i) => before >= 0 && times[before] === times[i]);
}

/** For each row the one before it in time of the same unit, or -1. Of one period the rows' order counts. */
function earlierRows({ unit, time }: Panel): Int32Array {
  const units = asInt32(unit.codes);
  const last = new Int32Array(unit.levels).fill(-1);
  const before = new Int32Array(units.length);
  for (const i of rowsByLevel(time).rows) {
    before[i] = last[units[i]!]!;
    last[units[i]!] = i;
  }
  return before;
}
