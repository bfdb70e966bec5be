/**
 * A column: numbers (also integers, booleans as 0/1, dates as days since 1970-01-01) or text.
 * Missing: NaN among numbers, the code `MISSING` among texts. Immutable once encoded.
 */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

export interface TextColumn {
  readonly kind: 'text';
  /** index into `levels`, or MISSING */
  readonly codes: Uint32Array;
  readonly levels: readonly string[];
}

export type Column = NumberColumn | TextColumn;

export const MISSING = 0xffff_ffff;

export const numbers = (values: Float64Array): NumberColumn => ({ kind: 'number', values });

export const lengthOf = (column: Column): number =>
  column.kind === 'number' ? column.values.length : column.codes.length;

/** Text from strings; `undefined` is missing. Levels in order of first appearance. */
export function texts(values: Iterable<string | undefined>, length: number): TextColumn {
  const codes = new Uint32Array(length);
  const seen = new Map<string, number>();
  let i = 0;
  for (const value of values) {
    if (value === undefined) codes[i++] = MISSING;
    else {
      let code = seen.get(value);
      if (code === undefined) seen.set(value, (code = seen.size));
      codes[i++] = code;
    }
  }
  return { kind: 'text', codes, levels: [...seen.keys()] };
}

/** The text of a row, or undefined when missing. */
export const textAt = (column: TextColumn, row: number): string | undefined => {
  const code = column.codes[row];
  return code === undefined || code === MISSING ? undefined : column.levels[code];
};

export const isMissing = (column: Column, row: number): boolean =>
  column.kind === 'number' ? Number.isNaN(column.values[row]) : column.codes[row] === MISSING;

/** Whether no row has a value: such a column goes with any other, whatever its kind. */
export const isEmpty = (column: Column): boolean =>
  column.kind === 'number' ? column.values.every(Number.isNaN) : column.codes.every((code) => code === MISSING);

/** A column without a value. */
export const emptyColumn = (kind: Column['kind'], rows: number): Column =>
  kind === 'number'
    ? numbers(new Float64Array(rows).fill(Number.NaN))
    : { kind, codes: new Uint32Array(rows).fill(MISSING), levels: [] };

/** The kind in which the values of all stand. */
export const kindOf = (columns: readonly Column[]): Column['kind'] =>
  columns.some((column) => column.kind === 'text') ? 'text' : 'number';

/** Rows by an index; the entry MISSING gives a missing value. */
export function gatherColumn(column: Column, index: Uint32Array): Column {
  const n = index.length;
  if (column.kind === 'number') {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = index[i] === MISSING ? Number.NaN : (column.values[index[i]!] as number);
    return numbers(out);
  }
  const codes = new Uint32Array(n);
  for (let i = 0; i < n; i++) codes[i] = index[i] === MISSING ? MISSING : (column.codes[index[i]!] as number);
  return { kind: 'text', codes, levels: column.levels };
}
