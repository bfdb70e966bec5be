import { type ConjugateGradients, conjugateGradients } from './conjugate-gradients.ts';
import type { Effect } from './effects.ts';
import { levelCounts } from './factor-codes.ts';
import { type RankCholesky, solveCholeskyInPlace } from './rank-cholesky.ts';
import { factoredSchur, schurCost } from './schur.ts';
import { subtractInPlace, sweepInPlace } from './sweep.ts';
import { type SweepLayout, sweepLayout } from './sweep-layout.ts';

/** How well one column was residualized. */
export interface Absorbed {
  /** iterations of conjugate gradients; 0 for the direct way */
  readonly iterations: number;
  /** largest correlation-like inner product left between the column and a dummy, relative to the column's norm before */
  readonly residual: number;
  readonly converged: boolean;
}

/** Takes a fixed set of effects out of columns. Made once per sample; every column costs a few passes over its rows. */
export interface Absorber {
  readonly n: number;
  /** a constant is in the span of the effects: false only when all are slopes without levels */
  readonly spansConstant: boolean;
  readonly method: 'one-way' | 'direct' | 'iterative';
  readonly layout: SweepLayout;
  /** squared norm of each column of the rest */
  readonly own: Float64Array;
  /** factor of the Schur complement of the direct method */
  readonly schur?: RankCholesky;
  /** Replaces the column by its residual from the (weighted) projection on all effects. */
  residualizeInPlace(column: Float64Array): Absorbed;
  /** Σ w d² and Σ w (residual of d)², without the residuals: half the work of residualizing when the method is direct. */
  squaresLeft(column: Float64Array): { readonly before: number; readonly after: number };
}

export interface AbsorbOptions {
  /** residual that counts as zero; default 1e-12 */
  readonly tolerance?: number;
  /** most iterations of conjugate gradients for a column; default 20,000 */
  readonly maxIterations?: number;
  /** multiplications that the dense factorization may take, before iteration is preferred; default 10⁸, or 1,000 a row if that is more: about what iteration costs for ten columns */
  readonly directBudget?: number;
}

/** The most rest columns whose Schur complement is held densely (its square of numbers in memory). */
const MOST_DENSE_COLUMNS = 3000;

/**
 * Projects out effects: the one with the most columns exactly, level by level; the others through the Schur complement that is
 * left, factored densely when small and solved by preconditioned conjugate gradients when not. The projection is applied again
 * to its own result until nothing above rounding is left (iterative refinement).
 * @param effects at least one; slopes allowed
 * @param weights n positive numbers, or absent
 * Source: Guimarães & Portugal (2010), Stata J. 10(4); Somaini & Wolak (2016), J. Econometric Methods 5(1), eq. 3.
 */
export function absorber(
  effects: readonly Effect[],
  n: number,
  weights?: Float64Array,
  options: AbsorbOptions = {},
): Absorber {
  const layout = sweepLayout(effects, n, weights);
  const tolerance = options.tolerance ?? 1e-12;
  let made: Float64Array | undefined; // streamed fits need none
  const scratchOf = (): Float64Array => (made ??= new Float64Array(n));
  const own = ownWeights(layout);
  const budget = options.directBudget ?? Math.max(1e8, 1000 * n);
  const direct = layout.restColumns <= MOST_DENSE_COLUMNS && schurCost(layout) <= budget;
  const schur = direct && layout.restColumns > 0 ? factoredSchur(layout, own) : undefined;
  const iterate = direct ? undefined : conjugateGradients(layout, own);
  const limit = options.maxIterations ?? 20_000;
  const project = (f: Float64Array) => projectInPlace(f, { layout, own, schur, iterate, tolerance, limit });
  return {
    n,
    spansConstant: effects.some((effect) => effect.slopeOnly !== true),
    method: layout.restColumns === 0 ? 'one-way' : direct ? 'direct' : 'iterative',
    layout,
    own,
    ...(schur && { schur }),
    residualizeInPlace(column) {
      const order = layout.order;
      if (order === undefined) return project(column);
      const scratch = scratchOf();
      for (let i = 0; i < n; i++) scratch[i] = column[order[i]!]!;
      const result = project(scratch);
      for (let i = 0; i < n; i++) column[order[i]!] = scratch[i]!;
      return result;
    },
    squaresLeft(column) {
      const scratch = scratchOf();
      arrangeInto(scratch, column, layout.order);
      const before = norm(scratch, layout.weights) ** 2;
      if (iterate !== undefined) {
        project(scratch);
        return { before, after: norm(scratch, layout.weights) ** 2 };
      }
      const sums = new Float64Array(layout.restColumns);
      sweepInPlace(scratch, layout, sums);
      const swept = norm(scratch, layout.weights) ** 2;
      return { before, after: swept - (schur === undefined ? 0 : quadraticForm(schur, sums)) };
    },
  };
}

function arrangeInto(out: Float64Array, column: Float64Array, order: Int32Array | undefined): void {
  if (order === undefined) out.set(column);
  else for (let i = 0; i < out.length; i++) out[i] = column[order[i]!]!;
}

/** rᵀ S⁻ r */
function quadraticForm(schur: RankCholesky, right: Float64Array): number {
  const solved = right.slice();
  solveCholeskyInPlace(schur, solved);
  let sum = 0;
  for (let c = 0; c < right.length; c++) sum += right[c]! * solved[c]!;
  return sum;
}

interface Projection {
  readonly layout: SweepLayout;
  readonly own: Float64Array;
  readonly schur: RankCholesky | undefined;
  readonly iterate: ConjugateGradients | undefined;
  readonly tolerance: number;
  readonly limit: number;
}

/** Refinement stops at this size even when a looser tolerance is met sooner: near the rounding of the sums. */
const ROUNDS = 6;

function projectInPlace(f: Float64Array, p: Projection): Absorbed {
  const sums = new Float64Array(p.layout.restColumns);
  const scale = norm(f, p.layout.weights);
  sweepInPlace(f, p.layout, sums);
  if (p.schur === undefined && p.iterate === undefined) return { iterations: 0, residual: 0, converged: true };
  let iterations = 0;
  let residual = leftover(sums, p.own, scale);
  const solution = new Float64Array(sums.length);
  for (let round = 0; round < ROUNDS; round++) {
    const before = residual;
    if (p.schur !== undefined) {
      solution.set(sums);
      solveCholeskyInPlace(p.schur, solution);
    } else if (p.iterate !== undefined) {
      iterations += p.iterate.solve(sums, solution, p.tolerance * 0.1 * scale, p.limit - iterations);
    }
    subtractInPlace(f, p.layout, solution, sums);
    residual = leftover(sums, p.own, scale);
    if (residual <= p.tolerance || residual > before / 2 || iterations >= p.limit) break;
  }
  return { iterations, residual, converged: residual <= Math.max(p.tolerance, 1e-10) };
}

/** Largest |Rᵀ W f| relative to the norms of dummy and column. */
function leftover(sums: Float64Array, own: Float64Array, scale: number): number {
  if (scale === 0) return 0;
  let most = 0;
  for (let c = 0; c < sums.length; c++) {
    if (own[c]! > 0) most = Math.max(most, Math.abs(sums[c]!) / Math.sqrt(own[c]!));
  }
  return most / scale;
}

function norm(f: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  if (weights === undefined) for (let i = 0; i < f.length; i++) sum += f[i]! * f[i]!;
  else for (let i = 0; i < f.length; i++) sum += weights[i]! * f[i]! * f[i]!;
  return Math.sqrt(sum);
}

/** Squared norm of every rest column. */
function ownWeights(layout: SweepLayout): Float64Array {
  const own = new Float64Array(layout.restColumns);
  for (const { codes, values, loads } of layout.rest) {
    if (values === undefined && loads === undefined) {
      const counts = levelCounts({ codes, levels: own.length });
      for (let c = 0; c < own.length; c++) own[c]! += counts[c]!;
      continue;
    }
    for (let i = 0; i < layout.n; i++) {
      own[codes[i]!]! += (loads === undefined ? 1 : loads[i]!) * (values === undefined ? 1 : values[i]!);
    }
  }
  return own;
}
