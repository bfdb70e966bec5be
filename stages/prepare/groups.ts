/** Rows that share the values of some columns: what `by` means in every stage of this folder. */
import { keyText, type Typed } from '../columns/cell-text.ts';
import { type Column, isMissing, MISSING, type TextColumn } from '../columns/column.ts';
import { combine, type Factor, factorOfNumbers, rowsByLevel } from '../kernels/factor-codes.ts';

/** Groups in increasing order of their key: numbers by value, texts by code unit, missing last (a group of its own). */
export interface Groups {
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
    count: factor.levels,
    rowsOf: (group) => ordered.subarray(starts[group]!, starts[group + 1]!),
  };
}

/** The factor of a column in which nothing is missing; its levels in any order. */
export const factorOfColumn = (column: Column): Factor =>
  column.kind === 'number'
    ? factorOfNumbers(column.values)
    : { codes: new Int32Array(column.codes), levels: column.levels.length };

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

/** The key of the group in which a row stands: the number itself for one column of numbers, else text, joined by ", " for several. */
export function groupKey(columns: readonly Typed[], row: number): string | number {
  const only = columns.length === 1 ? columns[0] : undefined;
  if (only?.column.kind === 'number' && only.type !== 'date' && !isMissing(only.column, row))
    return only.column.values[row]!;
  return keyText(columns, row, ', ');
}
