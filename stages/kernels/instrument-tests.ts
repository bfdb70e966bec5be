import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { chiSquareCdf } from './chi-square.ts';
import { crossProducts, dotsWith, residualsAndDots } from './cross-products.ts';
import { fixestRule, noSmallSample, type SmallSample } from './dof.ts';
import { fCdf } from './f.ts';
import { inference, smallSample, weightedResiduals } from './inference.ts';
import type { TakenOut } from './linear-model.ts';
import { robustMeat } from './meat.ts';
import { type RankCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import { type Errors, type SandwichErrors, sandwichMeat } from './sandwich-meat.ts';
import { project, residualProducts, type TwoStageFit } from './two-stage.ts';
import { waldDenominator, waldF } from './wald.ts';

/** An F statistic with its p value. */
export interface FTest {
  readonly stat: number;
  readonly p: number;
  readonly df1: number;
  readonly df2: number;
}

/** A χ² statistic with its p value. */
export interface ChiSquareTest {
  readonly stat: number;
  readonly p: number;
  readonly df: number;
}

function fTest(stat: number, df1: number, df2: number): FTest {
  return { stat, df1, df2, p: fCdf(stat, df1, df2, 'upper') };
}

function chiSquareTest(stat: number, df: number): ChiSquareTest {
  return { stat, df, p: chiSquareCdf(stat, df, 'upper') };
}

/** F of the excluded instruments in the first stage of endogenous variable e, errors independent with one variance. */
export function firstStageF(fit: TwoStageFit, e: number): FTest {
  const { first, columns, instruments } = fit;
  const stage = first[e]!;
  const without = project(columns.endogenous[e]!, columns.exogenous, stage.weights);
  const ssrWithout = crossProducts([without.residuals], stage.weights)[0]!;
  const df2 = stage.n - stage.parameters;
  return fTest((ssrWithout - stage.ssr) / instruments / (stage.ssr / df2), instruments, df2);
}

/**
 * The same as a Wald statistic under other errors. With clusters the denominator has the smallest G − 1 degrees of freedom, but at least 2, as
 * fixest has it.
 */
export function firstStageWald(
  fit: TwoStageFit,
  e: number,
  errors: Errors,
  rule: SmallSample = fixestRule,
): FTest | undefined {
  const of = inference(fit.first[e]!, errors, rule);
  if (of === undefined) return undefined;
  const { stat, df1 } = waldF(fit.first[e]!.coef, of.vcov, fit.instrumentTerms);
  return fTest(stat, df1, waldDenominator(of.dfT, df1));
}

/** Anderson–Rubin test that all endogenous variables have zero coefficients, valid with weak instruments. Source: Anderson & Rubin (1949). */
export function andersonRubin(fit: TwoStageFit, errors: Errors, rule: SmallSample = fixestRule): FTest | undefined {
  const of = inference(fit.reduced, errors, rule);
  if (of === undefined) return undefined;
  const { stat, df1 } = waldF(fit.reduced.coef, of.vcov, fit.instrumentTerms);
  return fTest(stat, df1, waldDenominator(of.dfT, df1));
}

/**
 * Wu–Hausman: F of the first-stage residuals added to the regression by least squares; undefined when that regression leaves nothing free.
 * Source: Hausman (1978), Econometrica 46(6).
 */
export function wuHausman(fit: TwoStageFit): FTest | undefined {
  const { columns, first, second } = fit;
  const regressors = [...columns.endogenous, ...columns.exogenous];
  const plain = project(columns.y, regressors, second.weights);
  const residuals = first.map((stage, e) => ({ ...columns.endogenous[e]!, column: stage.residuals }));
  const augmented = project(columns.y, [...regressors, ...residuals], second.weights);
  const [before, after] = [plain, augmented].map((p) => crossProducts([p.residuals], second.weights)[0]!);
  const df1 = augmented.kept.length - plain.kept.length;
  const df2 = second.n - second.parameters - df1;
  if (df1 === 0 || df2 <= 0) return undefined;
  return fTest((before! - after!) / df1 / (after! / df2), df1, df2);
}

/** Sargan: n R² of the residuals on all instruments; undefined when the model is just identified. Source: Sargan (1958), Econometrica 26(3). */
export function sargan(fit: TwoStageFit): ChiSquareTest | undefined {
  const { columns, second, instruments, first } = fit;
  const df = instruments - first.length;
  if (df === 0) return undefined;
  const residuals = { ...columns.y, column: second.residuals };
  const on = project(residuals, [...columns.exogenous, ...columns.instruments], second.weights);
  const left = crossProducts([on.residuals], second.weights)[0]!;
  return chiSquareTest(second.n * (1 - left / second.ssr), df);
}

/**
 * Hansen's J: the criterion of two-step efficient GMM, first step two-stage least squares, no small-sample factor. Exogenous variables are
 * partialled out, which leaves it as it is (Baum, Schaffer & Stillman 2007, Stata J. 7(4), §5) and asks of the covariance of the moments no
 * more than the instruments. Undefined when just identified, and where that covariance is singular (fewer clusters than instruments).
 * Source: Hansen (1982), Econometrica 50(4); as ivreg2, gmm2s.
 */
export function hansenJ(fit: TwoStageFit, errors: SandwichErrors): ChiSquareTest | undefined {
  const { columns, second, first } = fit;
  const df = fit.instruments - first.length;
  if (df === 0) return undefined;
  const { weights } = second;
  const alone = (column: TakenOut): Float64Array => project(column, columns.exogenous, weights).residuals;
  const moments = instrumentsAlone(fit);
  const regressors = Array.from(second.kept)
    .filter((j) => j < first.length)
    .map((j) => alone(columns.endogenous[j]!));
  const y = alone(columns.y);
  const e = weightedResiduals(second);
  const { matrix } = sandwichMeat(moments, e, errors, noSmallSample);
  const chol = fullRank(matrix, moments, e);
  if (chol === undefined) return undefined;
  const crossed = regressors.map((x) => dotsWith(moments, x, weights));
  const target = dotsWith(moments, y, weights);
  const m = regressors.length;
  const normal = new Float64Array(m * m);
  const right = new Float64Array(m);
  crossed.forEach((column, a) => {
    const solved = column.slice();
    solveCholeskyInPlace(chol, solved);
    for (let b = 0; b < m; b++) normal[a * m + b] = dot(solved, crossed[b]!);
    right[a] = dot(solved, target);
  });
  solveCholeskyInPlace(rankCholeskyInPlace(normal, m, 0), right);
  const residuals = new Float64Array(second.n);
  residualsAndDots(residuals, y, regressors, right);
  const left = dotsWith(moments, residuals, weights);
  const solved = left.slice();
  solveCholeskyInPlace(chol, solved);
  return chiSquareTest(dot(left, solved), df);
}

/** The kept instruments with exogenous variables out, in the order of the first stage's terms. */
export function instrumentsAlone({ columns, first }: TwoStageFit): Float64Array[] {
  const { kept, weights } = first[0]!;
  const exogenous = columns.exogenous.length;
  return Array.from(kept)
    .filter((j) => j >= exogenous)
    .map((j) => project(columns.instruments[j - exogenous]!, columns.exogenous, weights).residuals);
}

/** Factor of a meat; undefined when it is singular, measured by what the scores' squares alone would be, or not positive definite. */
function fullRank(meat: Float64Array, design: readonly Float64Array[], e: Float64Array): RankCholesky | undefined {
  const size = design.length;
  const plain = robustMeat(design, e);
  const own = Float64Array.from({ length: size }, (_, j) => plain[j * (size + 1)]!);
  const chol = rankCholeskyInPlace(meat.slice(), size, 1e-13, own);
  return chol.rank === size ? chol : undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Cragg–Donald F: the smallest eigenvalue of the first stages' explained products against their residual ones, per instrument; with one
 * endogenous variable it is the first-stage F. Source: Cragg & Donald (1993), Econometric Theory 9(2); Stock & Yogo (2005), eq. 2.4.
 */
export function craggDonald(fit: TwoStageFit): number {
  const m = fit.first.length;
  const { total, residual } = firstStageProducts(fit);
  const { factor, rank } = rankCholeskyInPlace(total.slice(), m, 0);
  if (rank < m) return Number.NaN;
  // shares of the total, which is regular where few degrees of freedom leave residuals that are not
  const shares = (part: Float64Array): number[] =>
    new EigenvalueDecomposition(new Matrix(whiten(part, factor, m)), { assumeSymmetric: true }).realEigenvalues;
  const left = Math.max(...shares(residual));
  // the smaller of the two parts is not had from the larger, which would lose its digits
  const ratio = left < 0.5 ? (1 - left) / left : leastRatio(shares(total.map((t, c) => t - residual[c]!)));
  const stage = fit.first[0]!;
  return (ratio * (stage.n - stage.parameters)) / fit.instruments;
}

const leastRatio = (explained: readonly number[]): number => {
  const least = Math.min(...explained);
  return least / (1 - least);
};

/** Products of the endogenous variables with exogenous ones out, and of their first-stage residuals. */
function firstStageProducts(fit: TwoStageFit): { readonly total: Float64Array; readonly residual: Float64Array } {
  const { columns, first } = fit;
  const partialled = columns.endogenous.map((x) => project(x, columns.exogenous, first[0]!.weights).residuals);
  return { total: crossProducts(partialled, first[0]!.weights), residual: residualProducts(first) };
}

/** L⁻¹ A L⁻ᵀ */
function whiten(matrix: Float64Array, lower: Float64Array, m: number): number[][] {
  const half = Array.from({ length: m }, (_, j) => forward(lower, m, (i) => matrix[i * m + j]!));
  const full = Array.from({ length: m }, (_, i) => forward(lower, m, (j) => half[j]![i]!));
  return full.map((row, i) => row.map((value, j) => (value + full[j]![i]!) / 2));
}

function forward(lower: Float64Array, m: number, right: (i: number) => number): number[] {
  const solved: number[] = [];
  for (let i = 0; i < m; i++) {
    let sum = right(i);
    for (let k = 0; k < i; k++) sum -= lower[i * m + k]! * solved[k]!;
    solved.push(sum / lower[i * m + i]!);
  }
  return solved;
}

/** L⁻ᵀ b */
function backward(lower: Float64Array, m: number, right: readonly number[]): number[] {
  const solved = right.slice();
  for (let i = m - 1; i >= 0; i--) {
    for (let k = i + 1; k < m; k++) solved[i]! -= lower[k * m + i]! * solved[k]!;
    solved[i]! /= lower[i * m + i]!;
  }
  return solved;
}

/** Kleibergen–Paap rank test of the first stages. */
export interface KleibergenPaap {
  /** Wald statistic per instrument, for Stock and Yogo's tables: the robust first-stage F when there is one endogenous variable */
  readonly f: number;
  /** the Wald statistic as χ² of under-identification */
  readonly rank: ChiSquareTest;
}

/**
 * Tests that the matrix of first-stage coefficients lacks full rank, under any errors. In orthonormal coordinates
 * Θ = F⁻ᵀ (Zᵀ X) G⁻¹ (Fᵀ… factors of Zᵀ Z and Xᵀ X, exogenous variables out) has singular vectors a, b beyond rank m − 1; the statistic is
 * the Wald form of aᵀ Θ b, whose scores are (aᵀ F⁻ᵀ z_i)(v_iᵀ G⁻¹ b). The small-sample factor is that of the first stage.
 * Undefined where its covariance is singular or, with several cluster dimensions, not positive definite.
 * Source: Kleibergen & Paap (2006), J. Econometrics 133(1), 97–126, theorem 1.
 */
export function kleibergenPaap(
  fit: TwoStageFit,
  errors: SandwichErrors,
  rule: SmallSample = fixestRule,
): KleibergenPaap | undefined {
  const { columns, first } = fit;
  const weights = first[0]!.weights;
  const z = instrumentsAlone(fit);
  const x = columns.endogenous.map((e) => project(e, columns.exogenous, weights).residuals);
  const [l, m] = [z.length, x.length];
  const lowerZ = rankCholeskyInPlace(crossProducts(z, weights), l, 0).factor;
  const lowerX = rankCholeskyInPlace(crossProducts(x, weights), m, 0).factor;
  const crossed = x.map((column) => dotsWith(z, column, weights));
  const halves = crossed.map((column) => forward(lowerZ, l, (i) => column[i]!));
  const theta = Array.from({ length: l }, (_, i) => forward(lowerX, m, (j) => halves[j]![i]!));
  const { leftSingularVectors: left, rightSingularVectors: right } = new SingularValueDecomposition(new Matrix(theta));
  const b = backward(lowerX, m, right.getColumn(m - 1));
  const strong = Array.from({ length: m - 1 }, (_, c) => left.getColumn(c));
  const directions = orthogonalComplement(strong, l);
  const lambda = Float64Array.from(directions, (a) =>
    a.reduce((sum, value, i) => sum + value * theta[i]!.reduce((s, t, j) => s + t * right.get(j, m - 1), 0), 0),
  );
  const design = directions.map((a) => combination(z, backward(lowerZ, l, a)));
  const v = combination(
    first.map((stage) => stage.residuals),
    b,
  );
  const e = weightedResiduals({ residuals: v, ...(weights && { weights }) });
  const meat = sandwichMeat(design, e, errors, rule);
  const chol = fullRank(meat.matrix, design, e);
  if (chol === undefined) return undefined;
  const { factor } = smallSample(first[0]!, errors, meat.groups, rule);
  const solved = lambda.slice();
  solveCholeskyInPlace(chol, solved);
  const stat = dot(lambda, solved) / factor;
  return { f: stat / l, rank: chiSquareTest(stat, l - m + 1) };
}

/** An orthonormal basis of what is orthogonal to the given orthonormal vectors of length l. */
function orthogonalComplement(given: readonly number[][], l: number): number[][] {
  const basis: number[][] = [];
  for (let i = 0; i < l && basis.length < l - given.length; i++) {
    const vector = Array.from({ length: l }, (_, j) => (i === j ? 1 : 0));
    for (const other of [...given, ...basis, ...given, ...basis]) {
      const along = other.reduce((sum, value, j) => sum + value * vector[j]!, 0);
      for (let j = 0; j < l; j++) vector[j]! -= along * other[j]!;
    }
    const size = Math.hypot(...vector);
    if (size > 0.5 / Math.sqrt(l)) basis.push(vector.map((value) => value / size)); // such vectors suffice: Σ size² = l − given
  }
  return basis;
}

function combination(columns: readonly Float64Array[], by: readonly number[]): Float64Array {
  const out = new Float64Array(columns[0]!.length);
  columns.forEach((column, j) => {
    const value = by[j]!;
    for (let i = 0; i < out.length; i++) out[i]! += value * column[i]!;
  });
  return out;
}
