import type { Absorber } from './absorb.ts';
import { type ScoreMap, scoreMaps } from './cluster-score-map.ts';
import { crossProducts } from './cross-products.ts';
import type { Factor } from './factor-codes.ts';
import { asInt32, compact } from './factor-codes.ts';
import { leastSquares } from './least-squares.ts';
import { intervalEnd, type TailShares, tailShares, type WildRule, wildVectors } from './wild-weights.ts';

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
export interface WildTest extends TailShares {
  readonly estimate: number;
  /** t against the hypothesis, cluster sandwich without small-sample factor */
  readonly t: number;
  readonly draws: number;
  /** all vectors of weights were used once */
  readonly enumerated: boolean;
  readonly clusters: number;
  /** values of the coefficient that the same draws do not reject: p ≥ 1 − level; infinite where no end is found */
  interval(level: number): readonly [number, number];
}

/** More clusters than this would need a square table of their products that is too large. */
export const MOST_WILD_CLUSTERS = 3000;

/**
 * Restricted wild cluster bootstrap-t (WCR): residuals of the model with the null imposed are multiplied by one random weight a cluster.
 * The statistic is a quadratic form in the weights, so that a draw costs steps by cluster, not by row (`scoreMaps`): with a_g the coefficient's share of
 * cluster g and A_hg the score of cluster h in the residuals of cluster g, β* = Σ a_g w_g and s*_h = Σ_g A_hg w_g. Both are linear in the
 * hypothesis: a draw keeps five numbers, from which its statistic follows under any null, and with it the interval.
 * @param uniform source of numbers in [0, 1)
 * @returns undefined when x is collinear with the controls or there are more clusters than MOST_WILD_CLUSTERS
 * Source: Cameron, Gelbach & Miller (2008), REStat 90(3), 414–427; Roodman et al. (2019), Stata J. 19(1), §4–5; Webb (2023).
 */
export function wildClusterBootstrap(model: WildModel, rule: WildRule, uniform: () => number): WildTest | undefined {
  const groups = compact(model.clusters);
  const size = groups.levels;
  const prepared = size > MOST_WILD_CLUSTERS ? undefined : prepare(model, groups);
  if (prepared === undefined) return undefined;
  const { draws, enumerated, next } = wildVectors(rule, size, uniform);
  const forms = drawForms(prepared, draws, next);
  // the sample itself, as a draw is computed: among all vectors it must not fall short of itself by rounding
  const sample = drawForms(prepared, 1, (vector) => vector.fill(1));
  const hypothesis = model.hypothesis ?? 0;
  const shares = sharesOf(prepared, { forms, sample }, hypothesis);
  return {
    estimate: prepared.estimate,
    t: observedT(prepared, hypothesis),
    ...shares,
    draws,
    enumerated,
    clusters: size,
    interval: (level) => {
      const { estimate, se } = prepared;
      const p = (b: number): number => sharesOf(prepared, { forms, sample }, b).p;
      const end = (side: number) => intervalEnd(p, { estimate, se, side, alpha: 1 - level, steps: 60 });
      return [end(-1), end(1)];
    },
  };
}

interface Prepared {
  readonly estimate: number;
  /** standard error without small-sample factor */
  readonly se: number;
  /** of the residuals without the null [0], and of what a unit of the hypothesis takes from them [1] */
  readonly shares: readonly [Float64Array, Float64Array];
  /** the same for the scores by cluster */
  readonly maps: readonly [ScoreMap, ScoreMap];
  /** x with the controls out, its sum of squares */
  readonly squares: number;
}

function prepare(model: WildModel, groups: Factor): Prepared | undefined {
  const { y, controls, weights } = model;
  const norms = [...controls, model.x].map((c) => crossProducts([c], weights)[0]!);
  const full = leastSquares(y, [...controls, model.x], norms, weights);
  if (full.kept[full.kept.length - 1] !== controls.length) return undefined;
  const x = leastSquares(model.x, controls, norms, weights).residuals;
  const squares = crossProducts([x], weights)[0]!;
  const scores = clusterScores(x, full.residuals, weights, groups);
  const restricted = leastSquares(y, controls, norms, weights).residuals;
  const design = [...controls, model.x];
  const share = (of: Float64Array) => clusterScores(x, of, weights, groups).map((s) => s / squares);
  const mapOf = scoreMaps(model, { x, design, groups });
  return {
    estimate: full.coef[full.coef.length - 1]!,
    se: Math.sqrt(scores.reduce((sum, s) => sum + s * s, 0)) / squares,
    shares: [share(restricted), share(x)],
    maps: [mapOf(restricted), mapOf(x)],
    squares,
  };
}

const observedT = ({ estimate, se }: Prepared, hypothesis: number): number => (estimate - hypothesis) / se;

/** Per draw: β* = b₀ − h b₁, Σ s*² = q₀₀ − 2 h q₀₁ + h² q₁₁ under the hypothesis h. */
interface Forms {
  readonly b0: Float64Array;
  readonly b1: Float64Array;
  readonly q00: Float64Array;
  readonly q01: Float64Array;
  readonly q11: Float64Array;
}

function drawForms(prepared: Prepared, draws: number, next: (vector: Float64Array, draw: number) => void): Forms {
  const [shares0, shares1] = prepared.shares;
  const [map0, map1] = prepared.maps;
  const size = shares0.length;
  const column = () => new Float64Array(draws);
  const forms = { b0: column(), b1: column(), q00: column(), q01: column(), q11: column() };
  const [vector, s0, s1] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let draw = 0; draw < draws; draw++) {
    next(vector, draw);
    map0.apply(vector, s0);
    map1.apply(vector, s1);
    for (let h = 0; h < size; h++) {
      forms.b0[draw]! += shares0[h]! * vector[h]!;
      forms.b1[draw]! += shares1[h]! * vector[h]!;
      forms.q00[draw]! += s0[h]! * s0[h]!;
      forms.q01[draw]! += s0[h]! * s1[h]!;
      forms.q11[draw]! += s1[h]! * s1[h]!;
    }
  }
  return forms;
}

/** t of a draw under a hypothesis. */
function drawnT(squares: number, { b0, b1, q00, q01, q11 }: Forms, draw: number, hypothesis: number): number {
  const variance = q00[draw]! - 2 * hypothesis * q01[draw]! + hypothesis * hypothesis * q11[draw]!;
  return ((b0[draw]! - hypothesis * b1[draw]!) * squares) / Math.sqrt(variance);
}

function sharesOf(
  { squares }: Prepared,
  { forms, sample }: { forms: Forms; sample: Forms },
  hypothesis: number,
): TailShares {
  const observed = drawnT(squares, sample, 0, hypothesis);
  return tailShares(observed, forms.b0.length, (draw) => drawnT(squares, forms, draw, hypothesis));
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
