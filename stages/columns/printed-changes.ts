/** What a reader of a table finds otherwise than before: cells by row and column, and the words around them. */
import type { CellChange, PrintedChanges } from '../contract-differences.ts';
import { columnNames, type NamedRow, namedRows, type PrintedTable, printedTable } from './printed-table.ts';

/** Undefined when one of them is no table. */
export function printedChanges(before: Uint8Array, after: Uint8Array): PrintedChanges | undefined {
  const [old, now] = [printedTable(before), printedTable(after)];
  if (old === undefined || now === undefined) return undefined;
  const [oldRows, nowRows] = [namedRows(old), namedRows(now)];
  const [oldColumns, nowColumns] = [columnNames(old), columnNames(now)];
  // as many columns are the same ones under other headings
  const isInPlace = oldColumns.length === nowColumns.length;
  const columns = paired(oldColumns, nowColumns, isInPlace);
  const rows = pairedRows(oldRows, nowRows);
  const cells = rows.flatMap(([was, is]) =>
    columns.flatMap(([i, j]): CellChange[] => {
      const [a, b] = [was?.cells[i ?? -1], is?.cells[j ?? -1]];
      const [from, to] = [a?.text ?? '', b?.text ?? ''];
      if (from === to) return [];
      const column = (j === undefined ? oldColumns[i ?? -1] : nowColumns[j]) ?? '';
      const stars = from !== '' && to !== '' && (a?.stars ?? '') !== (b?.stars ?? '');
      return [{ row: (is ?? was)?.name ?? '', column, before: from, after: to, ...(stars ? { stars: true } : {}) }];
    }),
  );
  const gone = cells.filter((c) => c.after === '');
  const renamed = rows.flatMap(([was, is]) =>
    was !== undefined && is !== undefined && was.name !== is.name ? [{ before: was.name, after: is.name }] : [],
  );
  return {
    caption: now.caption[0] ?? '',
    ...(now.caption.length > 1 ? { captionBelow: now.caption.at(-1) as string } : {}),
    of: nowRows.reduce((sum, row) => sum + row.cells.filter((c) => c.text !== '').length, gone.length),
    cells,
    texts: [...words(old, now, isInPlace ? [oldColumns, nowColumns] : [[], []]), ...renamed],
  };
}

type Pair = readonly [before: number | undefined, after: number | undefined];

function paired(before: readonly string[], after: readonly string[], isInPlace: boolean): readonly Pair[] {
  if (isInPlace) return after.map((_, i): Pair => [i, i]);
  const at = (names: readonly string[], name: string): number | undefined => {
    const i = names.indexOf(name);
    return i === -1 ? undefined : i;
  };
  return [
    ...after.map((name, j): Pair => [at(before, name), j]),
    ...before.flatMap((name, i): Pair[] => (after.includes(name) ? [] : [[i, undefined]])),
  ];
}

/** Rows of one name; of the others, as many as there were are the same rows under other labels. */
function pairedRows(
  before: readonly NamedRow[],
  after: readonly NamedRow[],
): readonly (readonly [NamedRow | undefined, NamedRow | undefined])[] {
  const names = new Map(before.map((row) => [row.name, row]));
  const gone = before.filter((row) => !after.some((now) => now.name === row.name));
  const come = after.filter((row) => !names.has(row.name));
  const isRelabelled = gone.length === come.length;
  return [
    ...after.map((row) => [names.get(row.name) ?? (isRelabelled ? gone[come.indexOf(row)] : undefined), row] as const),
    ...(isRelabelled ? [] : gone.map((row) => [row, undefined] as const)),
  ];
}

/** Caption, headings and notes, each that reads otherwise. */
function words(
  old: PrintedTable,
  now: PrintedTable,
  [oldHead, nowHead]: readonly [readonly string[], readonly string[]],
): PrintedChanges['texts'] {
  const of = (a: readonly string[], b: readonly string[]): PrintedChanges['texts'] =>
    Array.from({ length: Math.max(a.length, b.length) }, (_, i) => ({
      before: a[i] ?? '',
      after: b[i] ?? '',
    })).filter(({ before, after }) => before !== after);
  return [...of(old.caption, now.caption), ...of(oldHead, nowHead), ...of(old.notes, now.notes)];
}
