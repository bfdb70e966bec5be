/** How alike treated and control rows are, before and after matching. */
import { type BinaryFit, fitBinary, type Link } from '../kernels/binary-response.ts';
import { chiSquareCdf } from '../kernels/chi-square.ts';
import { quantile } from '../kernels/quantile.ts';
import { tTwoSided } from '../kernels/student-t.ts';

export interface MatchedRows {
  /** 1 treated, 0 control */
  readonly treated: Float64Array;
  /** weights of the matched sample; 0 for rows without a match */
  readonly weight: Float64Array;
}

interface Side {
  readonly mass: number;
  readonly mean: number;
  /** Σ w (x − mean)² / (Σ w − 1) */
  readonly variance: number;
}

function side(x: Float64Array, weightOf: (i: number) => number): Side {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const w = weightOf(i);
    mass += w;
    sum += w * x[i]!;
  }
  const mean = sum / mass;
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += weightOf(i) * (x[i]! - mean) ** 2;
  return { mass, mean, variance: squares / (mass - 1) };
}

/** Student's t test of equal means with one variance; weights count as numbers of rows. */
function test(t: Side, c: Side): { t: number; p: number } {
  const df = t.mass + c.mass - 2;
  const pooled = ((t.mass - 1) * t.variance + (c.mass - 1) * c.variance) / df;
  const stat = (t.mean - c.mean) / Math.sqrt(pooled * (1 / t.mass + 1 / c.mass));
  return { t: stat, p: tTwoSided(stat, df) };
}

/**
 * One covariate. Bias is the difference of means over sqrt((s²_t + s²_c)/2) of the unmatched sample, before and after.
 * Source: Rosenbaum & Rubin (1985), The American Statistician 39(1), 33–38.
 */
function balanceOf(variable: string, x: Float64Array, { treated, weight }: MatchedRows) {
  const of = (d: number, matched: boolean): Side => side(x, (i) => (treated[i] !== d ? 0 : matched ? weight[i]! : 1));
  const [t0, c0, t1, c1] = [of(1, false), of(0, false), of(1, true), of(0, true)];
  const unit = Math.sqrt((t0.variance + c0.variance) / 2);
  const before = (t0.mean - c0.mean) / unit;
  const after = (t1.mean - c1.mean) / unit;
  const testBefore = test(t0, c0);
  const testAfter = test(t1, c1);
  return {
    variable,
    mean_treated_before: t0.mean,
    mean_control_before: c0.mean,
    bias_before: before,
    t_before: testBefore.t,
    p_before: testBefore.p,
    variance_ratio_before: t0.variance / c0.variance,
    mean_treated_after: t1.mean,
    mean_control_after: c1.mean,
    bias_after: after,
    t_after: testAfter.t,
    p_after: testAfter.p,
    variance_ratio_after: t1.variance / c1.variance,
    bias_reduction: 1 - Math.abs(after) / Math.abs(before),
  };
}

/** The order in which tables print a row; each before and after. */
const FIELDS = ['mean_treated', 'mean_control', 'bias', 't', 'p', 'variance_ratio'] as const;

export function balanceTable(covariates: ReadonlyMap<string, Float64Array>, rows: MatchedRows) {
  const table = [...covariates].map(([name, x]) => balanceOf(name, x, rows));
  return {
    rows: table,
    fields: ['variable', ...FIELDS.flatMap((name) => [`${name}_before`, `${name}_after`]), 'bias_reduction'],
    before: overall(
      table.map((r) => r.bias_before),
      covariates,
      { ...rows, weight: new Float64Array(rows.weight.length).fill(1) },
    ),
    after: overall(
      table.map((r) => r.bias_after),
      covariates,
      rows,
    ),
  };
}

/** Mean and median absolute bias, and how well the covariates still tell who is treated (a logit on the weighted rows). */
function overall(biases: readonly number[], covariates: ReadonlyMap<string, Float64Array>, rows: MatchedRows) {
  const sizes = Float64Array.from(biases.filter((b) => !Number.isNaN(b)).map(Math.abs)).sort();
  const fit = logitOn(covariates, rows, 'logit');
  const explained = fit === undefined ? Number.NaN : 2 * (fit.logLik - fit.nullLogLik);
  const df = fit === undefined ? Number.NaN : fit.kept.length;
  return {
    mean_bias: sizes.reduce((s, b) => s + b, 0) / sizes.length,
    median_bias: quantile(sizes, 0.5),
    pseudo_r2: fit === undefined ? Number.NaN : 1 - fit.logLik / fit.nullLogLik,
    lr_statistic: explained,
    lr_df: df,
    lr_p_value: df > 0 ? chiSquareCdf(explained, df, 'upper') : Number.NaN,
  };
}

function logitOn(
  covariates: ReadonlyMap<string, Float64Array>,
  { treated, weight }: MatchedRows,
  link: Link,
): BinaryFit | undefined {
  const used = Int32Array.from(weight.keys()).filter((i) => weight[i]! > 0);
  const on = (column: Float64Array): Float64Array => Float64Array.from(used, (i) => column[i]!);
  const y = on(treated);
  if (!y.includes(1) || !y.includes(0)) return undefined;
  const fit = fitBinary({ y, x: [...covariates.values()].map(on), link, weights: on(weight) });
  return fit.outcome === 'converged' ? fit : undefined;
}
