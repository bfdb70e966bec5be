/** A fitted model as the record that `show`, tables and figures read: fields as in R's broom. */
import type { Recordable } from '../columns/record.ts';
import { fCdf } from '../kernels/f.ts';
import { coefficientTests, commonDf } from '../kernels/inference.ts';
import { waldF } from '../kernels/wald.ts';
import { errorsName } from './errors-spec.ts';
import type { FittedModel } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { sscLabel } from './small-sample.ts';

/** Extra fields by term name, put into the term's entry (`period` of an event study). */
export type TermExtras = ReadonlyMap<string, { readonly [key: string]: Recordable }>;

export function modelRecord(
  model: FittedModel,
  spec: LinearSpec,
  extras: TermExtras = new Map(),
): { readonly [key: string]: Recordable } {
  const { fit, inference, names, vcov } = model;
  const k = names.length;
  // 1 unless the convention counts parameters in a way of its own
  const correction = (fit.n - fit.parameters) / (fit.n - model.parameters);
  return {
    outcome: model.outcome,
    mean_outcome: model.meanOutcome,
    nobs: fit.n,
    rows: model.rowsRead,
    terms: termTests(model, spec.level).map((row) => ({ ...row, ...extras.get(row.term) })),
    r2: fit.r2,
    adj_r2: 1 - (1 - fit.adjR2) * correction,
    within_r2: fit.withinR2,
    within_adj_r2: 1 - ((1 - fit.withinR2) * (fit.n - model.parameters + fit.terms)) / (fit.n - model.parameters),
    rmse: fit.rmse,
    sigma: Math.sqrt(fit.sigma2 * correction),
    ssr: fit.ssr,
    loglik: fit.logLik,
    loglik_unweighted: fit.logLikUnweighted,
    aic: -2 * fit.logLik + 2 * (fit.parameters + 1),
    bic: -2 * fit.logLik + Math.log(fit.n) * (fit.parameters + 1),
    parameters: fit.parameters,
    df_residual: fit.n - fit.parameters,
    df_t: inference.dfT,
    df_k: inference.dfK,
    groups: inference.groups,
    lag: inference.lag,
    f: slopesF(model),
    level: spec.level,
    vcov_type: errorsName(spec.errors),
    ssc: sscLabel(spec.ssc),
    clusters: model.clusters,
    resampling: resamplingOf(model),
    absorbed: model.absorbed,
    dropped: model.dropped,
    singletons: model.singletons,
    weights: spec.weights,
    notes: model.notes,
    vcov: names.map((_, a) => Float64Array.from({ length: k }, (_u, b) => vcov[a * k + b] as number)),
  };
}

/** A coefficient with its test against 0 and its interval. */
export interface TermTest {
  readonly term: string;
  readonly estimate: number;
  readonly std_error: number;
  readonly statistic: number;
  readonly p_value: number;
  readonly conf_low: number;
  readonly conf_high: number;
  /** of t, where terms differ in it */
  readonly df?: number;
}

function termTests(model: FittedModel, level: number): readonly TermTest[] {
  const { names, coef, inference } = model;
  const tests = coefficientTests(coef, inference, level);
  return names.map((term, j) => ({
    term,
    estimate: coef[j] as number,
    std_error: inference.se[j] as number,
    statistic: tests.t[j] as number,
    p_value: tests.p[j] as number,
    conf_low: tests.low[j] as number,
    conf_high: tests.high[j] as number,
    ...(inference.dfOf === undefined ? {} : { df: inference.dfOf[j] as number }),
    ...wildFields(model, j, level),
  }));
}

/** The test of the first regressor; undefined when it was dropped. */
export const firstTerm = (model: FittedModel, level: number): TermTest | undefined =>
  model.fit.kept[0] === 0 ? termTests(model, level).find((t) => t.term !== '(Intercept)') : undefined;

/** A wild bootstrap replaces the p value and the interval of t. */
function wildFields({ resampled }: FittedModel, term: number, level: number) {
  const test = resampled?.tests?.[term];
  if (test === undefined) return {};
  const [conf_low, conf_high] = test.interval(level);
  return { p_value: test.p, p_equal_tailed: test.pEqualTailed, conf_low, conf_high };
}

function resamplingOf({ resampled }: FittedModel): Recordable {
  if (resampled === undefined) return undefined;
  const enumerated = resampled.tests?.find((t) => t !== undefined)?.enumerated;
  return { draws: resampled.draws, used: resampled.used, ...(enumerated === undefined ? {} : { enumerated }) };
}

/** Wald F of all slopes together, with the covariance that was asked for. */
function slopesF({ names, coef, vcov, inference }: FittedModel): Recordable {
  const slopes = Int32Array.from(names.flatMap((name, j) => (name === '(Intercept)' ? [] : [j])));
  if (slopes.length === 0) return null;
  const { stat, df1 } = waldF(coef, vcov, slopes);
  const df2 = commonDf(inference);
  return { statistic: stat, df1, df2, p_value: fCdf(stat, df1, df2, 'upper') };
}
