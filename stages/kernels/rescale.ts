/**
 * Rescaling of indicators to a common unit, direction included.
 * min-max: (x − min)/(max − min), reversed (max − x)/(max − min) when less is better: Hwang & Yoon (1981), *Multiple
 * Attribute Decision Making*, ch. 2. z-score: (x − mean)/sd with n − 1, sign turned when less is better.
 * Missing (NaN) stays missing and does not count. A column that does not vary gives zeros.
 */
import { moments } from './summary.ts';

export type RescaleMethod = 'min-max' | 'z-score';

/** What a scale needs: z = (x − centre)/spread, with the sign of the spread for the direction; spread 0: nothing varies. */
export interface Scale {
  readonly centre: number;
  readonly spread: number;
}

/** The scale of the rows of `values` named by `rows`. Values are finite or NaN. */
export function scaleOf(
  values: Float64Array,
  rows: Int32Array,
  how: { readonly method: RescaleMethod; readonly negative: boolean },
): Scale {
  return how.method === 'min-max' ? range(values, rows, how.negative) : spreadAroundMean(values, rows);
}

/** Rows of `values` named by `rows` into `out`. */
export function rescaleRows(
  values: Float64Array,
  rows: Int32Array,
  { centre, spread }: Scale,
  how: { readonly negative: boolean; readonly offset: number },
  out: Float64Array,
): void {
  const scale = how.negative ? -spread : spread;
  for (const row of rows) {
    const x = values[row]!;
    if (Number.isNaN(x)) out[row] = Number.NaN;
    // + 0 turns the −0 of the best negative row into 0
    else out[row] = (spread > 0 ? (x - centre) / scale + 0 : 0) + how.offset;
  }
}

function range(values: Float64Array, rows: Int32Array, negative: boolean): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    const x = values[row]!;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return { centre: negative ? high : low, spread: high - low };
}

function spreadAroundMean(values: Float64Array, rows: Int32Array): Scale {
  const { mean, sd, min, max } = moments(Float64Array.from(rows, (row) => values[row]!));
  return { centre: mean, spread: max > min ? sd : 0 };
}
