import type { Absorber } from './absorb.ts';
import { crossProducts, residualsAndDots } from './cross-products.ts';
import type { Factor } from './factor-codes.ts';
import { asInt32, compact } from './factor-codes.ts';
import { leastSquares } from './least-squares.ts';

/** Distribution of the weights: ±1, or Webb's six points for few clusters. */
export type WildWeights = 'rademacher' | 'webb';

/** One coefficient of a linear model to be tested by a wild cluster bootstrap. All columns have means or effects out. */
export interface WildModel {
  readonly y: Float64Array;
  /** the regressor whose coefficient is `hypothesis` under the null */
  readonly x: Float64Array;
  readonly controls: readonly Float64Array[];
  readonly weights?: Float64Array;
  readonly clusters: Factor;
  /** effects absorbed from the columns: bootstrap outcomes are residualized by it again; absent without effects */
  readonly absorber?: Absorber;
  /** columns were centred for a constant */
  readonly hasConstant?: boolean;
  /** value of the coefficient under the null; default 0 */
  readonly hypothesis?: number;
}

/** Result of a restricted wild cluster bootstrap-t. */
export interface WildTest {
  readonly estimate: number;
  /** t against the hypothesis, cluster sandwich without small-sample factor */
  readonly t: number;
  /** share of draws with |t*| ≥ |t| */
  readonly p: number;
  /** twice the smaller tail, equal-tailed */
  readonly pEqualTailed: number;
  readonly draws: number;
  /** all sign vectors were used once */
  readonly enumerated: boolean;
  readonly clusters: number;
}

/** More clusters than this would need a square table of their products that is too large. */
export const MOST_WILD_CLUSTERS = 3000;

/** Relative distance within which two statistics are the same: an exact tie, such as the draw of all ones. */
const TIE = 1e-10;

/**
 * Restricted wild cluster bootstrap-t (WCR): residuals of the model with the null imposed are multiplied by one random weight a cluster.
 * The statistic is a quadratic form in the weights, so that a draw costs clusters² steps, not rows: with a_g the coefficient's share of
 * cluster g and A_hg the score of cluster h in the residuals of cluster g, β* = Σ a_g w_g and s*_h = Σ_g A_hg w_g.
 * @param draws when 2^(clusters) ≤ draws and weights are Rademacher, every vector is used once instead
 * @param uniform source of numbers in [0, 1)
 * @returns undefined when x is collinear with the controls or there are more clusters than MOST_WILD_CLUSTERS
 * Source: Cameron, Gelbach & Miller (2008), REStat 90(3), 414–427; Roodman et al. (2019), Stata J. 19(1), §4–5; Webb (2023).
 */
export function wildClusterBootstrap(
  model: WildModel,
  rule: { readonly draws: number; readonly weights: WildWeights },
  uniform: () => number,
): WildTest | undefined {
  const groups = compact(model.clusters);
  const size = groups.levels;
  const prepared = size > MOST_WILD_CLUSTERS ? undefined : prepare(model, groups);
  if (prepared === undefined) return undefined;
  const enumerated = rule.weights === 'rademacher' && size < 31 && 2 ** size <= rule.draws;
  const draws = enumerated ? 2 ** size : rule.draws;
  const observed = Math.abs(prepared.t);
  const next = enumerated ? enumeratedSigns() : drawn(rule.weights, uniform);
  const vector = new Float64Array(size);
  let beyond = 0;
  let above = 0;
  for (let draw = 0; draw < draws; draw++) {
    next(vector, draw);
    const t = statistic(prepared, vector);
    if (Math.abs(t) >= observed * (1 - TIE)) beyond++;
    if (t > prepared.t) above++;
  }
  return {
    estimate: prepared.estimate,
    t: prepared.t,
    p: beyond / draws,
    pEqualTailed: (2 * Math.min(above, draws - above)) / draws,
    draws,
    enumerated,
    clusters: size,
  };
}

interface Prepared {
  readonly estimate: number;
  readonly t: number;
  /** β* = shares · w */
  readonly shares: Float64Array;
  /** s* = products · w, row-major by scored cluster */
  readonly products: Float64Array;
  /** x with the controls out, its sum of squares */
  readonly squares: number;
}

function prepare(model: WildModel, groups: Factor): Prepared | undefined {
  const { y, controls, weights, hypothesis = 0 } = model;
  const norms = [...controls, model.x].map((c) => crossProducts([c], weights)[0]!);
  const full = leastSquares(y, [...controls, model.x], norms, weights);
  if (full.kept[full.kept.length - 1] !== controls.length) return undefined;
  const x = leastSquares(model.x, controls, norms, weights).residuals;
  const squares = crossProducts([x], weights)[0]!;
  const estimate = full.coef[full.coef.length - 1]!;
  const shifted = new Float64Array(y.length);
  residualsAndDots(shifted, y, [model.x], [hypothesis]);
  const restricted = leastSquares(shifted, controls, norms, weights).residuals;
  const scores = clusterScores(x, full.residuals, weights, groups);
  const t = ((estimate - hypothesis) * squares) / Math.sqrt(scores.reduce((sum, s) => sum + s * s, 0));
  const products = scoreTable(model, { x, restricted, groups, design: [...controls, model.x] });
  const shares = clusterScores(x, restricted, weights, groups).map((s) => s / squares);
  return { estimate, t, shares, products, squares };
}

function clusterScores(
  x: Float64Array,
  residuals: Float64Array,
  weights: Float64Array | undefined,
  groups: Factor,
): Float64Array {
  const codes = asInt32(groups.codes);
  const sums = new Float64Array(groups.levels);
  for (let i = 0; i < x.length; i++) {
    sums[codes[i]!]! += x[i]! * residuals[i]! * (weights === undefined ? 1 : weights[i]!);
  }
  return sums;
}

interface ScoreSource {
  readonly x: Float64Array;
  readonly restricted: Float64Array;
  readonly groups: Factor;
  readonly design: readonly Float64Array[];
}

/** Column g: scores by cluster of x with the full model's residuals of the restricted residuals of cluster g alone. */
function scoreTable(model: WildModel, { x, restricted, groups, design }: ScoreSource): Float64Array {
  const size = groups.levels;
  const codes = asInt32(groups.codes);
  const norms = design.map((c) => crossProducts([c], model.weights)[0]!);
  const table = new Float64Array(size * size);
  const alone = new Float64Array(x.length);
  for (let g = 0; g < size; g++) {
    for (let i = 0; i < alone.length; i++) alone[i] = codes[i] === g ? restricted[i]! : 0;
    if (model.absorber !== undefined) model.absorber.residualizeInPlace(alone);
    else if (model.hasConstant === true) centre(alone, model.weights);
    const { residuals } = leastSquares(alone, design, norms, model.weights);
    const scores = clusterScores(x, residuals, model.weights, groups);
    for (let h = 0; h < size; h++) table[h * size + g] = scores[h]!;
  }
  return table;
}

function centre(column: Float64Array, weights: Float64Array | undefined): void {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    mass += w;
    sum += w * column[i]!;
  }
  const mean = sum / mass;
  for (let i = 0; i < column.length; i++) column[i]! -= mean;
}

function statistic(prepared: Prepared, vector: Float64Array): number {
  const size = vector.length;
  const { shares, products, squares } = prepared;
  let estimate = 0;
  let variance = 0;
  for (let h = 0; h < size; h++) {
    estimate += shares[h]! * vector[h]!;
    let score = 0;
    const row = h * size;
    for (let g = 0; g < size; g++) score += products[row + g]! * vector[g]!;
    variance += score * score;
  }
  return (estimate * squares) / Math.sqrt(variance);
}

function enumeratedSigns(): (vector: Float64Array, draw: number) => void {
  return (vector, draw) => {
    for (let g = 0; g < vector.length; g++) vector[g] = (draw >>> g) & 1 ? -1 : 1;
  };
}

const WEBB = [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)];

function drawn(weights: WildWeights, uniform: () => number): (vector: Float64Array) => void {
  return (vector) => {
    for (let g = 0; g < vector.length; g++) {
      vector[g] = weights === 'rademacher' ? (uniform() < 0.5 ? -1 : 1) : WEBB[Math.floor(uniform() * 6)]!;
    }
  };
}
