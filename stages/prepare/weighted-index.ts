/** Composite and sub-indices from indicators and their weights, group by group. */

import { Type } from '@sinclair/typebox';
import { datesAmong, keyText, type Typed, typedColumns } from '../columns/cell-text.ts';
import { means } from '../columns/params.ts';
import type { Table } from '../columns/table.ts';
import {
  type ColumnInfo,
  type DeclareContext,
  type Declared,
  error,
  type Fault,
  type Note,
  ROWS,
} from '../contract.ts';
import { isTooLarge } from '../kernels/summary.ts';
import { closeness } from '../kernels/topsis.ts';
import { type Groups, groupKey, groupRows } from './groups.ts';
import { completeRows, declareIndex, type IndexSpec, membersOf, type WrittenIndicators } from './indicators.ts';

export const Score = Type.Optional(
  Type.Union([Type.Literal('sum'), Type.Literal('topsis')], {
    default: 'sum',
    ...means(
      'sum: Σ w z; topsis: closeness of w z to the best and distance from the worst row',
      'sum：线性加权 Σ w z；topsis：加权后与最优、最劣方案的相对贴近度',
    ),
  }),
);

export type ScoreMethod = 'sum' | 'topsis';

export type WeightedSpec = IndexSpec & {
  readonly by: readonly string[];
  /** those of `by` that are dates */
  readonly dates: readonly string[];
  readonly score: ScoreMethod;
};

interface WeightedParams {
  readonly indicators: WrittenIndicators;
  readonly as?: string;
  readonly by?: string | readonly string[];
  readonly score?: ScoreMethod;
}

/** What the weightings by group declare alike; `fields`: of the weights, those that need a name in print. */
export function declareWeighted(
  { params, inputs, labels }: Pick<DeclareContext<WeightedParams>, 'params' | 'inputs' | 'labels'>,
  fields: readonly ColumnInfo[],
): Declared<WeightedSpec> {
  const { lookup, spec, table, weights } = declareIndex(params.indicators, params.as ?? 'index', {
    input: inputs.from?.[0],
    labels,
    fields,
  });
  const groups = lookup.list(params.by, ['by']);
  const by = groups.map((c) => c.name);
  return {
    faults: lookup.faults,
    spec: { ...spec, by, dates: datesAmong(groups), score: params.score ?? 'sum' },
    reads: { from: [[ROWS, ...new Set([...spec.indicators.map((i) => i.name), ...by])]] },
    outputs: { table, weights },
  };
}

/** What a weighting gives for one group: one weight an indicator, and further fields of its row in the weights. */
export interface Weighting {
  readonly weights: Float64Array;
  readonly fields: readonly { readonly [field: string]: number }[];
  readonly notes: readonly Note[];
  readonly faults: readonly Fault[];
}

/** @param z the indicators of one group, rows complete; @param where how the group is called in messages, '' when there is one */
export type Weigh = (z: readonly Float64Array[], where: string) => Weighting;

export interface Weighted {
  /** composite, then one sub-index a dimension; missing where an indicator is */
  readonly scores: readonly Float64Array[];
  readonly rows: readonly { readonly [field: string]: string | number }[];
  readonly notes: readonly Note[];
  readonly faults: readonly Fault[];
}

/** Faults: CE2161 fewer than two complete rows, and those of the weighting. */
export function weightedIndex(table: Table, spec: WeightedSpec, weigh: Weigh): Weighted {
  const by = typedColumns(table, spec.by, spec.dates);
  const groups = groupRows(
    by.map((b) => b.column),
    table.rows,
  );
  const complete = completeRows(table, spec, groups);
  const scores = [spec.as, ...spec.dimensions].map(() => new Float64Array(table.rows).fill(Number.NaN));
  const rows: { readonly [field: string]: string | number }[] = [];
  const notes: Note[] = [];
  const faults: Fault[] = [];
  const short: string[] = [];
  const lost = table.rows - complete.reduce((sum, own) => sum + own.length, 0);
  if (lost > 0) notes.push({ code: 'CN2157', args: { rows: lost } });
  if (groups.count === 0) faults.push(error('CE2161', { group: '' }));
  for (let g = 0; g < groups.count; g++) {
    const own = complete[g]!;
    const where = placeOf(by, groups, g);
    if (own.length < 2) {
      short.push(where);
      continue;
    }
    const z = spec.indicators.map(({ name }) => pick(table.numbers(name), own));
    const large = spec.indicators.filter((_, j) => isTooLarge(z[j]!)).map(({ name }) => name);
    if (large.length > 0) {
      faults.push(error('CE3204', { columns: large }, ['indicators']));
      continue;
    }
    const weighting = weigh(z, where);
    notes.push(...weighting.notes);
    faults.push(...weighting.faults);
    if (weighting.faults.length > 0) continue;
    const key = by.length === 0 ? {} : { group: groupKey(by, groups.rowsOf(g)[0]!) };
    rows.push(...spec.indicators.map((_, j) => weightRow(spec, weighting, j, key)));
    score(spec, z, weighting.weights).forEach((values, s) => {
      for (let i = 0; i < own.length; i++) scores[s]![own[i]!] = values[i]!;
    });
  }
  if (short.length > 0) faults.unshift(error('CE2161', { group: joined(short) }, ['indicators']));
  return { scores, rows, notes, faults };
}

/** ' (2011; 2012; 2014 and 3 more)', '' when there is one group. */
const joined = (groups: readonly string[]): string => {
  const names = groups.filter((g) => g !== '').map((g) => g.replace(/^ \(|\)$/g, ''));
  if (names.length === 0) return '';
  return ` (${names.slice(0, SHOWN).join('; ')}${names.length > SHOWN ? '; …' : ''})`;
};

const SHOWN = 8;

const pick = (values: Float64Array, rows: Int32Array): Float64Array => {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]!]!;
  return out;
};

const weightRow = (
  spec: WeightedSpec,
  { weights, fields }: Weighting,
  j: number,
  key: { readonly group?: string | number },
): { readonly [field: string]: string | number } => {
  const { name, dimension } = spec.indicators[j]!;
  return {
    ...key,
    ...(dimension === '' ? {} : { dimension }),
    indicator: name,
    ...fields[j],
    weight: weights[j]!,
  };
};

function score(spec: WeightedSpec, z: readonly Float64Array[], weights: Float64Array): readonly Float64Array[] {
  const n = z[0]?.length ?? 0;
  const weighted = z.map((values, j) => values.map((v) => v * weights[j]!));
  const of = (members: readonly number[]): Float64Array => {
    const columns = members.map((j) => weighted[j]!);
    if (spec.score === 'topsis') return closeness(columns, n);
    const sum = new Float64Array(n);
    for (const column of columns) for (let i = 0; i < n; i++) sum[i]! += column[i]!;
    return sum;
  };
  return [of(spec.indicators.map((_, j) => j)), ...spec.dimensions.map((d) => of(membersOf(spec, d)))];
}

/** ' where year is 2011', '' when there is one group. */
function placeOf(by: readonly Typed[], groups: Groups, g: number): string {
  const row = groups.rowsOf(g)[0];
  return by.length === 0 || row === undefined ? '' : ` (${keyText(by, row, ', ')})`;
}
