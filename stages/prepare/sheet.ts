/** A sheet of an Excel workbook as cells of text. */
import { headerFaults } from '../columns/header.ts';
import type { Cells } from '../columns/parse.ts';
import { error, type Fault } from '../contract.ts';

export interface SheetWanted {
  readonly sheet?: string | number;
  readonly range?: string;
}

export type SheetRead =
  | { readonly cells: readonly Cells[]; readonly rows: number }
  | { readonly faults: readonly Fault[] };

export async function readSheet(bytes: Uint8Array, wanted: SheetWanted): Promise<SheetRead> {
  const { default: readXlsx } = await import('read-excel-file/universal');
  let grid: readonly (readonly unknown[])[];
  try {
    const sheets = (await readXlsx(new Blob([bytes.slice()]) as never)) as readonly {
      sheet: string;
      data: readonly (readonly unknown[])[];
    }[];
    const at =
      typeof wanted.sheet === 'string' ? sheets.findIndex((s) => s.sheet === wanted.sheet) : (wanted.sheet ?? 1) - 1;
    const found = sheets[at];
    if (found === undefined)
      return {
        faults: [error('CE2026', { name: String(wanted.sheet), known: sheets.map((s) => s.sheet) }, ['sheet'])],
      };
    grid = found.data;
  } catch {
    return { faults: [error('CE2027', {}, ['file'])] };
  }
  const { rows, first } = part(grid, wanted.range);
  const [header, ...body] = rows;
  if (header === undefined) return { faults: [error('CE2012', {}, ['file'])] };
  const names = header.map((cell) => cellText(cell).trim());
  const used = body.filter((row) => row.some((cell) => cellText(cell) !== ''));
  const faults = headerFaults(names);
  if (faults.length > 0) return { faults };
  const cells = names.map(
    (name, column): Cells => ({
      name,
      rows: used.length,
      text: (row) => cellText(used[row]?.[column]),
      line: (row) => first + 1 + row + 1,
    }),
  );
  return { cells, rows: used.length };
}

function part(
  grid: readonly (readonly unknown[])[],
  range: string | undefined,
): { rows: readonly (readonly unknown[])[]; first: number } {
  const m = range === undefined ? null : /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(range);
  if (m === null) return { rows: grid, first: 0 };
  const [left, top, right, bottom] = [
    columnNumber(m[1] as string),
    Number(m[2]),
    columnNumber(m[3] as string),
    Number(m[4]),
  ];
  return { rows: grid.slice(top - 1, bottom).map((row) => row.slice(left - 1, right)), first: top - 1 };
}

const columnNumber = (letters: string): number => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0);

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell);
}
