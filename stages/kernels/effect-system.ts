import type { Effect } from './effects.ts';
import { asInt32, type Codes } from './factor-codes.ts';
import { type RankCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/**
 * The normal equations Zᵀ W Z c = r of effects and regressors together, over some of the rows, for any right side: what is
 * needed to predict other rows and to know how much each row weighs in a prediction. The effect with the most levels is
 * eliminated level by level; the rest is one dense matrix.
 *
 * A vector of coefficients holds the levels of that effect first, then the other columns.
 */
export interface EffectSystem {
  readonly size: number;
  /** Solution, with 0 for columns that depend on others. */
  solve(right: Float64Array): Float64Array;
  /** z_i · c for every row, of the fitted ones or not. */
  predict(coefficients: Float64Array): Float64Array;
  /** Σ_i v_i z_i over all rows: a right side. */
  transpose(values: Float64Array): Float64Array;
  /** numbers of the regressors that depend on the effects and on those before them, on the fitted rows */
  readonly dependent: readonly number[];
  /** 1 where z_i lies in the span of the fitted rows: its prediction is determined by them */
  estimable(): Uint8Array;
}

/** Columns beside the eliminated effect; their matrix is dense. */
export const MOST_REST_COLUMNS = 4000;

/** A part of the rest: one column per level, with a value per row (absent: 1). */
interface Block {
  readonly codes: Int32Array | undefined;
  readonly values: Float64Array | undefined;
  readonly at: number;
}

interface Parts {
  readonly n: number;
  readonly first: Codes;
  readonly levels: number;
  readonly blocks: readonly Block[];
  readonly rest: number;
  /** 0 for rows that are not fitted */
  readonly weights: Float64Array;
}

/**
 * @param effects at least one, on all rows
 * @param x       regressors on all rows
 * @param weights n numbers; rows of weight 0 are not fitted
 * @returns undefined when there are more than MOST_REST_COLUMNS columns beside the largest effect
 * Source: Guimarães & Portugal (2010), Stata J. 10(4); rows' weights in predictions as in Borusyak, Jaravel & Spiess (2024).
 */
export function effectSystem(
  effects: readonly Effect[],
  x: readonly Float64Array[],
  weights: Float64Array,
): EffectSystem | undefined {
  const parts = partsOf(effects, x, weights);
  if (parts.rest > MOST_REST_COLUMNS) return undefined;
  const { levels, rest } = parts;
  const own = new Float64Array(levels);
  for (let i = 0; i < parts.n; i++) own[parts.first[i]!]! += weights[i]!;
  const matrix = restMatrix(parts, own);
  const scale = Float64Array.from({ length: rest }, (_, c) => matrix.diagonal[c]!);
  const factor = rankCholeskyInPlace(matrix.schur.slice(), rest, 1e-11, scale);
  const size = levels + rest;
  const predict = (c: Float64Array): Float64Array => predictRows(parts, c);
  const transpose = (values: Float64Array): Float64Array => transposeRows(parts, values);
  const once = (right: Float64Array): Float64Array => solveOnce(parts, { own, factor }, right);
  return {
    size,
    dependent: Array.from(x.keys()).filter((j) => factor.dropped[rest - x.length + j] === 1),
    predict,
    transpose,
    solve(right) {
      const c = once(right);
      for (let round = 0; round < REFINEMENTS; round++) {
        const fitted = predict(c);
        for (let i = 0; i < parts.n; i++) fitted[i]! *= weights[i]!;
        const gap = transpose(fitted);
        let left = 0;
        let most = 0;
        for (let j = 0; j < size; j++) {
          gap[j] = right[j]! - gap[j]!;
          left = Math.max(left, Math.abs(gap[j]!));
          most = Math.max(most, Math.abs(right[j]!));
        }
        if (left <= 1e-14 * most) break;
        const step = once(gap);
        for (let j = 0; j < size; j++) c[j]! += step[j]!;
      }
      return c;
    },
    estimable: () => estimableRows(parts, { own, schur: matrix.schur, factor }),
  };
}

const REFINEMENTS = 2;

function partsOf(effects: readonly Effect[], x: readonly Float64Array[], weights: Float64Array): Parts {
  const whole = effects.filter((e) => e.slopeOnly !== true);
  const largest = whole.reduce((a, b) => (b.levels > a.levels ? b : a), whole[0]!);
  const blocks: Block[] = [];
  let at = 0;
  for (const effect of effects) {
    const codes = asInt32(effect.codes);
    if (effect !== largest && effect.slopeOnly !== true) {
      blocks.push({ codes, values: undefined, at });
      at += effect.levels;
    }
    for (const slope of effect.slopes ?? []) {
      blocks.push({ codes, values: slope, at });
      at += effect.levels;
    }
  }
  for (const column of x) blocks.push({ codes: undefined, values: column, at: at++ });
  return { n: weights.length, first: largest.codes, levels: largest.levels, blocks, rest: at, weights };
}

const columnOf = (block: Block, row: number): number => block.at + (block.codes === undefined ? 0 : block.codes[row]!);
const entryOf = (block: Block, row: number): number => (block.values === undefined ? 1 : block.values[row]!);

/** Rᵀ W R − Σ_levels b bᵀ / own, b the weighted sum of the rest's rows in the level. */
function restMatrix(parts: Parts, own: Float64Array): { schur: Float64Array; diagonal: Float64Array } {
  const { n, first, levels, blocks, rest, weights } = parts;
  const schur = new Float64Array(rest * rest);
  for (let i = 0; i < n; i++) {
    if (weights[i] === 0) continue;
    for (const a of blocks) {
      const ca = columnOf(a, i);
      const va = weights[i]! * entryOf(a, i);
      for (const b of blocks) schur[ca * rest + columnOf(b, i)]! += va * entryOf(b, i);
    }
  }
  const diagonal = Float64Array.from({ length: rest }, (_, c) => schur[c * rest + c]!);
  const byLevel = grouped(first, levels);
  const sum = new Float64Array(rest);
  for (let g = 0; g < levels; g++) {
    if (own[g] === 0) continue;
    const touched: number[] = [];
    for (let r = byLevel.starts[g]!; r < byLevel.starts[g + 1]!; r++) {
      const i = byLevel.rows[r]!;
      if (weights[i] === 0) continue;
      for (const block of blocks) {
        const c = columnOf(block, i);
        if (sum[c] === 0) touched.push(c);
        sum[c]! += weights[i]! * entryOf(block, i);
      }
    }
    for (const a of touched) for (const b of touched) schur[a * rest + b]! -= (sum[a]! * sum[b]!) / own[g]!;
    for (const c of touched) sum[c] = 0;
  }
  return { schur, diagonal };
}

function grouped(codes: Codes, levels: number): { starts: Int32Array; rows: Int32Array } {
  const starts = new Int32Array(levels + 1);
  for (let i = 0; i < codes.length; i++) starts[codes[i]! + 1]!++;
  for (let g = 0; g < levels; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice();
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]!]!++] = i;
  return { starts, rows };
}

function solveOnce(
  parts: Parts,
  { own, factor }: { own: Float64Array; factor: RankCholesky },
  right: Float64Array,
): Float64Array {
  const { n, first, levels, blocks, rest, weights } = parts;
  const out = new Float64Array(levels + rest);
  const scaled = new Float64Array(levels);
  for (let g = 0; g < levels; g++) scaled[g] = own[g]! > 0 ? right[g]! / own[g]! : 0;
  const below = right.slice(levels);
  for (let i = 0; i < n; i++) {
    const value = weights[i]! * scaled[first[i]!]!;
    if (value !== 0) for (const block of blocks) below[columnOf(block, i)]! -= value * entryOf(block, i);
  }
  solveCholeskyInPlace(factor, below);
  out.set(below, levels);
  for (let g = 0; g < levels; g++) out[g] = right[g]!;
  for (let i = 0; i < n; i++) {
    if (weights[i] === 0) continue;
    let sum = 0;
    for (const block of blocks) sum += below[columnOf(block, i)]! * entryOf(block, i);
    out[first[i]!]! -= weights[i]! * sum;
  }
  for (let g = 0; g < levels; g++) out[g] = own[g]! > 0 ? out[g]! / own[g]! : 0;
  return out;
}

function predictRows({ n, first, levels, blocks }: Parts, c: Float64Array): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = c[first[i]!]!;
  for (const block of blocks)
    for (let i = 0; i < n; i++) out[i]! += c[levels + columnOf(block, i)]! * entryOf(block, i);
  return out;
}

function transposeRows({ n, first, levels, blocks, rest }: Parts, values: Float64Array): Float64Array {
  const out = new Float64Array(levels + rest);
  for (let i = 0; i < n; i++) out[first[i]!]! += values[i]!;
  for (const block of blocks)
    for (let i = 0; i < n; i++) out[levels + columnOf(block, i)]! += values[i]! * entryOf(block, i);
  return out;
}

/** A row is determined when it is orthogonal to every direction that the fitted rows cannot see. */
function estimableRows(
  parts: Parts,
  { own, schur, factor }: { own: Float64Array; schur: Float64Array; factor: RankCholesky },
): Uint8Array {
  const { n, first, levels, rest, weights } = parts;
  const out = Uint8Array.from({ length: n }, (_, i) => (own[first[i]!]! > 0 ? 1 : 0));
  for (let j = 0; j < rest; j++) {
    if (factor.dropped[j] === 0) continue;
    const direction = new Float64Array(rest);
    for (let c = 0; c < rest; c++) direction[c] = -schur[c * rest + j]!;
    solveCholeskyInPlace(factor, direction);
    direction[j] = 1;
    const whole = new Float64Array(levels + rest);
    whole.set(direction, levels);
    const seen = predictRows(parts, whole);
    for (let i = 0; i < n; i++) if (weights[i]! > 0) whole[first[i]!]! -= (weights[i]! * seen[i]!) / own[first[i]!]!;
    const invisible = predictRows(parts, whole);
    const size = directionScale(parts, whole);
    // a row that the direction hardly touches is judged by the rows that it does
    const floor = 1e-9 * size.reduce((most, v) => Math.max(most, v), 0);
    for (let i = 0; i < n; i++) if (Math.abs(invisible[i]!) > 1e-7 * size[i]! + floor) out[i] = 0;
  }
  return out;
}

/** Σ |c_j z_ij|: what a sum that is 0 but for rounding is judged by. */
function directionScale({ n, first, levels, blocks }: Parts, c: Float64Array): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) out[i] = Math.abs(c[first[i]!]!);
  for (const block of blocks)
    for (let i = 0; i < n; i++) out[i]! += Math.abs(c[levels + columnOf(block, i)]! * entryOf(block, i));
  return out;
}
