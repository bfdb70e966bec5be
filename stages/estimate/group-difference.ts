/**
 * Do the groups share the coefficient of the first regressor? The fully interacted model gives each group its own coefficients in one fit, so that
 * their covariance is known; the seemingly unrelated test takes the robust covariance of the stacked models.
 */
import type { Table } from '../columns/table.ts';
import type { Fault } from '../contract.ts';
import { chiSquareCdf } from '../kernels/chi-square.ts';
import { fCdf } from '../kernels/f.ts';
import { combine } from '../kernels/factor-codes.ts';
import { commonDf } from '../kernels/inference.ts';
import { tTwoSided } from '../kernels/student-t.ts';
import { waldF } from '../kernels/wald.ts';
import type { ErrorsSpec } from './errors-spec.ts';
import { type FittedModel, fitPrepared, isFaults } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { type Prepared, prepare } from './prepared.ts';
import type { Split } from './split.ts';

export interface Difference {
  readonly rows: readonly {
    readonly group: string;
    readonly estimate: number;
    readonly std_error: number;
    readonly difference?: number;
    readonly difference_se?: number;
    readonly statistic?: number;
    readonly p_value?: number;
  }[];
  /** of the last group against the first */
  readonly difference: number;
  readonly std_error?: number;
  readonly p_value: number;
  /** joint test that all groups are equal */
  readonly joint?: {
    readonly statistic: number;
    readonly df1: number;
    /** absent: the statistic is χ² */
    readonly df2?: number;
    readonly p_value: number;
  };
}

export interface DifferenceOptions {
  readonly method: 'interaction' | 'suest';
  /** the models by group: their rows and regressors, whose levels and polynomials are the group's own */
  readonly own: readonly Prepared[];
}

export function differenceTest(
  table: Table,
  linear: LinearSpec,
  split: Split,
  { method, own }: DifferenceOptions,
): Difference | readonly Fault[] {
  const mask = new Uint8Array(table.rows);
  for (const { sample } of own) for (const row of sample.rows) mask[row] = 1;
  const base = prepare(table, { ...linear, x: [], singletons: 'keep', constant: false }, { mask });
  if (!('sample' in base)) return base;
  const { rows: all } = base.sample;
  const group = { codes: Int32Array.from(all, (row) => split.groupOf[row] as number), levels: split.groups.length };
  const x = own.flatMap((made, g) =>
    made.x.map(({ name, values }) => ({ name: `${name}@${g}`, values: among(all, made.sample.rows, values) })),
  );
  // without effects, each group has its own constant
  const constants = base.effects.length === 0 && linear.intercept ? [{ ...group }] : [];
  const effects = [...base.effects.map((e) => ({ ...e, ...combine([e, group]) })), ...constants];
  const model = fitPrepared({ ...base, x, effects, spec: { ...base.spec, ...errorsFor(method, linear) } });
  if (isFaults(model)) return model;
  const at = own.map((made, g) => model.names.indexOf(`${made.x[0]?.name}@${g}`));
  const k = model.names.length;
  const df = method === 'suest' ? Number.POSITIVE_INFINITY : commonDf(model.inference);
  const scale = method === 'suest' ? suestFactor(model, linear.errors) : 1;
  const vcov = model.vcov.map((v) => v * scale);
  const cov = (a: number, b: number): number => vcov[a * k + b] ?? Number.NaN;
  const rows = split.groups.map(({ name }, g) => {
    const [own, one] = [at[g] as number, at[0] as number];
    const estimate = model.coef[own] ?? Number.NaN;
    const std_error = Math.sqrt(cov(own, own));
    if (g === 0) return { group: name, estimate, std_error };
    const difference = estimate - (model.coef[one] ?? Number.NaN);
    const difference_se = Math.sqrt(cov(own, own) + cov(one, one) - 2 * cov(own, one));
    const statistic = difference / difference_se;
    return {
      group: name,
      estimate,
      std_error,
      difference,
      difference_se,
      statistic,
      p_value: tTwoSided(statistic, df),
    };
  });
  const last = rows.at(-1);
  if (last === undefined) throw new Error('ceteris bug: a split without groups');
  return {
    rows,
    difference: last.difference ?? Number.NaN,
    std_error: last.difference_se ?? Number.NaN,
    p_value: last.p_value ?? Number.NaN,
    joint: jointTest(model.coef, vcov, at, df),
  };
}

/** Values of some of the rows, 0 in the others; rows increase. */
function among(all: Int32Array, some: Int32Array, values: Float64Array): Float64Array {
  const out = new Float64Array(all.length);
  let next = 0;
  for (let i = 0; i < all.length; i++) if (all[i] === some[next]) out[i] = values[next++] as number;
  return out;
}

/**
 * Interacted effects fall apart by group: redundant levels are counted by connected components. The stacked models of the seemingly unrelated
 * test have the plain sandwich.
 */
function errorsFor(method: 'interaction' | 'suest', linear: LinearSpec): Partial<LinearSpec> {
  if (method === 'interaction') return linear.ssc === 'fixest' ? { ssc: 'reghdfe' } : {};
  const { errors } = linear;
  return { ssc: 'none', errors: errors.type === 'iid' || errors.type === 'hc' ? { type: 'hc', variant: 0 } : errors };
}

/** n/(n − 1), with clusters G/(G − 1), the least G of several. Source: Weesie (1999), Stata Technical Bulletin 52, sg121. */
function suestFactor({ fit, clusters }: FittedModel, errors: ErrorsSpec): number {
  if (errors.type !== 'cluster') return errors.type === 'iid' || errors.type === 'hc' ? fit.n / (fit.n - 1) : 1;
  const least = Math.min(...clusters.map((c) => c.levels));
  return least / (least - 1);
}

/** Wald test that b_g − b_1 = 0 for every g: F, or χ² when the degrees of freedom have no end. */
function jointTest(coef: Float64Array, vcov: Float64Array, at: readonly number[], df2: number) {
  const k = coef.length;
  const m = at.length - 1;
  const [one] = at as [number, ...number[]];
  const gaps = Float64Array.from(
    { length: m },
    (_, a) => (coef[at[a + 1] as number] as number) - (coef[one] as number),
  );
  const v = (a: number, b: number): number => vcov[a * k + b] as number;
  const covariance = new Float64Array(m * m);
  for (let a = 0; a < m; a++)
    for (let b = 0; b < m; b++) {
      const [i, j] = [at[a + 1] as number, at[b + 1] as number];
      covariance[a * m + b] = v(i, j) - v(i, one) - v(one, j) + v(one, one);
    }
  const { stat, df1 } = waldF(
    gaps,
    covariance,
    Int32Array.from({ length: m }, (_, a) => a),
  );
  if (df2 === Number.POSITIVE_INFINITY)
    return { statistic: stat * df1, df1, p_value: chiSquareCdf(stat * df1, df1, 'upper') };
  return { statistic: stat, df1, df2, p_value: fCdf(stat, df1, df2, 'upper') };
}
