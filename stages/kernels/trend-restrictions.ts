/**
 * What the trend δ may do, as moments that are at most 0 in truth. Only restrictions that touch periods after the reference are kept: the
 * others say nothing about the effect.
 * Source: Rambachan & Roth (2023), Rev. Econ. Stud. 90(5), §2.4 and appendix.
 */

/** The moments A δ ≤ d. */
export interface Restriction {
  readonly rows: number;
  /** rows × coefficients, row-major; coefficients in order of time, without the reference */
  readonly matrix: Float64Array;
  readonly bound: Float64Array;
}

/**
 * Δ^RM: no change of the trend after the reference is larger than `m` times one before it. The set is a union: one restriction for each change before
 * the reference, taken as positive and as negative.
 */
export function relativeMagnitudes(before: number, after: number, m: number): Restriction[] {
  const found: Restriction[] = [];
  for (let s = 0; s < before; s++)
    for (const sign of [1, -1]) {
      const largest = change(before, after, s).map((v) => m * sign * v);
      found.push(
        fromRows(
          Array.from({ length: 2 * after }, (_, i) => {
            const own = change(before, after, before + (i % after));
            return own.map((v, j) => (i < after ? v : -v) - largest[j]!);
          }),
          0,
        ),
      );
    }
  return found;
}

/** Δ^SD: the slope of the trend changes by at most `m` from one period to the next. */
export function smoothness(before: number, after: number, m: number): Restriction {
  const rows = [1, -1].flatMap((sign) =>
    Array.from({ length: after }, (_, i) => {
      const later = change(before, after, before + i);
      const earlier = change(before, after, before + i - 1);
      return later.map((v, j) => sign * (v - earlier[j]!));
    }),
  );
  return fromRows(rows, m);
}

/** δ_t − δ_{t−1} as weights on the coefficients, t the (index + 1)-th period of all, the reference among them. */
function change(before: number, after: number, index: number): Float64Array {
  const row = new Float64Array(before + after);
  const put = (period: number, value: number): void => {
    if (period !== before) row[period < before ? period : period - 1] = value;
  };
  put(index, -1);
  put(index + 1, 1);
  return row;
}

function fromRows(rows: readonly Float64Array[], bound: number): Restriction {
  const width = rows[0]!.length;
  const matrix = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    matrix.set(row, i * width);
  });
  return { rows: rows.length, matrix, bound: new Float64Array(rows.length).fill(bound) };
}
