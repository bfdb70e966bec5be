import type { Absorber } from './absorb.ts';
import { clusterProducts, coefficientsFromProducts } from './cluster-products.ts';
import { moments } from './cross-products.ts';
import type { Effect } from './effects.ts';
import { compact, type Factor } from './factor-codes.ts';
import { fitLinear } from './fit.ts';
import type { LinearFit } from './linear-model.ts';
import { fitTwoStage } from './two-stage.ts';

/** One equation whose clusters are drawn again and again. No column is collinear with others. */
export interface ResampledModel {
  readonly y: Float64Array;
  /** the first `endogenous` of them are instrumented */
  readonly x: readonly Float64Array[];
  readonly endogenous: number;
  /** excluded instruments */
  readonly instruments: readonly Float64Array[];
  readonly effects: readonly Effect[];
  readonly intercept: boolean;
  readonly weights?: Float64Array;
  readonly clusters: Factor;
  /** an absorber made before for the same effects, rows and weights */
  readonly absorber?: Absorber;
}

/**
 * Coefficients (the constant first, if there is one, then those of x) in the sample where cluster g is there `times[g]` times; NaN where
 * that sample cannot tell.
 */
export type Resample = (times: ArrayLike<number>) => Float64Array;

/** Through cross-products by cluster where they can be had, else by weighted refits on the rows. */
export function resampledFit(model: ResampledModel): Resample {
  const clusters = compact(model.clusters);
  return fromProducts({ ...model, clusters }) ?? fromRows({ ...model, clusters });
}

/** Columns are centred first: raw products would cost the constant its digits. */
function fromProducts(model: ResampledModel): Resample | undefined {
  const { x, y, instruments, endogenous, effects, weights, clusters } = model;
  const constant = effects.length === 0 && model.intercept;
  const columns = [...x, ...instruments, y];
  const means = columns.map((c) => (constant ? moments(c, weights).mean : 0));
  const centred = constant ? columns.map((c, j) => c.map((value) => value - means[j]!)) : columns;
  const ones = constant ? [new Float64Array(y.length).fill(1)] : [];
  const products = clusterProducts({
    columns: [...ones, ...centred],
    effects,
    intercept: false,
    clusters,
    ...(model.absorber && { absorber: model.absorber }),
    ...(weights && { weights }),
  });
  if (products === undefined) return undefined;
  const first = ones.length;
  const regressors = range(0, first + x.length);
  const excluded = range(first + x.length, instruments.length);
  const exogenous = regressors.filter((j) => j < first || j >= first + endogenous);
  const outcome = products.columns - 1;
  return (times) => {
    const p = products.resampled(times);
    const coef =
      endogenous === 0
        ? coefficientsFromProducts(p, products.columns, outcome, regressors)
        : twoStageFromProducts(p, products.columns, { outcome, regressors, all: [...exogenous, ...excluded] });
    if (constant) coef[0] = x.reduce((sum, _, j) => sum - coef[j + 1]! * means[j]!, coef[0]! + means.at(-1)!);
    return coef;
  };
}

const range = (from: number, length: number): number[] => Array.from({ length }, (_, j) => from + j);

/** Least squares of the outcome on the regressors' projections on all instruments. */
function twoStageFromProducts(
  p: Float64Array,
  columns: number,
  { outcome, regressors, all }: { outcome: number; regressors: readonly number[]; all: readonly number[] },
): Float64Array {
  const k = regressors.length;
  const size = k + 1;
  const projected = new Float64Array(size * size);
  regressors.forEach((r, a) => {
    const first = coefficientsFromProducts(p, columns, r, all).map((value) => (Number.isNaN(value) ? 0 : value));
    [...regressors, outcome].forEach((other, b) => {
      projected[a * size + b] = all.reduce((sum, z, i) => sum + first[i]! * p[z * columns + other]!, 0);
    });
  });
  return coefficientsFromProducts(projected, size, k, range(0, k));
}

/** Refits with the multiplicities as weights: a unit that is there twice keeps its mean, so one level serves for both. */
function fromRows(model: ResampledModel): Resample {
  const { codes } = model.clusters;
  return (times) => {
    const rows = Int32Array.from(codes.keys()).filter((i) => times[codes[i]!]! > 0);
    const on = (column: Float64Array) => Float64Array.from(rows, (i) => column[i]!);
    const equation = {
      y: on(model.y),
      weights: Float64Array.from(rows, (i) => times[codes[i]!]! * (model.weights?.[i] ?? 1)),
      effects: model.effects.map(
        (e): Effect => ({
          ...compact({ codes: Int32Array.from(rows, (i) => e.codes[i]!), levels: e.levels }),
          ...(e.slopes && { slopes: e.slopes.map(on), slopeOnly: e.slopeOnly ?? false }),
        }),
      ),
      intercept: model.intercept,
    };
    const x = model.x.map(on);
    const { endogenous } = model;
    const fit =
      endogenous === 0
        ? fitLinear({ ...equation, x })
        : fitTwoStage({
            ...equation,
            x: x.slice(endogenous),
            endogenous: x.slice(0, endogenous),
            instruments: model.instruments.map(on),
          })?.second;
    return spread(fit, x.length, model.effects.length === 0 && model.intercept);
  };
}

function spread(fit: LinearFit | undefined, columns: number, constant: boolean): Float64Array {
  const shift = constant ? 1 : 0;
  const coef = new Float64Array(columns + shift).fill(Number.NaN);
  if (fit === undefined) return coef;
  if (constant) coef[0] = fit.coef[0]!;
  fit.kept.forEach((j, a) => {
    coef[shift + j] = fit.coef[shift + a]!;
  });
  return coef;
}

/** Coefficients of many samples: spread around their mean, or around the estimate for the jackknife. */
export interface ResampledCovariance {
  /** terms×terms, row-major */
  readonly vcov: Float64Array;
  /** samples from which all coefficients could be estimated */
  readonly used: number;
}

/** Covariance of the draws. @param below a whole number in [0, n), for draw r */
export function pairsBootstrap(
  resample: Resample,
  { clusters, draws, terms }: { clusters: number; draws: number; terms: number },
  below: (draw: number) => (n: number) => number,
): ResampledCovariance {
  const values: Float64Array[] = [];
  const times = new Uint32Array(clusters);
  for (let draw = 0; draw < draws; draw++) {
    const next = below(draw);
    times.fill(0);
    for (let g = 0; g < clusters; g++) times[next(clusters)]! += 1;
    const coef = resample(times);
    if (coef.every(Number.isFinite)) values.push(coef);
  }
  const mean = Float64Array.from({ length: terms }, (_, j) => values.reduce((s, v) => s + v[j]!, 0) / values.length);
  return { vcov: spreadAround(values, mean, 1 / (values.length - 1)), used: values.length };
}

/**
 * (G − 1)/G Σ_g (β_(g) − β)(β_(g) − β)ᵀ, β_(g) without cluster g.
 * Source: MacKinnon, Nielsen & Webb (2023), J. Appl. Econometrics 38(5), eq. 12 (CV3J around the estimate: CV3).
 */
export function clusterJackknife(resample: Resample, clusters: number, coef: Float64Array): ResampledCovariance {
  const times = new Uint32Array(clusters).fill(1);
  const values: Float64Array[] = [];
  for (let g = 0; g < clusters; g++) {
    times[g] = 0;
    const without = resample(times);
    times[g] = 1;
    if (without.every(Number.isFinite)) values.push(without);
  }
  return { vcov: spreadAround(values, coef, (values.length - 1) / values.length), used: values.length };
}

function spreadAround(values: readonly Float64Array[], centre: Float64Array, factor: number): Float64Array {
  const k = centre.length;
  const vcov = new Float64Array(k * k);
  for (const v of values)
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) vcov[a * k + b]! += factor * (v[a]! - centre[a]!) * (v[b]! - centre[b]!);
  return vcov;
}
