/** Solutions of min ½ xᵀQx + qᵀx + λ‖x‖₁ for every λ ≥ 0: piecewise linear in λ. */
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

export interface LassoPath {
  /** the λ from which on x is 0 */
  readonly top: number;
  /** the solution at λ; a new array */
  at(lambda: number): Float64Array;
}

interface Knot {
  readonly lambda: number;
  readonly x: Float64Array;
}

/** Sweeps of coordinate descent that may follow the path; one confirms it. */
const SWEEPS = 20_000;

/**
 * Follows the path from λ = max|q|, where x is 0, down to 0. Exact but when two variables meet their bounds at once (symmetric problems): what the
 * path then misses, coordinate descent from it finds.
 * @param matrix Q, k×k positive definite, row-major
 * @param linear q
 * Source: Osborne, Presnell & Turlach (2000), IMA J. Numer. Anal. 20(3); Efron et al. (2004), Ann. Statist. 32(2), §3.1.
 */
export function lassoPath(matrix: Float64Array, linear: Float64Array): LassoPath {
  const k = linear.length;
  const top = linear.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  const knots = followPath(matrix, linear, top);
  return {
    top,
    at(lambda) {
      if (k === 0 || lambda >= top) return new Float64Array(k);
      let i = 1;
      while (i < knots.length - 1 && knots[i]!.lambda > lambda) i++;
      const [high, low] = [knots[i - 1]!, knots[i]!];
      const share = high.lambda > low.lambda ? (high.lambda - lambda) / (high.lambda - low.lambda) : 1;
      const x = high.x.map((v, j) => v + share * (low.x[j]! - v));
      descendInPlace(x, { matrix, linear, lambda });
      return x;
    },
  };
}

function followPath(matrix: Float64Array, linear: Float64Array, top: number): Knot[] {
  const k = linear.length;
  const x = new Float64Array(k);
  const sign = new Int8Array(k); // 0: not active
  const slope = linear.slice(); // q + Qx
  let lambda = top;
  const knots: Knot[] = [{ lambda, x: x.slice() }];
  let entering = slope.findIndex((g) => Math.abs(g) === top);
  for (let step = 0; step < 20 * (k + 1) && lambda > 0; step++) {
    if (entering >= 0) sign[entering] = slope[entering]! > 0 ? -1 : 1;
    const direction = activeDirection(matrix, sign);
    const drift = multiply(matrix, direction);
    let length = lambda;
    let leaving = -1;
    entering = -1;
    for (let j = 0; j < k; j++) {
      const reach = sign[j] === 0 ? contact(slope[j]!, drift[j]!, lambda) : crossing(x[j]!, direction[j]!);
      if (reach >= length) continue;
      length = reach;
      [entering, leaving] = sign[j] === 0 ? [j, -1] : [-1, j];
    }
    for (let j = 0; j < k; j++) {
      x[j]! += length * direction[j]!;
      slope[j]! += length * drift[j]!;
    }
    lambda = length === lambda ? 0 : lambda - length;
    if (leaving >= 0) {
      x[leaving] = 0;
      sign[leaving] = 0;
    }
    knots.push({ lambda, x: x.slice() });
  }
  return knots;
}

/** How far λ falls until |slope| of an inactive variable meets it. */
function contact(slope: number, drift: number, lambda: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const side of [1, -1]) {
    const closing = 1 + side * drift;
    if (closing > 1e-12) least = Math.min(least, Math.max(0, lambda - side * slope) / closing);
  }
  return least;
}

/** How far λ falls until an active variable is 0. */
const crossing = (x: number, direction: number): number =>
  x * direction < 0 ? -x / direction : Number.POSITIVE_INFINITY;

/** Change of x as λ falls by one: −Q_AA⁻¹ times the slope's change, which is the sign of x. */
function activeDirection(matrix: Float64Array, sign: Int8Array): Float64Array {
  const k = sign.length;
  const active = Array.from(sign.keys()).filter((j) => sign[j] !== 0);
  const m = active.length;
  const block = new Float64Array(m * m);
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) block[a * m + b] = matrix[active[a]! * k + active[b]!]!;
  const solved = Float64Array.from(active, (j) => sign[j]!);
  solveCholeskyInPlace(rankCholeskyInPlace(block, m, 1e-14), solved);
  const direction = new Float64Array(k);
  for (let a = 0; a < m; a++) direction[active[a]!] = solved[a]!;
  return direction;
}

function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const k = x.length;
  const out = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a]! += matrix[a * k + b]! * x[b]!;
  return out;
}

interface Penalized {
  readonly matrix: Float64Array;
  readonly linear: Float64Array;
  readonly lambda: number;
}

/** Coordinate descent until nothing moves. */
function descendInPlace(x: Float64Array, { matrix, linear, lambda }: Penalized): void {
  const k = x.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    let size = 0;
    for (let j = 0; j < k; j++) {
      const own = matrix[j * k + j]!;
      let rest = linear[j]!;
      for (let l = 0; l < k; l++) if (l !== j) rest += matrix[j * k + l]! * x[l]!;
      const value = rest > lambda ? (lambda - rest) / own : rest < -lambda ? -(lambda + rest) / own : 0;
      moved = Math.max(moved, Math.abs(value - x[j]!));
      size = Math.max(size, Math.abs(value));
      x[j] = value;
    }
    if (moved <= 1e-12 * size || moved === 0) return;
  }
}
