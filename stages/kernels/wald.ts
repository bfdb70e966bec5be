import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/** A Wald statistic divided by its number of restrictions, to be read as F(df1, ·). */
export interface WaldF {
  readonly stat: number;
  /** restrictions that the covariance can tell apart: fewer than asked for when it is singular on them */
  readonly df1: number;
}

/** F of the joint hypothesis that the chosen coefficients are `values` (zero when absent): bᵀ V⁻¹ b / df1. */
export function waldF(coef: Float64Array, vcov: Float64Array, chosen: Int32Array, values?: Float64Array): WaldF {
  const k = coef.length;
  const m = chosen.length;
  const root = Float64Array.from(chosen, (j) => Math.sqrt(vcov[j * k + j]!) || 1);
  const matrix = new Float64Array(m * m);
  const gap = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    gap[a] = (coef[chosen[a]!]! - (values === undefined ? 0 : values[a]!)) / root[a]!;
    for (let b = 0; b < m; b++) matrix[a * m + b] = vcov[chosen[a]! * k + chosen[b]!]! / (root[a]! * root[b]!);
  }
  const chol = rankCholeskyInPlace(matrix, m, 1e-12);
  const solved = gap.slice();
  solveCholeskyInPlace(chol, solved);
  let sum = 0;
  for (let a = 0; a < m; a++) sum += gap[a]! * solved[a]!;
  return { stat: sum / chol.rank, df1: chol.rank };
}

/** Denominator degrees of freedom of a Wald F: those of t, but at least df1 + 1, as fixest has it with few clusters. */
export const waldDenominator = (dfT: number, df1: number): number => Math.max(dfT, df1 + 1);
