/** The table that a stage sees: just the columns it declared to read; and the parts of a table that it makes. */
import { type InputValue, isInner, type OutputValue, ROWS } from '../contract.ts';
import type { Helpers } from '../contract-helpers.ts';
import type { Memo } from '../contract-memo.ts';
import { decodeColumn, decodeRows, encodeColumn, encodeRows } from './codec.ts';
import { type Column, lengthOf, type NumberColumn, type TextColumn } from './column.ts';

export interface Table {
  readonly rows: number;
  column(name: string): Column;
  /** values of a numeric column; NaN is missing. Never written to. */
  numbers(name: string): Float64Array;
  text(name: string): TextColumn;
  /** where to keep what others may want to know of the same columns */
  readonly memo?: Memo;
  readonly helpers?: Helpers;
}

/** The table in an input. Columns are decoded when asked for, each once: by all that share a memo, the very same column. */
export function tableOf(input: InputValue, memo?: Memo, helpers?: Helpers): Table {
  if (input.kind !== 'table') throw new Error(`ceteris bug: a ${input.kind} where a table was declared`);
  const decoded = new Map<string, Column>();
  const column = (name: string): Column => {
    let found = decoded.get(name);
    if (found === undefined) {
      const bytes = input.parts.get(name);
      if (bytes === undefined) throw new Error(`ceteris bug: column '${name}' was not declared as read`);
      const digest = input.digests?.get(name);
      found =
        memo === undefined || digest === undefined
          ? decodeColumn(bytes)
          : memo.get(`column ${digest}`, () => decodeColumn(bytes), columnBytes);
      decoded.set(name, found);
    }
    return found;
  };
  const typed = <K extends Column['kind']>(name: string, kind: K): Extract<Column, { kind: K }> => {
    const found = column(name);
    if (found.kind !== kind) throw new Error(`ceteris bug: column '${name}' is ${found.kind}, not ${kind}`);
    return found as Extract<Column, { kind: K }>;
  };
  const rows = (): number => {
    const bytes = input.parts.get(ROWS);
    if (bytes !== undefined) return decodeRows(bytes);
    for (const name of input.parts.keys()) if (!isInner(name)) return lengthOf(column(name));
    throw new Error('ceteris bug: a table of which nothing was read has no row count');
  };
  return {
    rows: rows(),
    column,
    numbers: (name) => (typed(name, 'number') as NumberColumn).values,
    text: (name) => typed(name, 'text') as TextColumn,
    ...(memo && { memo }),
    ...(helpers && { helpers }),
  };
}

/** About what a column takes in memory. */
const columnBytes = (column: Column): number =>
  column.kind === 'number' ? column.values.byteLength : column.codes.byteLength + 64 * column.levels.length;

/** The made parts of a table: columns, and the row count when this stage decides it. */
export function tableOutput(columns: Iterable<readonly [string, Column]>, rows?: number): OutputValue {
  const parts = new Map<string, Uint8Array>();
  for (const [name, column] of columns) {
    const values = lengthOf(column);
    if (rows !== undefined && values !== rows) throw new Error(`column '${name}' has ${values} values, not ${rows}`);
    parts.set(name, encodeColumn(column));
  }
  if (rows !== undefined) parts.set(ROWS, encodeRows(rows));
  return { parts };
}
