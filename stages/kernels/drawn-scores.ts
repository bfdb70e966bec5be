/**
 * Clustered errors of a regressor drawn again and again in one model. Scores add up within clusters, and so do the products that they are made
 * of: with those of controls and outcome known by cluster, a draw costs one pass over its rows for its own.
 */
import { compact, type Factor, rowsByLevel } from './factor-codes.ts';
import { type RankCholesky, solveCholeskyInPlace } from './rank-cholesky.ts';

/** What the draws have in common; columns have effects (or the constant) out. */
export interface DrawnModel {
  readonly design: readonly Float64Array[];
  /** free of the design */
  readonly outcome: Float64Array;
  /** factor of the design's products */
  readonly gram: RankCholesky;
  readonly weights?: Float64Array | undefined;
}

export interface DrawnSums {
  /** d̃ᵀW y and d̃ᵀW d̃, d̃ the drawn column without effects and design */
  readonly product: number;
  readonly squares: number;
  /** d̃ᵀW d̃ and the design's part of it together */
  readonly whole: number;
  /** Σ_g (Σ_{i∈g} w d̃ (y − coef d̃))² */
  scores(coef: number): number;
}

/** @param d the drawn column without effects; not kept */
export type DrawnScores = (d: Float64Array) => DrawnSums;

/** With more columns than that for the rows of a cluster, products by cluster cost more than they save. */
export const suits = ({ design, outcome }: DrawnModel, clusters: Factor): boolean =>
  design.length * clusters.levels <= 2 * outcome.length;

export function drawnScores({ design, outcome, gram, weights }: DrawnModel, clusters: Factor): DrawnScores {
  const n = outcome.length;
  const k = design.length;
  const { starts, rows } = rowsByLevel(compact(clusters));
  const levels = starts.length - 1;
  const order = rows.every((row, i) => row === i) ? undefined : rows;
  const inOrder = (column: Float64Array): Float64Array =>
    order === undefined ? column : Float64Array.from(order, (i) => column[i]!);
  const columns = [...design, outcome].map(inOrder);
  const mass = weights && inOrder(weights);
  const weigh = (column: Float64Array): Float64Array =>
    mass === undefined ? column : column.map((v, i) => v * mass[i]!);
  const weighed = columns.map(weigh);
  // products of the design by cluster: [pair], of pairs (a, b ≤ a), then those with the outcome
  const pairs: Float64Array[] = [];
  for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) pairs.push(sumsOf([columns[b]!], weighed[a]!, starts)[0]!);
  const withOutcome = sumsOf(columns.slice(0, k), weighed[k]!, starts);
  const own = new Float64Array(n);
  const weighedOwn = mass === undefined ? own : new Float64Array(n);
  const all = [...columns, own];
  const sums = all.map(() => new Float64Array(levels));
  return (d) => {
    if (order === undefined) own.set(d);
    else for (let i = 0; i < n; i++) own[i] = d[order[i]!]!;
    if (mass !== undefined) for (let i = 0; i < n; i++) weighedOwn[i] = own[i]! * mass[i]!;
    addSums(all, weighedOwn, starts, sums);
    const along = Float64Array.from({ length: k }, (_, j) => total(sums[j]!));
    const step = along.slice();
    solveCholeskyInPlace(gram, step);
    const product = total(sums[k]!);
    const whole = total(sums[k + 1]!);
    let squares = whole;
    for (let j = 0; j < k; j++) squares -= step[j]! * along[j]!;
    return {
      product,
      squares,
      whole,
      scores: (coef) => {
        const score = sums[k]!.slice();
        addTimes(score, sums[k + 1]!, -coef);
        for (let j = 0; j < k; j++) {
          addTimes(score, withOutcome[j]!, -step[j]!);
          addTimes(score, sums[j]!, 2 * coef * step[j]!);
        }
        for (let a = 0, at = 0; a < k; a++)
          for (let b = 0; b <= a; b++, at++)
            addTimes(score, pairs[at]!, -coef * step[a]! * step[b]! * (a === b ? 1 : 2));
        let sum = 0;
        for (let g = 0; g < levels; g++) sum += score[g]! * score[g]!;
        return sum;
      },
    };
  };
}

function addTimes(to: Float64Array, from: Float64Array, by: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += by * from[i]!;
}

function total(sums: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < sums.length; g++) sum += sums[g]!;
  return sum;
}

function sumsOf(columns: readonly Float64Array[], e: Float64Array, starts: Int32Array): Float64Array[] {
  const out = columns.map(() => new Float64Array(starts.length - 1));
  addSums(columns, e, starts, out);
  return out;
}

/** out[j][g] ← Σ_{i∈g} columns[j][i] e[i]; three columns share each load of e. */
function addSums(
  columns: readonly Float64Array[],
  e: Float64Array,
  starts: Int32Array,
  out: readonly Float64Array[],
): void {
  let j = 0;
  for (; j + 2 < columns.length; j += 3)
    threeSums(columns[j]!, columns[j + 1]!, columns[j + 2]!, e, starts, out[j]!, out[j + 1]!, out[j + 2]!);
  for (; j < columns.length; j++) oneSum(columns[j]!, e, starts, out[j]!);
}

function threeSums(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  e: Float64Array,
  starts: Int32Array,
  toA: Float64Array,
  toB: Float64Array,
  toC: Float64Array,
): void {
  let i = 0;
  for (let g = 0; g + 1 < starts.length; g++) {
    const end = starts[g + 1]!;
    let sa = 0;
    let sb = 0;
    let sc = 0;
    for (; i < end; i++) {
      const value = e[i]!;
      sa += a[i]! * value;
      sb += b[i]! * value;
      sc += c[i]! * value;
    }
    toA[g] = sa;
    toB[g] = sb;
    toC[g] = sc;
  }
}

function oneSum(column: Float64Array, e: Float64Array, starts: Int32Array, out: Float64Array): void {
  let i = 0;
  for (let g = 0; g + 1 < starts.length; g++) {
    const end = starts[g + 1]!;
    let sum = 0;
    for (; i < end; i++) sum += column[i]! * e[i]!;
    out[g] = sum;
  }
}
