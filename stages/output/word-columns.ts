/** Widths of the columns of a table in Word, and the size of its type: numbers are never broken over two lines. */
import { placed, type TableDocument } from './document.ts';

/** Text width of A4 with margins of 2.54 cm, in twentieths of a point. */
const TEXT_WIDTH = 9026;
/** Space on each side of a cell. */
export const CELL_MARGIN = 70;
/** 五号, 小五, 六号: the largest at which the columns fit is taken. In half-points. */
const SIZES = [21, 18, 15] as const;
/** Half the width of a Chinese character, with room for a Latin face wider than Times, where that is not installed. In ems. */
const HALF = 0.62;

export interface Columns {
  readonly widths: readonly number[];
  readonly size: number;
}

interface Need {
  /** of the longest piece that may not be broken */
  readonly least: number;
  /** of the longest text in one line */
  readonly full: number;
}

const RANGES = '\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60';
const WIDE = new RegExp(`[${RANGES}]`);
const PIECES = new RegExp(`[${RANGES}]{1,2}|[^\\s${RANGES}]+`, 'g');

/** Wide East Asian characters count two. */
const textWidth = (text: string): number => [...text].reduce((sum, c) => sum + (WIDE.test(c) ? 2 : 1), 0);

/** Latin words, and Chinese two characters at a time. */
const longestPiece = (text: string): number => Math.max(0, ...(text.match(PIECES) ?? []).map(textWidth));

function needsOf(doc: TableDocument): readonly Need[] {
  const needs = Array.from({ length: doc.columns }, () => ({ least: 4, full: 4 }));
  const rows = [
    ...doc.head.map((row) => ({ row, head: true })),
    ...doc.sections.flat().map((row) => ({ row, head: false })),
  ];
  for (const { row, head } of rows)
    for (const { cell, column, span } of placed(row)) {
      const need = needs[column];
      if (span > 1 || need === undefined) continue;
      // stars stand higher and smaller
      const full = textWidth(cell.text) + (cell.stars ?? '').length * 0.6;
      const breaks = head || column < doc.textColumns;
      need.least = Math.max(need.least, breaks ? longestPiece(cell.text) : full);
      need.full = Math.max(need.full, full);
    }
  return needs;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function fitted(needs: readonly Need[], size: number): readonly number[] | undefined {
  const em = size * 10;
  const width = (characters: number): number => characters * HALF * em + 2 * CELL_MARGIN;
  const least = needs.map((n) => width(n.least));
  const full = needs.map((n) => width(n.full));
  if (sum(least) > TEXT_WIDTH) return undefined;
  if (sum(full) <= TEXT_WIDTH) return full.map((w) => Math.floor((w * TEXT_WIDTH) / sum(full)));
  const rest = TEXT_WIDTH - sum(least);
  const wanted = sum(full) - sum(least);
  return least.map((w, i) => Math.floor(w + (rest * ((full[i] ?? w) - w)) / wanted));
}

export function columnsOf(doc: TableDocument): Columns {
  const needs = needsOf(doc);
  for (const size of SIZES) {
    const widths = fitted(needs, size);
    if (widths !== undefined) return { widths, size };
  }
  const total = sum(needs.map((n) => n.least));
  return { widths: needs.map((n) => Math.floor((n.least / total) * TEXT_WIDTH)), size: SIZES[2] };
}
