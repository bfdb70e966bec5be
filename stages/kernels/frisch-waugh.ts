import { type Absorber, absorber } from './absorb.ts';
import { crossProducts, dotsWith } from './cross-products.ts';
import { type DrawnScores, drawnScores, suits } from './drawn-scores.ts';
import type { Effect } from './effects.ts';
import { asInt32, type Factor } from './factor-codes.ts';
import { takeOut } from './fit.ts';
import { leastSquares } from './least-squares.ts';
import type { CommonColumns, TakenOut } from './linear-model.ts';
import { type RankCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/** What stays the same while one regressor is drawn again and again: placebo treatments, permutations, specifications. */
export interface FixedPart {
  readonly y: Float64Array;
  readonly controls: readonly Float64Array[];
  readonly effects?: readonly Effect[];
  readonly weights?: Float64Array;
  /** a constant, when there are no effects; default true */
  readonly intercept?: boolean;
  readonly absorber?: Absorber;
  /** with `absorber`: columns without these effects, which others may have made */
  readonly common?: CommonColumns;
}

/** A coefficient with its clustered error, small-sample factor G/(G − 1) only. */
export interface DrawnCoefficient {
  readonly coef: number;
  readonly se: number;
}

/** Coefficients of drawn regressors in one model. A drawn regressor is n numbers as they are, nothing taken out. */
export interface FrischWaugh {
  /**
   * Coefficient of d; NaN when d is collinear with effects and controls. One pass of d over the swept effect, and a product with
   * each control: the outcome, being free of effects and controls, needs none of them taken out of d.
   */
  coefficient(d: Float64Array): number;
  /** The same with an error clustered by the factor; costs one full residualization of d. */
  clustered(d: Float64Array, clusters: Factor): DrawnCoefficient;
}

/**
 * Takes effects and controls out of the outcome once. With M the residual maker of the effects and C the controls, the coefficient of d is
 * dᵀW y° / (dᵀWMd − dᵀWC̃ (C̃ᵀWC̃)⁻¹ C̃ᵀWd), y° = residuals of y on all but d.
 * Source: Frisch & Waugh (1933), Econometrica 1(4); Lovell (1963), JASA 58, theorem 4.1.
 */
export function frischWaugh(fixed: FixedPart): FrischWaugh {
  const { weights } = fixed;
  const effects = fixed.effects ?? [];
  const n = fixed.y.length;
  const hasConstant = effects.length === 0 && fixed.intercept !== false;
  const inside = effects.length === 0 ? undefined : (fixed.absorber ?? absorber(effects, n, weights));
  const common = inside === fixed.absorber ? fixed.common : undefined;
  const out = (column: Float64Array): TakenOut => {
    const make = () => takeOut(column, inside, hasConstant, weights);
    return common === undefined ? make() : common.takenOut(column, make);
  };
  const controls = fixed.controls.map(out);
  const y = out(fixed.y);
  const fit = leastSquares(
    y.column,
    controls.map((c) => c.column),
    controls.map((c) => c.norm),
    weights,
  );
  const design = fit.conditioned?.design ?? Array.from(fit.kept, (j) => controls[j]!.column);
  const gram = rankCholeskyInPlace(crossProducts(design, weights), design.length, 0);
  const outcome = fit.residuals;
  const loads = [...design, outcome];

  const coefficient = (d: Float64Array): number => {
    const products = dotsWith(loads, d, weights);
    const along = products.subarray(0, design.length);
    const { before, after } = leftSquares(d, inside, hasConstant, weights);
    const left = after - explained(gram, along);
    return left > COLLINEAR_SHARE * before ? products[design.length]! / left : Number.NaN;
  };

  const drawn = new Float64Array(n); // of one call, overwritten by the next
  const model = { design, outcome, gram, weights };
  let byCluster: { readonly clusters: Factor; readonly sums: DrawnScores | undefined } | undefined;
  const sumsFor = (clusters: Factor): DrawnScores | undefined => {
    if (byCluster?.clusters !== clusters)
      byCluster = { clusters, sums: suits(model, clusters) ? drawnScores(model, clusters) : undefined };
    return byCluster.sums;
  };

  const clustered = (d: Float64Array, clusters: Factor): DrawnCoefficient => {
    const own = takeOut(d, inside, hasConstant, weights);
    const sums = sumsFor(clusters)?.(own.column);
    // not where what is left of d is too little to be told from sums
    if (sums !== undefined && sums.squares > BLUNT * sums.whole && sums.whole > COLLINEAR_SHARE * own.norm) {
      const coef = sums.product / sums.squares;
      const error = Math.sqrt((sums.scores(coef) * clusters.levels) / (clusters.levels - 1));
      return { coef, se: error / sums.squares };
    }
    const step = dotsWith(design, own.column, weights);
    solveCholeskyInPlace(gram, step);
    // not refined: the outcome is free of the controls, so what rounding leaves of them in d counts in second order
    leaveOut(drawn, own.column, design, step);
    const [squares = 0, product = 0] = dotsWith([drawn, outcome], drawn, weights);
    if (!(squares > COLLINEAR_SHARE * own.norm)) return { coef: Number.NaN, se: Number.NaN };
    const coef = product / squares;
    return { coef, se: clusterError(drawn, outcome, coef, clusters, weights) / squares };
  };
  return { coefficient, clustered };
}

const COLLINEAR_SHARE = 1e-10;
const BLUNT = 1e-3;

/** out ← column − Σ_j coef_j design_j. */
function leaveOut(out: Float64Array, column: Float64Array, design: readonly Float64Array[], coef: Float64Array): void {
  out.set(column);
  for (let j = 0; j < design.length; j++) {
    const own = design[j]!;
    const by = coef[j]!;
    for (let i = 0; i < out.length; i++) out[i]! -= by * own[i]!;
  }
}

function explained(gram: RankCholesky, along: Float64Array): number {
  const solved = along.slice();
  solveCholeskyInPlace(gram, solved);
  let sum = 0;
  for (let j = 0; j < along.length; j++) sum += along[j]! * solved[j]!;
  return sum;
}

/** dᵀWd around its mean, and dᵀWMd. */
function leftSquares(
  d: Float64Array,
  inside: Absorber | undefined,
  hasConstant: boolean,
  weights: Float64Array | undefined,
): { before: number; after: number } {
  if (inside !== undefined) return inside.squaresLeft(d);
  let mass = 0;
  let sum = 0;
  let raw = 0;
  for (let i = 0; i < d.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    mass += w;
    sum += w * d[i]!;
    raw += w * d[i]! * d[i]!;
  }
  const after = hasConstant ? raw - (sum * sum) / mass : raw;
  return { before: raw, after };
}

function clusterError(
  d: Float64Array,
  outcome: Float64Array,
  coef: number,
  clusters: Factor,
  weights: Float64Array | undefined,
): number {
  const codes = asInt32(clusters.codes);
  const sums = new Float64Array(clusters.levels);
  for (let i = 0; i < d.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    sums[codes[i]!]! += w * d[i]! * (outcome[i]! - coef * d[i]!);
  }
  const squares = sums.reduce((total, s) => total + s * s, 0);
  return Math.sqrt((squares * clusters.levels) / (clusters.levels - 1));
}
