/** Rows that share the values of some columns: what `by` means in every stage of this folder. */
import { type Column, isMissing, MISSING, type TextColumn, textAt } from '../columns/column.ts';
import { combine, type Factor, factorOfNumbers, rowsByLevel } from '../kernels/factor-codes.ts';

/** Groups in increasing order of their key: numbers by value, texts by code unit, missing last (a group of its own). */
export interface Groups {
  readonly codes: Int32Array;
  readonly count: number;
  /** rows of group g, in the table's order */
  rowsOf(group: number): Int32Array;
}

/** No columns: one group with all rows (none when there are no rows). */
export function groupRows(columns: readonly Column[], rows: number): Groups {
  const factor: Factor =
    columns.length === 0 || rows === 0
      ? { codes: new Int32Array(rows), levels: rows === 0 ? 0 : 1 }
      : combine(columns.map(rankedFactor));
  const { starts, rows: ordered } = rowsByLevel(factor);
  return {
    codes: Int32Array.from(factor.codes),
    count: factor.levels,
    rowsOf: (group) => ordered.subarray(starts[group]!, starts[group + 1]!),
  };
}

/** The factor of a column with its levels in order of value; missing is the last level. */
export const rankedFactor = (column: Column): Factor =>
  column.kind === 'text' ? rankedTexts(column) : rankedNumbers(column.values);

function rankedNumbers(values: Float64Array): Factor {
  const present = values.filter((v) => !Number.isNaN(v));
  const factor = factorOfNumbers(present);
  const codes = new Int32Array(values.length);
  for (let i = 0, next = 0; i < codes.length; i++)
    codes[i] = Number.isNaN(values[i]!) ? factor.levels : factor.codes[next++]!;
  return { codes, levels: factor.levels + 1 };
}

function rankedTexts(column: TextColumn): Factor {
  const names = [...new Set(column.levels)].sort();
  const rank = new Map(names.map((name, at) => [name, at]));
  const renumbered = Int32Array.from(column.levels, (name) => rank.get(name)!);
  const codes = Int32Array.from(column.codes, (code) => (code === MISSING ? names.length : renumbered[code]!));
  return { codes, levels: names.length + 1 };
}

/** A cell for people: whole dates are not known here, so numbers are printed as they are. */
export function cellText(column: Column, row: number): string {
  if (isMissing(column, row)) return 'missing';
  return column.kind === 'number' ? String(column.values[row]) : (textAt(column, row) ?? 'missing');
}

/** The key of the group in which a row stands: the value itself for one column, joined by ", " for several. */
export function groupKey(columns: readonly Column[], row: number): string | number {
  const only = columns.length === 1 ? columns[0] : undefined;
  if (only?.kind === 'number' && !isMissing(only, row)) return only.values[row]!;
  return columns.map((column) => cellText(column, row)).join(', ');
}
