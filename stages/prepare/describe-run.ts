/** What `describe` computes. */
import { type Typed, typedColumns } from '../columns/cell-text.ts';
import { type Column, isMissing } from '../columns/column.ts';
import type { Recordable } from '../columns/record.ts';
import type { Table } from '../columns/table.ts';
import type { Note, Text } from '../contract.ts';
import { correlationP, correlations, ranks, varianceInflation } from '../kernels/correlation.ts';
import type { DescribeSpec } from './describe-params.ts';
import { groupKey, groupRows, rankedFactor } from './groups.ts';
import { statistics } from './statistics.ts';

type Row = { readonly [field: string]: string | number | Text };

/** One row for each group and column. */
export function summaryRows(table: Table, spec: DescribeSpec, vif: ReadonlyMap<string, number>): readonly Row[] {
  const by = typedColumns(table, spec.by, spec.dates);
  const groups = by.length === 0 ? [everyRow(table)] : rowsByGroup(by, table);
  const unit = spec.panel === null ? undefined : unitsOf(table.column(spec.panel.unit));
  return groups.flatMap((own) =>
    spec.columns.map(({ name, type }): Row => {
      const values = Float64Array.from(own, (row) => table.numbers(name)[row]!);
      const within = unit && { codes: Int32Array.from(own, (row) => unit.codes[row]!), levels: unit.levels };
      return {
        variable: name,
        ...(type === '' ? {} : { type }),
        ...(by.length === 0 ? {} : { group: groupKey(by, own[0]!) }),
        ...(Object.hasOwn(spec.definitions, name) ? { definition: spec.definitions[name]! } : {}),
        ...statistics({ values, ...(within === undefined ? {} : { unit: within }) }, spec.stats),
        ...(vif.has(name) ? { vif: vif.get(name)! } : {}),
      };
    }),
  );
}

/** A table without rows is one group, too: none of it was seen. */
const everyRow = ({ rows }: Table): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

function rowsByGroup(by: readonly Typed[], table: Table): readonly Int32Array[] {
  const groups = groupRows(
    by.map((b) => b.column),
    table.rows,
  );
  return Array.from({ length: groups.count }, (_, g) => groups.rowsOf(g));
}

/** A row without a unit is of none. */
function unitsOf(column: Column): { readonly codes: Int32Array; readonly levels: number } {
  const { codes, levels } = rankedFactor(column);
  return { codes: Int32Array.from(codes, (code, row) => (isMissing(column, row) ? -1 : code)), levels };
}

/** The columns on rows where none is missing or infinite; a note counts those left out. */
function complete(table: Table, names: readonly string[], what: string, notes: Note[]): readonly Float64Array[] {
  const columns = names.map((name) => table.numbers(name));
  const rows = Array.from({ length: table.rows }, (_, i) => i).filter((i) =>
    columns.every((values) => Number.isFinite(values[i])),
  );
  if (rows.length < table.rows) notes.push({ code: 'CN2166', args: { rows: table.rows - rows.length, what } });
  return columns.map((values) => Float64Array.from(rows, (i) => values[i]!));
}

/** Variance inflation by column, over rows complete in all of them. */
export function inflation(table: Table, names: readonly string[], notes: Note[]): ReadonlyMap<string, number> {
  if (names.length === 0) return new Map();
  const factors = varianceInflation(complete(table, names, 'vif', notes));
  return new Map(names.map((name, j) => [name, factors[j]!]));
}

/** `rows`: the lower triangle of r, a field for each column; `p_values` beside it in the same form. */
export function correlationRecord(table: Table, spec: DescribeSpec, notes: Note[]): Recordable {
  const names = spec.columns.map((c) => c.name);
  const columns = complete(table, names, 'correlation', notes);
  const n = columns[0]?.length ?? 0;
  const r = correlations(spec.correlation === 'spearman' ? columns.map(ranks) : columns);
  const k = names.length;
  const triangle = (cell: (a: number, b: number) => number, diagonal: boolean) =>
    names.map((variable, a) => ({
      variable,
      ...Object.fromEntries(names.slice(0, diagonal ? a + 1 : a).map((name, b) => [name, cell(a, b)] as const)),
    }));
  return {
    method: spec.correlation ?? 'pearson',
    n,
    fields: ['variable', ...names],
    rows: triangle((a, b) => r[a * k + b]!, true),
    p_values: triangle((a, b) => correlationP(r[a * k + b]!, n), false),
  };
}

/** The order in which the fields of the summary are read. */
export const summaryFields = (spec: DescribeSpec): readonly string[] => [
  ...(spec.by.length === 0 ? [] : ['group']),
  ...(spec.columns.some((c) => c.type !== '') ? ['type'] : []),
  'variable',
  'definition',
  ...spec.stats,
  'vif',
];
