/** Summaries by group, given back to every row of the group. Missing values are left out; a group of none is missing. */
import { moments, summarize } from '../../kernels/summary.ts';
import { type Column, isMissing, numbers } from '../column.ts';
import type { Groups } from './panel-index.ts';

export function groupSummary(name: string, column: Column, groups: Groups, p: number): Column {
  const rows = groups.of.length;
  const members: number[][] = Array.from({ length: groups.count }, () => []);
  for (let i = 0; i < rows; i++) if (!isMissing(column, i)) (members[groups.of[i] as number] as number[]).push(i);
  if (name === 'count')
    return spread(
      groups,
      members.map((m) => m.length),
    );
  if (column.kind !== 'number') throw new Error('ceteris bug: a summary of text');
  const values = members.map((m) => Float64Array.from(m, (i) => column.values[i] as number));
  switch (name) {
    case 'sum':
    case 'mean':
    case 'sd':
    case 'median':
    case 'quantile':
      return spread(
        groups,
        values.map((v) => summarize(name, v, p)),
      );
    case 'rank':
      return byRow(rows, members, values, ranks);
    case 'standardize':
      return byRow(rows, members, values, standardized);
    default:
      throw new Error(`ceteris bug: no function ${name}`);
  }
}

const spread = (groups: Groups, results: readonly number[]): Column =>
  numbers(Float64Array.from(groups.of, (g) => results[g] as number));

function byRow(
  rows: number,
  members: readonly (readonly number[])[],
  values: readonly Float64Array[],
  f: (v: Float64Array) => Float64Array,
): Column {
  const out = new Float64Array(rows).fill(Number.NaN);
  members.forEach((m, g) => {
    const results = f(values[g] as Float64Array);
    m.forEach((i, j) => {
      out[i] = results[j] as number;
    });
  });
  return numbers(out);
}

/** (x − mean)/sd; missing where the values do not vary, as 0/0 is. */
function standardized(v: Float64Array): Float64Array {
  const { mean, sd } = moments(v);
  return v.map((x) => (x - mean) / sd);
}

/** From 1; ties share the mean of their places. */
function ranks(v: Float64Array): Float64Array {
  const order = Array.from(v.keys()).sort((a, b) => (v[a] as number) - (v[b] as number));
  const out = new Float64Array(v.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j + 1 < order.length && v[order[j + 1] as number] === v[order[i] as number]) j++;
    for (let k = i; k <= j; k++) out[order[k] as number] = (i + j) / 2 + 1;
    i = j + 1;
  }
  return out;
}
