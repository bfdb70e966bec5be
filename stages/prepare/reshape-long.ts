/** From wide to long: the columns that fit a pattern, under one another. */
import { encodeIndex } from '../columns/codec.ts';
import { type Column, isMissing, MISSING, numbers } from '../columns/column.ts';
import { ColumnLookup, columnNames, commonType } from '../columns/schema.ts';
import { type Table, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  type DeclareContext,
  type Declared,
  error,
  type Fault,
  type Note,
  ROWS,
  type RunResult,
  type TableShape,
} from '../contract.ts';
import { type Found, fittingColumns, type Pattern, type Patterns, patternsAmong } from './reshape-names.ts';
import { KEPT, type LongSpec, type ReshapeParams } from './reshape-params.ts';
import { datesIn, gathered, idFaults, madeColumn, madeOf, nameFaults } from './reshape-parts.ts';

export function declareLong(
  { params, labels }: DeclareContext<ReshapeParams>,
  shape: TableShape,
  { key, patterns }: Patterns,
): Declared<LongSpec> {
  const lookup = new ColumnLookup(shape);
  const { faults } = lookup;
  const id = lookup.list(params.id, ['id']);
  const carry = params.carry === undefined ? undefined : lookup.list(params.carry, ['carry']);
  const apart = new Set([...id, ...(carry ?? [])].map((c) => c.name));
  const candidates = columnNames(shape).filter((name) => !apart.has(name));
  const found = fittingColumns({ key, patterns }, candidates, params.type, faults);
  for (const { written, at } of patterns)
    if (!shape.open && !found.fitting.some((f) => f.pattern.written === written))
      faults.push(error('CE2652', { name: written, known: patternsAmong(candidates, key) }, at));
  const read = [...new Set(found.fitting.map((f) => f.column))];
  const carried = carry ?? shape.columns.filter((c) => !apart.has(c.name) && !read.includes(c.name));
  const stacks = patterns.map((pattern) => stackOf(pattern, found, key, shape, faults));
  const made = [
    madeColumn({ name: key, type: keyType(params, shape, found) }, [], labels),
    ...stacks.map(({ name, type, sources }) => madeColumn({ name, type }, sources, labels)),
  ];
  faults.push(...longNames(id, carry ?? [], { key, patterns }, carried));
  const drop = params.empty === 'drop';
  const rowsFrom = [ROWS, ...(drop ? read : [])];
  return {
    faults,
    spec: {
      into: 'long',
      id: id.map((c) => c.name),
      dates: datesIn(id),
      key,
      values: found.values,
      columns: stacks.map(({ name, type, of }) => ({ name, kind: type === 'text' ? 'text' : 'number', of })),
      drop,
      odd: found.odd,
    },
    reads: { from: [[...new Set([ROWS, ...id.map((c) => c.name), ...read])]] },
    outputs: {
      table: {
        shape: { kind: 'table', columns: [...id, ...made, ...carried], open: shape.open && carry === undefined },
        parts: [
          ...[ROWS, KEPT, key].map((name) => madeOf(name, rowsFrom)),
          ...stacks.map(({ name, sources }) => madeOf(name, [...sources.map((c) => c.name), ...rowsFrom])),
          ...gathered([...id, ...carried]),
        ],
      },
    },
  };
}

/** Not known before the names of the columns are. */
const keyType = ({ type }: ReshapeParams, { open }: TableShape, { type: found }: Found): ColumnInfo['type'] =>
  type ?? (open ? 'unknown' : found);

/** Ids, columns that are carried along by name, and what is made must be different. */
const longNames = (
  id: readonly ColumnInfo[],
  carry: readonly ColumnInfo[],
  { key, patterns }: Patterns,
  carried: readonly ColumnInfo[],
): Fault[] =>
  nameFaults(
    [
      ...id.map(({ name }) => ({ name, as: 'id', at: ['id'] })),
      ...carry.map(({ name }) => ({ name, as: 'carry', at: ['carry'] })),
    ],
    [
      { name: key, as: `{${key}}`, at: patterns[0]?.at ?? ['columns'] },
      ...patterns.map(({ name, at }) => ({ name, as: 'columns', at })),
    ],
    carry.length > 0 ? [] : carried,
  );

interface Stack {
  readonly name: string;
  readonly type: ColumnInfo['type'];
  readonly sources: readonly ColumnInfo[];
  /** the column for each value of the new column */
  readonly of: readonly (string | null)[];
}

/** CE2654: columns of different kinds; CE2667: two columns for one value. */
function stackOf(pattern: Pattern, found: Found, key: string, shape: TableShape, faults: Fault[]): Stack {
  const { name, at } = pattern;
  const byValue = new Map<number | string, ColumnInfo>();
  let type: ColumnInfo['type'] = 'unknown';
  let typedBy: ColumnInfo | undefined;
  for (const fitting of found.fitting.filter((f) => f.pattern === pattern)) {
    const column = shape.columns.find((c) => c.name === fitting.column) as ColumnInfo;
    const before = byValue.get(fitting.value);
    if (before !== undefined) {
      const args = { first: before.name, second: column.name, name, key, value: fitting.value };
      faults.push(error('CE2667', args, at));
    }
    byValue.set(fitting.value, column);
    const common = commonType(type, column.type);
    if (common === undefined && typedBy !== undefined) {
      const args = { first: typedBy.name, left: typedBy.type, second: column.name, right: column.type, name };
      faults.push(error('CE2654', args, at));
      break;
    }
    if (type === 'unknown') typedBy = column;
    type = common ?? type;
  }
  return {
    name,
    type,
    sources: [...byValue.values()],
    of: found.values.map((value) => byValue.get(value)?.name ?? null),
  };
}

/** Rows in the order of the input, in each the values of the new column in their order. */
export function runLong(spec: LongSpec, table: Table): RunResult {
  const faults = [...idFaults(table, spec), ...kindFaults(spec, table)];
  if (faults.length > 0) return { ok: false, faults };
  const pieces = spec.columns.map(({ of }) => of.map((name) => (name === null ? undefined : table.column(name))));
  const { kept, without } = cellsOf(spec, table.rows, pieces);
  const width = spec.values.length;
  const row = Uint32Array.from(kept, (cell) => Math.floor(cell / width));
  const made: [string, Column][] = [
    [spec.key, keyColumn(spec.values, kept)],
    ...spec.columns.map(({ name, kind }, i): [string, Column] => [name, stacked(kind, pieces[i] ?? [], kept, width)]),
  ];
  const parts = new Map(tableOutput(made, kept.length).parts);
  parts.set(KEPT, encodeIndex(row));
  return { ok: true, outputs: { table: { parts } }, notes: notesOn(spec, table.rows * width, without) };
}

/** CE2654 where types are known from the data alone. */
function kindFaults({ columns }: LongSpec, table: Table): Fault[] {
  return columns.flatMap(({ name, of }) => {
    const names = of.filter((column) => column !== null);
    const [first] = names;
    const kind = (column: string): string => table.column(column).kind;
    const second = names.find((column) => first !== undefined && kind(column) !== kind(first));
    if (first === undefined || second === undefined) return [];
    const args = { first, left: kind(first), second, right: kind(second), name };
    return [error('CE2654', args, ['columns', name])];
  });
}

/** The cells of rows by values, row after row, that become rows; and how many hold no value at all. */
function cellsOf(
  { drop, values }: LongSpec,
  rows: number,
  pieces: readonly (readonly (Column | undefined)[])[],
): { readonly kept: Uint32Array; readonly without: number } {
  const kept = new Uint32Array(rows * values.length);
  const byValue = values.map((_, j) => pieces.flatMap((of) => of[j] ?? []));
  let count = 0;
  let without = 0;
  for (let i = 0, cell = 0; i < rows; i++)
    for (let j = 0; j < values.length; j++, cell++) {
      const isEmpty = (byValue[j] ?? []).every((column) => isMissing(column, i));
      if (isEmpty) without++;
      if (!isEmpty || !drop) kept[count++] = cell;
    }
  return { kept: kept.subarray(0, count), without };
}

function keyColumn(values: LongSpec['values'], kept: Uint32Array): Column {
  if (values.every((value) => typeof value === 'number'))
    return numbers(Float64Array.from(kept, (cell) => values[cell % values.length] as number));
  return { kind: 'text', codes: kept.map((cell) => cell % values.length), levels: values.map(String) };
}

function stacked(
  kind: 'number' | 'text',
  pieces: readonly (Column | undefined)[],
  kept: Uint32Array,
  width: number,
): Column {
  if (kind === 'number') {
    const values = pieces.map((piece) => (piece?.kind === 'number' ? piece.values : undefined));
    return numbers(Float64Array.from(kept, (cell) => values[cell % width]?.[Math.floor(cell / width)] ?? Number.NaN));
  }
  const levels: string[] = [];
  const firstLevel = pieces.map((piece) => {
    const before = levels.length;
    for (const level of piece?.kind === 'text' ? piece.levels : []) levels.push(level);
    return before;
  });
  const codes = kept.map((cell) => {
    const j = cell % width;
    const piece = pieces[j];
    const code = piece?.kind === 'text' ? (piece.codes[Math.floor(cell / width)] ?? MISSING) : MISSING;
    return code === MISSING ? MISSING : code + (firstLevel[j] ?? 0);
  });
  return { kind: 'text', codes, levels };
}

const SHOWN = 8;
const few = (list: readonly string[]): readonly string[] =>
  list.length > SHOWN ? [...list.slice(0, SHOWN), '…'] : list;

function notesOn({ key, values, columns, drop, odd }: LongSpec, cells: number, without: number): Note[] {
  const names = columns.map((c) => c.name);
  const notes: Note[] = columns.flatMap(({ name, of }) => {
    const lacking = values.filter((_, j) => of[j] === null).map(String);
    return lacking.length === 0 ? [] : [{ code: 'CN2651' as const, args: { name, key, values: few(lacking) } }];
  });
  if (odd.length > 0) notes.push({ code: 'CN2650', args: { columns: few(odd), key } });
  if (without > 0)
    notes.push({ code: drop ? 'CN2653' : 'CN2652', args: { count: without, rows: cells, columns: names } });
  return notes;
}
