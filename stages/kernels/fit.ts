import { type Absorbed, type Absorber, type AbsorbOptions, absorber } from './absorb.ts';
import { moments } from './cross-products.ts';
import {
  absorbedDirectly,
  demeanedBlocks,
  demeanedProducts,
  isStreamable,
  refinedProducts,
} from './demeaned-blocks.ts';
import { parameterCount } from './dof.ts';
import type { Effect } from './effects.ts';
import { type Factor, isNested } from './factor-codes.ts';
import { type DroppedColumn, leastSquares, type Projection, solveProducts } from './least-squares.ts';
import { type ResidualSums, residualPass } from './residual-pass.ts';

/** One linear model. All columns have n entries and no missing values; rows of singletons have been taken out by the caller. */
export interface LinearModel {
  readonly y: Float64Array;
  /** regressors, without the constant */
  readonly x: readonly Float64Array[];
  /** analytic weights, all positive */
  readonly weights?: Float64Array;
  /** effects to absorb; a constant is then in their span */
  readonly effects?: readonly Effect[];
  /** a constant, when there are no effects; default true */
  readonly intercept?: boolean;
  /** an absorber made before for the same effects, rows and weights */
  readonly absorber?: Absorber;
  readonly absorb?: AbsorbOptions;
  /** clusters whose sums of scores will be asked for: they come with the residuals where that saves a pass */
  readonly scoresBy?: readonly Factor[];
}

/** What a fit says of its quality. Sums of squares are weighted. */
export interface FitStatistics {
  readonly ssr: number;
  /** Σ e² without the weights */
  readonly ssrUnweighted: number;
  /** of y around its weighted mean (around zero without constant and effects) */
  readonly sst: number;
  /** of y after the effects are taken out; `sst` without effects */
  readonly sstWithin: number;
  readonly r2: number;
  readonly adjR2: number;
  /** NaN without effects */
  readonly withinR2: number;
  readonly withinAdjR2: number;
  /** ssr / (n − K) */
  readonly sigma2: number;
  /** sqrt(ssr / Σ w) */
  readonly rmse: number;
  /** Gaussian, weights as in R's lm: ½ (Σ log w − n (log 2π + 1 − log n + log ssr)) */
  readonly logLik: number;
  /** as fixest's logLik, which leaves the weights out: −n/2 (log 2π + 1 + log(Σ e² / n)); the same without weights */
  readonly logLikUnweighted: number;
  /** of the slopes together, errors taken as independent with one variance; NaN without slopes */
  readonly f: { readonly stat: number; readonly df1: number; readonly df2: number };
}

/**
 * A fitted linear model. Terms are the constant first, if there is one, then the kept regressors in their order.
 * Covariances are computed in the coordinates of `design` (constant and centred columns) and carried over to `coef` by
 * `toCoefficients`, so that a constant far from the data costs no digits.
 */
export interface LinearFit extends FitStatistics {
  readonly n: number;
  readonly terms: number;
  readonly hasConstant: boolean;
  readonly coef: Float64Array;
  /** input column of each kept regressor */
  readonly kept: Int32Array;
  readonly dropped: readonly DroppedColumn[];
  /** y minus fit, effects included in the fit */
  readonly residuals: Float64Array;
  /** sums of scores by cluster, row-major by level; for factors of `scoresBy` only */
  readonly scores?: ReadonlyMap<Factor, Float64Array>;
  /** one column per term: ones for the constant, regressors with means or effects taken out; may be made when first asked for */
  readonly design: readonly Float64Array[];
  /** terms×terms, row-major: (designᵀ W design)⁻¹ */
  readonly bread: Float64Array;
  /** means of the kept regressors when there is a constant */
  readonly means: Float64Array;
  /** K: terms + absorbed levels, as fixest counts */
  readonly parameters: number;
  readonly effects: readonly Effect[];
  readonly weights?: Float64Array;
  readonly absorber?: Absorber;
  /** worst of all columns; absent without effects */
  readonly absorbed?: Absorbed;
}

/** Ordinary or weighted least squares with absorbed effects. Inputs are not written to. */
export function fitLinear(model: LinearModel): LinearFit {
  const effects = model.effects ?? [];
  const n = model.y.length;
  const hasConstant = effects.length === 0 && model.intercept !== false;
  const inside =
    effects.length === 0 ? undefined : (model.absorber ?? absorber(effects, n, model.weights, model.absorb));
  if (inside !== undefined && isStreamable(inside)) return fitStreamed(model, inside);
  const y = takeOut(model.y, inside, hasConstant, model.weights);
  const x = model.x.map((column) => takeOut(column, inside, hasConstant, model.weights));
  const projection = leastSquares(
    y.column,
    x.map((c) => c.column),
    x.map((c) => c.norm),
    model.weights,
  );
  return assemble(model, { y, x, inside, hasConstant, projection });
}

/** Effects taken out block by block: columns with effects out are never held whole. */
function fitStreamed(model: LinearModel, inside: Absorber): LinearFit {
  const effects = model.effects ?? [];
  const k = model.x.length;
  const blocks = demeanedBlocks([...model.x, model.y], inside);
  const norms = blocks.swept.moments.map(({ squares, raw }) => normOf(squares, raw));
  const residuals = new Float64Array(model.y.length);
  const scoresBy = model.scoresBy ?? [];
  const nested = scoresBy.every((clusters) => isNested(effects[inside.layout.swept]!, clusters));
  let sums: ResidualSums | undefined;
  const solve = (products: Float64Array): Omit<Projection, 'residuals'> =>
    solveProducts(products, k, norms, (coef, kept) => {
      sums = residualPass(blocks, { design: Array.from(kept), outcome: k, coef, residuals, scoresBy, nested });
      return sums;
    });
  let products = demeanedProducts(blocks, inside);
  let projection = solve(products);
  if (sums !== undefined && sums.left > CLEAN) {
    products = refinedProducts(blocks, inside);
    projection = solve(products);
  }
  if (sums === undefined) throw new Error('ceteris bug: no residuals');
  const terms = projection.kept.length;
  const squares = {
    ssr: sums.squares,
    ssrUnweighted: sums.squaresUnweighted,
    sst: blocks.swept.moments[k]!.squares,
    sstWithin: products[(k + 1) ** 2 - 1]!,
  };
  const counts: Counts = {
    n: residuals.length,
    terms,
    slopes: terms,
    parameters: parameterCount(terms, effects),
    constant: 1,
  };
  const { scores } = sums;
  let design: readonly Float64Array[] | undefined;
  return {
    n: residuals.length,
    terms,
    hasConstant: false,
    coef: projection.coef,
    kept: projection.kept,
    dropped: projection.dropped,
    residuals,
    scores: new Map(scoresBy.map((factor, s) => [factor, scores[s]!])),
    get design() {
      design ??= Array.from(projection.kept, (j) => {
        const column = model.x[j]!.slice();
        inside.residualizeInPlace(column);
        return column;
      });
      return design;
    },
    bread: projection.bread,
    means: new Float64Array(0),
    parameters: counts.parameters,
    effects,
    ...(model.weights && { weights: model.weights }),
    absorber: inside,
    absorbed: absorbedDirectly(sums.left),
    ...statistics(squares, counts, { weights: model.weights, hasEffects: true }),
  };
}

/** More than this left of the effects in the residuals asks for refined effects. */
const CLEAN = 1e-11;

/** What collinearity is judged against: a constant's centred norm is rounding, so it is judged by its size. */
const normOf = (squares: number, raw: number): number => Math.max(squares, raw * 1e-14);

/** A regressor or outcome with constant or effects out. */
export interface TakenOut {
  readonly column: Float64Array;
  readonly mean: number;
  /** Σ w (x − mean)² before; Σ w x² without constant and effects */
  readonly squares: number;
  /** what collinearity is judged against */
  readonly norm: number;
  readonly absorbed?: Absorbed;
}

/** Copies a column and takes the constant or the effects out of it. */
export function takeOut(
  source: Float64Array,
  inside: Absorber | undefined,
  hasConstant: boolean,
  weights: Float64Array | undefined,
): TakenOut {
  if (inside === undefined && !hasConstant) {
    const { raw } = moments(source, weights);
    return { column: source, mean: 0, squares: raw, norm: raw };
  }
  if (inside?.spansConstant === false) {
    const { squares, raw } = moments(source, weights);
    const column = source.slice();
    return { column, mean: 0, squares, norm: raw, absorbed: inside.residualizeInPlace(column) };
  }
  const column = new Float64Array(source.length);
  const { mean, squares, raw } = moments(source, weights, column);
  const norm = normOf(squares, raw);
  if (inside !== undefined) return { column, mean, squares, norm, absorbed: inside.residualizeInPlace(column) };
  return { column, squares: centreInPlace(column, weights), mean, norm };
}

/** Takes the mean out, twice for the rounding of the first; returns the sum of squares that is left. */
function centreInPlace(column: Float64Array, weights: Float64Array | undefined): number {
  const n = column.length;
  let squares = 0;
  for (let pass = 0; pass < 2; pass++) {
    const { mean, squares: left } = moments(column, weights);
    for (let i = 0; i < n; i++) column[i]! -= mean;
    squares = left;
  }
  return squares;
}

/** Parts of a fit whose columns have effects or means out already: what `fitLinear` and two-stage least squares share. */
export interface FitParts {
  readonly y: TakenOut;
  readonly x: readonly TakenOut[];
  readonly inside: Absorber | undefined;
  readonly hasConstant: boolean;
  readonly projection: Projection;
}

/** Joins a projection on columns without means or effects into a fit of the model, the constant restored. */
export function assemble(model: Pick<LinearModel, 'effects' | 'weights'>, parts: FitParts): LinearFit {
  const { y, x, inside, hasConstant, projection } = parts;
  const effects = model.effects ?? [];
  const n = y.column.length;
  const { kept, coef: slopes } = projection;
  const means = hasConstant ? Float64Array.from(kept, (j) => x[j]!.mean) : new Float64Array(0);
  const terms = kept.length + (hasConstant ? 1 : 0);
  const parameters = parameterCount(terms, effects);
  const columns = Array.from(kept, (j) => x[j]!.column);
  const absorbed = inside && worst([y, ...x]);
  return {
    n,
    terms,
    hasConstant,
    coef: hasConstant ? withConstant(slopes, means, y.mean) : slopes,
    kept,
    dropped: projection.dropped,
    residuals: projection.residuals,
    design: hasConstant ? [new Float64Array(n).fill(1), ...columns] : columns,
    bread: hasConstant ? borderedBread(projection.bread, kept.length, totalWeight(n, model.weights)) : projection.bread,
    means,
    parameters,
    effects,
    ...(model.weights && { weights: model.weights }),
    ...(inside && { absorber: inside }),
    ...(absorbed && { absorbed }),
    ...statisticsOfParts(model, parts, terms, parameters),
  };
}

function statisticsOfParts(
  { weights, effects }: Pick<LinearModel, 'effects' | 'weights'>,
  parts: FitParts,
  terms: number,
  parameters: number,
): FitStatistics {
  const { residuals } = parts.projection;
  const ssr = squaresOf(residuals, weights);
  const hasEffects = (effects ?? []).length > 0;
  const sst = parts.y.squares;
  const squares = {
    ssr,
    ssrUnweighted: weights === undefined ? ssr : squaresOf(residuals, undefined),
    sst,
    sstWithin: hasEffects ? squaresOf(parts.y.column, weights) : sst,
  };
  const constant = parts.hasConstant || hasEffects ? 1 : 0;
  const counts: Counts = {
    n: residuals.length,
    terms,
    slopes: terms - (parts.hasConstant ? 1 : 0),
    parameters,
    constant,
  };
  return statistics(squares, counts, { weights, hasEffects });
}

interface Counts {
  readonly n: number;
  readonly terms: number;
  readonly slopes: number;
  readonly parameters: number;
  /** 1 when a constant is in the model or in the span of its effects */
  readonly constant: 0 | 1;
}

function statistics(
  { ssr, ssrUnweighted, sst, sstWithin }: Pick<FitStatistics, 'ssr' | 'ssrUnweighted' | 'sst' | 'sstWithin'>,
  { n, terms, slopes, parameters, constant }: Counts,
  { weights, hasEffects }: { readonly weights: Float64Array | undefined; readonly hasEffects: boolean },
): FitStatistics {
  const r2 = 1 - ssr / sst;
  const withinR2 = hasEffects ? 1 - ssr / sstWithin : Number.NaN;
  const free = n - parameters;
  const explained = (hasEffects ? sstWithin : sst) - ssr;
  return {
    ssr,
    ssrUnweighted,
    sst,
    sstWithin,
    r2,
    adjR2: 1 - ((1 - r2) * (n - constant)) / free,
    withinR2,
    withinAdjR2: hasEffects ? 1 - ((1 - withinR2) * (n - (parameters - terms))) / free : Number.NaN,
    sigma2: ssr / free,
    rmse: Math.sqrt(ssr / totalWeight(n, weights)),
    logLik: 0.5 * (sumOfLogs(weights) - n * (Math.log(2 * Math.PI) + 1 - Math.log(n) + Math.log(ssr))),
    logLikUnweighted: (-n / 2) * (Math.log(2 * Math.PI) + 1 + Math.log(ssrUnweighted / n)),
    f: { stat: slopes === 0 ? Number.NaN : explained / slopes / (ssr / free), df1: slopes, df2: free },
  };
}

function squaresOf(column: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < column.length; i++) {
    const term = (weights === undefined ? 1 : weights[i]!) * column[i]! * column[i]! - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

function sumOfLogs(weights: Float64Array | undefined): number {
  let sum = 0;
  if (weights !== undefined) for (let i = 0; i < weights.length; i++) sum += Math.log(weights[i]!);
  return sum;
}

function totalWeight(n: number, weights: Float64Array | undefined): number {
  return weights === undefined ? n : weights.reduce((sum, w) => sum + w, 0);
}

function withConstant(slopes: Float64Array, means: Float64Array, meanOfY: number): Float64Array {
  const coef = new Float64Array(slopes.length + 1);
  coef.set(slopes, 1);
  let constant = meanOfY;
  for (let j = 0; j < slopes.length; j++) constant -= slopes[j]! * means[j]!;
  coef[0] = constant;
  return coef;
}

/** Ones are orthogonal to centred columns: their entry stands alone. */
function borderedBread(bread: Float64Array, k: number, mass: number): Float64Array {
  const bordered = new Float64Array((k + 1) * (k + 1));
  bordered[0] = 1 / mass;
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) bordered[(a + 1) * (k + 1) + b + 1] = bread[a * k + b]!;
  return bordered;
}

function worst(columns: readonly TakenOut[]): Absorbed | undefined {
  let found: Absorbed | undefined;
  for (const { absorbed } of columns) {
    if (absorbed !== undefined && (found === undefined || absorbed.residual >= found.residual)) {
      found = {
        iterations: Math.max(absorbed.iterations, found?.iterations ?? 0),
        residual: absorbed.residual,
        converged: absorbed.converged && (found?.converged ?? true),
      };
    } else if (found !== undefined && absorbed !== undefined) {
      found = {
        ...found,
        iterations: Math.max(found.iterations, absorbed.iterations),
        converged: found.converged && absorbed.converged,
      };
    }
  }
  return found;
}

/** A covariance of `design`'s coordinates carried over to `coef`: T V Tᵀ, T the map that restores the constant. */
export function toCoefficients(
  fit: Pick<LinearFit, 'terms' | 'hasConstant' | 'means'>,
  vcov: Float64Array,
): Float64Array {
  if (!fit.hasConstant) return vcov;
  const k = fit.terms;
  const out = vcov.slice();
  for (let b = 0; b < k; b++) for (let j = 1; j < k; j++) out[b]! -= fit.means[j - 1]! * vcov[j * k + b]!;
  const half = out.slice();
  for (let a = 0; a < k; a++) for (let j = 1; j < k; j++) out[a * k]! -= fit.means[j - 1]! * half[a * k + j]!;
  return out;
}
