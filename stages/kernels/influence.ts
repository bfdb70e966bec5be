/** From influence functions to covariances and to bands that hold for all estimates at once. */
import type { Factor } from './factor-codes.ts';
import { normalQuantile } from './normal.ts';
import { stream } from './random.ts';

/** Sums within clusters: what varies independently. Without clusters the units themselves. */
export function clusterSums(influence: Float64Array, clusters: Factor | undefined): Float64Array {
  if (clusters === undefined) return influence;
  const sums = new Float64Array(clusters.levels);
  for (let i = 0; i < influence.length; i++) sums[clusters.codes[i]!]! += influence[i]!;
  return sums;
}

/**
 * k×k covariance, row-major: Σ_c S_c S_cᵀ / n² over clusters, without a small-sample factor.
 * @param columns k influence functions of n units
 */
export function influenceCovariance(columns: readonly Float64Array[], clusters: Factor | undefined): Float64Array {
  const k = columns.length;
  const n = columns[0]?.length ?? 0;
  const sums = columns.map((c) => clusterSums(c, clusters));
  const out = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let g = 0; g < sums[a]!.length; g++) sum += sums[a]![g]! * sums[b]![g]!;
      out[a * k + b] = out[b * k + a] = sum / (n * n);
    }
  }
  return out;
}

export interface Band {
  /** bootstrap standard errors from the interquartile range; NaN for an estimate without variance */
  readonly stdErrors: Float64Array;
  /** the factor on them that covers all estimates at once */
  readonly critical: number;
}

const QUARTILES = normalQuantile(0.75, 'lower') - normalQuantile(0.25, 'lower');

/**
 * Multiplier bootstrap: every draw multiplies each unit's (or cluster's) influence by an independent variable of mean 0 and
 * variance 1 that takes two values (Mammen 1993).
 * Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), Algorithm 1.
 */
export function multiplierBand(
  columns: readonly Float64Array[],
  clusters: Factor | undefined,
  { draws, seed, level }: { readonly draws: number; readonly seed: number; readonly level: number },
): Band {
  const n = columns[0]?.length ?? 0;
  const sums = columns.map((c) => clusterSums(c, clusters));
  const groups = sums[0]?.length ?? 0;
  const drawn = sums.map(() => new Float64Array(draws));
  const multipliers = new Float64Array(groups);
  for (let d = 0; d < draws; d++) {
    const random = stream(seed, d);
    for (let g = 0; g < groups; g++) multipliers[g] = random.uniform() < MAMMEN_P ? MAMMEN_LOW : MAMMEN_HIGH;
    for (let j = 0; j < sums.length; j++) {
      const s = sums[j]!;
      let sum = 0;
      for (let g = 0; g < groups; g++) sum += multipliers[g]! * s[g]!;
      drawn[j]![d] = sum / n;
    }
  }
  const stdErrors = Float64Array.from(drawn, (column) => {
    const sorted = column.slice().sort();
    const at = (p: number): number => sorted[Math.max(Math.ceil(p * draws) - 1, 0)]!;
    const error = (at(0.75) - at(0.25)) / QUARTILES;
    return error > 0 ? error : Number.NaN;
  });
  const largest = new Float64Array(draws);
  for (let d = 0; d < draws; d++)
    for (let j = 0; j < drawn.length; j++)
      if (stdErrors[j]! > 0) largest[d] = Math.max(largest[d]!, Math.abs(drawn[j]![d]! / stdErrors[j]!));
  largest.sort();
  return { stdErrors, critical: largest[Math.max(Math.ceil(level * draws) - 1, 0)] ?? Number.NaN };
}

const ROOT5 = Math.sqrt(5);
const MAMMEN_LOW = (1 - ROOT5) / 2;
const MAMMEN_HIGH = (1 + ROOT5) / 2;
const MAMMEN_P = (ROOT5 + 1) / (2 * ROOT5);
