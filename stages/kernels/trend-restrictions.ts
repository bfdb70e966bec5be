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

/** What is known of the trend's sign or direction after the reference, beside its size. */
export interface TrendShape {
  readonly bias?: 'positive' | 'negative';
  readonly monotonicity?: 'increasing' | 'decreasing';
}

export interface Periods {
  readonly before: number;
  readonly after: number;
}

/**
 * Δ^RM: no change of the trend after the reference is larger than `m` times one before it. The set is a union: one restriction for each change before
 * the reference, taken as positive and as negative.
 */
export function relativeMagnitudes(periods: Periods, m: number, shape: TrendShape = {}): Restriction[] {
  const changes = Array.from({ length: periods.before + periods.after }, (_, i) => change(periods, i));
  return relative(
    periods,
    { m, before: changes.slice(0, periods.before), after: changes.slice(periods.before) },
    shape,
  );
}

/**
 * Δ^SDRM: no bend of the trend (change of its slope) from the reference on is larger than `m` times one before it. A union like Δ^RM; there are no bends
 * before the reference with fewer than two periods before it.
 */
export function relativeSmoothness(periods: Periods, m: number, shape: TrendShape = {}): Restriction[] {
  const all = bends(periods);
  const own = periods.before - 1;
  return relative(periods, { m, before: all.slice(0, own), after: all.slice(own) }, shape);
}

/** Δ^SD: the slope of the trend changes by at most `m` from one period to the next. */
export function smoothness(periods: Periods, m: number, shape: TrendShape = {}): Restriction {
  const late = bends(periods).slice(periods.before - 1);
  return fromRows([...late, ...late.map(negative)], m, shapeRows(periods, shape));
}

function relative(
  periods: Periods,
  of: { readonly m: number; readonly before: readonly Float64Array[]; readonly after: readonly Float64Array[] },
  shape: TrendShape,
): Restriction[] {
  const shaped = shapeRows(periods, shape);
  return of.before.flatMap((early) =>
    [1, -1].map((sign) => {
      const largest = early.map((v) => of.m * sign * v);
      const rows = [...of.after, ...of.after.map(negative)].map((own) => own.map((v, j) => v - largest[j]!));
      return fromRows(rows, 0, shaped);
    }),
  );
}

/** Rows that are at most 0: the trend's sign in every period after the reference, or its changes' sign from the reference on. */
function shapeRows(periods: Periods, { bias, monotonicity }: TrendShape): Float64Array[] {
  const { before, after } = periods;
  const signed = (rows: Float64Array[], up: boolean): Float64Array[] => (up ? rows.map(negative) : rows);
  const levels = Array.from({ length: after }, (_, t) => {
    const row = new Float64Array(before + after);
    row[before + t] = 1;
    return row;
  });
  const steps = Array.from({ length: after }, (_, t) => change(periods, before + t));
  return [
    ...(bias === undefined ? [] : signed(levels, bias === 'positive')),
    ...(monotonicity === undefined ? [] : signed(steps, monotonicity === 'increasing')),
  ];
}

const negative = (row: Float64Array): Float64Array => row.map((v) => -v);

/** Second differences of the trend, in order of time: before − 1 before the reference, then one for each period after it. */
function bends(periods: Periods): Float64Array[] {
  return Array.from({ length: periods.before + periods.after - 1 }, (_, i) => {
    const earlier = change(periods, i);
    return change(periods, i + 1).map((v, j) => v - earlier[j]!);
  });
}

/** δ_t − δ_{t−1} as weights on the coefficients, t the (index + 1)-th period of all, the reference among them. */
function change({ before, after }: Periods, index: number): Float64Array {
  const row = new Float64Array(before + after);
  const put = (period: number, value: number): void => {
    if (period !== before) row[period < before ? period : period - 1] = value;
  };
  put(index, -1);
  put(index + 1, 1);
  return row;
}

/** `rows` are at most `bound`, `zero` at most 0. */
function fromRows(rows: readonly Float64Array[], bound: number, zero: readonly Float64Array[]): Restriction {
  const all = [...rows, ...zero];
  const width = all[0]!.length;
  const matrix = new Float64Array(all.length * width);
  all.forEach((row, i) => {
    matrix.set(row, i * width);
  });
  return { rows: all.length, matrix, bound: Float64Array.from(all, (_, i) => (i < rows.length ? bound : 0)) };
}
