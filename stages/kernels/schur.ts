import { type RankCholesky, rankCholeskyInPlace } from './rank-cholesky.ts';
import type { SweepLayout } from './sweep-layout.ts';

/** Pivots below this share of a column's own weight are dependent columns: connected components, repeated effects. */
const DEPENDENT = 1e-11;

/**
 * Schur complement of the swept effect in the normal equations of all effects, S = Rᵀ W R − Rᵀ W Q Qᵀ W R (Q an orthonormal
 * basis of the swept effect), dense, factored once for all columns.
 * @param own squared norms of the columns of R: columns of one group never meet
 */
export function factoredSchur(layout: SweepLayout, own: Float64Array): RankCholesky {
  const size = layout.restColumns;
  const matrix = new Float64Array(size * size);
  for (let c = 0; c < size; c++) matrix[c * size + c] = own[c]!;
  addCrossProducts(matrix, layout);
  subtractSwept(matrix, layout);
  return rankCholeskyInPlace(matrix, size, DEPENDENT, own);
}

/** Multiplications to build and factor the dense Schur complement: what decides between it and the iterative way. */
export function schurCost(layout: SweepLayout): number {
  const { starts, rest, restColumns } = layout;
  let cost = restColumns ** 3 / 6;
  for (let u = 0; u + 1 < starts.length; u++) {
    const touched = Math.min((starts[u + 1]! - starts[u]!) * rest.length, restColumns);
    cost += (touched * touched) / 2;
  }
  return cost;
}

function addCrossProducts(matrix: Float64Array, layout: SweepLayout): void {
  const { n, rest, restColumns: size } = layout;
  for (let g = 0; g < rest.length; g++) {
    const a = rest[g]!;
    for (let h = 0; h < g; h++) {
      const b = rest[h]!;
      for (let i = 0; i < n; i++) {
        const product = (a.loads === undefined ? 1 : a.loads[i]!) * (b.values === undefined ? 1 : b.values[i]!);
        matrix[a.codes[i]! * size + b.codes[i]!]! += product; // groups are numbered upwards: lower triangle
      }
    }
  }
}

function subtractSwept(matrix: Float64Array, layout: SweepLayout): void {
  if (layout.hasLevel) subtractBasis(matrix, layout, undefined);
  for (const basis of layout.bases) subtractBasis(matrix, layout, basis);
}

/** Subtracts Σ_u c_u c_uᵀ, c_u = Rᵀ W q_u; levels that meet the same columns row by row (balanced panels) are done once. */
function subtractBasis(matrix: Float64Array, layout: SweepLayout, basis: Float64Array | undefined): void {
  const { starts, mass, rest, restColumns: size } = layout;
  const dense = new Float64Array(size);
  const touched = new Int32Array(size);
  const repeats = basis === undefined && layout.plainRest.length > 0 ? repeatedLevels(layout) : undefined;
  for (let u = 0; u < mass.length; u++) {
    if (repeats !== undefined && repeats[u] === 0) continue;
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let count = 0;
    for (let g = 0; g < rest.length; g++) {
      const { codes, loads } = rest[g]!;
      for (let i = from; i < end; i++) {
        const c = codes[i]!;
        if (dense[c] === 0) touched[count++] = c;
        dense[c]! += (loads === undefined ? 1 : loads[i]!) * (basis === undefined ? 1 : basis[i]!);
        if (dense[c] === 0) dense[c] = Number.MIN_VALUE; // cancelled exactly: stays marked as touched
      }
    }
    const weight = basis === undefined ? (repeats === undefined ? 1 : repeats[u]!) / mass[u]! : 1;
    subtractOuter(matrix, size, dense, touched.subarray(0, count), weight);
  }
}

/** How many levels have the same codes as level u, counted at the first of them; 0 at the others. */
function repeatedLevels(layout: SweepLayout): Int32Array {
  const levels = layout.starts.length - 1;
  const repeats = new Int32Array(levels);
  const firstWith = new Map<number, number>();
  for (let u = 0; u < levels; u++) {
    const digest = digestLevel(layout, u);
    const like = firstWith.get(digest);
    if (like !== undefined && sameCodes(layout, like, u)) repeats[like]!++;
    else {
      if (like === undefined) firstWith.set(digest, u);
      repeats[u] = 1;
    }
  }
  return repeats;
}

function digestLevel({ starts, plainRest }: SweepLayout, u: number): number {
  let digest = 0;
  for (let g = 0; g < plainRest.length; g++) {
    const codes = plainRest[g]!;
    for (let i = starts[u]!; i < starts[u + 1]!; i++) digest = (Math.imul(digest, 31) + codes[i]!) | 0;
  }
  return digest;
}

function sameCodes({ starts, plainRest }: SweepLayout, u: number, v: number): boolean {
  const from = starts[u]!;
  const end = starts[u + 1]!;
  const shift = starts[v]! - from;
  if (starts[v + 1]! - end !== shift) return false;
  for (let g = 0; g < plainRest.length; g++) {
    const codes = plainRest[g]!;
    for (let i = from; i < end; i++) if (codes[i]! !== codes[i + shift]!) return false;
  }
  return true;
}

function subtractOuter(
  matrix: Float64Array,
  size: number,
  dense: Float64Array,
  touched: Int32Array,
  scale: number,
): void {
  for (let p = 0; p < touched.length; p++) {
    const a = touched[p]!;
    const value = dense[a]! * scale;
    for (let q = 0; q <= p; q++) {
      const b = touched[q]!;
      matrix[a > b ? a * size + b : b * size + a]! -= value * dense[b]!;
    }
  }
  for (let p = 0; p < touched.length; p++) dense[touched[p]!] = 0;
}
