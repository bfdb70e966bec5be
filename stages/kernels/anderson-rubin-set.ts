import { fixestRule, type SmallSample } from './dof.ts';
import { fQuantile } from './f.ts';
import { inference } from './inference.ts';
import type { LinearFit } from './linear-model.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import type { Errors } from './sandwich-meat.ts';
import type { TwoStageFit } from './two-stage.ts';
import { waldDenominator } from './wald.ts';

/** Disjoint intervals in increasing order, ends may be infinite; empty when every value is rejected. */
export type RealSet = readonly (readonly [low: number, high: number])[];

/** Points of the half circle of directions at which the statistic is looked at. */
const POINTS = 4000;

/**
 * Values of one endogenous variable's coefficient that the Anderson–Rubin test does not reject: {b : F(b) ≤ its quantile}, F(b) the Wald F
 * of the instruments in the regression of y − b x. The coefficients are linear in b and their covariance is quadratic, so that three
 * covariances give all of them. With b = b₀ + s tan θ the statistic is a smooth function of the direction θ, infinity included: its
 * crossings are bracketed on a grid and halved. With weak instruments the set is unbounded, or two rays (Dufour 1997).
 * @returns undefined with several endogenous variables, or where the errors cannot be had or are no covariance
 * Source: Anderson & Rubin (1949); Andrews, Stock & Sun (2019), Annu. Rev. Econ. 11, §5.1.
 */
export function andersonRubinSet(
  fit: TwoStageFit,
  errors: Errors,
  level: number,
  rule: SmallSample = fixestRule,
): RealSet | undefined {
  const [first, second] = fit.first;
  if (first === undefined || second !== undefined) return undefined;
  const at = fit.second.hasConstant ? 1 : 0;
  const centre = fit.second.coef[at]!;
  const scale = Math.abs(centre) * 0.5 + Math.sqrt(fit.second.bread[at * (fit.second.terms + 1)]! * fit.second.sigma2);
  const form = statisticOf(fit, first, { errors, rule, centre, scale });
  if (form === undefined) return undefined;
  const limit = fQuantile(1 - level, fit.instruments, form.df2, 'upper');
  const value = (tangent: number): number => centre + scale * tangent;
  return below(form.statistic, limit).map(([low, high]) => [
    low <= -Math.PI / 2 ? Number.NEGATIVE_INFINITY : value(Math.tan(low)),
    high >= Math.PI / 2 ? Number.POSITIVE_INFINITY : value(Math.tan(high)),
  ]);
}

interface Setting {
  readonly errors: Errors;
  readonly rule: SmallSample;
  readonly centre: number;
  readonly scale: number;
}

/** F by the direction θ, and its denominator's degrees of freedom. */
function statisticOf(
  fit: TwoStageFit,
  first: LinearFit,
  { errors, rule, centre, scale }: Setting,
): { statistic: (theta: number) => number; df2: number } | undefined {
  const chosen = fit.instrumentTerms;
  const m = chosen.length;
  const covariances: Float64Array[] = [];
  let df2 = 0;
  for (const t of [0, 1, -1]) {
    const of = inference(regressionAt(fit.reduced, first, centre + scale * t), errors, rule);
    // a repaired covariance is not quadratic in b
    if (of === undefined || of.repaired) return undefined;
    df2 = waldDenominator(of.dfT, m);
    const k = first.terms;
    covariances.push(
      Float64Array.from({ length: m * m }, (_, c) => of.vcov[chosen[Math.floor(c / m)]! * k + chosen[c % m]!]!),
    );
  }
  const [zero, one, minus] = covariances as [Float64Array, Float64Array, Float64Array];
  const cross = one.map((v, c) => (v - minus[c]!) / 2);
  const square = one.map((v, c) => (v + minus[c]!) / 2 - zero[c]!);
  const start = Float64Array.from(chosen, (t) => fit.reduced.coef[t]! - centre * first.coef[t]!);
  const step = Float64Array.from(chosen, (t) => scale * first.coef[t]!);
  const statistic = (theta: number): number => {
    const [c, s] = [Math.cos(theta), Math.sin(theta)];
    const matrix = zero.map((v, e) => c * c * v + c * s * cross[e]! + s * s * square[e]!);
    const gap = start.map((v, a) => c * v - s * step[a]!);
    const solved = gap.slice();
    solveCholeskyInPlace(rankCholeskyInPlace(matrix, m, 1e-13), solved);
    return gap.reduce((sum, v, a) => sum + v * solved[a]!, 0) / m;
  };
  return { statistic, df2 };
}

/** The regression of y − b x on exogenous variables and instruments, from those of y and of x. */
function regressionAt(reduced: LinearFit, first: LinearFit, b: number): LinearFit {
  const { scores: _, conditioned, ...rest } = reduced;
  const residuals = reduced.residuals.map((v, i) => v - b * first.residuals[i]!);
  const weights = reduced.weights;
  const ssr = residuals.reduce((sum, v, i) => sum + v * v * (weights === undefined ? 1 : weights[i]!), 0);
  return {
    ...rest,
    ...(conditioned && { conditioned: { design: conditioned.design, bread: conditioned.bread, map: conditioned.map } }),
    residuals,
    ssr,
    coef: reduced.coef.map((v, j) => v - b * first.coef[j]!),
  };
}

/** Arcs of [−π/2, π/2] on which a function is at most a limit. */
function below(f: (theta: number) => number, limit: number): RealSet {
  const point = (i: number): number => (i / POINTS - 0.5) * Math.PI;
  const inside = (theta: number): boolean => f(theta) <= limit;
  const values = Array.from({ length: POINTS + 1 }, (_, i) => f(point(i)));
  const lowest = values.reduce((least, v, i) => (v < values[least]! ? i : least), 0);
  const bottom = lowestPoint(f, point(Math.max(lowest - 1, 0)), point(Math.min(lowest + 1, POINTS)));
  const grid = [...values.keys()].map(point);
  // a set thinner than the grid
  if (inside(bottom) && !grid.includes(bottom)) grid.push(bottom);
  grid.sort((a, b) => a - b);
  const out: [number, number][] = [];
  let from: number | undefined;
  grid.forEach((theta, i) => {
    if (inside(theta)) from ??= i === 0 ? theta : crossing(inside, grid[i - 1]!, theta);
    else if (from !== undefined) {
      out.push([from, crossing(inside, grid[i - 1]!, theta)]);
      from = undefined;
    }
  });
  if (from !== undefined) out.push([from, Math.PI / 2]);
  return out;
}

/** Where a set ends between two points, of which one is in it. */
function crossing(inside: (theta: number) => boolean, a: number, b: number): number {
  const isFirst = inside(a);
  let [low, high] = [a, b];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (inside(middle) === isFirst) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Golden section. */
function lowestPoint(f: (theta: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  for (let step = 0; step < 80; step++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (f(a) < f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}
