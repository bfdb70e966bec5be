/** Stata's dates: counts since 1960, which the format of the variable tells from amounts. */
import { numbers, texts } from '../column.ts';
import type { KnownType, ValueColumn } from '../value-column.ts';
import type { DtaVariable } from './header.ts';

const DAY_MS = 86_400_000;
/** days from 1960-01-01 to 1970-01-01 */
export const EPOCH = 3653;
/** what a date can be in milliseconds since 1970, by ECMAScript */
const MOST_MS = 8.64e15;

const isDay = (format: string): boolean => /^%-?t?d/.test(format);
const isTime = (format: string): boolean => /^%-?tc/.test(format);
const isWhole = (kind: DtaVariable['kind']): boolean => kind === 'byte' || kind === 'int' || kind === 'long';

/** What a variable is by its description alone; undefined where its values decide. */
export function typeOf({ kind, format }: DtaVariable): KnownType | undefined {
  if (kind === 'str' || kind === 'strL') return 'text';
  if (!isWhole(kind) || isTime(format)) return undefined;
  return isDay(format) ? 'date' : 'integer';
}

/**
 * Days are dates; so are times that all are midnights, as Parquet's are, and other times are text. Weeks, months, quarters, half-years and years
 * stay what Stata counts, so that the next period is one more.
 */
export function numbersOrDates(values: Float64Array, { kind, format }: DtaVariable): ValueColumn {
  const every = (test: (x: number) => boolean): boolean => values.every((x) => Number.isNaN(x) || test(x));
  const whole = isWhole(kind) || every(Number.isInteger);
  if (whole && isDay(format)) return { column: numbers(values.map((x) => x - EPOCH)), type: 'date' };
  if (whole && isTime(format)) {
    if (every((x) => x % DAY_MS === 0)) return { column: numbers(values.map((x) => x / DAY_MS - EPOCH)), type: 'date' };
    const since1970 = (x: number): number => x - EPOCH * DAY_MS;
    if (every((x) => Math.abs(since1970(x)) <= MOST_MS)) {
      const written = Array.from(values, (x) => (Number.isNaN(x) ? undefined : new Date(since1970(x)).toISOString()));
      return { column: texts(written, values.length), type: 'text' };
    }
  }
  return { column: numbers(values), type: whole ? 'integer' : 'number' };
}
