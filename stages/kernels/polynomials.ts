/** x, x², … up to the degree. */
export function powers(x: Float64Array, degree: number): Float64Array[] {
  return Array.from({ length: degree }, (_, j) => x.map((value) => value ** (j + 1)));
}

/**
 * Polynomials of degree 1 to `degree` that are orthogonal to each other and to the constant over the values given, of norm 1, the
 * leading coefficient positive: the columns of R's `poly(x, degree)`. By the three-term recurrence, which keeps its digits where powers
 * of x would be collinear.
 * @returns undefined when x has no more distinct values than the degree
 * Source: Stieltjes (1884); Kennedy & Gentle (1980), Statistical Computing, 343–344 (as R's poly).
 */
export function orthogonalPolynomials(x: Float64Array, degree: number): Float64Array[] | undefined {
  const n = x.length;
  if (new Set(x).size <= degree) return undefined;
  let before = new Float64Array(n);
  let current = new Float64Array(n).fill(1 / Math.sqrt(n));
  const out: Float64Array[] = [];
  let step = 0;
  for (let j = 1; j <= degree; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += x[i]! * current[i]! * current[i]!;
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) next[i] = (x[i]! - mean) * current[i]! - step * before[i]!;
    // once more against all that went before: what rounding has left
    orthogonalizeInPlace(next, out);
    step = normalizeInPlace(next);
    before = current;
    current = next;
    out.push(next);
  }
  return out;
}

/** Takes the constant and the orthonormal columns out. */
function orthogonalizeInPlace(column: Float64Array, columns: readonly Float64Array[]): void {
  const n = column.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += column[i]!;
  mean /= n;
  for (let i = 0; i < n; i++) column[i]! -= mean;
  for (const other of columns) {
    let along = 0;
    for (let i = 0; i < n; i++) along += other[i]! * column[i]!;
    for (let i = 0; i < n; i++) column[i]! -= along * other[i]!;
  }
}

function normalizeInPlace(column: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < column.length; i++) squares += column[i]! * column[i]!;
  const norm = Math.sqrt(squares);
  for (let i = 0; i < column.length; i++) column[i]! /= norm;
  return norm;
}
