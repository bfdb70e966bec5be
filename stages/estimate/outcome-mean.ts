/**
 * The mean of the outcome in the rows of an estimation, weighted where the model is, as Stata's `estadd ysumm` has it
 * (Jann 2007, Stata Journal 7(2)); fixest's `my` takes no weights.
 */
import type { Table } from '../columns/table.ts';
import { atomValues } from './atom-values.ts';
import { pick } from './design.ts';
import type { LinearSpec } from './linear-spec.ts';
import type { ValueAtom } from './term.ts';

export function weightedMean(values: Float64Array, weights?: Float64Array): number {
  let [sum, mass] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const w = weights?.[i] ?? 1;
    sum += w * (values[i] as number);
    mass += w;
  }
  return sum / mass;
}

/** Of an estimator that compares cells, over the rows that it reads. */
export const outcomeMean = (table: Table, { y, weights }: LinearSpec, rows: Int32Array): number =>
  weightedMean(
    pick(atomValues(y[0] as ValueAtom, table), rows),
    weights === undefined ? undefined : pick(table.numbers(weights), rows),
  );
