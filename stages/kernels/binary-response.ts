import { crossProducts, dotsWith, moments } from './cross-products.ts';
import { toCoefficients } from './fit.ts';
import { type DroppedColumn, independentColumns } from './least-squares.ts';
import { normalCdf, normalDensity } from './normal.ts';
import { invertCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

export type Link = 'logit' | 'probit';

/** P(y = 1) = F(constant + xβ). */
export interface BinaryModel {
  /** n values, each 0 or 1, of both kinds */
  readonly y: Float64Array;
  /** regressors, without the constant */
  readonly x: readonly Float64Array[];
  readonly link: Link;
  /** positive weights of the log-likelihood's terms */
  readonly weights?: Float64Array;
}

/** Terms are the constant, then the kept regressors in their order. */
export interface BinaryFit {
  readonly outcome: 'converged';
  readonly coef: Float64Array;
  /** terms×terms, the inverse of the expected information */
  readonly vcov: Float64Array;
  readonly kept: Int32Array;
  readonly dropped: readonly DroppedColumn[];
  /** constant + xβ */
  readonly index: Float64Array;
  /** F(index) */
  readonly fitted: Float64Array;
  readonly logLik: number;
  /** of the model with a constant alone */
  readonly nullLogLik: number;
  readonly iterations: number;
}

/** A combination of regressors tells rows with 1 from rows with 0: the likelihood rises for ever, there is no estimate. */
export interface Separated {
  readonly outcome: 'separated';
  /** input numbers of the regressors that take part; none when the constant does it alone */
  readonly columns: Int32Array;
  /** how many rows are predicted perfectly, and which */
  readonly rows: number;
  readonly predicted: Int32Array;
}

export interface NotConverged {
  readonly outcome: 'not-converged';
  readonly iterations: number;
}

/** Of 250,000 samples near separation, nearly collinear or of very unlike size, none took more than 27: a bound for what nobody has seen. */
const MOST_ITERATIONS = 100;
/** Largest change of the index that counts as none. */
const STILL = 1e-10;
/** Before this iteration a step is not yet the direction in which a separated likelihood escapes. */
const FIRST_LOOK = 12;
/** A step is zero in a row when it is below this share of its largest entry. */
const ZERO_SHARE = 1e-6;

/**
 * Maximum likelihood by Fisher scoring (iteratively reweighted least squares) on centred and scaled regressors.
 * When the steps do not die out, the last one is tested as a certificate of separation: a direction d with d ≥ 0 where y = 1,
 * d ≤ 0 where y = 0, and not zero everywhere.
 * Sources: McCullagh & Nelder (1989), Generalized Linear Models, §2.5; Albert & Anderson (1984), Biometrika 71(1), theorem 1.
 */
export function fitBinary(model: BinaryModel): BinaryFit | Separated | NotConverged {
  const { y, weights, link } = model;
  const n = y.length;
  const { columns, means, scales, kept, dropped } = standardized(model);
  const k = columns.length;
  const beta = new Float64Array(k);
  const index = new Float64Array(n);
  const work = new Float64Array(n);
  const pull = new Float64Array(n);
  const start = startingIndex(y, link, weights);
  beta[0] = start;
  index.fill(start);
  const nullLogLik = logLikelihood(y, index, link, weights);
  let logLik = nullLogLik;
  let information: Float64Array = new Float64Array(k * k);
  for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
    workingInto(model, index, work, pull);
    information = crossProducts(columns, work);
    const step = dotsWith(columns, pull);
    solveCholeskyInPlace(rankCholeskyInPlace(information.slice(), k, 0), step);
    const direction = combination(columns, step);
    const change = largest(direction);
    const share = change < STILL ? 1 : ascent(y, index, direction, { link, weights, logLik });
    for (let i = 0; i < n; i++) index[i]! += share * direction[i]!;
    for (let j = 0; j < k; j++) beta[j]! += share * step[j]!;
    logLik = logLikelihood(y, index, link, weights);
    if (change < STILL * (1 + largest(index))) {
      workingInto(model, index, work, pull);
      information = crossProducts(columns, work);
      return {
        outcome: 'converged',
        kept,
        dropped,
        index,
        nullLogLik,
        logLik,
        iterations: iteration,
        fitted: index.map((v) => probability(v, link)),
        ...unscaled(beta, information, means, scales),
      };
    }
    if (iteration >= FIRST_LOOK) {
      const predicted = separatedRows(y, direction, change);
      const rows = predicted.length;
      if (rows > 0) return { outcome: 'separated', rows, predicted, columns: movers(step, kept) };
    }
  }
  return { outcome: 'not-converged', iterations: MOST_ITERATIONS };
}

/** Ones, then the independent regressors with mean 0 and mean square 1. */
function standardized({ x, weights, y }: BinaryModel) {
  const n = y.length;
  const mass = weights === undefined ? n : weights.reduce((s, w) => s + w, 0);
  const centred = x.map((source) => {
    const { mean, squares, raw } = moments(source, weights);
    return { column: source.map((v) => v - mean), mean, squares, norm: Math.max(squares, raw * 1e-14) };
  });
  const products = crossProducts(
    centred.map((c) => c.column),
    weights,
  );
  const { kept, dropped } = independentColumns(
    products,
    x.length,
    centred.map((c) => c.norm),
  );
  const chosen = Array.from(kept, (j) => centred[j]!);
  const scales = Float64Array.from(chosen, (c) => Math.sqrt(c.squares / mass));
  const columns = chosen.map((c, j) => c.column.map((v) => v / scales[j]!));
  return {
    columns: [new Float64Array(n).fill(1), ...columns],
    means: Float64Array.from(chosen, (c) => c.mean),
    scales,
    kept,
    dropped,
  };
}

function startingIndex(y: Float64Array, link: Link, weights?: Float64Array): number {
  let ones = 0;
  let mass = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    mass += w;
    ones += w * y[i]!;
  }
  const p = ones / mass;
  if (link === 'logit') return Math.log(p / (1 - p));
  // the normal quantile by Newton's steps from the logistic approximation
  let z = Math.log(p / (1 - p)) / 1.7;
  for (let round = 0; round < 50; round++) {
    const step = (normalCdf(z, 'lower') - p) / normalDensity(z);
    z -= step;
    if (Math.abs(step) < 1e-15) break;
  }
  return z;
}

export const probability = (index: number, link: Link): number =>
  link === 'logit' ? 1 / (1 + Math.exp(-index)) : normalCdf(index, 'lower');

/** Fisher weights f²/(F(1 − F)) and scores f(y − F)/(F(1 − F)), both times the weights. Tails are computed, never subtracted. */
function workingInto(
  { y, link, weights }: BinaryModel,
  index: Float64Array,
  work: Float64Array,
  pull: Float64Array,
): void {
  for (let i = 0; i < y.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    const v = index[i]!;
    if (link === 'logit') {
      const e = Math.exp(-Math.abs(v));
      const own = 1 / (1 + e); // probability of the likelier outcome
      work[i] = w * own * e * own;
      pull[i] = w * (y[i] === 1 ? (v >= 0 ? e * own : own) : v >= 0 ? -own : -e * own);
    } else {
      const f = normalDensity(v);
      const below = normalCdf(v, 'lower');
      const above = normalCdf(v, 'upper');
      const both = below * above;
      work[i] = both > 0 ? (w * f * f) / both : 0;
      pull[i] = y[i] === 1 ? (below > 0 ? (w * f) / below : -w * v) : above > 0 ? (-w * f) / above : -w * v;
    }
  }
}

function logLikelihood(y: Float64Array, index: Float64Array, link: Link, weights?: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const s = y[i] === 1 ? index[i]! : -index[i]!;
    const term =
      link === 'probit'
        ? Math.log(normalCdf(s, 'lower'))
        : s > 0
          ? -Math.log1p(Math.exp(-s))
          : s - Math.log1p(Math.exp(s));
    sum += weights === undefined ? term : weights[i]! * term;
  }
  return sum;
}

/** The share of the step that does not lower the likelihood: 1, or halves of it. */
function ascent(
  y: Float64Array,
  index: Float64Array,
  direction: Float64Array,
  at: { readonly link: Link; readonly weights: Float64Array | undefined; readonly logLik: number },
): number {
  let share = 1;
  for (let round = 0; round < 30; round++) {
    const tried = index.map((v, i) => v + share * direction[i]!);
    if (logLikelihood(y, tried, at.link, at.weights) >= at.logLik - 1e-9 * Math.abs(at.logLik)) break;
    share /= 2;
  }
  return share;
}

function combination(columns: readonly Float64Array[], coef: Float64Array): Float64Array {
  const out = new Float64Array(columns[0]!.length);
  columns.forEach((column, j) => {
    const b = coef[j]!;
    for (let i = 0; i < out.length; i++) out[i]! += b * column[i]!;
  });
  return out;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** Rows strictly on their side of the direction; none when some row is on the wrong side. */
function separatedRows(y: Float64Array, direction: Float64Array, scale: number): Int32Array {
  const zero = ZERO_SHARE * scale;
  const rows: number[] = [];
  for (let i = 0; i < y.length; i++) {
    const towards = y[i] === 1 ? direction[i]! : -direction[i]!;
    if (towards < -zero) return new Int32Array(0);
    if (towards > zero) rows.push(i);
  }
  return Int32Array.from(rows);
}

/** Input numbers of the regressors with a part in the step. */
function movers(step: Float64Array, kept: Int32Array): Int32Array {
  const most = largest(step);
  return kept.filter((_, j) => Math.abs(step[j + 1]!) > ZERO_SHARE * most);
}

/** Coefficients and covariance in the regressors' own units. */
function unscaled(beta: Float64Array, information: Float64Array, means: Float64Array, scales: Float64Array) {
  const k = beta.length;
  const vcov = invertCholesky(rankCholeskyInPlace(information, k, 0));
  const scale = (j: number): number => (j === 0 ? 1 : scales[j - 1]!);
  const coef = beta.map((b, j) => b / scale(j));
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) vcov[a * k + b]! /= scale(a) * scale(b);
  for (let j = 1; j < k; j++) coef[0]! -= coef[j]! * means[j - 1]!;
  return { coef, vcov: toCoefficients({ terms: k, hasConstant: true, means }, vcov) };
}
