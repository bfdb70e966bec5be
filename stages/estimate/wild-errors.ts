/** Tests of a model's coefficients by wild cluster bootstraps. */
import { error, type Fault, type Note } from '../contract.ts';
import type { Factor } from '../kernels/factor-codes.ts';
import { takeOut } from '../kernels/fit.ts';
import type { Inference } from '../kernels/inference.ts';
import { leastSquares } from '../kernels/least-squares.ts';
import type { LinearFit } from '../kernels/linear-model.ts';
import { stream } from '../kernels/random.ts';
import { MOST_WILD_CLUSTERS, type WildModel, type WildTest, wildClusterBootstrap } from '../kernels/wild-bootstrap.ts';
import { type InstrumentedWildModel, wildInstrumented } from '../kernels/wild-instrumented.ts';
import type { DesignColumn } from './design.ts';
import type { ResampledSpec } from './errors-spec.ts';
import type { Prepared } from './prepared.ts';

type Made = Prepared & { readonly fit: LinearFit };

export interface WildErrors {
  readonly inference: Inference;
  /** by term; a term without one keeps its t test */
  readonly tests: readonly (WildTest | undefined)[];
  readonly draws: number;
  readonly used: number;
  readonly notes: readonly Note[];
}

/** @param base the clustered covariance, whose standard errors are kept */
export function wildErrors(
  made: Made,
  spec: Extract<ResampledSpec, { type: 'wild' }>,
  { clusters, base }: { readonly clusters: Factor; readonly base: Inference },
): WildErrors | readonly Fault[] {
  if (clusters.levels > MOST_WILD_CLUSTERS)
    return [error('CE2603', { name: spec.by.join('^'), groups: clusters.levels, most: MOST_WILD_CLUSTERS }, ['vcov'])];
  const numbers = drawnOnce(spec.seed, spec.draws * clusters.levels);
  const tests = Array.from({ length: made.fit.terms }, (_, term): WildTest | undefined => {
    if (made.endogenous.length === 0) {
      const test = wildClusterBootstrap(wildModel(made, term, clusters), spec, numbers());
      if (test === undefined) throw new Error('ceteris bug: a kept term is collinear');
      return test;
    }
    const at = made.fit.kept[term - (made.fit.hasConstant ? 1 : 0)];
    return at !== undefined && at < made.endogenous.length
      ? wildInstrumented(instrumentedModel(made, clusters), spec, numbers())
      : undefined;
  });
  const first = tests.find((t) => t !== undefined);
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

/** One endogenous regressor, its instruments as far as they are not collinear, the exogenous columns as controls. */
function instrumentedModel(made: Made, clusters: Factor): InstrumentedWildModel {
  const { fit, y, x, endogenous, instruments, weights } = made;
  const out = (column: Float64Array) => takeOut(column, fit.absorber, fit.hasConstant, weights);
  const controls = Array.from(fit.kept)
    .filter((j) => j >= endogenous.length)
    .map((j) => out((x[j] as DesignColumn).values));
  const all = [...controls, ...instruments.map((c) => out(c.values))];
  const outcome = out(y).column;
  const columns = all.map((c) => c.column);
  const { kept } = leastSquares(
    outcome,
    columns,
    all.map((c) => c.norm),
    weights,
  );
  return {
    y: outcome,
    x: out((endogenous[0] as DesignColumn).values).column,
    controls: columns.slice(0, controls.length),
    instruments: Array.from(kept)
      .filter((j) => j >= controls.length)
      .map((j) => columns[j] as Float64Array),
    clusters,
    hasConstant: fit.hasConstant,
    ...(weights === undefined ? {} : { weights }),
    ...(fit.absorber && { absorber: fit.absorber }),
  };
}
