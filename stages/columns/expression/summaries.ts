/** Summaries by group, given back to every row of the group. Missing values are left out; a group of none is missing. */
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
      return spread(groups, values.map(sum));
    case 'mean':
      return spread(groups, values.map(mean));
    case 'sd':
      return spread(groups, values.map(sd));
    case 'median':
      return spread(
        groups,
        values.map((v) => quantile7(v, 0.5)),
      );
    case 'quantile':
      return spread(
        groups,
        values.map((v) => quantile7(v, p)),
      );
    case 'rank':
      return byRow(rows, members, values, ranks);
    case 'standardize':
      return byRow(rows, members, values, (v) => v.map((x) => (x - mean(v)) / sd(v)));
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

const sum = (v: Float64Array): number => v.reduce((s, x) => s + x, 0);

const mean = (v: Float64Array): number => (v.length === 0 ? Number.NaN : sum(v) / v.length);

function sd(v: Float64Array): number {
  const m = mean(v);
  return v.length < 2 ? Number.NaN : Math.sqrt(v.reduce((s, x) => s + (x - m) ** 2, 0) / (v.length - 1));
}

/** Type 7 (Hyndman and Fan 1996). */
function quantile7(values: Float64Array, p: number): number {
  if (values.length === 0) return Number.NaN;
  const v = values.slice().sort();
  const h = (v.length - 1) * p;
  const low = Math.floor(h);
  const below = v[low] as number;
  return below + (h - low) * ((v[Math.min(low + 1, v.length - 1)] as number) - below);
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
