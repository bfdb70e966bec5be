/**
 * Coordinates for columns that are nearly collinear. Cross-products square the size of what tells two columns apart: of a pair alike to
 * 10⁻⁴ they keep eight digits. So a column that the ones before it nearly explain is replaced by what it has of its own, made on the rows;
 * the model is solved again with it, and coefficients and covariances are carried back.
 * Source: Björck (1996), Numerical Methods for Least Squares Problems, §2.4 (the factor of one Cholesky as a preconditioner of the next);
 * Yamamoto et al. (2015), ETNA 44, 306–326 (two rounds have the accuracy of Householder's QR).
 */
import type { RankCholesky } from './rank-cholesky.ts';

/** Share of a column's squared norm left by those before it below which it is replaced: above it, products lose no more than four digits. */
export const NEARLY_COLLINEAR = 1e-4;

/** A fit in such coordinates: column b of `design` is Σ_a columns[a] map[a·terms + b]. */
export interface Conditioned {
  readonly design: readonly Float64Array[];
  /** (designᵀ W design)⁻¹ */
  readonly bread: Float64Array;
  /** terms×terms, row-major: coefficients of the columns are map × those of the design */
  readonly map: Float64Array;
}

/** A projection on the columns of `design`: design × bread × designᵀ W. */
export type HatFactor = Pick<Conditioned, 'design' | 'bread'>;

/**
 * The map that takes what earlier columns explain out of the ones that they nearly explain; undefined when there are none.
 * @param chol factor of the columns' products, scaled to unit diagonal by `root`
 */
export function conditioningMap({ factor, size, dropped }: RankCholesky, root: Float64Array): Float64Array | undefined {
  let map: Float64Array | undefined;
  const by = new Float64Array(size);
  for (let j = 1; j < size; j++) {
    if (dropped[j] === 1 || factor[j * (size + 1)]! ** 2 >= NEARLY_COLLINEAR) continue;
    map ??= identity(size);
    for (let i = j - 1; i >= 0; i--) {
      let sum = factor[j * size + i]!;
      for (let a = i + 1; a < j; a++) sum -= factor[a * size + i]! * by[a]!;
      by[i] = dropped[i] === 1 ? 0 : sum / factor[i * (size + 1)]!;
      map[i * size + j] = (-by[i]! * root[j]!) / root[i]!;
    }
  }
  return map;
}

function identity(size: number): Float64Array {
  const map = new Float64Array(size * size);
  for (let j = 0; j < size; j++) map[j * (size + 1)] = 1;
  return map;
}

/**
 * Columns × map; those that stay as they are are the same arrays. Sums of products are carried with twice the digits (Dekker 1971), so that
 * what is left of two long columns is right to the last place.
 * @param anyLevel a constant may be added to a column made (its first row is then 0): effects that are taken out later hold it
 */
export function conditionedColumns(
  columns: readonly Float64Array[],
  map: Float64Array,
  anyLevel = false,
): readonly Float64Array[] {
  const k = columns.length;
  return columns.map((column, b) => {
    const parts = columns.flatMap((from, a) => (a < b && map[a * k + b] !== 0 ? [{ from, by: map[a * k + b]! }] : []));
    return parts.length === 0 ? column : combination(column, parts, anyLevel);
  });
}

interface Part {
  readonly from: Float64Array;
  readonly by: number;
}

const SPLIT = 2 ** 27 + 1;

/** column + Σ by × from */
function combination(column: Float64Array, parts: readonly Part[], anyLevel: boolean): Float64Array {
  const n = column.length;
  const high = column.slice();
  const low = new Float64Array(n);
  for (const { from, by } of parts) addProduct(high, low, from, by);
  const first = anyLevel && n > 0 ? high[0]! : 0;
  const rest = anyLevel && n > 0 ? low[0]! : 0;
  for (let i = 0; i < n; i++) high[i] = high[i]! - first + (low[i]! - rest);
  return high;
}

/** (high, low) += by × from, with the rounding of product and sum kept in `low`. */
function addProduct(high: Float64Array, low: Float64Array, from: Float64Array, by: number): void {
  const b1 = by * SPLIT - (by * SPLIT - by);
  const b2 = by - b1;
  for (let i = 0; i < high.length; i++) {
    const x = from[i]!;
    const t = x * SPLIT;
    const x1 = t - (t - x);
    const x2 = x - x1;
    const product = by * x;
    const lost = b1 * x1 - product + b1 * x2 + b2 * x1 + b2 * x2;
    const old = high[i]!;
    const sum = old + product;
    const back = sum - old;
    high[i] = sum;
    low[i]! += old - (sum - back) + (product - back) + lost;
  }
}

/** map × vector: coefficients of the columns from those of the design. */
export function mapped(map: Float64Array, vector: Float64Array): Float64Array {
  const k = vector.length;
  const out = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a]! += map[a * k + b]! * vector[b]!;
  return out;
}

/** map × matrix × mapᵀ: a covariance of the columns' coefficients from that of the design's. */
export function carriedBack(map: Float64Array, matrix: Float64Array): Float64Array {
  const k = Math.sqrt(matrix.length);
  const half = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let l = a; l < k; l++) for (let b = 0; b < k; b++) half[a * k + b]! += map[a * k + l]! * matrix[l * k + b]!;
  const out = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let l = b; l < k; l++) sum += half[a * k + l]! * map[b * k + l]!;
      out[a * k + b] = out[b * k + a] = sum;
    }
  return out;
}
