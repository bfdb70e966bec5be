import { crossProducts, moments } from './cross-products.ts';
import { rankCholeskyInPlace } from './rank-cholesky.ts';

/**
 * Columns in which Euclidean distance is Mahalanobis': centred and L⁻¹ of the covariance L Lᵀ of all rows; columns that depend on earlier
 * ones have no part.
 * Source: Rubin (1980), Biometrics 36(2), 293–298; the covariance of all rows as in Stata's teffects nnmatch.
 */
export function whitened(columns: readonly Float64Array[]): Float64Array[] {
  const n = columns[0]!.length;
  const k = columns.length;
  const centred = columns.map((c) => {
    const { mean } = moments(c);
    return c.map((v) => v - mean);
  });
  const covariance = crossProducts(centred).map((v) => v / (n - 1));
  const { factor, dropped } = rankCholeskyInPlace(covariance, k, 1e-12);
  const out: Float64Array[] = [];
  const made: (Float64Array | undefined)[] = [];
  for (let j = 0; j < k; j++) {
    if (dropped[j] === 1) {
      made.push(undefined);
      continue;
    }
    const column = centred[j]!.slice();
    for (let c = 0; c < j; c++) {
      const other = made[c];
      const by = factor[j * k + c]!;
      if (other !== undefined) for (let i = 0; i < n; i++) column[i]! -= by * other[i]!;
    }
    const root = factor[j * (k + 1)]!;
    for (let i = 0; i < n; i++) column[i]! /= root;
    made.push(column);
    out.push(column);
  }
  return out;
}

/**
 * Squared distances closer than this are equal: rounding does not choose between rows on two sides. Gaps of values far from 0, as 2013.2 and
 * 2013.3, have lost some digits.
 */
const BELOW = 1 - 1e-8;

/**
 * The nearest of `among` to a row, nearest first; equal distances go to the first in `among`. Writes rows to `found`, returns their number.
 * @param z      columns in which distance is Euclidean
 * @param limit  the largest distance
 */
export function nearestRows(
  z: readonly Float64Array[],
  row: number,
  among: ArrayLike<number>,
  { found, limit, open }: { found: Int32Array; limit: number; open: (row: number) => boolean },
): number {
  const most = found.length;
  const distance = new Float64Array(most);
  const bound = limit * limit;
  let count = 0;
  for (let a = 0; a < among.length; a++) {
    const other = among[a]!;
    if (!open(other)) continue;
    const worst = count < most ? bound : Math.min(bound, distance[count - 1]!);
    let d = 0;
    for (let c = 0; c < z.length && d <= worst; c++) d += (z[c]![row]! - z[c]![other]!) ** 2;
    if (d > bound || (count === most && d >= distance[count - 1]! * BELOW)) continue;
    let at = count < most ? count++ : most - 1;
    for (; at > 0 && distance[at - 1]! * BELOW > d; at--) {
      distance[at] = distance[at - 1]!;
      found[at] = found[at - 1]!;
    }
    distance[at] = d;
    found[at] = other;
  }
  return count;
}

/** Told of each treated row and its controls, which share it equally. */
export type Pairs = (treated: number, controls: Int32Array) => void;

/**
 * Nearest-neighbour matching on columns in which distance is Euclidean, as `matchScores` does on one score: 1 for a treated row with a match, the
 * sum of its shares for a control. Without replacement treated rows choose in the order of the rows.
 * @param chosen 1 for rows that look for a match, 0 for controls, anything else for rows that take no part
 */
export function matchNearestRows(
  z: readonly Float64Array[],
  chosen: ArrayLike<number>,
  { neighbours, replace, caliper }: { neighbours: number; replace: boolean; caliper: number },
  pairs?: Pairs,
): Float64Array {
  const n = chosen.length;
  const rows = (side: number): number[] => Array.from({ length: n }, (_, i) => i).filter((i) => chosen[i] === side);
  const [treated, control] = [rows(1), rows(0)];
  const weight = new Float64Array(n);
  const found = new Int32Array(Math.min(neighbours, control.length));
  const open = (i: number): boolean => replace || weight[i] === 0;
  for (const t of treated) {
    const count = nearestRows(z, t, control, { found, limit: caliper, open });
    if (count === 0) continue;
    weight[t] = 1;
    for (let c = 0; c < count; c++) weight[found[c]!]! += 1 / count;
    pairs?.(t, found.slice(0, count));
  }
  return weight;
}
