/**
 * Cholesky factor of a positive semidefinite matrix that skips columns depending on earlier ones, keeping the order: the
 * later of two collinear columns is the one left out.
 */
export interface RankCholesky {
  readonly size: number;
  /** size×size, row-major; lower triangle holds L with rows and columns of left-out indices zero. */
  readonly factor: Float64Array;
  /** 1 where the column depends on earlier kept ones. */
  readonly dropped: Uint8Array;
  readonly rank: number;
}

/**
 * Factors `matrix` (row-major, lower triangle read) in place. Index j is dropped when its pivot, the part of its squared norm
 * that earlier columns do not explain, is at most `tolerance × scale[j]`.
 * @param scale squared norms that pivots are compared with; the diagonal itself when absent
 */
export function rankCholeskyInPlace(
  matrix: Float64Array,
  size: number,
  tolerance: number,
  scale?: Float64Array,
): RankCholesky {
  const dropped = new Uint8Array(size);
  let rank = 0;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const limit = tolerance * (scale === undefined ? matrix[row + i]! : scale[i]!);
    for (let j = 0; j < i; j++) {
      if (dropped[j] === 1) {
        matrix[row + j] = 0;
        continue;
      }
      const other = j * size;
      matrix[row + j] = (matrix[row + j]! - dotRows(matrix, row, other, j)) / matrix[other + j]!;
    }
    const pivot = matrix[row + i]! - dotRows(matrix, row, row, i);
    if (pivot > limit) {
      matrix[row + i] = Math.sqrt(pivot);
      rank++;
    } else {
      dropped[i] = 1;
      matrix.fill(0, row, row + i + 1);
    }
  }
  return { size, factor: matrix, dropped, rank };
}

/** Σ_k of the first `count` numbers from two places; four sums, so that none waits for the one before. */
function dotRows(matrix: Float64Array, a: number, b: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += matrix[a + k]! * matrix[b + k]!;
    s1 += matrix[a + k + 1]! * matrix[b + k + 1]!;
    s2 += matrix[a + k + 2]! * matrix[b + k + 2]!;
    s3 += matrix[a + k + 3]! * matrix[b + k + 3]!;
  }
  for (; k < count; k++) s0 += matrix[a + k]! * matrix[b + k]!;
  return s0 + s1 + (s2 + s3);
}

/** Solves L Lᵀ x = b in place; left-out entries of x are zero. */
export function solveCholeskyInPlace(chol: RankCholesky, b: Float64Array): void {
  const { size, factor, dropped } = chol;
  for (let i = 0; i < size; i++) {
    if (dropped[i] === 1) {
      b[i] = 0;
      continue;
    }
    const row = i * size;
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * b[k]!;
    b[i] = sum / factor[row + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    if (dropped[i] === 1) continue;
    const row = i * size;
    const value = b[i]! / factor[row + i]!;
    b[i] = value;
    for (let k = 0; k < i; k++) b[k]! -= factor[row + k]! * value;
  }
}

/** Inverse of the factored matrix on the kept indices (size×size, zero rows and columns for the others). */
export function invertCholesky(chol: RankCholesky): Float64Array {
  const { size, dropped } = chol;
  const inverse = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    if (dropped[j] === 1) continue;
    column.fill(0);
    column[j] = 1;
    solveCholeskyInPlace(chol, column);
    for (let i = 0; i < size; i++) inverse[i * size + j] = column[i]!;
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (inverse[i * size + j]! + inverse[j * size + i]!) / 2;
      inverse[i * size + j] = inverse[j * size + i] = mean;
    }
  }
  return inverse;
}
