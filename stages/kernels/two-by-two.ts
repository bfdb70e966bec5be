/**
 * The two-group, two-period difference in differences with covariates, each with the influence function of its estimate:
 * outcome regression, inverse probability weighting, doubly robust; for a panel here, for cross-sections beside.
 * The influence function is that of the average treatment effect on the treated, one number per row, mean 0, so that
 * the variance is Σ ψ² / n².
 * Source: Sant'Anna & Zhao (2020), J. Econometrics 219(1), 101–122; Callaway & Sant'Anna (2021), J. Econometrics 225(2).
 */
import { fitBinary } from './binary-response.ts';
import { weightedRegression } from './weighted-regression.ts';

export type DidMethod = 'dr' | 'ipw' | 'reg';

export interface TwoByTwo {
  readonly att: number;
  readonly influence: Float64Array;
}

/** Why there is no estimate: the propensity score reaches 1, or the controls' covariates are collinear. */
export type NoTwoByTwo = 'overlap' | 'singular';

/** Rows that serve in one comparison. */
export interface Comparison {
  /** 1 for treated, 0 for controls */
  readonly treated: Float64Array;
  /** covariates, the constant first, linearly independent over the rows */
  readonly x: readonly Float64Array[];
  /** positive, any scale */
  readonly weights: Float64Array;
}

/** A fitted probability from here on counts as a violation of overlap (the rule of R's `did`). */
const NO_OVERLAP = 0.999;
/** Controls this likely to be treated are trimmed (the rule of R's `DRDID`). */
const TRIM = 0.995;

/** @param delta change of the outcome from the base period, one per row */
export function twoByTwo(delta: Float64Array, of: Comparison, method: DidMethod): TwoByTwo | NoTwoByTwo {
  const { treated } = of;
  const n = delta.length;
  const weights = toMeanOne(of.weights);
  const score = method === 'reg' ? undefined : propensity({ ...of, weights });
  if (score === 'overlap') return score;
  const controls = weights.map((w, i) => w * (1 - treated[i]!));
  const regression = method === 'ipw' ? undefined : weightedRegression(delta, of.x, controls);
  if (method !== 'ipw' && regression === undefined) return 'singular';
  // u: the change less what the controls' regression predicts
  const u = regression === undefined ? delta : delta.map((d, i) => d - regression.fitted[i]!);
  const onTreated = weights.map((w, i) => w * treated[i]!);
  const onControls = score === undefined ? undefined : score.controls;
  const a = weightedMean(u, onTreated);
  const b = onControls === undefined ? { mean: 0, mass: 1 } : weightedMean(u, onControls);
  const influence = new Float64Array(n);
  for (let i = 0; i < n; i++) influence[i] = (onTreated[i]! * (u[i]! - a.mean)) / a.mass;
  if (onControls !== undefined)
    for (let i = 0; i < n; i++) influence[i]! -= (onControls[i]! * (u[i]! - b.mean)) / b.mass;
  if (regression !== undefined) {
    // from the regression's coefficients: minus the weighted mean of x among treated, plus that among weighted controls
    const slope = weightedMeans(of.x, onTreated, -1 / a.mass);
    if (onControls !== undefined) addInPlace(slope, weightedMeans(of.x, onControls, 1 / b.mass));
    regression.spread(slope, influence);
  }
  if (score !== undefined && onControls !== undefined) {
    const gap = onControls.map((w, i) => w * (u[i]! - b.mean));
    score.spread(weightedMeans(of.x, gap, -1 / b.mass), influence);
  }
  return { att: a.mean - b.mean, influence };
}

/** The propensity score's part in a comparison. */
export interface Propensity {
  /** weight × odds of the controls, 0 for the treated and where trimmed */
  readonly controls: Float64Array;
  /** adds to `influence` the effect of estimating the score, for the derivative of the estimate in its coefficients */
  spread(derivative: Float64Array, influence: Float64Array): void;
}

/** Weights of mean 1 are expected. */
export function propensity({ treated, x, weights }: Comparison): Propensity | 'overlap' {
  const n = treated.length;
  const fit = scoreFit(treated, x, weights);
  const unweighted = weights.every((w) => w === weights[0]);
  const checked = unweighted ? fit : scoreFit(treated, x, new Float64Array(n).fill(1));
  if (fit === undefined || checked === undefined || checked.fitted.some((p) => p >= NO_OVERLAP)) return 'overlap';
  const controls = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const p = Math.min(fit.fitted[i]!, 1 - 1e-6);
    if (treated[i] === 0 && p < TRIM) controls[i] = (weights[i]! * p) / (1 - p);
  }
  return {
    controls,
    spread(derivative, influence) {
      const k = fit.columns.length;
      const v = new Float64Array(k);
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) v[a]! += fit.vcov[a * k + b]! * n * derivative[fit.columns[b]!]!;
      for (let i = 0; i < n; i++) {
        let dot = 0;
        for (let j = 0; j < k; j++) dot += x[fit.columns[j]!]![i]! * v[j]!;
        influence[i]! += weights[i]! * (treated[i]! - fit.fitted[i]!) * dot;
      }
    },
  };
}

interface ScoreFit {
  readonly fitted: Float64Array;
  /** covariance of the coefficients of `columns` */
  readonly vcov: Float64Array;
  /** numbers of the columns of x that have a coefficient, the constant first */
  readonly columns: Int32Array;
}

/**
 * A logit. Controls that a covariate tells from all treated have probability 0: they are set aside and the rest is fitted without
 * them; a treated row of probability 1 has no controls like it, and there is no estimate.
 */
function scoreFit(treated: Float64Array, x: readonly Float64Array[], weights: Float64Array): ScoreFit | undefined {
  let rows = Int32Array.from(treated.keys());
  for (;;) {
    const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i]!);
    const y = pick(treated);
    if (y.every((d) => d === 1)) return undefined;
    const fit = fitBinary({ y, x: x.slice(1).map(pick), link: 'logit', weights: pick(weights) });
    if (fit.outcome === 'converged') {
      const fitted = new Float64Array(treated.length);
      rows.forEach((row, i) => {
        fitted[row] = fit.fitted[i]!;
      });
      return { fitted, vcov: fit.vcov, columns: Int32Array.of(0, ...Array.from(fit.kept, (j) => j + 1)) };
    }
    if (fit.outcome === 'not-converged' || fit.predicted.some((i) => y[i] === 1)) return undefined;
    const aside = new Set(fit.predicted);
    rows = rows.filter((_, i) => !aside.has(i));
  }
}

export function toMeanOne(weights: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]!;
  const mean = sum / weights.length;
  return weights.map((w) => w / mean);
}

/** Σ w v / Σ w, and the mean weight. */
export function weightedMean(
  values: Float64Array,
  weights: Float64Array,
): { readonly mean: number; readonly mass: number } {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    mass += weights[i]!;
    sum += weights[i]! * values[i]!;
  }
  return { mean: sum / mass, mass: mass / values.length };
}

/** Mean over rows of weight × column, times a factor, for every column. */
export function weightedMeans(x: readonly Float64Array[], weights: Float64Array, factor: number): Float64Array {
  return Float64Array.from(x, (column) => {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * column[i]!;
    return (factor * sum) / weights.length;
  });
}

export function addInPlace(into: Float64Array, more: Float64Array): void {
  for (let j = 0; j < into.length; j++) into[j]! += more[j]!;
}
