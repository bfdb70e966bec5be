/** Errors of a fit by resampling its clusters: wild bootstrap, pairs bootstrap, jackknife. */
import { error, type Fault, type Note } from '../contract.ts';
import { compact, type Factor } from '../kernels/factor-codes.ts';
import type { Inference } from '../kernels/inference.ts';
import type { LinearFit } from '../kernels/linear-model.ts';
import { stream } from '../kernels/random.ts';
import { clusterJackknife, pairsBootstrap, resampledFit } from '../kernels/resampled-fit.ts';
import type { WildTest } from '../kernels/wild-bootstrap.ts';
import { type DesignColumn, factorOf } from './design.ts';
import type { ErrorsSpec, ResampledSpec } from './errors-spec.ts';
import type { Prepared } from './prepared.ts';
import { wildErrors } from './wild-errors.ts';

export interface ResampledErrors {
  readonly inference: Inference;
  /** wild bootstrap: by term */
  readonly tests?: readonly (WildTest | undefined)[];
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
  return spec.type === 'wild' ? wildErrors(made, spec, { clusters, base }) : covariance(made, spec, { clusters, base });
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
