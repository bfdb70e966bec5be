/**
 * The two-group, two-period difference in differences when each period has units of its own. Same conventions as for panels
 * (two-by-two.ts). Source: Sant'Anna & Zhao (2020), J. Econometrics 219(1), §2.2 and appendix A; the doubly robust one is
 * their locally efficient estimator, which also models the treated.
 */
import {
  addInPlace,
  type Comparison,
  type DidMethod,
  type NoTwoByTwo,
  propensity,
  type TwoByTwo,
  toMeanOne,
  weightedMean,
  weightedMeans,
} from './two-by-two.ts';
import { type WeightedRegression, weightedRegression } from './weighted-regression.ts';

export interface CrossSections extends Comparison {
  /** 1 in the later period, 0 in the base period */
  readonly post: Float64Array;
}

export function twoByTwoCrossSections(y: Float64Array, of: CrossSections, method: DidMethod): TwoByTwo | NoTwoByTwo {
  const weights = toMeanOne(of.weights);
  const made = { ...of, weights };
  if (method === 'reg') return regressionDid(y, made);
  const score = propensity(made);
  if (score === 'overlap') return score;
  if (method === 'ipw') {
    const influence = new Float64Array(y.length);
    const treated = change(y, cell(made, 1), influence, 1);
    const controls = change(y, byPeriod(score.controls, made.post), influence, -1);
    score.spread(scoreDerivative(y, made, { controls: score.controls, change: controls }), influence);
    return { att: treated.post - treated.pre - (controls.post - controls.pre), influence };
  }
  return doublyRobust(y, made, score);
}

/** Weights of the two periods' rows. */
interface ByPeriod {
  readonly pre: Float64Array;
  readonly post: Float64Array;
}

function byPeriod(weights: Float64Array, post: Float64Array): ByPeriod {
  return { pre: weights.map((w, i) => w * (1 - post[i]!)), post: weights.map((w, i) => w * post[i]!) };
}

/** Weights of the treated (1) or of the controls (0), by period. */
function cell({ weights, treated, post }: CrossSections, group: 0 | 1): ByPeriod {
  return byPeriod(
    weights.map((w, i) => (treated[i] === group ? w : 0)),
    post,
  );
}

interface Change {
  readonly pre: number;
  readonly post: number;
  readonly preMass: number;
  readonly postMass: number;
}

/** Weighted means of the two periods; adds sign × (the influence of their difference). */
function change(u: Float64Array, weights: ByPeriod, influence: Float64Array, sign: number): Change {
  const pre = weightedMean(u, weights.pre);
  const post = weightedMean(u, weights.post);
  for (let i = 0; i < u.length; i++) {
    influence[i]! +=
      sign * ((weights.post[i]! * (u[i]! - post.mean)) / post.mass - (weights.pre[i]! * (u[i]! - pre.mean)) / pre.mass);
  }
  return { pre: pre.mean, post: post.mean, preMass: pre.mass, postMass: post.mass };
}

/** Derivative of minus the controls' change in the coefficients of the propensity score. */
function scoreDerivative(
  u: Float64Array,
  of: CrossSections,
  { controls, change: c }: { controls: Float64Array; change: Change },
): Float64Array {
  const { pre, post } = byPeriod(controls, of.post);
  const late = weightedMeans(
    of.x,
    post.map((w, i) => w * (u[i]! - c.post)),
    -1 / c.postMass,
  );
  addInPlace(
    late,
    weightedMeans(
      of.x,
      pre.map((w, i) => w * (u[i]! - c.pre)),
      1 / c.preMass,
    ),
  );
  return late;
}

/** The change of the treated less the change that the controls' regressions predict for them. */
function regressionDid(y: Float64Array, of: CrossSections): TwoByTwo | NoTwoByTwo {
  const controls = cell(of, 0);
  const before = weightedRegression(y, of.x, controls.pre);
  const after = weightedRegression(y, of.x, controls.post);
  if (before === undefined || after === undefined) return 'singular';
  const influence = new Float64Array(y.length);
  const treated = change(y, cell(of, 1), influence, 1);
  const all = of.weights.map((w, i) => w * of.treated[i]!);
  const predicted = after.fitted.map((a, i) => a - before.fitted[i]!);
  const c = weightedMean(predicted, all);
  for (let i = 0; i < y.length; i++) influence[i]! -= (all[i]! * (predicted[i]! - c.mean)) / c.mass;
  after.spread(weightedMeans(of.x, all, -1 / c.mass), influence);
  before.spread(weightedMeans(of.x, all, 1 / c.mass), influence);
  return { att: treated.post - treated.pre - c.mean, influence };
}

function doublyRobust(
  y: Float64Array,
  of: CrossSections,
  score: { readonly controls: Float64Array; spread(d: Float64Array, influence: Float64Array): void },
): TwoByTwo | NoTwoByTwo {
  const { x, post, treated } = of;
  const groups = [cell(of, 0), cell(of, 1)] as const;
  const fits = groups.map((g) => ({ pre: weightedRegression(y, x, g.pre), post: weightedRegression(y, x, g.post) }));
  const [c, t] = fits as [Fits, Fits];
  if (c.pre === undefined || c.post === undefined || t.pre === undefined || t.post === undefined) return 'singular';
  const influence = new Float64Array(y.length);
  const u = y.map((v, i) => v - (post[i] === 1 ? c.post!.fitted[i]! : c.pre!.fitted[i]!));
  const onTreated = groups[1];
  const onControls = byPeriod(score.controls, post);
  const a = change(u, onTreated, influence, 1);
  const b = change(u, onControls, influence, -1);
  score.spread(scoreDerivative(u, of, { controls: score.controls, change: b }), influence);
  // the difference of the two outcome models over all treated, in place of over the treated of one period
  const all = of.weights.map((w, i) => w * treated[i]!);
  const extra = efficiency(influence, { all, ...onTreated }, { c, t });
  const mass = weightedMean(u, all).mass;
  const overAll = weightedMeans(x, all, 1 / mass);
  const late = weightedMeans(x, onTreated.post, 1 / a.postMass);
  const early = weightedMeans(x, onTreated.pre, 1 / a.preMass);
  const less = (m: Float64Array, o: Float64Array): Float64Array => m.map((v, j) => v - o[j]!);
  const controlsLate = weightedMeans(x, onControls.post, 1 / b.postMass);
  const controlsEarly = weightedMeans(x, onControls.pre, 1 / b.preMass);
  t.post.spread(less(overAll, late), influence);
  t.pre.spread(less(early, overAll), influence);
  // the controls' models enter the treated's and the controls' residuals, and the extra terms with the other sign; for the base
  // period the part from the residuals is signed as in DRDID 1.2: its limit is 0 either way, as the two weighted means of x agree
  c.post.spread(less(controlsLate, overAll), influence);
  c.pre.spread(less(less(overAll, early), less(early, controlsEarly)), influence);
  return { att: a.post - a.pre - (b.post - b.pre) + extra, influence };
}

interface Fits {
  readonly pre: WeightedRegression | undefined;
  readonly post: WeightedRegression | undefined;
}

/** (mean over all treated − mean over the period's treated) of the difference of models, later less earlier. */
function efficiency(
  influence: Float64Array,
  weights: ByPeriod & { readonly all: Float64Array },
  { c, t }: { readonly c: Fits; readonly t: Fits },
): number {
  let total = 0;
  for (const [period, sign] of [
    ['post', 1],
    ['pre', -1],
  ] as const) {
    const model = t[period]!.fitted.map((v, i) => v - c[period]!.fitted[i]!);
    const over = weightedMean(model, weights.all);
    const within = weightedMean(model, weights[period]);
    total += sign * (over.mean - within.mean);
    for (let i = 0; i < influence.length; i++) {
      influence[i]! +=
        sign *
        ((weights.all[i]! * (model[i]! - over.mean)) / over.mass -
          (weights[period][i]! * (model[i]! - within.mean)) / within.mass);
    }
  }
  return total;
}
