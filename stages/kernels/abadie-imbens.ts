import { nearestRows } from './mahalanobis.ts';

/** Matches of one group of rows; rows count within it. */
export interface MatchedGroup {
  readonly y: Float64Array;
  /** 1 treated, 0 control */
  readonly treated: ArrayLike<number>;
  /** columns in which distance is Euclidean */
  readonly z: readonly Float64Array[];
  /** treated rows with their controls, which share them equally */
  readonly pairs: readonly { readonly treated: number; readonly controls: Int32Array }[];
}

/**
 * Standard error of the mean effect on the treated by nearest-neighbour matching with replacement:
 * V = N₁⁻² (Σ_treated (y_i − ŷ_i(0) − τ)² + Σ_controls (w_i² − Σ shares²) σ̂²_i), which with M matches each is K_M(K_M − 1)/M² σ̂²; σ̂²_i = J/(J + 1)
 * (y_i − mean of its J nearest controls)². The score is taken as known.
 * Source: Abadie & Imbens (2006), Econometrica 74(1), 235–267, eq. 14 and §4.2, theorem 7.
 */
export function abadieImbensError(groups: readonly MatchedGroup[], neighbours: number): number {
  const gaps: number[] = [];
  let controls = 0;
  for (const { y, treated, z, pairs } of groups) {
    const share = new Float64Array(y.length);
    const squares = new Float64Array(y.length);
    for (const pair of pairs) {
      const own = 1 / pair.controls.length;
      let expected = 0;
      for (const c of pair.controls) {
        expected += own * y[c]!;
        share[c]! += own;
        squares[c]! += own * own;
      }
      gaps.push(y[pair.treated]! - expected);
    }
    const others = Array.from({ length: y.length }, (_, i) => i).filter((i) => treated[i] === 0);
    const found = new Int32Array(Math.min(neighbours, others.length - 1));
    for (const i of others) {
      const factor = share[i]! ** 2 - squares[i]!;
      // a control that served once is in its treated row's gap already
      if (!(factor > 1e-12)) continue;
      const count = nearestRows(z, i, others, { found, limit: Number.POSITIVE_INFINITY, open: (row) => row !== i });
      let mean = 0;
      for (let c = 0; c < count; c++) mean += y[found[c]!]! / count;
      controls += (factor * count * (y[i]! - mean) ** 2) / (count + 1);
    }
  }
  const effect = gaps.reduce((s, g) => s + g, 0) / gaps.length;
  const spread = gaps.reduce((s, g) => s + (g - effect) ** 2, 0);
  return Math.sqrt(spread + controls) / gaps.length;
}
