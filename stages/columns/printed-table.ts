/** A table as it was printed: what a document's content holds of it, its cells by row and column. */
import { decodeRecord } from './record.ts';

interface Cell {
  readonly text: string;
  readonly stars?: string;
  readonly span?: number;
  /** the number behind the text */
  readonly value?: object;
}

export interface PrintedRow {
  /** `group`: one cell over the whole width; `statistic`: belongs to the row above it */
  readonly kind: 'header' | 'line' | 'statistic' | 'group';
  readonly cells: readonly Cell[];
}

export interface PrintedTable {
  readonly caption: readonly string[];
  readonly head: readonly PrintedRow[];
  readonly sections: readonly (readonly PrintedRow[])[];
  readonly notes: readonly string[];
  /** leading columns that name the row */
  readonly textColumns: number;
  readonly columns: number;
}

/** Undefined when the content is another kind of document's. */
export function printedTable(content: Uint8Array): PrintedTable | undefined {
  const value = decodeRecord(content) as unknown as Partial<PrintedTable> | null;
  return Array.isArray(value?.sections) && Array.isArray(value.head) ? (value as PrintedTable) : undefined;
}

/** A cell over several columns is followed by empty ones. */
export const printedCells = ({ text, stars, span }: Cell): readonly string[] => [
  `${text}${stars ?? ''}`,
  ...Array.from({ length: (span ?? 1) - 1 }, () => ''),
];

/** A row of a table by name: an estimate and the statistic below it are one cell. */
export interface NamedRow {
  readonly name: string;
  /** groups of rows that began before it, and its place in its own */
  readonly group: number;
  readonly at: number;
  readonly cells: readonly { readonly text: string; readonly stars: string; readonly isNumber: boolean }[];
}

/** The rows below the head, their names told apart. */
export function namedRows({ sections, textColumns }: PrintedTable): readonly NamedRow[] {
  const rows: (Omit<NamedRow, 'cells'> & { cells: { text: string; stars: string; isNumber: boolean }[] })[] = [];
  let group = '';
  let groups = 0;
  let first = 0;
  for (const { kind, cells } of sections.flat()) {
    if (kind === 'group') {
      group = cells[0]?.text ?? '';
      groups++;
      first = rows.length;
      continue;
    }
    const placed = cells.flatMap((cell) => [cell, ...Array.from({ length: (cell.span ?? 1) - 1 }, () => EMPTY)]);
    const own = placed.slice(textColumns).map(({ text, stars = '', value }) => ({
      text: `${text}${stars}`,
      stars,
      isNumber: value !== undefined,
    }));
    const last = rows.at(-1);
    if (kind === 'statistic' && last !== undefined) {
      own.forEach(({ text, isNumber }, i) => {
        const above = last.cells[i];
        if (above === undefined || text === '') return;
        above.text = above.text === '' ? text : `${above.text} ${text}`;
        above.isNumber ||= isNumber;
      });
      continue;
    }
    const texts = placed.slice(0, textColumns).map((c) => c.text);
    const name = [group, ...texts].filter((t) => t !== '').join(' / ');
    rows.push({ name, group: groups, at: rows.length - first, cells: own });
  }
  return toldApart(rows.map((r) => r.name)).map((name, i) => ({ ...(rows[i] as NamedRow), name }));
}

/** Names of the columns that hold values: what the head says of each, without what it says of all of them. */
export function columnNames({ head, textColumns, columns }: PrintedTable): readonly string[] {
  const count = columns - textColumns;
  const rows = head.map(({ cells }) =>
    cells.flatMap(({ text, span }) => Array.from({ length: span ?? 1 }, () => text)).slice(textColumns),
  );
  const telling = count === 1 ? rows.slice(0, 1) : rows.filter((row) => new Set(row).size > 1);
  const names = Array.from({ length: count }, (_, j) => [
    ...new Set(telling.flatMap((row) => (row[j] === undefined || row[j] === '' ? [] : [row[j]]))),
  ]);
  return toldApart(names.map((texts) => texts.join(' ')));
}

const EMPTY: Cell = { text: '' };

/** The second of a name is `name #2`. */
function toldApart(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}
