/** Fields to columns: types inferred from all rows, or as declared; every cell that does not fit is a fault with its place. */
import { type ColumnType, error, type Fault } from '../contract.ts';
import { type Column, MISSING, numbers } from './column.ts';
import { halfWidth, type NumberMarks, unmarked, type Writing, writingOf } from './number-writing.ts';
import { isExact } from './value-column.ts';

/** Cells of one column, as any reader gives them. */
export interface Cells {
  readonly name: string;
  readonly rows: number;
  text(row: number): string;
  /** what people look for in the file: its line, or the sheet's row */
  line(row: number): number;
}

export interface Parsed {
  readonly column: Column;
  /** `unknown`: no type was declared, and no cell has a value */
  readonly type: ColumnType;
  readonly faults: readonly Fault[];
  /** why a column that is mostly numbers became text */
  readonly odd?: OddCells;
}

/** The first cell that kept a column from being numbers. */
export interface OddCells {
  /** what most of such cells are, where it can be told */
  readonly writing?: Writing;
  readonly row: number;
  readonly line: number;
  readonly value: string;
  /** cells that are numbers, or are written in that way, of those that are not missing */
  readonly numbers: number;
  readonly cells: number;
}

export const DEFAULT_MISSING = ['', 'NA', '.', 'NaN'] as const;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const INFINITE = /^[+-]?Inf(?:inity)?$/i;
/** `010` is a code, `0.5` and `0` are numbers */
const CODE = /^[+-]?0\d/;
const BOOLEAN = /^(?:true|false)$/i;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOST_FAULTS = 20;
/** every integer of so many is a double */
const MOST_DIGITS = 15;

/** A number as written, or undefined. */
export function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** As `parseNumber`; undefined also for what is a code rather than an amount: `010`, and an integer that a double would round. */
function inferredNumber(text: string): number | undefined {
  if (CODE.test(text)) return undefined;
  return isRounded(text) ? undefined : parseNumber(text);
}

/** An integer of which a double keeps but the first digits. */
const isRounded = (text: string): boolean =>
  text.length > MOST_DIGITS && INTEGER.test(text) && !isExact(BigInt(text.replace('+', '')));

/** The numbers among the texts that stand for a missing value: -99 is missing as -99.0 too. */
const numbersAmong = (missing: ReadonlySet<string>): ReadonlySet<number> =>
  new Set([...missing].flatMap((text) => inferredNumber(text) ?? []));

/** Days since 1970-01-01 of an ISO date that exists. */
export function parseDate(text: string): number | undefined {
  const m = DATE.exec(text);
  if (m === null) return undefined;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const days = daysFromCivil(year, month, day);
  const back = civilFromDays(days);
  return back.year === year && back.month === month && back.day === day ? days : undefined;
}

/** Source: Hinnant (2021), "chrono-compatible low-level date algorithms", days_from_civil. */
function daysFromCivil(y: number, m: number, d: number): number {
  const year = m <= 2 ? y - 1 : y;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp + (mp < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

/** `2016-03-01` of days since 1970-01-01, or of a time in the day. */
export function isoDate(days: number): string {
  if (!Number.isFinite(days)) return days > 0 ? 'Inf' : '-Inf';
  const { year, month, day } = civilFromDays(Math.floor(days));
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** `12:34:56`, or `12:34:56.789`, of a count of parts of a second of so many digits. */
export function isoTime(count: bigint, digits: number): string {
  const part = 10n ** BigInt(digits);
  const seconds = count / part;
  const two = (x: bigint): string => String(x).padStart(2, '0');
  const rest = String(count % part)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${rest === '' ? '' : `.${rest}`}`;
}

/**
 * Cells as a column of the declared type, or of the narrowest type that all of them fit. What is declared as a number may be written with
 * full-width digits.
 */
export function parseCells(
  cells: Cells,
  declared: ColumnType | undefined,
  missing: ReadonlySet<string>,
  marks?: NumberMarks,
): Parsed {
  if (declared === 'text') return { column: textColumn(cells, missing), type: 'text', faults: [] };
  const plain = marks === undefined ? undefined : unmarked(marks);
  if (declared !== undefined && declared !== 'unknown') return parseDeclared(cells, declared, missing, plain);
  return inferred(cells, missing, plain);
}

/** The number that a text is in the file's writing, as it would be written here. */
type Plain = ((text: string) => string | undefined) | undefined;

const readers: Readonly<Record<'number' | 'integer' | 'boolean' | 'date', (text: string) => number | undefined>> = {
  number: parseNumber,
  integer: (text) => {
    const value = parseNumber(text);
    return value !== undefined && Number.isInteger(value) ? value : undefined;
  },
  boolean: (text) => (/^(?:true|1)$/i.test(text) ? 1 : /^(?:false|0)$/i.test(text) ? 0 : undefined),
  date: parseDate,
};

function parseDeclared(
  cells: Cells,
  type: 'number' | 'integer' | 'boolean' | 'date',
  missing: ReadonlySet<string>,
  plain?: Plain,
): Parsed {
  const isNumber = type === 'number' || type === 'integer';
  const read = isNumber ? widely(readers[type], plain) : readers[type];
  const values = new Float64Array(cells.rows);
  const numbersMissing = isNumber ? numbersAmong(missing) : new Set<number>();
  const faults: Fault[] = [];
  let wrong = 0;
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) {
      values[row] = Number.NaN;
      continue;
    }
    const value = read(text);
    const isLong = type === 'integer' && isRounded(text);
    if ((value === undefined || isLong) && ++wrong <= MOST_FAULTS)
      faults.push(
        error(
          isLong ? 'CE2111' : 'CE2020',
          { column: cells.name, row: row + 1, line: cells.line(row), value: text, type },
          ['columns', cells.name],
        ),
      );
    values[row] = value === undefined || numbersMissing.has(value) ? Number.NaN : value;
  }
  if (wrong > MOST_FAULTS)
    faults.push(error('CE2021', { column: cells.name, more: wrong - MOST_FAULTS, type }, ['columns', cells.name]));
  return { column: numbers(values), type, faults };
}

const widely =
  (read: (text: string) => number | undefined, plain: Plain) =>
  (text: string): number | undefined => {
    const half = halfWidth(text);
    const written = plain === undefined ? half : plain(half);
    return written === undefined ? undefined : read(written);
  };

function inferred(cells: Cells, missing: ReadonlySet<string>, plain: Plain): Parsed {
  const read = plain === undefined ? inferredNumber : (text: string) => inferredNumber(plain(text) ?? 'none');
  const asNumbers = inferNumbers(cells, missing, read);
  if (asNumbers !== undefined) return asNumbers;
  for (const [type, pattern] of [
    ['boolean', BOOLEAN],
    ['date', DATE],
  ] as const) {
    if (!allMatch(cells, missing, (text) => pattern.test(text) && readers[type](text) !== undefined)) continue;
    return parseDeclared(cells, type, missing);
  }
  const odd = oddCells(cells, missing, read);
  return { column: textColumn(cells, missing), type: 'text', faults: [], ...(odd === undefined ? {} : { odd }) };
}

/** So many cells tell a column of texts from one of numbers with a slip in it. */
const SAMPLE = 200;

type Read = (text: string) => number | undefined;

/** Undefined when less than half of the cells are numbers, or would be if they were written as they are here. */
function oddCells(cells: Cells, missing: ReadonlySet<string>, read: Read): OddCells | undefined {
  let count = 0;
  let written = 0;
  let first: number | undefined;
  const otherwise = new Map<Writing, { count: number; readonly row: number }>();
  const alike = (): number => [...otherwise.values()].reduce((sum, w) => sum + w.count, count);
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) continue;
    written++;
    if (read(text) !== undefined) count++;
    else {
      first ??= row;
      const isPoint = text.includes('.') && read !== inferredNumber && inferredNumber(text) !== undefined;
      const writing = isPoint ? 'point' : writingOf(text);
      const known = writing && otherwise.get(writing);
      if (known) known.count++;
      else if (writing) otherwise.set(writing, { count: 1, row });
    }
    if (written >= SAMPLE && alike() * 2 < written) return undefined;
  }
  if (first === undefined || alike() * 2 < written) return undefined;
  const told = (row: number) => ({ row: row + 1, line: cells.line(row), value: cells.text(row).trim() });
  const [most] = [...otherwise].sort(([, a], [, b]) => b.count - a.count);
  if (most !== undefined && most[1].count * 2 >= written - count) {
    // the numbers beside a decimal comma are those that have no decimals
    return { ...told(most[1].row), numbers: count + most[1].count, cells: written, writing: most[0] };
  }
  return count * 2 < written ? undefined : { ...told(first), numbers: count, cells: written };
}

function inferNumbers(cells: Cells, missing: ReadonlySet<string>, read: Read): Parsed | undefined {
  const values = new Float64Array(cells.rows);
  const numbersMissing = numbersAmong(missing);
  let [whole, isEmpty] = [true, true];
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) {
      values[row] = Number.NaN;
      continue;
    }
    const value = read(text);
    if (value === undefined) return undefined;
    const isGone = numbersMissing.has(value);
    values[row] = isGone ? Number.NaN : value;
    if (!isGone) isEmpty = false;
    if (!isGone && !Number.isInteger(value)) whole = false;
  }
  return { column: numbers(values), type: isEmpty ? 'unknown' : whole ? 'integer' : 'number', faults: [] };
}

function allMatch(cells: Cells, missing: ReadonlySet<string>, fits: (text: string) => boolean): boolean {
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (!missing.has(text) && !fits(text)) return false;
  }
  return true;
}

function textColumn(cells: Cells, missing: ReadonlySet<string>): Column {
  const codes = new Uint32Array(cells.rows);
  const known = new Map<string, number>();
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row);
    if (missing.has(text.trim())) codes[row] = MISSING;
    else {
      let code = known.get(text);
      if (code === undefined) known.set(text, (code = known.size));
      codes[row] = code;
    }
  }
  return { kind: 'text', codes, levels: [...known.keys()] };
}
