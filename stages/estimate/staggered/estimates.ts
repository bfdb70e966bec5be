/** Estimates with their joint covariance, and what a model's record says of them. */
import type { Recordable } from '../../columns/record.ts';
import { chiSquareCdf } from '../../kernels/chi-square.ts';
import { fCdf } from '../../kernels/f.ts';
import { coefficientTests } from '../../kernels/inference.ts';
import { waldDenominator, waldF } from '../../kernels/wald.ts';
import type { TermExtras } from '../model-record.ts';

export interface Estimates {
  readonly names: readonly string[];
  readonly estimate: Float64Array;
  /** k×k, row-major */
  readonly vcov: Float64Array;
  /** degrees of freedom of t; Infinity: normal */
  readonly df: number;
}

/** A weighted sum of few of many estimates. */
export interface Combination {
  readonly name: string;
  /** [number of the estimate, weight] */
  readonly parts: readonly (readonly [number, number])[];
}

export const alone = (name: string, at: number): Combination => ({ name, parts: [[at, 1]] });

/** L b and L V Lᵀ. */
export function combine(of: Estimates, rows: readonly Combination[]): Estimates {
  const k = of.names.length;
  const m = rows.length;
  const estimate = Float64Array.from(rows, ({ parts }) =>
    parts.reduce((sum, [j, w]) => sum + w * (of.estimate[j] as number), 0),
  );
  const vcov = new Float64Array(m * m);
  rows.forEach(({ parts: left }, a) => {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (const [i, w] of left)
        for (const [j, v] of (rows[b] as Combination).parts) sum += w * v * (of.vcov[i * k + j] as number);
      vcov[a * m + b] = sum;
      vcov[b * m + a] = sum;
    }
  });
  return { names: rows.map((r) => r.name), estimate, vcov, df: of.df };
}

/** The chosen estimates alone. */
export function pickEstimates(of: Estimates, chosen: readonly number[]): Estimates {
  const k = of.names.length;
  const m = chosen.length;
  return {
    names: chosen.map((j) => of.names[j] as string),
    estimate: Float64Array.from(chosen, (j) => of.estimate[j] as number),
    vcov: Float64Array.from({ length: m * m }, (_, c) => {
      const [a, b] = [chosen[Math.floor(c / m)] as number, chosen[c % m] as number];
      return of.vcov[a * k + b] as number;
    }),
    df: of.df,
  };
}

export const stdErrors = ({ names, vcov }: Pick<Estimates, 'names' | 'vcov'>): Float64Array =>
  Float64Array.from(names, (_, j) => {
    const variance = vcov[j * names.length + j] as number;
    return variance > 0 ? Math.sqrt(variance) : Number.NaN;
  });

/** One entry per estimate, as in a model's `terms`. Without a variance only the estimate is given. */
export function termRecords(of: Estimates, level: number, extras: TermExtras = new Map()): readonly Recordable[] {
  const se = stdErrors(of);
  const tests = coefficientTests(of.estimate, { se, dfT: of.df }, level);
  return of.names.map((term, j) => ({
    term,
    estimate: of.estimate[j] as number,
    std_error: se[j] as number,
    statistic: tests.t[j] as number,
    p_value: tests.p[j] as number,
    conf_low: tests.low[j] as number,
    conf_high: tests.high[j] as number,
    ...extras.get(term),
  }));
}

/** One estimate of several, without its name. */
export function oneRecord(of: Estimates, name: string, level: number): Recordable {
  const at = of.names.indexOf(name);
  if (at === -1) return undefined;
  const [row] = termRecords(pickEstimates(of, [at]), level);
  const { term: _, ...rest } = row as { term: string };
  return rest;
}

export const vcovRows = ({ names, vcov }: Estimates): readonly Float64Array[] =>
  names.map((_, a) => vcov.slice(a * names.length, (a + 1) * names.length));

export interface JointTest {
  readonly statistic: number;
  readonly df1: number;
  /** absent: the statistic is a χ² */
  readonly df2?: number;
  readonly p_value: number;
}

/**
 * The Wald test that all are zero: F(df1, df) for estimates with t errors, χ²(df1) otherwise. Undefined when there are none or
 * their covariance is singular.
 */
export function jointTest(of: Estimates): JointTest | undefined {
  const k = of.names.length;
  if (k === 0) return undefined;
  const { stat, df1 } = waldF(of.estimate, of.vcov, Int32Array.from(of.names.keys()));
  if (df1 < k) return undefined;
  if (of.df !== Number.POSITIVE_INFINITY) {
    const df2 = waldDenominator(of.df, df1);
    return { statistic: stat, df1, df2, p_value: fCdf(stat, df1, df2, 'upper') };
  }
  return { statistic: stat * df1, df1, p_value: chiSquareCdf(stat * df1, df1, 'upper') };
}
