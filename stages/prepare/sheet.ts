/** A sheet of an Excel workbook as cells of text. */
import {
  cleanName,
  columnsWithoutName,
  emptyNotes,
  joinedNames,
  nameFaults,
  namelessFaults,
  noHeader,
  withRowLabels,
} from '../columns/header.ts';
import type { Cells } from '../columns/parse.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { columnNumber, lostCells, lostNotes } from './lost-cells.ts';
import { withPlaces } from './placed-cells.ts';

export interface SheetWanted {
  readonly sheet?: string | number;
  readonly range?: string;
  /** rows above the header, and between it and the data, that are passed over; and rows of the header itself */
  readonly skip?: number;
  readonly headerRows?: number;
  readonly skipAfterHeader?: number;
  /** the decimal mark of numbers that stand as text */
  readonly decimal?: string;
  readonly missing: readonly string[];
}

export type SheetRead =
  | { readonly cells: readonly Cells[]; readonly rows: number; readonly notes: readonly Note[] }
  | { readonly faults: readonly Fault[] };

type Grid = readonly (readonly unknown[])[];

const DAY_MS = 86_400_000;

export async function readSheet(file: Uint8Array, wanted: SheetWanted): Promise<SheetRead> {
  const workbook = await workbookOf(file);
  if (workbook === undefined) return { faults: [error('CE2027', {}, ['file'])] };
  const { bytes, sheets } = workbook;
  const at =
    typeof wanted.sheet === 'string' ? sheets.findIndex((s) => s.sheet === wanted.sheet) : (wanted.sheet ?? 1) - 1;
  const grid = sheets[at]?.data;
  if (grid === undefined)
    return { faults: [error('CE2026', { name: String(wanted.sheet), known: sheets.map((s) => s.sheet) }, ['sheet'])] };
  const { top, left, right, bottom } = area(grid, wanted.range);
  /** rows that hold anything, as the sheet counts them from 0 */
  const used = (from: number): number[] =>
    Array.from({ length: Math.max(0, bottom - from) }, (_, i) => from + i).filter((row) =>
      grid[row]?.slice(left, right).some((cell) => shown(cell, true) !== ''),
    );
  const { skip = 0, headerRows = 1, range } = wanted;
  const headers = used(top + skip).slice(0, headerRows);
  const header = headers.at(-1);
  if (header === undefined)
    return { faults: [noHeader({ before: skip, lines: headerRows, ...(range !== undefined && { range }) })] };
  const rowOfNames = (row: number) => (grid[row] ?? []).slice(left, right).map((cell) => cleanName(shown(cell, true)));
  const names = withRowLabels(joinedNames(headers.map(rowOfNames)));
  const rows = used(header + 1 + (wanted.skipAfterHeader ?? 0));
  const nameless = columnsWithoutName(names);
  const isFilled = (column: number): boolean =>
    rows.some((row) => shown(grid[row]?.[left + column], true).trim() !== '');
  const faults = [...namelessFaults(nameless.filter(isFilled)), ...nameFaults(names)];
  if (faults.length > 0) return { faults };
  const columns = names.flatMap((name, i) => (name === '' ? [] : [{ name, at: left + i }]));
  const lost = lostNotes(await lostCells(bytes, at), columns, rows, wanted.missing);
  return {
    cells: columns.map(({ name, at: column }) => cellsOf(name, grid, { rows, column }, wanted.decimal)),
    rows: rows.length,
    notes: [...emptyNotes(nameless), ...lost, ...longNumbers(grid, columns, rows)],
  };
}

interface Workbook {
  /** in which cells say where they stand */
  readonly bytes: Uint8Array;
  readonly sheets: readonly { readonly sheet: string; readonly data: Grid }[];
}

/** Undefined when it is none that can be read. */
async function workbookOf(file: Uint8Array): Promise<Workbook | undefined> {
  const { default: readXlsx } = await import('read-excel-file/universal');
  const read = async (bytes: Uint8Array): Promise<Workbook> => ({
    bytes,
    sheets: (await readXlsx(new Blob([bytes.slice()]) as never)) as Workbook['sheets'],
  });
  try {
    return await read(file);
  } catch {
    try {
      const placed = await withPlaces(file);
      return placed && (await read(placed));
    } catch {
      return undefined;
    }
  }
}

function cellsOf(
  name: string,
  grid: Grid,
  { rows, column }: { readonly rows: readonly number[]; readonly column: number },
  decimal: string | undefined,
): Cells {
  const value = (row: number): unknown => grid[rows[row] as number]?.[column];
  // as in a Stata file: days are dates when all are, and one time makes all of them times
  const days = rows.every((row) => !hasTime(grid[row]?.[column]));
  return {
    name,
    rows: rows.length,
    text: (row) => {
      const cell = value(row);
      // what is a number already is written as the texts beside it are
      return typeof cell === 'number' && decimal !== undefined ? String(cell).replace('.', decimal) : shown(cell, days);
    },
    line: (row) => (rows[row] as number) + 1,
  };
}

/** Beyond it a workbook keeps but the first fifteen digits of a number. */
const LONGEST = 1e15;

/** CN2112: numbers that may be codes which lost their last digits before they came here. */
function longNumbers(
  grid: Grid,
  columns: readonly { readonly name: string; readonly at: number }[],
  rows: readonly number[],
): Note[] {
  return columns.flatMap(({ name, at }) => {
    const long = rows.filter((row) => {
      const cell = grid[row]?.[at];
      return typeof cell === 'number' && Number.isInteger(cell) && Math.abs(cell) >= LONGEST;
    });
    const [first] = long;
    if (first === undefined) return [];
    return [
      { code: 'CN2112', args: { column: name, count: long.length, row: first + 1, value: String(grid[first]?.[at]) } },
    ];
  });
}

/** The part of the sheet that is read, from 0, ends not included; a range of one cell goes on from there to the end. */
function area(
  grid: Grid,
  range: string | undefined,
): { readonly top: number; readonly left: number; readonly right: number; readonly bottom: number } {
  const right = grid.reduce((most, row) => Math.max(most, row.length), 0);
  const m = range === undefined ? null : /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(range);
  if (m === null) return { top: 0, left: 0, right, bottom: grid.length };
  return {
    top: Number(m[2]) - 1,
    left: columnNumber(m[1] as string) - 1,
    right: Math.min(right, m[3] === undefined ? right : columnNumber(m[3])),
    bottom: Math.min(grid.length, m[4] === undefined ? grid.length : Number(m[4])),
  };
}

const hasTime = (cell: unknown): boolean => cell instanceof Date && asShown(cell).getTime() % DAY_MS !== 0;

function shown(cell: unknown, days: boolean): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return days ? asShown(cell).toISOString().slice(0, 10) : asShown(cell).toISOString();
  return String(cell);
}

const FIRST_DAY = Date.UTC(1899, 11, 31);
const FIRST_OF_MARCH = Date.UTC(1900, 2, 1);

/**
 * The time as the sheet shows it. Parts of a day are no whole number of milliseconds, and what reads them takes the one below: the last
 * before a second is that second. Sheets count 1900-02-29, a day that was none: what they show before it is a day later.
 */
function asShown(date: Date): Date {
  const read = date.getTime();
  const at = read - Math.floor(read / 1000) * 1000 === 999 ? read + 1 : read;
  return new Date(at >= FIRST_DAY && at < FIRST_OF_MARCH ? at + DAY_MS : at);
}
