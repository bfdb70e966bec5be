/** Cells as messages, notes and names of groups have them. */
import type { ColumnInfo, ColumnType } from '../contract.ts';
import { type Column, isMissing, textAt } from './column.ts';
import { isoDate } from './parse.ts';
import type { Table } from './table.ts';

/** A column with what it is: its values alone do not tell a date from a count. */
export interface Typed {
  readonly column: Column;
  readonly type: ColumnType;
}

/** A text as it is, a date as `2016-03-01`, any other number in its shortest form. */
export function cellText(column: Column, row: number, type: ColumnType): string {
  if (isMissing(column, row)) return 'missing';
  if (column.kind === 'text') return textAt(column, row) ?? 'missing';
  const value = column.values[row] as number;
  return type === 'date' ? isoDate(value) : String(value);
}

/** The cells of a row, as a key is called. */
export const keyText = (columns: readonly Typed[], row: number, between = ' '): string =>
  columns.map(({ column, type }) => cellText(column, row, type)).join(between);

/** Names of the columns that are dates: what a spec keeps of types where only messages need them. */
export const datesAmong = (columns: readonly ColumnInfo[]): readonly string[] =>
  columns.filter((c) => c.type === 'date').map((c) => c.name);

export const typedColumns = (
  table: Pick<Table, 'column'>,
  names: readonly string[],
  dates: readonly string[],
): readonly Typed[] =>
  names.map((name) => ({ column: table.column(name), type: dates.includes(name) ? 'date' : 'unknown' }));
