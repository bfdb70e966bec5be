/** Tables as files that other programs read, and back: CSV, TSV, Parquet. The packages for Parquet are loaded when used. */
import type { ColumnInfo, ColumnType, Fault } from '../contract.ts';
import { error } from '../contract.ts';
import { type Column, numbers, textAt, texts } from './column.ts';
import { fieldText, readDelimited } from './csv.ts';
import { decodeText } from './encoding.ts';
import { type Cells, DEFAULT_MISSING, isoDate, parseCells } from './parse.ts';
import type { Table } from './table.ts';

export const TABLE_FILE_FORMATS = ['csv', 'tsv', 'parquet'] as const;
export type TableFileFormat = (typeof TABLE_FILE_FORMATS)[number];

export type NamedType = {
  readonly name: string;
  readonly type: ColumnType;
};

export interface ReadTable {
  readonly columns: ReadonlyMap<string, Column>;
  readonly infos: readonly ColumnInfo[];
  readonly rows: number;
}

export type TableRead =
  | { readonly ok: true; readonly value: ReadTable }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export async function writeTable(
  table: Table,
  columns: readonly NamedType[],
  format: TableFileFormat,
): Promise<Uint8Array> {
  if (format === 'parquet') return writeParquet(table, columns);
  return new TextEncoder().encode(delimited(table, columns, format === 'tsv' ? '\t' : ','));
}

/** Numbers in the shortest form that reads back as the same double; missing is the empty cell. */
function delimited(table: Table, columns: readonly NamedType[], separator: string): string {
  const special = new RegExp(`["\\r\\n${separator}]|^$|^(?:NA|NaN|\\.)$`);
  const quoted = (text: string): string => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cells = columns.map(({ name, type }) => {
    const column = table.column(name);
    if (column.kind === 'text') {
      const levels = column.levels.map(quoted);
      return (row: number): string => levels[column.codes[row] as number] ?? '';
    }
    return (row: number): string => numberText(column.values[row] as number, type);
  });
  const lines = [columns.map((c) => quoted(c.name)).join(separator)];
  for (let row = 0; row < table.rows; row++) lines.push(cells.map((cell) => cell(row)).join(separator));
  return `${lines.join('\n')}\n`;
}

function numberText(value: number, type: ColumnType): string {
  if (Number.isNaN(value)) return '';
  if (type === 'boolean') return value === 0 ? 'FALSE' : 'TRUE';
  if (type === 'date') return isoDate(value);
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'Inf' : '-Inf';
}

async function writeParquet(table: Table, columns: readonly NamedType[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, type }) => {
      const column = table.column(name);
      if (column.kind === 'text')
        return {
          name,
          type: 'STRING' as const,
          nullable: true,
          data: Array.from({ length: table.rows }, (_, i) => textAt(column, i) ?? null),
        };
      const value = (i: number): number => column.values[i] as number;
      const of = <T>(make: (x: number) => T): (T | null)[] =>
        Array.from({ length: table.rows }, (_, i) => (Number.isNaN(value(i)) ? null : make(value(i))));
      if (type === 'boolean') return { name, type: 'BOOLEAN' as const, nullable: true, data: of((x) => x !== 0) };
      // dates as text: every reader of Parquet takes them, and none shifts them by a time zone
      if (type === 'date') return { name, type: 'STRING' as const, nullable: true, data: of(isoDate) };
      return { name, type: 'DOUBLE' as const, nullable: true, data: of((x) => x) };
    }),
  });
  return new Uint8Array(buffer);
}

export async function readTable(bytes: Uint8Array, format: TableFileFormat): Promise<TableRead> {
  if (bytes.length === 0) return { ok: false, faults: [error('CE2012', {}, ['file'])] };
  return format === 'parquet' ? readParquet(bytes) : readDelimitedTable(bytes, format === 'tsv' ? '\t' : undefined);
}

function readDelimitedTable(bytes: Uint8Array, delimiter: string | undefined): TableRead {
  const decoded = decodeText(bytes, undefined);
  if (!decoded.ok) return { ok: false, faults: [decoded.fault] };
  const read = readDelimited(decoded.text, delimiter);
  if (!read.ok) return read;
  const d = read.value;
  const missing = new Set<string>(DEFAULT_MISSING);
  const parsed = d.header.map((name, column) => {
    const cells: Cells = {
      name,
      rows: d.rows,
      text: (row) => fieldText(d, row, column),
      line: (row) => d.lines[row] as number,
    };
    return [name, parseCells(cells, undefined, missing)] as const;
  });
  return {
    ok: true,
    value: {
      columns: new Map(parsed.map(([name, p]) => [name, p.column])),
      infos: parsed.map(([name, p]) => ({ name, type: p.type })),
      rows: d.rows,
    },
  };
}

async function readParquet(bytes: Uint8Array): Promise<TableRead> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const own = bytes.slice().buffer;
  const file = { byteLength: own.byteLength, slice: (from: number, to?: number) => own.slice(from, to) };
  try {
    const metadata = await parquetMetadataAsync(file);
    const rows = await parquetReadObjects({ file, metadata });
    const names = metadata.schema.slice(1).map((s) => s.name);
    const made = names.map((name) => [name, columnOf(rows.map((r) => r[name] as unknown))] as const);
    return {
      ok: true,
      value: {
        columns: new Map(made.map(([name, m]) => [name, m.column])),
        infos: made.map(([name, m]) => ({ name, type: m.type })),
        rows: rows.length,
      },
    };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, faults: [error('CE2906', { reason }, ['file'])] };
  }
}

/** JavaScript values of one column: numbers, booleans, dates or text; whatever else is printed as text. */
export function columnOf(values: readonly unknown[]): {
  readonly column: Column;
  readonly type: Exclude<ColumnType, 'unknown'>;
} {
  const held = values.filter((v) => v !== null && v !== undefined);
  const all = (test: (v: unknown) => boolean): boolean => held.every(test);
  const make = (to: (v: unknown) => number): Column =>
    numbers(Float64Array.from(values, (v) => (v === null || v === undefined ? Number.NaN : to(v))));
  if (all((v) => typeof v === 'boolean')) return { column: make((v) => (v === true ? 1 : 0)), type: 'boolean' };
  if (all((v) => typeof v === 'number' || typeof v === 'bigint')) {
    const column = make(Number);
    const whole = column.kind === 'number' && column.values.every((x) => Number.isNaN(x) || Number.isInteger(x));
    return { column, type: whole ? 'integer' : 'number' };
  }
  if (all((v) => v instanceof Date && v.getTime() % 86_400_000 === 0))
    return { column: make((v) => (v as Date).getTime() / 86_400_000), type: 'date' };
  const text = (v: unknown): string =>
    v instanceof Date ? v.toISOString() : typeof v === 'object' ? JSON.stringify(v) : String(v);
  return {
    column: texts(
      values.map((v) => (v === null || v === undefined ? undefined : text(v))),
      values.length,
    ),
    type: 'text',
  };
}
