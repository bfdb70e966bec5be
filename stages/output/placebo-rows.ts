/** The result of a placebo test in one line: the true estimate beside what chance gives. The draws are for the figure. */
import { numberOf } from '../columns/record.ts';
import type { Json, JsonRecord } from '../contract.ts';
import { quantile } from '../kernels/quantile.ts';
import { fieldsOf, recordsOf } from './fields.ts';

/** In the order of printing. */
export const PLACEBO_FIELDS = [
  'estimate',
  'p_value',
  'draws',
  'placebo_mean',
  'placebo_sd',
  'placebo_low',
  'placebo_high',
];

/** Of a record that holds draws; undefined for any other. Ends are the quantiles (type 7) 2.5% and 97.5%. */
export function placeboRow(record: Json): JsonRecord | undefined {
  const { observed, used, draws, mean, sd, p_value, rows } = fieldsOf(record);
  const drawn = recordsOf(rows);
  if (observed === undefined || drawn.length === 0 || !drawn.every((row) => row.draw !== undefined)) return undefined;
  const sorted = Float64Array.from(drawn.map((row) => numberOf(row.estimate)).filter(Number.isFinite)).sort();
  return {
    estimate: observed,
    p_value: p_value ?? null,
    draws: used ?? draws ?? drawn.length,
    placebo_mean: mean ?? null,
    placebo_sd: sd ?? null,
    placebo_low: sorted.length === 0 ? null : quantile(sorted, 0.025),
    placebo_high: sorted.length === 0 ? null : quantile(sorted, 0.975),
  };
}
