/** Rows that are added up plainly before their sum joins the compensated total: short enough to stay in the first cache. */
const BLOCK = 1024;

/**
 * Cross-products Σ_i w_i c_a[i] c_b[i] of all pairs of columns: blocks of rows are added plainly and their totals with
 * compensation (Neumaier 1974), so the error does not grow with the number of rows.
 * @returns k×k, symmetric
 */
export function crossProducts(columns: readonly Float64Array[], weights?: Float64Array): Float64Array {
  const k = columns.length;
  const n = columns[0]?.length ?? 0;
  const total = new Float64Array(k * k);
  const lost = new Float64Array(k * k);
  const weighted = weights === undefined ? undefined : new Float64Array(Math.min(BLOCK, n));
  for (let from = 0; from < n; from += BLOCK) {
    const end = Math.min(from + BLOCK, n);
    for (let a = 0; a < k; a++) {
      if (weights === undefined || weighted === undefined) blockRow(columns, a, from, end, total, lost);
      else {
        const column = columns[a]!;
        for (let i = from; i < end; i++) weighted[i - from] = column[i]! * weights[i]!;
        for (let b = 0; b <= a; b++) add(total, lost, a * k + b, dotShifted(weighted, columns[b]!, from, end));
      }
    }
  }
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) total[b * k + a] = total[a * k + b] = total[a * k + b]! + lost[a * k + b]!;
  }
  return total;
}

function blockRow(
  columns: readonly Float64Array[],
  a: number,
  from: number,
  end: number,
  total: Float64Array,
  lost: Float64Array,
): void {
  const k = columns.length;
  const left = columns[a]!;
  for (let b = 0; b <= a; b++) add(total, lost, a * k + b, dotRange(left, columns[b]!, from, end));
}

function add(total: Float64Array, lost: Float64Array, at: number, value: number): void {
  const old = total[at]!;
  const sum = old + value;
  lost[at]! += Math.abs(old) >= Math.abs(value) ? old - sum + value : value - sum + old;
  total[at] = sum;
}

/** Totals that lose no digits however many values join them (Neumaier 1974). */
export interface Compensated {
  add(at: number, value: number): void;
  value(at: number): number;
}

export function compensated(size: number): Compensated {
  const total = new Float64Array(size);
  const lost = new Float64Array(size);
  return { add: (at, value) => add(total, lost, at, value), value: (at) => total[at]! + lost[at]! };
}

/** Σ a_i b_i over the first rows of two blocks. */
export const dotBlock = (a: Float64Array, b: Float64Array, rows: number): number => dotRange(a, b, 0, rows);

/** Adds Σ a_i b_i over the first rows for each of the first `count` columns b; four columns share each load of a. */
export function addDots(
  total: Compensated,
  at: number,
  a: Float64Array,
  columns: readonly Float64Array[],
  count: number,
  rows: number,
): void {
  let j = 0;
  for (; j + 3 < count; j += 4) {
    const [c0, c1, c2, c3] = [columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < rows; i++) {
      const value = a[i]!;
      s0 += value * c0[i]!;
      s1 += value * c1[i]!;
      s2 += value * c2[i]!;
      s3 += value * c3[i]!;
    }
    total.add(at + j, s0);
    total.add(at + j + 1, s1);
    total.add(at + j + 2, s2);
    total.add(at + j + 3, s3);
  }
  for (; j < count; j++) total.add(at + j, dotRange(a, columns[j]!, 0, rows));
}

function dotRange(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < end; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < end; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

function dotShifted(block: Float64Array, b: Float64Array, from: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let i = from;
  for (; i + 1 < end; i += 2) {
    s0 += block[i - from]! * b[i]!;
    s1 += block[i + 1 - from]! * b[i + 1]!;
  }
  for (; i < end; i++) s0 += block[i - from]! * b[i]!;
  return s0 + s1;
}

/** Adds Σ z[i − shift] c[i] over the rows of four columns from number `a`. */
function fourDots(
  z: Float64Array,
  columns: readonly Float64Array[],
  a: number,
  { from, end, shift }: { readonly from: number; readonly end: number; readonly shift: number },
  total: Float64Array,
  lost: Float64Array,
): void {
  const c0 = columns[a]!;
  const c1 = columns[a + 1]!;
  const c2 = columns[a + 2]!;
  const c3 = columns[a + 3]!;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = from; i < end; i++) {
    const value = z[i - shift]!;
    s0 += value * c0[i]!;
    s1 += value * c1[i]!;
    s2 += value * c2[i]!;
    s3 += value * c3[i]!;
  }
  add(total, lost, a, s0);
  add(total, lost, a + 1, s1);
  add(total, lost, a + 2, s2);
  add(total, lost, a + 3, s3);
}

/** Σ_i w_i c[i] z[i] for every column, in the same way. */
export function dotsWith(columns: readonly Float64Array[], z: Float64Array, weights?: Float64Array): Float64Array {
  const k = columns.length;
  const n = z.length;
  const total = new Float64Array(k);
  const lost = new Float64Array(k);
  const block = weights === undefined ? z : new Float64Array(Math.min(BLOCK, n));
  for (let from = 0; from < n; from += BLOCK) {
    const end = Math.min(from + BLOCK, n);
    if (weights !== undefined) for (let i = from; i < end; i++) block[i - from] = z[i]! * weights[i]!;
    const shift = weights === undefined ? 0 : from;
    let a = 0;
    for (; a + 3 < k; a += 4) fourDots(block, columns, a, { from, end, shift }, total, lost);
    for (; a < k; a++)
      add(
        total,
        lost,
        a,
        shift === from ? dotShifted(block, columns[a]!, from, end) : dotRange(block, columns[a]!, from, end),
      );
  }
  for (let a = 0; a < k; a++) total[a]! += lost[a]!;
  return total;
}

/**
 * residuals ← y − Σ_j coef_j c_j, and the products Σ_i w_i c_j[i] residual_i with the new residuals, in one pass over the columns.
 */
export function residualsAndDots(
  residuals: Float64Array,
  y: Float64Array,
  columns: readonly Float64Array[],
  coef: ArrayLike<number>,
  weights?: Float64Array,
): Float64Array {
  const k = columns.length;
  const n = y.length;
  const total = new Float64Array(k);
  const lost = new Float64Array(k);
  const block = new Float64Array(Math.min(BLOCK, n));
  for (let from = 0; from < n; from += BLOCK) {
    const end = Math.min(from + BLOCK, n);
    for (let i = from; i < end; i++) block[i - from] = y[i]!;
    for (let j = 0; j < k; j++) {
      const column = columns[j]!;
      const b = coef[j]!;
      for (let i = from; i < end; i++) block[i - from]! -= b * column[i]!;
    }
    for (let i = from; i < end; i++) residuals[i] = block[i - from]!;
    if (weights !== undefined) for (let i = from; i < end; i++) block[i - from]! *= weights[i]!;
    for (let j = 0; j < k; j++) add(total, lost, j, dotShifted(block, columns[j]!, from, end));
  }
  for (let j = 0; j < k; j++) total[j]! += lost[j]!;
  return total;
}

/** First and second moments of a column. */
export interface Moments {
  readonly mean: number;
  /** Σ w (x − mean)² */
  readonly squares: number;
  /** Σ w x² */
  readonly raw: number;
}

/** Weighted moments, from the distances to the first value, which also go into `shifted` when it is given. */
export function moments(column: Float64Array, weights?: Float64Array, shifted?: Float64Array): Moments {
  const n = column.length;
  const origin = n === 0 ? 0 : column[0]!;
  const out = shifted ?? new Float64Array(Math.min(BLOCK, n));
  const total = new Float64Array(3); // mass, Σ w d, Σ w d²
  const lost = new Float64Array(3);
  for (let from = 0; from < n; from += BLOCK) {
    const end = Math.min(from + BLOCK, n);
    const at = shifted === undefined ? from : 0;
    let mass = end - from;
    let s1 = 0;
    let s2 = 0;
    if (weights === undefined) {
      for (let i = from; i < end; i++) {
        const d = column[i]! - origin;
        out[i - at] = d;
        s1 += d;
        s2 += d * d;
      }
    } else {
      mass = 0;
      for (let i = from; i < end; i++) {
        const d = column[i]! - origin;
        const w = weights[i]!;
        out[i - at] = d;
        mass += w;
        s1 += w * d;
        s2 += w * d * d;
      }
    }
    add(total, lost, 0, mass);
    add(total, lost, 1, s1);
    add(total, lost, 2, s2);
  }
  return momentsOfSums({
    mass: total[0]! + lost[0]!,
    sum: total[1]! + lost[1]!,
    square: total[2]! + lost[2]!,
    origin,
  });
}

/** Moments from sums of distances to an origin: Σ w, Σ w d, Σ w d². */
export function momentsOfSums({
  mass,
  sum,
  square,
  origin,
}: {
  readonly mass: number;
  readonly sum: number;
  readonly square: number;
  readonly origin: number;
}): Moments {
  return {
    mean: origin + sum / mass,
    squares: Math.max(square - (sum * sum) / mass, 0),
    raw: square + origin * (2 * sum + mass * origin),
  };
}
