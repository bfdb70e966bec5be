/** Errors of a fit by resampling its clusters: wild bootstrap, pairs bootstrap, jackknife. */
import { error, type Fault, type Note } from '../contract.ts';
import { compact, type Factor } from '../kernels/factor-codes.ts';
import type { LinearFit } from '../kernels/fit.ts';
import type { Inference } from '../kernels/inference.ts';
import { stream } from '../kernels/random.ts';
import { clusterJackknife, pairsBootstrap, resampledFit } from '../kernels/resampled-fit.ts';
import { MOST_WILD_CLUSTERS, type WildModel, type WildTest, wildClusterBootstrap } from '../kernels/wild-bootstrap.ts';
import { type DesignColumn, factorOf } from './design.ts';
import type { ErrorsSpec, ResampledSpec } from './errors-spec.ts';
import type { Prepared } from './linear-fit.ts';

export interface ResampledErrors {
  readonly inference: Inference;
  /** wild bootstrap: one for each term */
  readonly tests?: readonly WildTest[];
  readonly draws: number;
  readonly used: number;
  readonly notes: readonly Note[];
}

type Made = Prepared & { readonly fit: LinearFit };

export const isResampled = (errors: ErrorsSpec): errors is ResampledSpec =>
  errors.type === 'wild' || errors.type === 'bootstrap' || errors.type === 'jackknife';

/** @param base the clustered covariance, whose degrees of freedom are kept */
export function resampledErrors(made: Made, spec: ResampledSpec, base: Inference): ResampledErrors | readonly Fault[] {
  const { rows } = made.sample;
  const clusters =
    spec.by.length === 0
      ? { codes: Int32Array.from(rows.keys()), levels: rows.length }
      : compact(factorOf(made.table, spec.by, rows));
  return spec.type === 'wild' ? wild(made, spec, { clusters, base }) : covariance(made, spec, { clusters, base });
}

interface Clustered {
  readonly clusters: Factor;
  readonly base: Inference;
}

function covariance(
  made: Made,
  spec: Exclude<ResampledSpec, { type: 'wild' }>,
  { clusters, base }: Clustered,
): ResampledErrors | readonly Fault[] {
  const { fit, y, effects, weights } = made;
  const columns = Array.from(fit.kept, (j) => made.x[j] as DesignColumn);
  const instrumented = made.endogenous.length;
  const resample = resampledFit({
    y,
    x: columns.map((c) => c.values),
    endogenous: Array.from(fit.kept).filter((j) => j < instrumented).length,
    instruments: made.instruments.map((c) => c.values),
    effects,
    intercept: made.spec.intercept,
    clusters,
    ...(fit.absorber && { absorber: fit.absorber }),
    ...(weights === undefined ? {} : { weights }),
  });
  const draws = spec.type === 'bootstrap' ? spec.draws : clusters.levels;
  const found =
    spec.type === 'bootstrap'
      ? pairsBootstrap(resample, { clusters: clusters.levels, draws, terms: fit.terms }, (draw) => {
          const random = stream(spec.seed, draw);
          return (n) => random.below(n);
        })
      : clusterJackknife(resample, clusters.levels, fit.coef);
  if (found.used < 2) return [error('CE2604', { draws, used: found.used }, ['vcov'])];
  const se = Float64Array.from({ length: fit.terms }, (_, j) => Math.sqrt(found.vcov[j * fit.terms + j] as number));
  const lost: Note[] = found.used < draws ? [{ code: 'CN2602', args: { draws, used: found.used } }] : [];
  return { inference: { ...base, vcov: found.vcov, se, repaired: false }, draws, used: found.used, notes: lost };
}

function wild(
  made: Made,
  spec: Extract<ResampledSpec, { type: 'wild' }>,
  { clusters, base }: Clustered,
): ResampledErrors | readonly Fault[] {
  if (clusters.levels > MOST_WILD_CLUSTERS)
    return [error('CE2603', { name: spec.by.join('^'), groups: clusters.levels, most: MOST_WILD_CLUSTERS }, ['vcov'])];
  const tests: WildTest[] = [];
  const numbers = drawnOnce(spec.seed, spec.draws * clusters.levels);
  for (let term = 0; term < made.fit.terms; term++) {
    const test = wildClusterBootstrap(wildModel(made, term, clusters), spec, numbers());
    if (test === undefined) throw new Error('ceteris bug: a kept term is collinear');
    tests.push(test);
  }
  const [first] = tests;
  const draws = first?.draws ?? 0;
  const few: Note[] =
    first?.enumerated === true && draws < spec.draws
      ? [{ code: 'CN2603', args: { groups: clusters.levels, vectors: draws } }]
      : [];
  return { inference: base, tests, draws, used: draws, notes: few };
}

/** Numbers kept so that the next term need not draw them again. */
const MOST_KEPT = 5e6;

/** Sources of the same uniform numbers: every term sees the same draws. */
function drawnOnce(seed: number, count: number): () => () => number {
  const kept = new Float64Array(count <= MOST_KEPT ? count : 0);
  const random = stream(seed, 0);
  let drawn = 0;
  return () => {
    if (kept.length === 0) {
      const own = stream(seed, 0);
      return () => own.uniform();
    }
    let at = 0;
    return () => {
      if (at === drawn) kept[drawn++] = random.uniform();
      return kept[at++] as number;
    };
  };
}

/** The constant is a regressor like others, on columns as they are; slopes are tested with means or effects out. */
function wildModel({ fit, x, y, weights }: Made, term: number, clusters: Factor): WildModel {
  const common = { clusters, ...(weights === undefined ? {} : { weights }) };
  const slopes = fit.hasConstant ? fit.design.slice(1) : fit.design;
  if (fit.hasConstant && term === 0)
    return {
      ...common,
      y,
      x: fit.design[0] as Float64Array,
      controls: Array.from(fit.kept, (j) => (x[j] as DesignColumn).values),
    };
  const at = term - (fit.hasConstant ? 1 : 0);
  return {
    ...common,
    y: outcomeTakenOut(fit, slopes),
    x: slopes[at] as Float64Array,
    controls: slopes.filter((_, j) => j !== at),
    hasConstant: fit.hasConstant,
    ...(fit.absorber && { absorber: fit.absorber }),
  };
}

/** The outcome with means or effects out: residuals and slopes put together again. */
function outcomeTakenOut(fit: LinearFit, slopes: readonly Float64Array[]): Float64Array {
  const shift = fit.hasConstant ? 1 : 0;
  const out = fit.residuals.slice();
  slopes.forEach((column, j) => {
    const b = fit.coef[shift + j] as number;
    for (let i = 0; i < out.length; i++) (out[i] as number) += b * (column[i] as number);
  });
  return out;
}
