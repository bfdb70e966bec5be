/** A stage run as the engine would: declared, then run on exactly the parts that it declared to read. */

import { catalogue } from '../../stages/catalogue/catalogue.ts';
import { decodeColumn, decodeRows, encodeColumn, encodeRows } from '../../stages/columns/codec.ts';
import { type Column, gatherColumn, numbers, texts } from '../../stages/columns/column.ts';
import { decodeRecord } from '../../stages/columns/record.ts';
import {
  type AnyStageType,
  type ColumnType,
  type Declared,
  type Fault,
  type InputShape,
  type InputValue,
  type Json,
  type Note,
  type OutputValue,
  type Panel,
  type PartName,
  ROWS,
  type Shape,
  type StageType,
  type TableShape,
  VALUE,
} from '../../stages/contract.ts';

export type Cell = number | string | null;
export type Cells = Readonly<Record<string, readonly Cell[]>>;

export interface Data {
  readonly shape: TableShape;
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
}

/** A table from cells: null is missing; a column with a string is text. */
export function data(
  cells: Cells,
  options: { panel?: Panel; types?: Readonly<Record<string, ColumnType>> } = {},
): Data {
  const names = Object.keys(cells);
  const rows = cells[names[0] ?? '']?.length ?? 0;
  const parts = new Map<PartName, Uint8Array>([[ROWS, encodeRows(rows)]]);
  const columns = names.map((name) => {
    const column = columnOf(cells[name]!);
    parts.set(name, encodeColumn(column));
    return { name, type: options.types?.[name] ?? (column.kind === 'text' ? ('text' as const) : ('number' as const)) };
  });
  return {
    shape: { kind: 'table', columns, open: false, ...(options.panel === undefined ? {} : { panel: options.panel }) },
    parts,
  };
}

function columnOf(cells: readonly Cell[]): Column {
  if (cells.some((c) => typeof c === 'string'))
    return texts(
      cells.map((c) => (c === null ? undefined : String(c))),
      cells.length,
    );
  return numbers(Float64Array.from(cells, (c) => (c === null ? Number.NaN : Number(c))));
}

export interface Outcome {
  readonly declared: Declared;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  /** all columns of an output table, made or passed */
  table(output?: string): Data;
  column(name: string, output?: string): Column;
  values(name: string, output?: string): number[];
  record(output: string): Json;
}

const input = (of: Data, path: string): InputShape => ({ shape: of.shape, path: [path], inner: [] });

/** Declares and, when there is no fault, runs. */
export async function stage<P, S extends Json>(
  type: StageType<P, S>,
  params: unknown,
  inputs: Readonly<Record<string, Data>>,
  labels: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const any = type as unknown as AnyStageType;
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, of]) => [name, [input(of, name)]]));
  const declared = any.declare({ params, inputs: shapes, files: {}, labels });
  checkTexts(declared.faults);
  const nothing = { declared, faults: declared.faults, notes: [] as readonly Note[] };
  if (declared.faults.some((f) => f.severity === 'error')) return { ...nothing, ...missingOutputs };
  const values = Object.fromEntries(Object.entries(inputs).map(([name, of]) => [name, [read(of, declared, name)]]));
  // what the engine does between the two: the spec is canonical JSON
  const spec = JSON.parse(JSON.stringify(declared.spec)) as Json;
  const result = await any.run({ spec, inputs: values, files: {} });
  if (!result.ok) {
    checkTexts(result.faults);
    return { ...nothing, faults: result.faults, ...missingOutputs };
  }
  checkTexts(result.notes);
  return { ...nothing, notes: result.notes, ...outputsOf(declared, result.outputs, inputs) };
}

const refuse = (): never => {
  throw new Error('the stage failed: it has no outputs');
};
const missingOutputs = { table: refuse, column: refuse, values: refuse, record: refuse };

function read(of: Data, declared: Declared, name: string): InputValue {
  const reads = declared.reads[name]?.[0] ?? [];
  const wanted = reads === 'all' ? [...of.parts.keys()] : reads;
  return { kind: 'table', parts: new Map(wanted.map((part) => [part, of.parts.get(part) ?? refuse()])) };
}

function outputsOf(
  declared: Declared,
  outputs: Readonly<Record<string, OutputValue>>,
  inputs: Readonly<Record<string, Data>>,
): Pick<Outcome, 'table' | 'column' | 'values' | 'record'> {
  const table = (output = 'table'): Data => {
    const decl = declared.outputs[output]!;
    if (decl.parts === 'made') return refuse();
    const made = outputs[output]!.parts;
    const parts = new Map<PartName, Uint8Array>();
    for (const part of decl.parts) {
      if (part.how === 'made') parts.set(part.name, made.get(part.name) ?? refuse());
      else if (part.how === 'passed') parts.set(part.name, inputs[part.input]!.parts.get(part.part)!);
      else refuse();
    }
    const shape: Shape = decl.shape;
    if (shape.kind !== 'table') return refuse();
    const names = shape.columns.map((c) => c.name);
    const held = [...parts.keys()].filter((name) => !name.startsWith('#'));
    if ([...names].sort().join() !== held.sort().join()) throw new Error(`parts ${held} are not the columns ${names}`);
    const rows = decodeRows(parts.get(ROWS)!);
    for (const name of names)
      if (lengthIn(parts, name) !== rows) throw new Error(`column ${name} has not ${rows} rows`);
    return { shape, parts };
  };
  const column = (name: string, output = 'table'): Column => decodeColumn(table(output).parts.get(name)!);
  return {
    table,
    column,
    values: (name, output) => {
      const found = column(name, output);
      return found.kind === 'number' ? Array.from(found.values) : refuse();
    },
    record: (output) => decodeRecord(outputs[output]!.parts.get(VALUE)!),
  };
}

function lengthIn(parts: ReadonlyMap<PartName, Uint8Array>, name: string): number {
  const column = decodeColumn(parts.get(name)!);
  return column.kind === 'number' ? column.values.length : column.codes.length;
}

/** Every message finds its arguments. */
function checkTexts(said: readonly { readonly code: Fault['code']; readonly args: Fault['args'] }[]): void {
  for (const { code, args } of said)
    for (const text of [catalogue[code].en, catalogue[code].zh, catalogue[code].help?.en ?? ''])
      for (const [, hole = ''] of text.matchAll(/\{(\w+)\}/g))
        if (hole !== 'suggestion' && !(hole in args)) throw new Error(`${code} needs ${hole}`);
}

export const codes = (outcome: Outcome): string[] => outcome.faults.map((f) => f.code);

/** Rows of every column in another order. */
export function reordered(of: Data, order: readonly number[]): Data {
  const index = Uint32Array.from(order);
  const parts = new Map(of.parts);
  for (const { name } of of.shape.columns)
    parts.set(name, encodeColumn(gatherColumn(decodeColumn(of.parts.get(name)!), index)));
  return { shape: of.shape, parts };
}

/** A reference data set: CSV without quotes; text columns are those with a cell that is no number. */
export function csv(text: string): Data {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  const cells = header.split(',').map((name, j): [string, Cell[]] => {
    const own = rows.map((row) => row[j] ?? '');
    const isNumber = own.every((cell) => cell === '' || cell === 'NA' || Number.isFinite(Number(cell)));
    return [name, own.map((cell) => (cell === '' || cell === 'NA' ? null : isNumber ? Number(cell) : cell))];
  });
  return data(Object.fromEntries(cells));
}
