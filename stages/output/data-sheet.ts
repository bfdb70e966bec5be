/** The rows of a table as an Excel sheet: names in the first row, one cell a value. */
import { textAt } from '../columns/column.ts';
import type { NamedType } from '../columns/file-columns.ts';
import { isoDate } from '../columns/parse.ts';
import type { Table } from '../columns/table.ts';
import { repacked } from './archive.ts';

/** Of a sheet, the row of names included. Source: Microsoft, Excel specifications and limits. */
export const SHEET = { rows: 1_048_576, columns: 16_384, characters: 32_767 } as const;

/** days from 1899-12-30, from which sheets count, to 1970-01-01 */
const EPOCH = 25_569;

/** 1900-03-01: sheets take 1900 for a leap year, and know no day before it */
const FIRST = 61;

/** What a sheet has no number for (infinities, a column with a day before March 1900) is text. */
export async function dataSheet(table: Table, columns: readonly NamedType[]): Promise<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  const sheet = workbook.addWorksheet('data', { views: [{ state: 'frozen', ySplit: 1 }] });
  const cells = columns.map(({ name, type }) => cellsOf(table, name, type));
  sheet.addRow(columns.map(({ name }) => name));
  for (let row = 0; row < table.rows; row++) sheet.addRow(cells.map((cell) => cell(row)));
  for (const [i, { type }] of columns.entries()) if (type === 'date') sheet.getColumn(i + 1).numFmt = 'yyyy-mm-dd';
  // as it is: `repacked` compresses
  const file = await workbook.xlsx.writeBuffer({ zip: { compression: 'STORE' } });
  return repacked(new Uint8Array(file), 'data');
}

function cellsOf(
  table: Table,
  name: string,
  type: NamedType['type'],
): (row: number) => string | number | boolean | null {
  const column = table.column(name);
  if (column.kind === 'text') return (row) => textAt(column, row) ?? null;
  const { values } = column;
  const isEarly = type === 'date' && values.some((x) => x + EPOCH < FIRST);
  return (row) => {
    const x = values[row] as number;
    if (Number.isNaN(x)) return null;
    if (type === 'boolean') return x !== 0;
    if (type === 'date' && Number.isFinite(x)) return isEarly ? isoDate(x) : x + EPOCH;
    return Number.isFinite(x) ? x : x > 0 ? 'Inf' : '-Inf';
  };
}
