/** Many estimates of one effect, and how they agree. */
import { isPrintedCode, printedMessage } from '../catalogue/printed.ts';
import { error, type Fault } from '../contract.ts';
import { tStatistic } from '../kernels/inference.ts';
import { quantile } from '../kernels/quantile.ts';
import { tQuantile, tTwoSided } from '../kernels/student-t.ts';
import type { LeftOver, Repeats } from './curve-repeats.ts';
import type { Tested } from './model-family.ts';
import type { Choice, CurveSpec } from './spec-axes.ts';
import { termName } from './term.ts';

/** A model that was estimated, or the reason why it was not. */
export interface CurveModel {
  readonly nobs?: number;
  readonly row?: CurveRow;
  readonly reason?: string;
  /** the faults behind the reason, for print in another language */
  readonly why?: readonly Cause[];
  readonly left?: LeftOver;
}

export type Cause = Pick<Fault, 'code' | 'args'>;

const MOST_CAUSES = 8;

/** Why models have no estimate: each cause once, the first ones. */
export function causesOf(models: readonly CurveModel[]): readonly Fault[] {
  const causes = new Map<string, Fault>();
  for (const { reason = '', why = [{ code: 'CE2575', args: { reason } } as const] } of models)
    for (const { code, args } of why) causes.set(JSON.stringify([code, args]), error(code, args));
  return [...causes.values()].slice(0, MOST_CAUSES);
}

/** A model that cannot be estimated, with the reason in English and its parts. */
export const notEstimated = (
  faults: readonly Fault[],
): { readonly reason: string; readonly why: readonly Cause[] } => ({
  reason: faults.map(({ code, args }) => (isPrintedCode(code) ? printedMessage(code, args, 'en') : code)).join('; '),
  why: faults.map(({ code, args }) => ({ code, args })),
});

export interface CurveRow {
  readonly estimate: number;
  readonly std_error: number;
  readonly statistic: number;
  readonly p_value: number;
  readonly conf_low: number;
  readonly conf_high: number;
}

export const NO_ROW: CurveRow = {
  estimate: Number.NaN,
  std_error: Number.NaN,
  statistic: Number.NaN,
  p_value: Number.NaN,
  conf_low: Number.NaN,
  conf_high: Number.NaN,
};

/** The order in which tables print a row. */
export const ROW_FIELDS = [
  'estimate',
  'std_error',
  'statistic',
  'p_value',
  'conf_low',
  'conf_high',
  'nobs',
  'rank',
  'reason',
] as const;

/** t, p and interval of estimates; quantiles are looked up once for each number of degrees of freedom. */
export class CurveTests {
  private readonly level: number;
  private readonly widths = new Map<number, number>();

  constructor(level: number) {
    this.level = level;
  }

  row({ estimate, std_error, df }: Tested): CurveRow {
    const statistic = tStatistic(estimate, std_error);
    let width = this.widths.get(df);
    if (width === undefined) this.widths.set(df, (width = tQuantile((1 - this.level) / 2, df, 'upper')));
    return {
      estimate,
      std_error,
      statistic,
      p_value: tTwoSided(statistic, df),
      conf_low: estimate - width * std_error,
      conf_high: estimate + width * std_error,
    };
  }
}

/** Estimates in increasing order with what is counted of them. `same_sign` is the sign of the median. */
export function curveSummary(rows: readonly CurveRow[], level: number) {
  const good = rows.filter((row) => !Number.isNaN(row.estimate));
  const sorted = Float64Array.from(good, (row) => row.estimate).sort();
  const n = good.length;
  const median = quantile(sorted, 0.5);
  const share = (holds: (row: CurveRow) => boolean): number =>
    good.reduce((count, row) => count + (holds(row) ? 1 : 0), 0) / n;
  const same = (row: CurveRow): boolean => Math.sign(row.estimate) === Math.sign(median);
  const significant = (row: CurveRow): boolean => row.p_value < 1 - level;
  return {
    models: rows.length,
    estimated: n,
    median,
    mean: sorted.reduce((s, b) => s + b, 0) / n,
    min: sorted[0] ?? Number.NaN,
    max: sorted[n - 1] ?? Number.NaN,
    p05: quantile(sorted, 0.05),
    p95: quantile(sorted, 0.95),
    share_significant: share(significant),
    share_same_sign: share(same),
    share_significant_same_sign: share((row) => significant(row) && same(row)),
    level,
  };
}

/** Place of each estimate among all, 1 for the smallest; missing estimates have none. */
export function ranks(estimates: readonly number[]): readonly (number | undefined)[] {
  const order = estimates.flatMap((b, i) => (Number.isNaN(b) ? [] : [i]));
  order.sort((a, b) => (estimates[a] as number) - (estimates[b] as number) || a - b);
  const out: (number | undefined)[] = estimates.map(() => undefined);
  order.forEach((i, place) => {
    out[i] = place + 1;
  });
  return out;
}

export function curveRecord(
  models: readonly CurveModel[],
  spec: CurveSpec,
  { choices, repeats }: { readonly choices: readonly (readonly Choice[])[]; readonly repeats: Repeats },
) {
  const rows = models.map((model) => model.row ?? NO_ROW);
  const place = ranks(rows.map((row) => row.estimate));
  const [first = []] = choices;
  return {
    outcome: termName(first.find((c) => c.sets.y !== undefined)?.sets.y ?? spec.base.y),
    axes: spec.axes.map((axis, a) => ({
      param: axis.param,
      choices: [...new Set(choices.map((c) => c[a]?.label ?? ''))],
      // what subsets are made of
      ...('blocks' in axis ? { members: axis.blocks.map((block) => block.label) } : {}),
    })),
    ...curveSummary(rows, spec.common.level),
    fields: ['spec', ...spec.axes.map(({ param }) => param), ...ROW_FIELDS],
    rows: rows.map((row, i) => ({
      spec: i + 1,
      rank: place[i],
      ...Object.fromEntries(spec.axes.map(({ param }, a) => [param, choices[i]?.[a]?.label ?? ''])),
      ...row,
      nobs: models[i]?.nobs,
      reason: models[i]?.reason,
      why: models[i]?.why,
      same_as: repeats.of[i] === undefined ? undefined : repeats.of[i] + 1,
    })),
  };
}
