/** Values as other programs' formats and databases give them, as a column. */
import type { ColumnType } from '../contract.ts';
import { type Column, isEmpty, numbers, texts } from './column.ts';

export type KnownType = Exclude<ColumnType, 'unknown'>;

export interface ValueColumn {
  readonly column: Column;
  readonly type: KnownType;
}

const DAY_MS = 86_400_000;

/**
 * Numbers, booleans, dates or text, by the values; whatever else is printed as text, and so are integers that a double would round:
 * they are codes more often than amounts.
 * @param empty what a column without values is
 */
export function columnOf(values: readonly unknown[], empty: KnownType): ValueColumn {
  const held = values.filter((v) => v !== null && v !== undefined);
  const all = (test: (v: unknown) => boolean): boolean => held.every(test);
  const make = (to: (v: unknown) => number): Column =>
    numbers(Float64Array.from(values, (v) => (v === null || v === undefined ? Number.NaN : to(v))));
  if (held.length === 0) return { column: empty === 'text' ? textColumn(values) : make(Number), type: empty };
  if (all((v) => typeof v === 'boolean')) return { column: make((v) => (v === true ? 1 : 0)), type: 'boolean' };
  if (all((v) => typeof v === 'number' || (typeof v === 'bigint' && isExact(v)))) {
    const whole = all((v) => typeof v === 'bigint' || Number.isNaN(v) || Number.isInteger(v));
    return { column: make(Number), type: whole ? 'integer' : 'number' };
  }
  if (all((v) => v instanceof Date && v.getTime() % DAY_MS === 0))
    return { column: make((v) => (v as Date).getTime() / DAY_MS), type: 'date' };
  return { column: textColumn(values), type: 'text' };
}

/** The type under which other programs are given a column: one without a value may be anything, and is given as integers. */
export const givenType = (type: ColumnType, column: Column): ColumnType =>
  type === 'unknown' && isEmpty(column) ? 'integer' : type;

/** A double holds it as it is. */
export const isExact = (value: bigint): boolean => BigInt(Number(value)) === value;

/** All that there are can be 64-bit integers and come back the same. */
export const areSafeIntegers = (values: Float64Array): boolean =>
  values.every((x) => Number.isNaN(x) || Number.isSafeInteger(x));

const textColumn = (values: readonly unknown[]): Column =>
  texts(
    values.map((v) => (v === null || v === undefined ? undefined : textOf(v))),
    values.length,
  );

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, plain) : String(value);
}

/** JSON knows no long integers. */
const plain = (_: string, v: unknown): unknown =>
  typeof v !== 'bigint' ? v : Number.isSafeInteger(Number(v)) ? Number(v) : String(v);
