/**
 * Cross-products of the columns of one block, three columns by three: each load of a number serves three products. Added to `total`, the lower
 * triangle of k×k, row-major. The loops are apart from each other so that each is compiled for itself.
 */
export function addBlockProducts(
  left: readonly Float64Array[],
  right: readonly Float64Array[],
  rows: number,
  total: Float64Array,
): void {
  const k = left.length;
  for (let a = 0; a < k; a += 3) {
    for (let b = 0; b < a; b += 3) {
      if (a + 2 < k) square(left, right, a, b, rows, total, k);
      else for (let r = a; r < k; r++) row(left[r]!, right, b, rows, total, r * k);
    }
    if (a + 2 < k) triangle(left, right, a, rows, total, k);
    else for (let r = a; r < k; r++) for (let c = a; c <= r; c++) total[r * k + c]! += dot(left[r]!, right[c]!, rows);
  }
}

function triangle(
  left: readonly Float64Array[],
  right: readonly Float64Array[],
  at: number,
  rows: number,
  total: Float64Array,
  k: number,
): void {
  const l0 = left[at]!;
  const l1 = left[at + 1]!;
  const l2 = left[at + 2]!;
  const r0 = right[at]!;
  const r1 = right[at + 1]!;
  const r2 = right[at + 2]!;
  let s00 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  for (let i = 0; i < rows; i++) {
    const x = r0[i]!;
    const y = r1[i]!;
    const p = l1[i]!;
    const q = l2[i]!;
    s00 += l0[i]! * x;
    s10 += p * x;
    s11 += p * y;
    s20 += q * x;
    s21 += q * y;
    s22 += q * r2[i]!;
  }
  const first = at * k + at;
  total[first]! += s00;
  total[first + k]! += s10;
  total[first + k + 1]! += s11;
  total[first + 2 * k]! += s20;
  total[first + 2 * k + 1]! += s21;
  total[first + 2 * k + 2]! += s22;
}

function square(
  left: readonly Float64Array[],
  right: readonly Float64Array[],
  a: number,
  b: number,
  rows: number,
  total: Float64Array,
  k: number,
): void {
  const l0 = left[a]!;
  const l1 = left[a + 1]!;
  const l2 = left[a + 2]!;
  const r0 = right[b]!;
  const r1 = right[b + 1]!;
  const r2 = right[b + 2]!;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  for (let i = 0; i < rows; i++) {
    const x = r0[i]!;
    const y = r1[i]!;
    const z = r2[i]!;
    const o = l0[i]!;
    const p = l1[i]!;
    const q = l2[i]!;
    s00 += o * x;
    s01 += o * y;
    s02 += o * z;
    s10 += p * x;
    s11 += p * y;
    s12 += p * z;
    s20 += q * x;
    s21 += q * y;
    s22 += q * z;
  }
  const first = a * k + b;
  total[first]! += s00;
  total[first + 1]! += s01;
  total[first + 2]! += s02;
  total[first + k]! += s10;
  total[first + k + 1]! += s11;
  total[first + k + 2]! += s12;
  total[first + 2 * k]! += s20;
  total[first + 2 * k + 1]! += s21;
  total[first + 2 * k + 2]! += s22;
}

function row(
  left: Float64Array,
  right: readonly Float64Array[],
  b: number,
  rows: number,
  total: Float64Array,
  at: number,
): void {
  const r0 = right[b]!;
  const r1 = right[b + 1]!;
  const r2 = right[b + 2]!;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < rows; i++) {
    const x = left[i]!;
    s0 += x * r0[i]!;
    s1 += x * r1[i]!;
    s2 += x * r2[i]!;
  }
  total[at + b]! += s0;
  total[at + b + 1]! += s1;
  total[at + b + 2]! += s2;
}

function dot(a: Float64Array, b: Float64Array, rows: number): number {
  let s0 = 0;
  let s1 = 0;
  let i = 0;
  for (; i + 1 < rows; i += 2) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
  }
  if (i < rows) s0 += a[i]! * b[i]!;
  return s0 + s1;
}
