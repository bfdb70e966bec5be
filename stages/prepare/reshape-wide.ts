/** From long to wide: each value of a column has columns of its own. */
import { keyText } from '../columns/cell-text.ts';
import { encodeIndex } from '../columns/codec.ts';
import { type Column, gatherColumn, isMissing, MISSING, textAt } from '../columns/column.ts';
import { isForbidden } from '../columns/header.ts';
import { isoDate, parseDate } from '../columns/parse.ts';
import { type Table, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  type DeclareContext,
  type Declared,
  error,
  type Fault,
  type Note,
  type ParamPath,
  ROWS,
  type RunResult,
  type TableShape,
} from '../contract.ts';
import { combine } from '../kernels/factor-codes.ts';
import { factorOfColumn } from './groups.ts';
import { nameOf, type Patterns } from './reshape-names.ts';
import { KEPT, type ReshapeParams, type WideSpec } from './reshape-params.ts';
import {
  datesIn,
  firstMissing,
  gathered,
  idAndCarry,
  madeColumn,
  madeOf,
  missingIds,
  nameFaults,
  rolesOf,
  typedIn,
} from './reshape-parts.ts';

/** A wider table is a mistake more often than it is meant. */
const MOST_VALUES = 10_000;

export function declareWide(
  { params, labels }: DeclareContext<ReshapeParams>,
  shape: TableShape,
  { key, patterns }: Patterns,
): Declared<WideSpec> {
  const { lookup, faults, id, carry } = idAndCarry(params, shape);
  const keyInfo = lookup.any(key, patterns[0]?.at ?? ['columns']);
  const spread = patterns.map((pattern) => ({ pattern, info: lookup.any(pattern.name, pattern.at) }));
  const roles = new Set([key, ...[...id, ...spread.map((s) => s.info), ...(carry ?? [])].map((c) => c.name)]);
  const carried = carry ?? shape.columns.filter((c) => !roles.has(c.name));
  const values = valuesOf(params.values, keyInfo, faults);
  const columns = spread.map(({ pattern, info }): Spread => {
    return { info, at: pattern.at, as: values.map(({ text }) => nameOf(pattern, text)) };
  });
  const { ids: named, values: from, carried: along } = rolesOf(id, carry, { key, patterns });
  faults.push(...nameFaults([...named, ...from, ...along], [], []), ...newNames(columns, [...id, ...carried]));
  const ids = id.map((c) => c.name);
  const made = columns.flatMap(({ info, as }) =>
    as.map((name) => ({ info: madeColumn({ name, type: info.type }, [info], labels), of: info.name })),
  );
  return {
    faults,
    spec: {
      into: 'wide',
      id: ids,
      dates: datesIn([...id, keyInfo, ...carried]),
      key,
      values: values.map(({ value }) => value),
      columns: columns.map(({ info, as }) => ({ name: info.name, as })),
      carry: carried.map((c) => c.name),
    },
    reads: { from: [[...new Set([ROWS, ...roles, ...carried.map((c) => c.name)])]] },
    outputs: {
      table: {
        shape: {
          kind: 'table',
          columns: [...id, ...made.map(({ info }) => info), ...carried],
          open: [...lookup.unsettled(params.id), ...lookup.unsettled(params.carry ?? '*')].length > 0,
        },
        parts: [
          ...[ROWS, KEPT].map((name) => madeOf(name, ids)),
          ...made.map(({ info, of }) => madeOf(info.name, [of, key, ...ids])),
          ...gathered([...id, ...carried]),
        ],
      },
    },
  };
}

interface Spread {
  readonly info: ColumnInfo;
  /** the names of its columns, value by value */
  readonly as: readonly string[];
  readonly at: ParamPath;
}

interface KeyValue {
  readonly value: number | string;
  /** as it stands in names */
  readonly text: string;
}

/** CE2657: none given; CE2665: too many or none; CE2659: not of the column's type. */
function valuesOf(written: ReshapeParams['values'], key: ColumnInfo, faults: Fault[]): readonly KeyValue[] {
  const at = ['values'];
  if (written === undefined) {
    faults.push(error('CE2657', { key: key.name }));
    return [];
  }
  const list = typeof written === 'object' ? written : [written];
  if ('from' in list) {
    const { from, to } = list;
    const count = Math.max(0, to - from + 1);
    if (count === 0 || count > MOST_VALUES) {
      faults.push(error('CE2665', { from, to, count, most: MOST_VALUES }, at));
      return [];
    }
    return valuesOf(
      Array.from({ length: count }, (_, i) => from + i),
      key,
      faults,
    );
  }
  const values = list.map((value) => ({ value: valueIn(key, value), text: String(value) }));
  const strange = values.filter(({ value }) => value === undefined).map(({ text }) => text);
  if (strange.length > 0) faults.push(error('CE2659', { values: few(strange), key: key.name, type: key.type }, at));
  return values.flatMap(({ value, text }) => (value === undefined ? [] : [{ value, text }]));
}

/** A value that is written as it stands in a column of its type; undefined where none of that type is written so. */
function valueIn({ type }: ColumnInfo, value: number | string): number | string | undefined {
  if (type === 'date') return typeof value === 'string' ? parseDate(value) : undefined;
  if (typeof value === 'string') return type === 'text' || type === 'unknown' ? value : undefined;
  return type === 'text' || !Number.isFinite(value) ? undefined : value;
}

/** CE2014, CE2041: a new column whose name cannot be, or is that of one that stays; CE2664: two called alike. The first of each column. */
function newNames(columns: readonly Spread[], stay: readonly ColumnInfo[]): Fault[] {
  const staying = new Set(stay.map((c) => c.name));
  const seen = new Map<string, string>();
  return columns.flatMap(({ info, as, at }) => {
    const forbidden = as.find(isForbidden);
    const taken = as.find((name) => staying.has(name));
    const twice = as.find((name) => seen.has(name));
    const faults: Fault[] = [];
    if (forbidden !== undefined) faults.push(error('CE2014', { name: forbidden }, at));
    if (taken !== undefined) faults.push(error('CE2041', { name: taken }, at));
    if (twice !== undefined)
      faults.push(error('CE2664', { name: twice, first: seen.get(twice) ?? '', second: info.name }, at));
    for (const name of as) seen.set(name, info.name);
    return faults;
  });
}

/** Rows in the order in which their ids first occur. */
export function runWide(spec: WideSpec, table: Table): RunResult {
  const missing = [...missingIds(table, spec), ...missingKeys(spec, table)];
  if (missing.length > 0) return { ok: false, faults: missing };
  const { of, firsts } = idsOf(spec.id.map(table.column), table.rows);
  const cells = cellsOf(spec, table, of, firsts.length);
  const faults = [...cells.faults, ...varying(spec, table, of, firsts)];
  if (faults.length > 0) return { ok: false, faults };
  const made = spec.columns.flatMap(({ name, as }) => {
    const column = table.column(name);
    return as.map((one, j): [string, Column] => [one, gatherColumn(column, cells.rowOf[j] as Uint32Array)]);
  });
  const parts = new Map(tableOutput(made, firsts.length).parts);
  parts.set(KEPT, encodeIndex(firsts));
  return { ok: true, outputs: { table: { parts } }, notes: notesOn(spec, table, cells.rowOf) };
}

function missingKeys(spec: WideSpec, table: Table): Fault[] {
  const key = table.column(spec.key);
  let count = 0;
  for (let i = 0; i < table.rows; i++) if (isMissing(key, i)) count++;
  if (count === 0) return [];
  const row = (firstMissing(key, table.rows) ?? 0) + 1;
  return [error('CE2660', { key: spec.key, count, row }, ['columns'])];
}

/** `of`: the number of each row's id, in the order in which they first occur; `firsts`: the row where each does. */
function idsOf(columns: readonly Column[], rows: number): { readonly of: Int32Array; readonly firsts: Uint32Array } {
  if (rows === 0) return { of: new Int32Array(0), firsts: new Uint32Array(0) };
  const { codes, levels } = combine(columns.map(factorOfColumn));
  const number = new Int32Array(levels).fill(-1);
  const firsts = new Uint32Array(levels);
  const of = new Int32Array(rows);
  for (let i = 0, next = 0; i < rows; i++) {
    const code = codes[i] as number;
    if (number[code] === -1) {
      firsts[next] = i;
      number[code] = next++;
    }
    of[i] = number[code] as number;
  }
  return { of, firsts };
}

interface Cells {
  readonly faults: readonly Fault[];
  /** per value, the row of each id; MISSING where there is none */
  readonly rowOf: readonly Uint32Array[];
}

/** CE2661: values that are not declared; CE2662: two rows for one cell. */
function cellsOf(spec: WideSpec, table: Table, of: Int32Array, ids: number): Cells {
  const key = table.column(spec.key);
  const placeOf = new Map(spec.values.map((value, j) => [value, j]));
  const rowOf = spec.values.map(() => new Uint32Array(ids).fill(MISSING));
  const unknown = new Set<number | string>();
  const twice = new Map<number, number[]>();
  for (let i = 0; i < table.rows; i++) {
    const value = key.kind === 'text' ? (textAt(key, i) as string) : (key.values[i] as number) + 0;
    const j = placeOf.get(value);
    const rows = j === undefined ? undefined : rowOf[j];
    const id = of[i] as number;
    if (rows === undefined || j === undefined) unknown.add(value);
    else if (rows[id] === MISSING) rows[id] = i;
    else {
      const cell = id * spec.values.length + j;
      const known = twice.get(cell) ?? [rows[id] as number];
      twice.set(cell, [...known, i]);
    }
  }
  return { rowOf, faults: [...unknownFaults(spec, unknown), ...twiceFaults(spec, table, [...twice.values()])] };
}

function twiceFaults(spec: WideSpec, table: Table, twice: readonly (readonly number[])[]): Fault[] {
  if (twice.length === 0) return [];
  const columns = [...spec.id, spec.key];
  const typed = typedIn(table, columns, spec);
  const told = twice
    .toSorted((a, b) => (a[0] as number) - (b[0] as number))
    .map((rows) => {
      const places = rows.slice(0, ROWS_SHOWN).map((i) => i + 1);
      return `${keyText(typed, rows[0] as number)} (${places.join(', ')}${rows.length > ROWS_SHOWN ? ', …' : ''})`;
    });
  return [error('CE2662', { count: twice.length, columns, keys: few(told) }, ['id'])];
}

const SHOWN = 8;
const ROWS_SHOWN = 4;
/** A longer list is not copied by anybody. */
const LISTED = 60;
const few = (list: readonly string[], most = SHOWN): readonly string[] =>
  list.length > most ? [...list.slice(0, most), '…'] : list;

/** As messages say a value. */
const valueText = ({ key, dates }: WideSpec, value: number | string): string =>
  typeof value === 'number' && dates.includes(key) ? isoDate(value) : String(value);

/** As a value is written in the pipeline. */
const writtenValue = (spec: WideSpec, value: number | string): string =>
  typeof value === 'string' || spec.dates.includes(spec.key) ? JSON.stringify(valueText(spec, value)) : String(value);

function unknownFaults(spec: WideSpec, unknown: ReadonlySet<number | string>): Fault[] {
  if (unknown.size === 0) return [];
  const inOrder = (list: readonly (number | string)[]): readonly (number | string)[] =>
    list.every((value) => typeof value === 'number') ? list.toSorted((a, b) => a - b) : list;
  const found = inOrder([...unknown]);
  const all = inOrder([...spec.values, ...found]);
  const told = few(found.map((value) => valueText(spec, value)));
  const args = { key: spec.key, count: unknown.size, found: told, written: writtenList(spec, all) };
  return [error('CE2661', args, ['values'])];
}

/** The shorter way to write values: from the first to the last, where none between them lacks. */
function writtenList(spec: WideSpec, values: readonly (number | string)[]): string {
  const [first, last] = [values[0], values.at(-1)];
  const isRow = values.every((value, i) => i === 0 || value === Number(values[i - 1]) + 1);
  if (isRow && values.length > 2 && Number.isInteger(first) && !spec.dates.includes(spec.key))
    return `{ from: ${first}, to: ${last} }`;
  return `[${few(
    values.map((value) => writtenValue(spec, value)),
    LISTED,
  ).join(', ')}]`;
}

/** CE2663: what is carried along must be the same in all rows of an id. */
function varying(spec: WideSpec, table: Table, of: Int32Array, firsts: Uint32Array): Fault[] {
  const found = spec.carry.flatMap((name) => {
    const column = table.column(name);
    for (let i = 0; i < table.rows; i++) {
      const first = firsts[of[i] as number] as number;
      if (first !== i && !isSame(column, first, i)) return [{ name, first, second: i }];
    }
    return [];
  });
  const [shown] = found;
  if (shown === undefined) return [];
  const { name, first, second } = shown;
  const text = (row: number): string => keyText(typedIn(table, [name], spec), row);
  const args = {
    columns: found.map((f) => f.name),
    column: name,
    id: keyText(typedIn(table, spec.id, spec), first),
    first: first + 1,
    left_value: text(first),
    second: second + 1,
    right_value: text(second),
  };
  return [error('CE2663', args, ['carry'])];
}

/** Missing is the same as missing. */
function isSame(column: Column, a: number, b: number): boolean {
  if (column.kind === 'text') return textAt(column, a) === textAt(column, b);
  const [x, y] = [column.values[a] as number, column.values[b] as number];
  return x === y || (Number.isNaN(x) && Number.isNaN(y));
}

function notesOn(spec: WideSpec, table: Table, rowOf: readonly Uint32Array[]): Note[] {
  const held = rowOf.map((rows) => rows.reduce((count, row) => count + (row === MISSING ? 0 : 1), 0));
  const absent = spec.values.filter((_, j) => held[j] === 0).map((value) => valueText(spec, value));
  const ids = rowOf[0]?.length ?? 0;
  // of values that occur: the others are told of as such
  const cells = ids * (spec.values.length - absent.length);
  const count = cells - table.rows;
  const notes: Note[] = [];
  if (count > 0) notes.push({ code: 'CN2654', args: { count, cells, columns: [...spec.id, spec.key] } });
  if (absent.length > 0) notes.push({ code: 'CN2655', args: { key: spec.key, values: few(absent) } });
  return notes;
}
