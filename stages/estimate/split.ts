/** Groups of rows by a column: at the median, by quantiles, or by value. */
import type { Table } from '../columns/table.ts';
import { error, type Fault } from '../contract.ts';
import { quantile } from '../kernels/quantile.ts';
import { namedFactor, pick, unmarkColumn } from './design.ts';
import type { LinearSpec } from './linear-spec.ts';
import { estimationSample } from './sample.ts';

export type SplitSpec = {
  readonly by: string;
  /** its groups are dates */
  readonly isDate: boolean;
  readonly how: 'median' | 'quantiles' | 'groups';
  /** of its groups; none: those that the column has in the rows */
  readonly names: readonly string[];
};

export interface Split {
  readonly groups: readonly { readonly name: string; readonly mask: Uint8Array }[];
  /** upper bounds of all groups but the last; a value at a bound belongs below it */
  readonly cuts: readonly number[];
  /** group of each row of the table, −1 for none */
  readonly groupOf: Int32Array;
}

export function splitRows(table: Table, linear: LinearSpec, spec: SplitSpec): Split | readonly Fault[] {
  const mask = new Uint8Array(table.rows).fill(1);
  unmarkColumn(table.column(spec.by), mask);
  if (table.rows > 0 && !mask.includes(1)) return [error('CE3203', { name: spec.by, rows: table.rows }, ['by'])];
  const sample = estimationSample(table, linear, mask);
  if (!('rows' in sample)) return sample;
  const groupOf = new Int32Array(table.rows).fill(-1);
  const cut =
    spec.how === 'groups' ? byValue(table, sample.rows, spec, groupOf) : byQuantile(table, sample.rows, spec, groupOf);
  if (!('cuts' in cut)) return cut;
  const groups = cut.names.map((name, g) => ({ name, mask: Uint8Array.from(groupOf, (at) => (at === g ? 1 : 0)) }));
  const filled = groups.filter((g) => g.mask.includes(1)).length;
  if (filled < 2) return [error('CE2436', { name: spec.by, groups: filled }, ['by'])];
  if (filled < groups.length) return [error('CE3205', { name: spec.by, groups: filled, asked: groups.length }, ['by'])];
  return { groups, cuts: cut.cuts, groupOf };
}

interface Cut {
  readonly names: readonly string[];
  readonly cuts: readonly number[];
}

function byQuantile(table: Table, rows: Int32Array, spec: SplitSpec, groupOf: Int32Array): Cut {
  const values = pick(table.numbers(spec.by), rows);
  const sorted = values.slice().sort();
  const q = spec.names.length;
  const cuts = Array.from({ length: q - 1 }, (_, i) => quantile(sorted, (i + 1) / q));
  rows.forEach((row, i) => {
    const at = cuts.findIndex((cut) => (values[i] as number) <= cut);
    groupOf[row] = at === -1 ? q - 1 : at;
  });
  return { names: spec.names, cuts };
}

/** More groups that nobody named are a column that was not meant to make groups. */
const MOST_FOUND = 100;

function byValue(table: Table, rows: Int32Array, spec: SplitSpec, groupOf: Int32Array): Cut | readonly Fault[] {
  const factor = namedFactor(table.column(spec.by), rows, spec.isDate);
  const names = spec.names.length > 0 ? spec.names : factor.names;
  if (spec.names.length === 0 && names.length > MOST_FOUND)
    return [error('CE2442', { name: spec.by, count: names.length, limit: MOST_FOUND }, ['by'])];
  const unknown = spec.names.filter((name) => !factor.names.includes(name));
  if (unknown.length > 0)
    return unknown.map((value) =>
      error('CE2443', { name: spec.by, value, known: factor.names.slice(0, 20) }, ['groups']),
    );
  const group = factor.names.map((name) => names.indexOf(name));
  rows.forEach((row, i) => {
    groupOf[row] = group[factor.codes[i] as number] as number;
  });
  return { names, cuts: [] };
}
