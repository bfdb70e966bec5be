/** Cells that hold numbers. A missing number is never printed: it is empty or a dash. */

import { fixed } from './decimal.ts';
import { type Cell, EMPTY } from './document.ts';

export const DASH = '—';

/** From here on a number is told by its exponent: its digits are no longer all its own. */
const LONG = 1e15;

export interface NumberFormat {
  readonly digits: number;
  readonly before?: string;
  readonly after?: string;
  readonly stars?: string;
  /** a comma between thousands */
  readonly thousands?: boolean | undefined;
}

/** `-1,234.5678` of `-1234.5678`. */
const grouped = (text: string): string => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));

/** A number with a fixed number of decimals, between brackets if asked for. NaN and infinities: `missing`, an empty cell unless said. */
export function numberCell(x: number, format: NumberFormat, missing: Cell = EMPTY): Cell {
  if (!Number.isFinite(x)) return missing;
  const before = format.before ?? '';
  const after = format.after ?? '';
  const { digits, thousands = false } = format;
  const plain = Math.abs(x) < LONG ? fixed(x, digits) : x.toExponential(digits);
  return {
    text: `${before}${thousands ? grouped(plain) : plain}${after}`,
    numeric: true,
    value: { number: x, digits, before, after, ...(thousands ? { thousands } : {}) },
    ...(format.stars === undefined || format.stars === '' ? {} : { stars: format.stars }),
  };
}
