/** The roster of adoptions: the first treated period of each key. */
import { keyText, typedColumns } from '../columns/cell-text.ts';
import { type Column, isMissing, textAt } from '../columns/column.ts';
import { civilFromDays } from '../columns/parse.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';

export interface Roster {
  readonly first: ReadonlyMap<string, number>;
  /** how each key is printed */
  readonly text: ReadonlyMap<string, string>;
  readonly kinds: readonly Column['kind'][];
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
}

export interface RosterSpec {
  readonly right: readonly string[];
  readonly adopted: string;
  readonly date: boolean;
  /** keys of the roster that are dates */
  readonly rightDates: readonly string[];
  readonly delay: number;
}

/** One string per key value or combination; numbers and texts never equal each other. Undefined when a part is missing. */
export function keyOf(columns: readonly Column[], row: number): string | undefined {
  const parts: string[] = [];
  for (const column of columns) {
    if (isMissing(column, row)) return undefined;
    // + 0: −0 and 0 are one key
    parts.push(column.kind === 'number' ? `#${column.values[row]! + 0}` : `'${textAt(column, row)}`);
  }
  return parts.length === 1 ? parts[0] : JSON.stringify(parts);
}

/** Faults: CE2165, a year that is not whole. */
export function readRoster(table: Table, spec: RosterSpec): Roster {
  const keys = spec.right.map(table.column);
  const typed = typedColumns(table, spec.right, spec.rightDates);
  const adopted = table.numbers(spec.adopted);
  const first = new Map<string, number>();
  const text = new Map<string, string>();
  const several = new Set<string>();
  const faults: Fault[] = [];
  let undated = 0;
  for (let row = 0; row < table.rows; row++) {
    const key = keyOf(keys, row);
    const written = adopted[row]!;
    if (key === undefined || Number.isNaN(written)) {
      undated++;
      continue;
    }
    const year = spec.date ? civilFromDays(Math.floor(written)).year : written;
    if (!Number.isInteger(year))
      faults.push(error('CE2165', { column: spec.adopted, value: written, row: row + 1 }, ['adopted']));
    const known = first.get(key);
    if (known !== undefined) several.add(keyText(typed, row, ' / '));
    if (known === undefined) text.set(key, keyText(typed, row, ' / '));
    first.set(key, Math.min(known ?? Infinity, year + spec.delay));
  }
  const notes: Note[] = [];
  if (undated > 0) notes.push({ code: 'CN2161', args: { count: undated } });
  if (several.size > 0) notes.push({ code: 'CN2163', args: { count: several.size, names: [...several] } });
  return { first, text, kinds: keys.map((k) => k.kind), faults, notes };
}
