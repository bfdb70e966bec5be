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
}

/** A number with a fixed number of decimals, between brackets if asked for. NaN and infinities: `missing`, an empty cell unless said. */
export function numberCell(x: number, format: NumberFormat, missing: Cell = EMPTY): Cell {
  if (!Number.isFinite(x)) return missing;
  const before = format.before ?? '';
  const after = format.after ?? '';
  return {
    text: `${before}${Math.abs(x) < LONG ? fixed(x, format.digits) : x.toExponential(format.digits)}${after}`,
    numeric: true,
    value: { number: x, digits: format.digits, before, after },
    ...(format.stars === undefined || format.stars === '' ? {} : { stars: format.stars }),
  };
}
