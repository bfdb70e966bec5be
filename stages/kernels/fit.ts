import { type Absorbed, type Absorber, absorber } from './absorb.ts';
import type { Conditioned, HatFactor } from './conditioning.ts';
import { moments } from './cross-products.ts';
import { isStreamable } from './demeaned-blocks.ts';
import { parameterCount } from './dof.ts';
import { type Counts, type FitStatistics, normOf, squaresOf, statistics, totalWeight } from './fit-statistics.ts';
import { leastSquares, type Projection } from './least-squares.ts';
import type { LinearFit, LinearModel, TakenOut } from './linear-model.ts';
import { fitStreamed } from './streamed-fit.ts';

/** Ordinary or weighted least squares with absorbed effects. Inputs are not written to. */
export function fitLinear(model: LinearModel): LinearFit {
  const effects = model.effects ?? [];
  const n = model.y.length;
  const hasConstant = effects.length === 0 && model.intercept !== false;
  const inside =
    effects.length === 0 ? undefined : (model.absorber ?? absorber(effects, n, model.weights, model.absorb));
  if (inside !== undefined && isStreamable(inside)) return fitStreamed(model, inside);
  const common = inside === model.absorber ? model.common : undefined;
  const out = (column: Float64Array): TakenOut => {
    const make = (): TakenOut => takeOut(column, inside, hasConstant, model.weights);
    return common === undefined ? make() : common.takenOut(column, make);
  };
  const y = out(model.y);
  const x = model.x.map(out);
  const projection = leastSquares(
    y.column,
    x.map((c) => c.column),
    x.map((c) => c.norm),
    model.weights,
  );
  return assemble(model, { y, x, inside, hasConstant, projection });
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
  const { conditioned, hat } = projection;
  const mass = totalWeight(n, model.weights);
  return {
    n,
    terms,
    hasConstant,
    coef: hasConstant ? withConstant(slopes, means, y.mean) : slopes,
    kept,
    dropped: projection.dropped,
    residuals: projection.residuals,
    design: hasConstant ? [new Float64Array(n).fill(1), ...columns] : columns,
    bread: hasConstant ? bordered(projection.bread, kept.length, 1 / mass) : projection.bread,
    ...(conditioned && { conditioned: hasConstant ? withOnes(conditioned, n, mass) : conditioned }),
    ...(hat && { hat: hasConstant ? onesBefore(hat, n, mass) : hat }),
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

function withConstant(slopes: Float64Array, means: Float64Array, meanOfY: number): Float64Array {
  const coef = new Float64Array(slopes.length + 1);
  coef.set(slopes, 1);
  let constant = meanOfY;
  for (let j = 0; j < slopes.length; j++) constant -= slopes[j]! * means[j]!;
  coef[0] = constant;
  return coef;
}

/** Ones are orthogonal to centred columns: their entry stands alone. */
function bordered(matrix: Float64Array, k: number, corner: number): Float64Array {
  const wider = new Float64Array((k + 1) * (k + 1));
  wider[0] = corner;
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) wider[(a + 1) * (k + 1) + b + 1] = matrix[a * k + b]!;
  return wider;
}

/** A constant before the columns. @param mass Σ w */
export function withOnes({ map, ...own }: Conditioned, n: number, mass: number): Conditioned {
  return { ...onesBefore(own, n, mass), map: bordered(map, own.design.length, 1) };
}

function onesBefore({ design, bread }: HatFactor, n: number, mass: number): HatFactor {
  return { design: [new Float64Array(n).fill(1), ...design], bread: bordered(bread, design.length, 1 / mass) };
}

function worst(columns: readonly TakenOut[]): Absorbed | undefined {
  const all = columns.flatMap(({ absorbed }) => absorbed ?? []);
  if (all.length === 0) return undefined;
  return {
    iterations: Math.max(...all.map((a) => a.iterations)),
    residual: Math.max(...all.map((a) => a.residual)),
    converged: all.every((a) => a.converged),
  };
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
