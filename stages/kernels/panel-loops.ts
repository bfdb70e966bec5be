/**
 * The hot loops of unweighted panels whose rows are in the order of the swept effect's levels, with one or two other effects. Each goes over
 * one block of levels `first` … `last − 1` and reads the columns where they lie; everything here has a slower, general form in
 * `swept-products.ts` and `residual-pass.ts`. They are apart from each other so that each is compiled for itself.
 */
import type { SweepLayout } from './sweep-layout.ts';

/** Codes of the other effects: the second is the first again when there is one only (with effects of zero). */
export interface PanelFrame {
  readonly starts: Int32Array;
  readonly codes: readonly [Int32Array] | readonly [Int32Array, Int32Array];
}

/** The frame of a layout, where these loops serve it. */
export function panelFrame({ order, weights, starts, plainRest }: SweepLayout): PanelFrame | undefined {
  const [one, two] = plainRest;
  if (order !== undefined || weights !== undefined || one === undefined || plainRest.length > 2) return undefined;
  return { starts, codes: two === undefined ? [one] : [one, two] };
}

/**
 * out ← column − origin with the levels' means out; sums += by the other effects' levels; moments[0] += Σ d, moments[1] += Σ d² with
 * d = column − origin.
 */
export function sweepBlock(
  { starts, codes }: PanelFrame,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  out: Float64Array,
  sums: Float64Array,
  moments: Float64Array,
): void {
  if (codes.length === 1) sweepOne(starts, codes[0], first, last, column, origin, out, sums, moments);
  else sweepTwo(starts, codes[0], codes[1], first, last, column, origin, out, sums, moments);
}

function sweepOne(
  starts: Int32Array,
  code: Int32Array,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  out: Float64Array,
  sums: Float64Array,
  moments: Float64Array,
): void {
  const base = starts[first]!;
  let s1 = 0;
  let s2 = 0;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const d = column[i]! - origin;
      out[i - base] = d;
      sum += d;
      s2 += d * d;
    }
    s1 += sum;
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const d = out[i - base]! - mean;
      out[i - base] = d;
      sums[code[i]!]! += d;
    }
  }
  moments[0]! += s1;
  moments[1]! += s2;
}

function sweepTwo(
  starts: Int32Array,
  one: Int32Array,
  two: Int32Array,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  out: Float64Array,
  sums: Float64Array,
  moments: Float64Array,
): void {
  const base = starts[first]!;
  let s1 = 0;
  let s2 = 0;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const d = column[i]! - origin;
      out[i - base] = d;
      sum += d;
      s2 += d * d;
    }
    s1 += sum;
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const d = out[i - base]! - mean;
      out[i - base] = d;
      sums[one[i]!]! += d;
      sums[two[i]!]! += d;
    }
  }
  moments[0]! += s1;
  moments[1]! += s2;
}

/** out ← column − origin over rows `start` … */
export function loadBlock(column: Float64Array, origin: number, start: number, rows: number, out: Float64Array): void {
  for (let i = 0; i < rows; i++) out[i] = column[start + i]! - origin;
}

/** out ← out − b (column − origin), of one column. */
export function subtractOne(
  out: Float64Array,
  start: number,
  rows: number,
  column: Float64Array,
  origin: number,
  b: number,
): void {
  for (let i = 0; i < rows; i++) out[i]! -= b * (column[start + i]! - origin);
}

/** The same of three columns numbered from `at` in the lists. */
export function subtractThree(
  out: Float64Array,
  start: number,
  rows: number,
  columns: readonly Float64Array[],
  origins: Float64Array,
  coef: Float64Array,
  at: number,
): void {
  const c0 = columns[at]!;
  const c1 = columns[at + 1]!;
  const c2 = columns[at + 2]!;
  const o0 = origins[at]!;
  const o1 = origins[at + 1]!;
  const o2 = origins[at + 2]!;
  const b0 = coef[at]!;
  const b1 = coef[at + 1]!;
  const b2 = coef[at + 2]!;
  for (let i = 0; i < rows; i++)
    out[i]! -= b0 * (c0[start + i]! - o0) + b1 * (c1[start + i]! - o1) + b2 * (c2[start + i]! - o2);
}

/** f ← M (f − R effects); sums += by the other effects' levels; returns Σ f². */
export function residualBlock(
  { starts, codes }: PanelFrame,
  first: number,
  last: number,
  f: Float64Array,
  effects: Float64Array,
  sums: Float64Array,
): number {
  return codes.length === 1
    ? residualOne(starts, codes[0], first, last, f, effects, sums)
    : residualTwo(starts, codes[0], codes[1], first, last, f, effects, sums);
}

function residualOne(
  starts: Int32Array,
  code: Int32Array,
  first: number,
  last: number,
  f: Float64Array,
  effects: Float64Array,
  sums: Float64Array,
): number {
  const base = starts[first]!;
  let squares = 0;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const d = f[i - base]! - effects[code[i]!]!;
      f[i - base] = d;
      sum += d;
    }
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const d = f[i - base]! - mean;
      f[i - base] = d;
      squares += d * d;
      sums[code[i]!]! += d;
    }
  }
  return squares;
}

function residualTwo(
  starts: Int32Array,
  one: Int32Array,
  two: Int32Array,
  first: number,
  last: number,
  f: Float64Array,
  effects: Float64Array,
  sums: Float64Array,
): number {
  const base = starts[first]!;
  let squares = 0;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const d = f[i - base]! - effects[one[i]!]! - effects[two[i]!]!;
      f[i - base] = d;
      sum += d;
    }
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const d = f[i - base]! - mean;
      f[i - base] = d;
      squares += d * d;
      sums[one[i]!]! += d;
      sums[two[i]!]! += d;
    }
  }
  return squares;
}

/**
 * Adds Σ (column − origin − R effects) f within each level to place `at` of the level's cluster, whose code is that of its first row; f adds
 * up to zero within levels.
 */
export function scoreBlock(
  { starts, codes }: PanelFrame,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  effects: Float64Array,
  f: Float64Array,
  clusters: Int32Array,
  scores: Float64Array,
  width: number,
  at: number,
): void {
  if (codes.length === 1)
    scoreOne(starts, codes[0], first, last, column, origin, effects, f, clusters, scores, width, at);
  else scoreTwo(starts, codes[0], codes[1], first, last, column, origin, effects, f, clusters, scores, width, at);
}

function scoreOne(
  starts: Int32Array,
  code: Int32Array,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  effects: Float64Array,
  f: Float64Array,
  clusters: Int32Array,
  scores: Float64Array,
  width: number,
  at: number,
): void {
  const base = starts[first]!;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) sum += (column[i]! - origin - effects[code[i]!]!) * f[i - base]!;
    scores[clusters[from]! * width + at]! += sum;
  }
}

function scoreTwo(
  starts: Int32Array,
  one: Int32Array,
  two: Int32Array,
  first: number,
  last: number,
  column: Float64Array,
  origin: number,
  effects: Float64Array,
  f: Float64Array,
  clusters: Int32Array,
  scores: Float64Array,
  width: number,
  at: number,
): void {
  const base = starts[first]!;
  for (let u = first; u < last; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++)
      sum += (column[i]! - origin - effects[one[i]!]! - effects[two[i]!]!) * f[i - base]!;
    scores[clusters[from]! * width + at]! += sum;
  }
}
