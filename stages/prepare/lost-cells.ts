/**
 * Cells of a sheet that have no value to read: errors (`#DIV/0!`), and formulas that were saved without their result. What reads
 * workbooks takes both for empty cells, so they are looked for in the sheet itself.
 * Source: ECMA-376, part 1, 18.3.1.4 (c), 18.3.1.40 (f), 18.18.11 (cell types).
 */
import type { Note } from '../contract.ts';

export interface LostCell {
  /** as the sheet counts them, from 0 */
  readonly row: number;
  readonly column: number;
  /** the error; absent: a formula without its result */
  readonly error?: string;
}

/** 1 for `A`, 27 for `AA`. */
export const columnNumber = (letters: string): number =>
  [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0);

/** @param sheet which one of the workbook, from 0; a workbook that is written otherwise than is known here has none */
export async function lostCells(workbook: Uint8Array, sheet: number): Promise<readonly LostCell[]> {
  const { strFromU8, unzipSync } = await import('fflate');
  // one part at a time: the sheets that are not asked for may be the larger ones
  const text = (part: string): string =>
    strFromU8(unzipSync(workbook, { filter: ({ name }) => name === part })[part] ?? new Uint8Array());
  const id = [...text('xl/workbook.xml').matchAll(/<(?:\w+:)?sheet\s[^>]*?\br:id="([^"]*)"/g)][sheet]?.[1];
  const relation = [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\s[^>]*>/g)]
    .map(([tag]) => tag)
    .find((tag) => attribute(tag, 'Id') === id);
  const target = relation === undefined ? undefined : attribute(relation, 'Target');
  if (target === undefined) return [];
  return cellsIn(text(target.startsWith('/') ? target.slice(1) : `xl/${target}`));
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

function cellsIn(xml: string): LostCell[] {
  const found: LostCell[] = [];
  for (const [, attributes = '', inner = ''] of xml.matchAll(/<c(\s[^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
    const isError = attribute(attributes, 't') === 'e';
    const value = /<v>(.*?)<\/v>/s.exec(inner)?.[1] ?? '';
    if (!isError && (value !== '' || !/<f[\s/>]/.test(inner) || /<v\s*\/>|<v><\/v>/.test(inner))) continue;
    const at = /^([A-Z]+)(\d+)$/.exec(attribute(attributes, 'r') ?? '');
    if (at === null) continue;
    const place = { row: Number(at[2]) - 1, column: columnNumber(at[1] as string) - 1 };
    found.push(isError && value !== '' ? { ...place, error: value } : place);
  }
  return found;
}

const SHOWN = 5;

/** One note a column and kind: CN3070, errors; CN3071, formulas without a result. Errors that `missing` lists are meant. */
export function lostNotes(
  lost: readonly LostCell[],
  columns: readonly { readonly name: string; readonly at: number }[],
  rows: readonly number[],
  missing: readonly string[],
): Note[] {
  const read = new Set(rows);
  const meant = new Set(missing);
  return columns.flatMap(({ name, at }): Note[] => {
    const own = lost.filter((c) => c.column === at && read.has(c.row));
    const errors = own.filter((c) => c.error !== undefined && !meant.has(c.error));
    const formulas = own.filter((c) => c.error === undefined);
    const cells = (of: readonly LostCell[]): string[] => [
      ...of.slice(0, SHOWN).map((c) => (c.error === undefined ? `${c.row + 1}` : `${c.error} (${c.row + 1})`)),
      ...(of.length > SHOWN ? ['…'] : []),
    ];
    return [
      ...(errors.length === 0
        ? []
        : [{ code: 'CN3070' as const, args: { column: name, count: errors.length, cells: cells(errors) } }]),
      ...(formulas.length === 0
        ? []
        : [{ code: 'CN3071' as const, args: { column: name, count: formulas.length, rows: cells(formulas) } }]),
    ];
  });
}
