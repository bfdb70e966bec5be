/** Fields to columns: types inferred from all rows, or as declared; every cell that does not fit is a fault with its place. */
import { type ColumnType, error, type Fault } from '../contract.ts';
import { type Column, MISSING, numbers } from './column.ts';
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
  readonly type: Exclude<ColumnType, 'unknown'>;
  readonly faults: readonly Fault[];
  /** why a column that is mostly numbers became text */
  readonly odd?: OddCells;
}

/** The first cell that kept a column from being numbers. */
export interface OddCells {
  readonly row: number;
  readonly line: number;
  readonly value: string;
  /** cells that are numbers, of those that are not missing */
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

/** A number as written, or undefined. */
export function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** As `parseNumber`; undefined also for what is a code rather than an amount: `010`, and an integer that a double would round. */
function inferredNumber(text: string): number | undefined {
  if (CODE.test(text)) return undefined;
  const value = parseNumber(text);
  const isRounded = value !== undefined && Math.abs(value) > Number.MAX_SAFE_INTEGER && INTEGER.test(text);
  return isRounded && !isExact(BigInt(text.replace('+', ''))) ? undefined : value;
}

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

/** `2016-03-01` of days since 1970-01-01. */
export function isoDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Cells as a column of the declared type, or of the narrowest type that all of them fit. */
export function parseCells(cells: Cells, declared: ColumnType | undefined, missing: ReadonlySet<string>): Parsed {
  if (declared === 'text') return { column: textColumn(cells, missing), type: 'text', faults: [] };
  if (declared !== undefined && declared !== 'unknown') return parseDeclared(cells, declared, missing);
  return inferred(cells, missing);
}

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
): Parsed {
  const read = readers[type];
  const values = new Float64Array(cells.rows);
  const faults: Fault[] = [];
  let wrong = 0;
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) {
      values[row] = Number.NaN;
      continue;
    }
    const value = read(text);
    if (value === undefined && ++wrong <= MOST_FAULTS)
      faults.push(
        error('CE2020', { column: cells.name, row: row + 1, line: cells.line(row), value: text, type }, [
          'columns',
          cells.name,
        ]),
      );
    values[row] = value ?? Number.NaN;
  }
  if (wrong > MOST_FAULTS)
    faults.push(error('CE2021', { column: cells.name, more: wrong - MOST_FAULTS, type }, ['columns', cells.name]));
  return { column: numbers(values), type, faults };
}

function inferred(cells: Cells, missing: ReadonlySet<string>): Parsed {
  const asNumbers = inferNumbers(cells, missing);
  if (asNumbers !== undefined) return asNumbers;
  for (const [type, pattern] of [
    ['boolean', BOOLEAN],
    ['date', DATE],
  ] as const) {
    if (!allMatch(cells, missing, (text) => pattern.test(text) && readers[type](text) !== undefined)) continue;
    return parseDeclared(cells, type, missing);
  }
  const odd = oddCells(cells, missing);
  return { column: textColumn(cells, missing), type: 'text', faults: [], ...(odd === undefined ? {} : { odd }) };
}

/** So many cells tell a column of texts from one of numbers with a slip in it. */
const SAMPLE = 200;

/** Undefined when less than half of the cells are numbers. */
function oddCells(cells: Cells, missing: ReadonlySet<string>): OddCells | undefined {
  let count = 0;
  let written = 0;
  let first: number | undefined;
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) continue;
    written++;
    if (inferredNumber(text) !== undefined) count++;
    else first ??= row;
    if (written >= SAMPLE && count * 2 < written) return undefined;
  }
  if (first === undefined || count * 2 < written) return undefined;
  const value = cells.text(first).trim();
  return { row: first + 1, line: cells.line(first), value, numbers: count, cells: written };
}

function inferNumbers(cells: Cells, missing: ReadonlySet<string>): Parsed | undefined {
  const values = new Float64Array(cells.rows);
  let whole = true;
  for (let row = 0; row < cells.rows; row++) {
    const text = cells.text(row).trim();
    if (missing.has(text)) {
      values[row] = Number.NaN;
      continue;
    }
    const value = inferredNumber(text);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value)) whole = false;
    values[row] = value;
  }
  return { column: numbers(values), type: whole ? 'integer' : 'number', faults: [] };
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
