/** Widths of the columns of a table in Word, and the size of its type: numbers are never broken over two lines. */
import { placed, type TableDocument } from './document.ts';
import { longestPiece, textWidth } from './text-width.ts';

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
  /** of what had better not be broken */
  readonly good: number;
  /** of the longest text in one line */
  readonly full: number;
}

/** Labels of up to five Chinese characters, or a word or two, stay in one line where there is room; short heads of numbers too. */
const LABEL = 10;
const HEAD = 6;

function needsOf(doc: TableDocument): readonly Need[] {
  const needs = Array.from({ length: doc.columns }, () => ({ least: 4, good: 4, full: 4 }));
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
      const least = breaks ? longestPiece(cell.text) : full;
      need.least = Math.max(need.least, least);
      need.good = Math.max(need.good, least, Math.min(full, column < doc.textColumns ? LABEL : HEAD));
      need.full = Math.max(need.full, full);
    }
  return needs;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function fitted(needs: readonly Need[], size: number, lower: 'good' | 'least'): readonly number[] | undefined {
  const em = size * 10;
  const width = (characters: number): number => characters * HALF * em + 2 * CELL_MARGIN;
  const least = needs.map((n) => width(n[lower]));
  const full = needs.map((n) => width(n.full));
  if (sum(least) > TEXT_WIDTH) return undefined;
  if (sum(full) <= TEXT_WIDTH) return full.map((w) => Math.floor((w * TEXT_WIDTH) / sum(full)));
  const rest = TEXT_WIDTH - sum(least);
  const wanted = sum(full) - sum(least);
  return least.map((w, i) => Math.floor(w + (rest * ((full[i] ?? w) - w)) / wanted));
}

export function columnsOf(doc: TableDocument): Columns {
  const needs = needsOf(doc);
  // a smaller type is better than broken labels, down to the second size
  const tries = [
    ...SIZES.slice(0, 2).map((size) => [size, 'good'] as const),
    ...SIZES.map((s) => [s, 'least'] as const),
  ];
  for (const [size, lower] of tries) {
    const widths = fitted(needs, size, lower);
    if (widths !== undefined) return { widths, size };
  }
  const total = sum(needs.map((n) => n.least));
  return { widths: needs.map((n) => Math.floor((n.least / total) * TEXT_WIDTH)), size: SIZES[2] };
}
