/**
 * Summaries of one column. Missing (NaN) is left out; what does not exist (the mean of nothing, the sd of one value) is NaN.
 * Sums run in the order of the values.
 */
import { quantile } from './quantile.ts';

/** The values that are not missing, in increasing order. */
export const sortedPresent = (values: Float64Array): Float64Array => values.filter((v) => !Number.isNaN(v)).sort();

export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly mean: number;
  /** divides by n − 1 */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  /** m₃ / m₂^(3/2), central moments divided by n: Stata's `summarize, detail` */
  readonly skewness: number;
  /** m₄ / m₂²; 3 for the normal */
  readonly kurtosis: number;
}

export function moments(values: Float64Array): Moments {
  let n = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (Number.isNaN(x)) continue;
    n++;
    sum += x;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  if (n === 0) {
    const none = Number.NaN;
    return { n, sum: none, mean: none, sd: none, min: none, max: none, skewness: none, kurtosis: none };
  }
  if (!Number.isFinite(sum)) {
    const none = Number.NaN;
    return { n, sum, mean: sum, sd: none, min, max, skewness: none, kurtosis: none };
  }
  // the second pass takes out the rounding error of the first mean
  const rough = sum / n;
  let off = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) off += values[i]! - rough;
  const mean = rough + off / n;
  const scale = powerOfTwo(Math.max(max - mean, mean - min));
  let [m2, m3, m4] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const d = (values[i]! - mean) / scale;
    if (Number.isNaN(d)) continue;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  if (min === max) m2 = m3 = m4 = 0;
  const skewness = m3 / n / (m2 / n) ** 1.5;
  const kurtosis = m4 / n / (m2 / n) ** 2;
  return { n, sum, mean: min === max ? min : mean, sd: Math.sqrt(m2 / (n - 1)) * scale, min, max, skewness, kurtosis };
}

/** Of the size of x: what is divided by it loses no digit, and its squares are neither infinite nor nothing. */
export const powerOfTwo = (x: number): number =>
  x > 0 && x < Infinity ? 2 ** Math.min(1022, Math.max(-1022, Math.floor(Math.log2(x)))) : 1;

export type Summary = 'mean' | 'sum' | 'sd' | 'min' | 'max' | 'median' | 'quantile';

/** One summary of the values; `p` is the probability of a quantile. */
export function summarize(kind: Summary, values: Float64Array, p: number): number {
  return kind === 'median' || kind === 'quantile'
    ? quantile(sortedPresent(values), kind === 'median' ? 0.5 : p)
    : moments(values)[kind];
}

/** The largest size of which squares, and sums of a great many of them, are still numbers. */
const LARGEST = 1e150;

/** Whether sums of squares of the values would be beyond a double. */
export function isTooLarge(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > LARGEST) return true;
  return false;
}
