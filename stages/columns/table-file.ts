/** Tables as files that other programs read, and back: CSV, TSV, Parquet. */
import { type ColumnType, error } from '../contract.ts';
import { delimitedCells, readDelimited } from './csv.ts';
import { decodeText } from './encoding.ts';
import type { NamedType, TableRead } from './file-columns.ts';
import { readParquet, writeParquet } from './parquet.ts';
import { DEFAULT_MISSING, isoDate, parseCells } from './parse.ts';
import type { Table } from './table.ts';

export const TABLE_FILE_FORMATS = ['csv', 'tsv', 'parquet'] as const;
export type TableFileFormat = (typeof TABLE_FILE_FORMATS)[number];

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
  for (let row = 0; row < table.rows; row++) {
    const line = cells.map((cell) => cell(row)).join(separator);
    // an empty line is no row to those who read it, and to R neither is one of two quotes
    lines.push(line === '' || line === '""' ? 'NA' : line);
  }
  return `${lines.join('\n')}\n`;
}

function numberText(value: number, type: ColumnType): string {
  if (Number.isNaN(value)) return '';
  if (type === 'boolean') return value === 0 ? 'FALSE' : 'TRUE';
  if (type === 'date') return isoDate(value);
  // with all its digits an integer of this size is taken for a code
  if (Number.isFinite(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER) return value.toExponential();
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'Inf' : '-Inf';
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
  const missing = new Set<string>(DEFAULT_MISSING);
  const parsed = delimitedCells(read.value).map(
    (cells) => [cells.name, parseCells(cells, undefined, missing)] as const,
  );
  return {
    ok: true,
    value: {
      columns: new Map(parsed.map(([name, p]) => [name, p.column])),
      infos: parsed.map(([name, p]) => ({ name, type: p.type })),
      rows: read.value.rows,
    },
  };
}
