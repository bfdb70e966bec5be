/**
 * Integer codes of factors: level i of a factor with L levels is a code in [0, L). Rows with a missing level have been left
 * out before. Nothing here makes strings; composite keys are arithmetic on codes.
 */

import { integers } from './shared-memory.ts';

/** Codes of one factor, one per row. Values are below 2^31 whichever the type. */
export type Codes = Int32Array | Uint32Array;

/** A factor: `codes[i]` in [0, levels). Levels without rows are allowed unless a function says otherwise. */
export interface Factor {
  readonly codes: Codes;
  readonly levels: number;
}

/** Rows grouped by level: the rows of level g are `rows[starts[g]] … rows[starts[g + 1] - 1]`, in the rows' order. */
export interface RowsByLevel {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** The same memory read as signed 32-bit numbers: one type of array for the hot loops. */
export function asInt32(codes: Codes): Int32Array {
  return codes instanceof Int32Array ? codes : new Int32Array(codes.buffer, codes.byteOffset, codes.length);
}

const counted = new WeakMap<Codes, Int32Array>();

/** Number of rows of each level, counted once: codes are never written to. */
export function levelCounts({ codes, levels }: Factor): Int32Array {
  const known = counted.get(codes);
  if (known !== undefined && known.length === levels) return known;
  const counts = countLevels(asInt32(codes), levels);
  counted.set(codes, counts);
  return counts;
}

function countLevels(codes: Int32Array, levels: number): Int32Array {
  const counts = new Int32Array(levels);
  // rows of a level often follow each other: a run is counted before it joins its level
  let at = 0;
  let run = 0;
  for (let i = 0; i < codes.length; i++) {
    const c = codes[i]!;
    if (c !== at) {
      counts[at]! += run;
      at = c;
      run = 0;
    }
    run++;
  }
  if (run > 0) counts[at]! += run;
  return counts;
}

/** Counting sort of the rows by level; stable. */
export function rowsByLevel(factor: Factor): RowsByLevel {
  const codes = asInt32(factor.codes);
  const starts = new Int32Array(factor.levels + 1);
  for (let i = 0; i < codes.length; i++) starts[codes[i]! + 1]!++;
  for (let g = 0; g < factor.levels; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice(0, factor.levels);
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]!]!++] = i;
  return { starts, rows };
}

/** Renumbers the levels that occur as 0, 1, 2 … in the order of the old codes. */
export function compact(factor: Factor): Factor {
  const counts = levelCounts(factor);
  let levels = 0;
  for (let g = 0; g < counts.length; g++) if (counts[g]! > 0) levels++;
  if (levels === factor.levels) return factor;
  const renumbered = new Int32Array(factor.levels);
  for (let g = 0, next = 0; g < counts.length; g++) renumbered[g] = counts[g]! > 0 ? next++ : -1;
  const old = asInt32(factor.codes);
  const codes = integers(old.length);
  for (let i = 0; i < codes.length; i++) codes[i] = renumbered[old[i]!]!;
  return { codes, levels };
}

/**
 * The factor whose levels are the combinations that occur (`firm^year`), numbered in the order of (first, second, …).
 * Time O(rows + levels of each factor); no hashing.
 */
export function combine(factors: readonly Factor[]): Factor {
  let combined = compact(factors[0]!);
  for (let f = 1; f < factors.length; f++) combined = combinePair(combined, compact(factors[f]!));
  return combined;
}

function combinePair(first: Factor, second: Factor): Factor {
  const a = asInt32(first.codes);
  const b = asInt32(second.codes);
  const cells = first.levels * second.levels;
  if (cells <= 4 * a.length + 65536) {
    const codes = integers(a.length);
    for (let i = 0; i < codes.length; i++) codes[i] = a[i]! * second.levels + b[i]!;
    return compact({ codes, levels: cells });
  }
  return combineBySorting(first, second);
}

function combineBySorting(first: Factor, second: Factor): Factor {
  const a = asInt32(first.codes);
  const b = asInt32(second.codes);
  const inner = rowsByLevel(second).rows;
  const next = new Int32Array(first.levels + 1);
  for (let i = 0; i < a.length; i++) next[a[i]! + 1]!++;
  for (let g = 0; g < first.levels; g++) next[g + 1]! += next[g]!;
  const order = new Int32Array(a.length);
  for (let r = 0; r < inner.length; r++) {
    const i = inner[r]!;
    order[next[a[i]!]!++] = i;
  }
  const codes = integers(a.length);
  let levels = -1;
  let lastA = -1;
  let lastB = -1;
  for (let r = 0; r < order.length; r++) {
    const i = order[r]!;
    if (a[i]! !== lastA || b[i]! !== lastB) levels++;
    lastA = a[i]!;
    lastB = b[i]!;
    codes[i] = levels;
  }
  return { codes, levels: levels + 1 };
}

/** Whether every level of `inner` that occurs lies in a single level of `outer` (firm in industry). */
export function isNested(inner: Factor, outer: Factor): boolean {
  if (inner.codes === outer.codes) return true;
  const a = asInt32(inner.codes);
  const b = asInt32(outer.codes);
  const seen = new Int32Array(inner.levels).fill(-1);
  for (let i = 0; i < a.length; i++) {
    const g = a[i]!;
    if (seen[g]! < 0) seen[g] = b[i]!;
    else if (seen[g]! !== b[i]!) return false;
  }
  return true;
}

/** The factor on a subset of the rows, levels renumbered. */
export function factorOnRows(factor: Factor, rows: Int32Array): Factor {
  const old = asInt32(factor.codes);
  const codes = integers(rows.length);
  for (let r = 0; r < rows.length; r++) codes[r] = old[rows[r]!]!;
  return compact({ codes, levels: factor.levels });
}

/** Codes of whole or other numbers in increasing order of value. The distinct values come back too. */
export function factorOfNumbers(source: ArrayLike<number>): Factor & { readonly values: Float64Array } {
  const values = source instanceof Float64Array ? source : Float64Array.from(source);
  return factorOfSmallIntegers(values) ?? factorBySorting(values);
}

/** By counting, where the values are whole and their range is not much wider than the rows. */
function factorOfSmallIntegers(values: Float64Array): (Factor & { readonly values: Float64Array }) | undefined {
  const n = values.length;
  const [low, high] = extremes(values);
  const range = high - low + 1;
  if (!(range <= 4 * n + 65536) || !Number.isInteger(low)) return undefined;
  const place = new Int32Array(range);
  const codes = integers(n);
  let last = -1;
  for (let i = 0; i < n; i++) {
    const x = values[i]! - low;
    const at = x | 0;
    if (at !== x) return undefined;
    codes[i] = at;
    if (at === last) continue;
    place[at] = 1;
    last = at;
  }
  let levels = 0;
  for (let v = 0; v < range; v++) place[v] = place[v] === 1 ? levels++ : -1;
  if (levels < range) for (let i = 0; i < n; i++) codes[i] = place[codes[i]!]!;
  const distinct = new Float64Array(levels);
  for (let v = 0; v < range; v++) if (place[v]! >= 0) distinct[place[v]!] = low + v;
  return { codes, levels, values: distinct };
}

/** Least and greatest value; two rows in each step, so that none waits for the one before. */
function extremes(values: Float64Array): readonly [number, number] {
  const n = values.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let otherLow = low;
  let otherHigh = high;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const x = values[i]!;
    const y = values[i + 1]!;
    if (x < low) low = x;
    if (x > high) high = x;
    if (y < otherLow) otherLow = y;
    if (y > otherHigh) otherHigh = y;
  }
  if (i < n && values[i]! < low) low = values[i]!;
  if (i < n && values[i]! > high) high = values[i]!;
  return [Math.min(low, otherLow), Math.max(high, otherHigh)];
}

function factorBySorting(values: Float64Array): Factor & { readonly values: Float64Array } {
  const sorted = values.slice().sort();
  let levels = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i]! !== sorted[i - 1]!) sorted[levels++] = sorted[i]! + 0; // −0 is 0
  }
  const distinct = sorted.slice(0, levels);
  const index = new Map<number, number>();
  for (let g = 0; g < levels; g++) index.set(distinct[g]!, g);
  const codes = integers(values.length);
  for (let i = 0; i < codes.length; i++) codes[i] = index.get(values[i]!)!;
  return { codes, levels, values: distinct };
}

const found = new WeakMap<Float64Array, boolean>();

/** Whether no value is missing or infinite, looked for once: columns are never written to. */
export function allFinite(values: Float64Array): boolean {
  let known = found.get(values);
  if (known === undefined) found.set(values, (known = isFiniteThroughout(values)));
  return known;
}

/** x · 0 is 0 for every finite x. */
function isFiniteThroughout(values: Float64Array): boolean {
  const n = values.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += values[i]! * 0;
    s1 += values[i + 1]! * 0;
    s2 += values[i + 2]! * 0;
    s3 += values[i + 3]! * 0;
  }
  for (; i < n; i++) s0 += values[i]! * 0;
  return s0 + s1 + s2 + s3 === 0;
}
