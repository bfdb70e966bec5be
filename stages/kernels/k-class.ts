import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dotsWith, residualsAndDots } from './cross-products.ts';
import type { Projection } from './least-squares.ts';
import { invertCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/** Limited-information maximum likelihood, or Fuller's correction of it. */
export type KClass = 'liml' | 'fuller';

/** Fuller's constant: 1 is the choice that is nearly unbiased. */
const FULLER = 1;

export interface KClassParts {
  readonly y: Float64Array;
  /** regressors as observed */
  readonly x: readonly Float64Array[];
  /** what instruments and exogenous variables leave of them; undefined for exogenous ones */
  readonly left: readonly (Float64Array | undefined)[];
  readonly weights: Float64Array | undefined;
  readonly k: number;
}

/** k from the smallest root. @param free rows less instruments, exogenous variables and effects */
export const kOf = (kind: KClass, root: number, free: number): number =>
  kind === 'liml' ? root : root - FULLER / free;

/**
 * The k-class estimator β = (Xᵀ(I − k M)X)⁻¹ Xᵀ(I − k M)y, M what instruments and exogenous variables leave; k = 1 is two-stage least
 * squares. The bread is the inverse; scores keep the fitted endogenous variables, as Stata's ivreg2 and Python's linearmodels have it.
 * All columns have means or effects out.
 * Source: Theil (1961), Economic Forecasts and Policy; Fuller (1977), Econometrica 45(4); Davidson & MacKinnon (2004), §12.5.
 */
export function kClassProjection({
  y,
  x,
  left,
  weights,
  k,
}: KClassParts): Pick<Projection, 'coef' | 'residuals' | 'bread'> {
  const m = x.length;
  const instruments = x.map((column, a) => {
    const rest = left[a];
    return rest === undefined ? column : column.map((v, i) => v - k * rest[i]!);
  });
  const products = new Float64Array(m * m);
  instruments.forEach((z, a) => {
    const row = dotsWith(x, z, weights);
    for (let b = 0; b < m; b++) {
      products[a * m + b]! += row[b]! / 2;
      products[b * m + a]! += row[b]! / 2;
    }
  });
  const root = Float64Array.from({ length: m }, (_, a) => Math.sqrt(Math.abs(products[a * (m + 1)]!)) || 1);
  const scaled = (matrix: Float64Array) => matrix.map((v, c) => v / (root[Math.floor(c / m)]! * root[c % m]!));
  const chol = rankCholeskyInPlace(scaled(products), m, 0);
  const coef = new Float64Array(m);
  const residuals = y.slice();
  for (let round = 0; round < ROUNDS; round++) {
    const step = dotsWith(instruments, residuals, weights).map((v, a) => v / root[a]!);
    solveCholeskyInPlace(chol, step);
    for (let a = 0; a < m; a++) coef[a]! += step[a]! / root[a]!;
    residualsAndDots(residuals, y, x, coef);
  }
  return { coef, residuals, bread: scaled(invertCholesky(chol)) };
}

/** The first solution, and what refines it. */
const ROUNDS = 3;

/**
 * LIML's k: the smallest root of |A − k B| = 0, A the products of the outcome and the endogenous variables with exogenous ones out, B with
 * the instruments out, too. Both m×m.
 * Source: Anderson & Rubin (1949), Ann. Math. Stat. 20(1), 46–63.
 */
export function smallestRoot(total: Float64Array, residual: Float64Array, m: number): number {
  // the reciprocals of the roots are those of L⁻¹ B L⁻ᵀ, L Lᵀ = A, which is regular where B is not
  const lower = Matrix.zeros(m, m);
  const { factor, rank } = rankCholeskyInPlace(total.slice(), m, 0);
  if (rank < m) return 1;
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) lower.set(a, b, factor[a * m + b]!);
  const half = forwardSolve(lower, Matrix.from1DArray(m, m, residual));
  const standardized = forwardSolve(lower, half.transpose());
  const symmetric = Matrix.add(standardized, standardized.transpose()).mul(0.5);
  return 1 / Math.max(...new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues);
}

/** L⁻¹ B */
function forwardSolve(lower: Matrix, right: Matrix): Matrix {
  const out = right.clone();
  for (let i = 0; i < lower.rows; i++)
    for (let j = 0; j < out.columns; j++) {
      let sum = out.get(i, j);
      for (let c = 0; c < i; c++) sum -= lower.get(i, c) * out.get(c, j);
      out.set(i, j, sum / lower.get(i, i));
    }
  return out;
}
