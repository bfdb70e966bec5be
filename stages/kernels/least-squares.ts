import {
  type Conditioned,
  carriedBack,
  conditionedColumns,
  conditioningMap,
  type HatFactor,
  mapped,
} from './conditioning.ts';
import { crossProducts, residualsAndDots } from './cross-products.ts';
import { invertCholesky, type RankCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/**
 * Share of a column's squared norm that must be left after the effects and earlier columns; below it the column is collinear.
 * It is 3·10⁻⁷ in norm: near R's 10⁻⁷, above the rounding of data stored in single precision.
 */
export const COLLINEAR = 1e-13;

/** A column left out, and why: `on` are input columns it is a linear combination of (empty: of effects or the constant alone). */
export interface DroppedColumn {
  readonly column: number;
  readonly on: Int32Array;
}

/** Coefficients of one projection of y on columns. */
export interface Projection {
  /** input numbers of the columns kept, increasing */
  readonly kept: Int32Array;
  readonly dropped: readonly DroppedColumn[];
  /** one per kept column */
  readonly coef: Float64Array;
  readonly residuals: Float64Array;
  /** (Xᵀ W X)⁻¹ over the kept columns, row-major */
  readonly bread: Float64Array;
  /** the same in coordinates that are not nearly collinear, where the columns are */
  readonly conditioned?: Conditioned;
  /** where `bread` is not that of a projection (the k class): the projection on the columns, from which leverages come */
  readonly hat?: HatFactor;
}

/** What cross-products alone tell. */
export interface Solved extends Omit<Projection, 'residuals' | 'conditioned' | 'hat'> {
  /** to coordinates in which the kept columns are not nearly collinear, where they are: what else is here has lost digits */
  readonly map?: Float64Array;
  /** share of each kept column's squared norm that those before it leave over */
  readonly shares: Float64Array;
}

/**
 * Weighted least squares of y on the columns, all with effects or means taken out already. Normal equations with columns scaled
 * to unit norm, then refined with the residual (Björck 1996, Numerical Methods for Least Squares Problems, §2.9.3); once more in other
 * coordinates when columns are nearly collinear (`conditioning.ts`).
 * @param norms squared norm of every column before anything was taken out of it, for the collinearity rule
 */
export function leastSquares(
  y: Float64Array,
  columns: readonly Float64Array[],
  norms: ArrayLike<number>,
  weights?: Float64Array,
): Projection {
  const residuals = new Float64Array(y.length);
  const solve = (x: readonly Float64Array[], sizes?: ArrayLike<number>): Solved => {
    const products = crossProducts([...x, y], weights);
    const own = sizes ?? x.map((_, j) => products[j * (x.length + 2)]!);
    return solveProducts(products, x.length, own, (coef, kept) => {
      const design = Array.from(kept, (j) => x[j]!);
      return { dots: residualsAndDots(residuals, y, design, coef, weights) };
    });
  };
  const first = solve(columns, norms);
  const { kept, dropped, coef, bread, map } = first;
  if (map === undefined) return { kept, dropped, coef, bread, residuals };
  const design = conditionedColumns(
    Array.from(kept, (j) => columns[j]!),
    map,
  );
  const again = solve(design);
  if (again.kept.length < kept.length) throw new Error('ceteris bug: a column that was kept has nothing of its own');
  return {
    kept,
    dropped,
    coef: mapped(map, again.coef),
    bread: carriedBack(map, again.bread),
    conditioned: { design, bread: again.bread, map },
    residuals,
  };
}

/**
 * The same from cross-products of the columns and then y.
 * @param residualsOf products of the kept columns with the residuals that coefficients leave, and the residuals' squared norm, if known
 */
export function solveProducts(
  products: Float64Array,
  k: number,
  norms: ArrayLike<number>,
  residualsOf: (coef: Float64Array, kept: Int32Array) => { readonly dots: Float64Array; readonly squares?: number },
): Solved {
  const gram = leadingBlock(products, k);
  const { kept, dropped } = independentColumns(gram, k, norms);
  const factor = scaledFactor(gram, k, kept);
  const coef = Float64Array.from(kept, (j) => products[k * (k + 1) + j]!);
  solveScaled(factor, coef);
  for (let round = 0; round < REFINEMENTS; round++) {
    const { dots, squares } = residualsOf(coef, kept);
    const step = dots.slice();
    solveScaled(factor, step);
    for (let j = 0; j < coef.length; j++) coef[j]! += step[j]!;
    // too small to show in the residuals
    if (squares === undefined ? largestStep(step, coef) < SMALL_STEP : movesLittle(step, factor.root, squares)) break;
  }
  const map = conditioningMap(factor.chol, factor.root);
  const shares = Float64Array.from(kept, (_, j) => factor.chol.factor[j * (kept.length + 1)]! ** 2);
  return { kept, dropped, coef, bread: scaledInverse(factor), shares, ...(map && { map }) };
}

/** Most rounds of refinement; each gains as many digits as the first solution had. */
const REFINEMENTS = 4;
const SMALL_STEP = 1e-11;

/** Whether every column times its step is small beside the residuals: then they, and all that is made of them, stand. */
function movesLittle(step: Float64Array, root: Float64Array, squares: number): boolean {
  const limit = SMALL_MOVE * Math.sqrt(squares);
  return step.every((s, j) => Math.abs(s) * root[j]! <= limit);
}

const SMALL_MOVE = 1e-10;

function leadingBlock(products: Float64Array, k: number): Float64Array {
  const gram = new Float64Array(k * k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) gram[a * k + b] = products[a * (k + 1) + b]!;
  return gram;
}

function largestStep(step: Float64Array, coef: Float64Array): number {
  let most = 0;
  for (let j = 0; j < coef.length; j++) if (step[j] !== 0) most = Math.max(most, Math.abs(step[j]! / coef[j]!));
  return most;
}

/** Which columns to keep, first come first kept, and which earlier ones explain the others. */
export function independentColumns(
  products: Float64Array,
  k: number,
  norms: ArrayLike<number>,
): { readonly kept: Int32Array; readonly dropped: DroppedColumn[] } {
  const scaled = products.slice();
  const root = Float64Array.from({ length: k }, (_, j) => Math.sqrt(norms[j]!) || 1);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) scaled[a * k + b]! /= root[a]! * root[b]!;
  const gram = scaled.slice();
  const chol = rankCholeskyInPlace(scaled, k, COLLINEAR, new Float64Array(k).fill(1));
  const kept = Int32Array.from({ length: k }, (_, j) => j).filter((j) => chol.dropped[j] === 0);
  const dropped: DroppedColumn[] = [];
  for (let j = 0; j < k; j++) {
    if (chol.dropped[j] === 1) dropped.push({ column: j, on: explainedBy(gram, k, j, kept) });
  }
  return { kept, dropped };
}

/** Columns kept before j with a part in j's linear combination that is not rounding. */
function explainedBy(gram: Float64Array, k: number, j: number, kept: Int32Array): Int32Array {
  const earlier = kept.filter((a) => a < j);
  const m = earlier.length;
  const matrix = new Float64Array(m * m);
  const right = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    right[a] = gram[earlier[a]! * k + j]!;
    for (let b = 0; b < m; b++) matrix[a * m + b] = gram[earlier[a]! * k + earlier[b]!]!;
  }
  solveCholeskyInPlace(rankCholeskyInPlace(matrix, m, 0), right);
  return earlier.filter((c, a) => Math.abs(right[a]!) * Math.sqrt(gram[c * k + c]!) > 1e-6);
}

interface ScaledFactor {
  readonly chol: RankCholesky;
  readonly root: Float64Array;
}

function scaledFactor(products: Float64Array, k: number, kept: Int32Array): ScaledFactor {
  const m = kept.length;
  const root = Float64Array.from(kept, (j) => Math.sqrt(products[j * k + j]!));
  const matrix = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) matrix[a * m + b] = products[kept[a]! * k + kept[b]!]! / (root[a]! * root[b]!);
  }
  return { chol: rankCholeskyInPlace(matrix, m, 0), root };
}

function solveScaled(factor: ScaledFactor, b: Float64Array): void {
  for (let j = 0; j < b.length; j++) b[j]! /= factor.root[j]!;
  solveCholeskyInPlace(factor.chol, b);
  for (let j = 0; j < b.length; j++) b[j]! /= factor.root[j]!;
}

function scaledInverse(factor: ScaledFactor): Float64Array {
  const m = factor.root.length;
  const inverse = invertCholesky(factor.chol);
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) inverse[a * m + b]! /= factor.root[a]! * factor.root[b]!;
  return inverse;
}
