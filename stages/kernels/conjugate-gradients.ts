import { schurPreconditioner } from './schur-preconditioner.ts';
import { sweepInPlace } from './sweep.ts';
import type { SweepLayout } from './sweep-layout.ts';

/** Solver of S b = r for the Schur complement S of a layout, without forming S. */
export interface ConjugateGradients {
  /**
   * Overwrites `solution` (started at zero). Stops when the preconditioned residual is at most `tolerance` or 10⁻⁹ of what it was (what is left
   * is for the next round of refinement), or after `limit`.
   * @returns iterations used
   */
  solve(right: Float64Array, solution: Float64Array, tolerance: number, limit: number): number;
}

/**
 * Preconditioned conjugate gradients on the normal equations with the swept effect eliminated. Consistent singular systems
 * (several connected components) are solved up to their null space, which the projection does not see.
 * Source: Hestenes & Stiefel (1952), J. Res. NBS 49(6), 409–436; preconditioner: `schurPreconditioner`.
 */
export function conjugateGradients(layout: SweepLayout, own: Float64Array): ConjugateGradients {
  const size = layout.restColumns;
  const preconditioner = schurPreconditioner(layout, schurDiagonal(layout, own), own);
  const rows = new Float64Array(layout.n);
  const residual = new Float64Array(size);
  const preconditioned = new Float64Array(size);
  const direction = new Float64Array(size);
  const image = new Float64Array(size);
  return {
    solve(right, solution, tolerance, limit) {
      solution.fill(0);
      residual.set(right);
      let energy = preconditioner.apply(residual, preconditioned);
      const enough = Math.max(tolerance, ENOUGH * Math.sqrt(energy));
      direction.set(preconditioned);
      let iterations = 0;
      while (iterations < limit && Math.sqrt(energy) > enough) {
        applySchur(layout, direction, rows, image);
        iterations++;
        let curvature = 0;
        for (let c = 0; c < size; c++) curvature += direction[c]! * image[c]!;
        if (!(curvature > 0)) break;
        const step = energy / curvature;
        for (let c = 0; c < size; c++) {
          solution[c]! += step * direction[c]!;
          residual[c]! -= step * image[c]!;
        }
        const next = preconditioner.apply(residual, preconditioned);
        const turn = next / energy;
        energy = next;
        for (let c = 0; c < size; c++) direction[c] = preconditioned[c]! + turn * direction[c]!;
      }
      return iterations;
    },
  };
}

/** Share of the residual at which a round ends: true residuals are computed again before rounding has parted from them. */
const ENOUGH = 1e-9;

/** image = Rᵀ W M R direction */
function applySchur(layout: SweepLayout, direction: Float64Array, rows: Float64Array, image: Float64Array): void {
  const { n, rest } = layout;
  for (let g = 0; g < rest.length; g++) {
    const { codes, values } = rest[g]!;
    if (g === 0 && values === undefined) for (let i = 0; i < n; i++) rows[i] = direction[codes[i]!]!;
    else if (g === 0) for (let i = 0; i < n; i++) rows[i] = direction[codes[i]!]! * values![i]!;
    else if (values === undefined) for (let i = 0; i < n; i++) rows[i]! += direction[codes[i]!]!;
    else for (let i = 0; i < n; i++) rows[i]! += direction[codes[i]!]! * values[i]!;
  }
  sweepInPlace(rows, layout, image);
}

/** The diagonal of S. */
function schurDiagonal(layout: SweepLayout, own: Float64Array): Float64Array {
  const diagonal = own.slice();
  if (layout.hasLevel) subtractSquares(diagonal, layout, undefined);
  for (const basis of layout.bases) subtractSquares(diagonal, layout, basis);
  return diagonal;
}

function subtractSquares(diagonal: Float64Array, layout: SweepLayout, basis: Float64Array | undefined): void {
  const { starts, mass, rest } = layout;
  const sums = new Float64Array(diagonal.length);
  for (const { codes, loads } of rest) {
    for (let u = 0; u < mass.length; u++) {
      const from = starts[u]!;
      const end = starts[u + 1]!;
      for (let i = from; i < end; i++) {
        sums[codes[i]!]! += (loads === undefined ? 1 : loads[i]!) * (basis === undefined ? 1 : basis[i]!);
      }
      for (let i = from; i < end; i++) {
        const c = codes[i]!;
        diagonal[c]! -= (sums[c]! * sums[c]!) / (basis === undefined ? mass[u]! : 1);
        sums[c] = 0;
      }
    }
  }
}
