/** From wide to long: the columns that fit a pattern, under one another. */
import { encodeIndex } from '../columns/codec.ts';
import { type Column, isEmpty, isMissing, MISSING, numbers } from '../columns/column.ts';
import { columnNames, commonType } from '../columns/schema.ts';
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
import { datesIn, gathered, idAndCarry, idFaults, madeColumn, madeOf, nameFaults, rolesOf } from './reshape-parts.ts';

export function declareLong(
  { params, labels }: DeclareContext<ReshapeParams>,
  shape: TableShape,
  { key, patterns }: Patterns,
): Declared<LongSpec> {
  const { lookup, faults, id, carry } = idAndCarry(params, shape);
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
  const { ids, values, carried: along } = rolesOf(id, carry, { key, patterns });
  faults.push(...nameFaults([...ids, ...along], values, along.length > 0 ? [] : carried));
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
        shape: {
          kind: 'table',
          columns: [...id, ...made, ...carried],
          open: [...lookup.unsettled(params.id), ...lookup.unsettled(params.carry ?? '*')].length > 0,
        },
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
  const cells = table.rows * spec.values.length;
  const isEmpty = emptyCells(pieces, table.rows, spec.values.length);
  const without = isEmpty.reduce((count, empty) => count + empty, 0);
  const kept = keptCells(isEmpty, spec.values.length, spec.drop ? cells - without : cells);
  const made: [string, Column][] = [
    [spec.key, keyColumn(spec.values, kept)],
    ...spec.columns.map(({ name, kind }, i): [string, Column] => [name, stacked(kind, pieces[i] ?? [], kept)]),
  ];
  const parts = new Map(tableOutput(made, kept.row.length).parts);
  parts.set(KEPT, encodeIndex(kept.row));
  return { ok: true, outputs: { table: { parts } }, notes: notesOn(spec, cells, without) };
}

/** CE2654 where types are known from the data alone. */
function kindFaults({ columns }: LongSpec, table: Table): Fault[] {
  return columns.flatMap(({ name, of }) => {
    const names = of.filter((column) => column !== null);
    const kind = (column: string): string => table.column(column).kind;
    // without a value it goes with any kind, and one of the first is not what the others are held against
    const differ = names.some((column) => kind(column) !== kind(names[0] as string));
    const first = differ ? names.find((column) => !isEmpty(table.column(column))) : undefined;
    const second = names.find(
      (column) => first !== undefined && kind(column) !== kind(first) && !isEmpty(table.column(column)),
    );
    if (first === undefined || second === undefined) return [];
    const args = { first, left: kind(first), second, right: kind(second), name };
    return [error('CE2654', args, ['columns', name])];
  });
}

/** 1 for each cell of rows by values, row after row, for which no column has a value. */
function emptyCells(pieces: readonly (readonly (Column | undefined)[])[], rows: number, width: number): Uint8Array {
  const isEmpty = new Uint8Array(rows * width).fill(1);
  for (const of of pieces)
    for (const [j, column] of of.entries()) {
      if (column === undefined) continue;
      for (let i = 0, cell = j; i < rows; i++, cell += width) if (!isMissing(column, i)) isEmpty[cell] = 0;
    }
  return isEmpty;
}

/** The cells that become rows: of which row of the input, and of which value. */
interface Kept {
  readonly row: Uint32Array;
  readonly value: Uint32Array;
}

/** @param count all cells, or those that are not empty */
function keptCells(isEmpty: Uint8Array, width: number, count: number): Kept {
  const kept = { row: new Uint32Array(count), value: new Uint32Array(count) };
  const isAll = count === isEmpty.length;
  for (let cell = 0, at = 0, i = 0, j = 0; cell < isEmpty.length; cell++) {
    if (isAll || isEmpty[cell] === 0) {
      kept.row[at] = i;
      kept.value[at++] = j;
    }
    if (++j === width) {
      j = 0;
      i++;
    }
  }
  return kept;
}

function keyColumn(values: LongSpec['values'], kept: Kept): Column {
  if (!values.every((value) => typeof value === 'number'))
    return { kind: 'text', codes: kept.value, levels: values.map(String) };
  const out = new Float64Array(kept.value.length);
  for (let at = 0; at < out.length; at++) out[at] = values[kept.value[at] as number] as number;
  return numbers(out);
}

function stacked(kind: 'number' | 'text', pieces: readonly (Column | undefined)[], { row, value }: Kept): Column {
  const count = row.length;
  if (kind === 'number') {
    const values = pieces.map((piece) => (piece?.kind === 'number' ? piece.values : undefined));
    const out = new Float64Array(count);
    for (let at = 0; at < count; at++) out[at] = values[value[at] as number]?.[row[at] as number] ?? Number.NaN;
    return numbers(out);
  }
  const levels: string[] = [];
  const renumbered = pieces.map((piece) => {
    if (piece?.kind !== 'text') return undefined;
    const first = levels.length;
    for (const level of piece.levels) levels.push(level);
    return piece.codes.map((code) => (code === MISSING ? MISSING : code + first));
  });
  const codes = new Uint32Array(count);
  for (let at = 0; at < count; at++) codes[at] = renumbered[value[at] as number]?.[row[at] as number] ?? MISSING;
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
