/** Tables as Parquet and back. The packages are loaded when used. */
import type { AsyncBuffer, FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { type ColumnType, error } from '../contract.ts';
import { type Column, textAt } from './column.ts';
import type { NamedType, TableRead } from './file-columns.ts';
import { headerFaults } from './header.ts';
import { MISFIT, parquetRows } from './parquet-rows.ts';
import { isoTime } from './parse.ts';
import type { Table } from './table.ts';
import { areSafeIntegers, columnOf, givenType, type KnownType } from './value-column.ts';

const DAY_MS = 86_400_000;

export async function writeParquet(table: Table, columns: readonly NamedType[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const made = columns.map(({ name, type }) => ({ name, ...physical(type, table.column(name), table.rows) }));
  const elements = made.map(({ name, as }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...as }));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: made.map(({ name, data }) => ({ name, data })),
      schema: [{ name: 'root', num_children: elements.length }, ...elements],
    }),
  );
}

interface Physical {
  readonly as: Omit<SchemaElement, 'name'>;
  readonly data: (string | number | bigint | boolean | Date | null)[];
}

function physical(type: ColumnType, column: Column, rows: number): Physical {
  if (column.kind === 'text') {
    const data = Array.from({ length: rows }, (_, i) => textAt(column, i) ?? null);
    return { as: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, data };
  }
  const { values } = column;
  const given = givenType(type, column);
  const of = <T>(make: (x: number) => T): (T | null)[] => Array.from(values, (x) => (Number.isNaN(x) ? null : make(x)));
  if (given === 'boolean') return { as: { type: 'BOOLEAN' }, data: of((x) => x !== 0) };
  // days without a time, which no reader shifts by a time zone
  if (given === 'date' && values.every((x) => Number.isNaN(x) || Number.isFinite(x)))
    return { as: { type: 'INT32', converted_type: 'DATE' }, data: of((x) => new Date(x * DAY_MS)) };
  if (given === 'integer' && areSafeIntegers(values)) return { as: { type: 'INT64' }, data: of(BigInt) };
  return { as: { type: 'DOUBLE' }, data: of((x) => x) };
}

const UNMARKED = 'it does not begin and end with the mark of Parquet';

/** The format begins and ends with `PAR1`. */
const isMarked = (bytes: Uint8Array): boolean =>
  bytes.length >= 12 &&
  [0, bytes.length - 4].every((at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === 'PAR1');

/** Uncompressed, Snappy, gzip, Brotli, LZ4 and zstd. Errors: CE2013–CE2015, CE2906. */
export async function readParquet(bytes: Uint8Array): Promise<TableRead> {
  const { parquetSchema } = await import('hyparquet');
  if (!isMarked(bytes)) return { ok: false, faults: [error('CE2906', { reason: UNMARKED }, ['file'])] };
  const own = bytes.slice().buffer;
  const file = { byteLength: own.byteLength, slice: (from: number, to?: number) => own.slice(from, to) };
  try {
    const metadata = await metadataOf(file);
    const fields = parquetSchema(metadata).children;
    const faults = headerFaults(fields.map((field) => field.element.name));
    if (faults.length > 0) return { ok: false, faults };
    const rows = await parquetRows(file, metadata);
    const made = fields.map((field) => {
      const { name } = field.element;
      const meant = meaningOf(field.element);
      const values = rows.map((r) => meant(r[name]));
      return [name, columnOf(values, typeOf(field))] as const;
    });
    return {
      ok: true,
      value: {
        columns: new Map(made.map(([name, m]) => [name, m.column])),
        infos: made.map(([name, m]) => ({ name, type: m.type })),
        rows: rows.length,
      },
    };
  } catch (thrown) {
    return { ok: false, faults: [error('CE2906', { reason: reasonOf(thrown) }, ['file'])] };
  }
}

/** @throws when a count of children is negative: what looks for places on a map would go back and forth there without end */
async function metadataOf(file: AsyncBuffer): Promise<FileMetaData> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const { schema } = await parquetMetadataAsync(file, { geoparquet: false });
  if (schema.some(({ num_children: children = 0 }) => children < 0)) throw new Error(MISFIT);
  return parquetMetadataAsync(file);
}

/** What the reader says; where it fell over a damaged part, nothing of its own inside. */
function reasonOf(thrown: unknown): string {
  const told = thrown instanceof Error ? thrown.message : String(thrown);
  return thrown instanceof TypeError || thrown instanceof RangeError || told.includes('undefined') ? MISFIT : told;
}

const isTime = ({ converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  converted?.startsWith('TIME_') === true || logical?.type === 'TIME';

/** What is read of a cell as what it stands for: a decimal as the double next to it, a time of day as text. */
function meaningOf(element: SchemaElement): (cell: unknown) => unknown {
  const { converted_type: converted, logical_type: logical, scale = 0 } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const power = 10 ** scale;
    // the reader multiplies by the rounded 10^−scale: -123456789 of scale 2 would be -1234567.8900000001
    return (cell) =>
      typeof cell === 'number' && scale <= 22 && Math.abs(cell * power) < 2 ** 50
        ? Math.round(cell * power) / power
        : cell;
  }
  if (!isTime(element)) return (cell) => cell;
  const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
  const digits = { MILLIS: 3, MICROS: 6, NANOS: 9 }[unit];
  return (cell) => (typeof cell === 'number' || typeof cell === 'bigint' ? isoTime(BigInt(cell), digits) : cell);
}

/** What a column without values is. */
function typeOf({ element, children }: SchemaTree): KnownType {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (children.length > 0) return 'text';
  if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'number';
  if (converted?.startsWith('TIME') === true || logical?.type.startsWith('TIME') === true) return 'text';
  switch (type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
    case 'INT64':
      return 'integer';
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    default:
      return 'text';
  }
}
