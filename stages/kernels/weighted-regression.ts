import { leastSquares } from './least-squares.ts';

/** A regression on some of the rows (those of positive weight), its fit on all, and what estimating it adds to an influence. */
export interface WeightedRegression {
  readonly fitted: Float64Array;
  /**
   * Adds w e xᵀ(XᵀWX/n)⁻¹ m to `influence`, row by row, for m the derivative of an estimate in the coefficients: the part of its
   * influence function that comes from estimating them.
   */
  spread(derivative: Float64Array, influence: Float64Array): void;
}

/**
 * Least squares of y on the columns with weights that may be 0; undefined when the columns are collinear where weights are
 * positive.
 */
export function weightedRegression(
  y: Float64Array,
  x: readonly Float64Array[],
  weights: Float64Array,
): WeightedRegression | undefined {
  const n = y.length;
  const k = x.length;
  const norms = x.map((column) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i]! * column[i]! * column[i]!;
    return sum;
  });
  const { kept, coef, residuals, bread } = leastSquares(y, x, norms, weights);
  if (kept.length < k) return undefined;
  return {
    fitted: residuals.map((e, i) => y[i]! - e),
    spread(derivative, influence) {
      const v = new Float64Array(coef.length);
      for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) v[a]! += bread[a * k + b]! * n * derivative[b]!;
      for (let i = 0; i < n; i++) {
        if (weights[i] === 0) continue;
        let dot = 0;
        for (let j = 0; j < k; j++) dot += x[j]![i]! * v[j]!;
        influence[i]! += weights[i]! * residuals[i]! * dot;
      }
    },
  };
}
