import { addBlockProducts } from './block-products.ts';
import { type Compensated, compensated, type Moments, momentsOfSums } from './cross-products.ts';
import { panelFrame, sweepBlock } from './panel-loops.ts';
import { type RunParts, sweptPanel } from './panel-passes.ts';
import { type PanelRows, panelRows } from './panel-simd.ts';
import type { SweepLayout } from './sweep-layout.ts';

/** Columns with the swept effect out, as sums over the rows. */
export interface SweptProducts {
  /** what was subtracted from each column before anything else: a value of its own, so that its mean costs no digits */
  readonly origins: Float64Array;
  readonly moments: readonly Moments[];
  /** Σ w (x − origin)² */
  readonly shifted: Float64Array;
  /** Rᵀ W M x for each column, R the columns of the other effects */
  readonly sums: readonly Float64Array[];
  /** columns×columns, row-major: Xᵀ W M X */
  readonly products: Float64Array;
}

/** Rows of a block, unless a single level has more: its columns stay in the first two caches. */
const BLOCK = 768;

/** First level of each block, and the number of levels: blocks end where levels end. */
export function blockBounds(starts: Int32Array): Int32Array {
  const levels = starts.length - 1;
  const bounds = new Int32Array(levels + 1);
  let blocks = 0;
  let first = 0;
  for (let u = 1; u < levels; u++) {
    if (starts[u + 1]! - starts[first]! <= BLOCK) continue;
    bounds[++blocks] = u;
    first = u;
  }
  bounds[++blocks] = levels;
  return bounds.slice(0, blocks + 1);
}

export function mostRows(starts: Int32Array, bounds: Int32Array): number {
  let most = 0;
  for (let g = 0; g + 1 < bounds.length; g++) most = Math.max(most, starts[bounds[g + 1]!]! - starts[bounds[g]!]!);
  return most;
}

/** One pass over all columns. @param run parts of it on other threads, where there are any */
export function sweptProducts(
  columns: readonly Float64Array[],
  layout: SweepLayout,
  bounds: Int32Array,
  run?: RunParts,
): SweptProducts {
  const rows = mostRows(layout.starts, bounds);
  const large = panelRows(layout, bounds, rows);
  if (large !== undefined) return ofPanel(columns, large, run);
  const k = columns.length;
  const scratch = columns.map(() => new Float64Array(rows));
  const weighted = layout.weights === undefined ? undefined : columns.map(() => new Float64Array(rows));
  const block = new Float64Array(k * k);
  const origins = originsOf(columns, layout);
  const sums = columns.map(() => new Float64Array(layout.restColumns));
  const totals = columns.map(() => compensated(3));
  const dots = compensated(k * k);
  const frame = panelFrame(layout);
  const two = new Float64Array(2);
  for (let g = 0; g + 1 < bounds.length; g++) {
    const from = bounds[g]!;
    const to = bounds[g + 1]!;
    const start = layout.starts[from]!;
    const count = layout.starts[to]! - start;
    for (let j = 0; j < k; j++) {
      const f = scratch[j]!;
      if (frame !== undefined) {
        two.fill(0);
        sweepBlock(frame, from, to, columns[j]!, origins[j]!, f, sums[j]!, two);
        addThree(totals[j]!, count, two[0]!, two[1]!);
      } else {
        load(columns[j]!, layout.order, start, count, origins[j]!, f);
        addMoments(f, layout.weights, start, count, totals[j]!);
        sweepLevels(f, layout, from, to);
        addLeft(f, layout, start, count, sums[j]!);
      }
    }
    block.fill(0);
    addBlockProducts(weighAll(scratch, layout.weights, start, count, weighted), scratch, count, block);
    for (let c = 0; c < block.length; c++) dots.add(c, block[c]!);
  }
  const products = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) products[a * k + b] = products[b * k + a] = dots.value(a * k + b);
  return {
    origins,
    moments: totals.map((t, j) =>
      momentsOfSums({ mass: t.value(0), sum: t.value(1), square: t.value(2), origin: origins[j]! }),
    ),
    shifted: Float64Array.from(totals, (t) => t.value(2)),
    sums,
    products,
  };
}

/** A value of each column's own: that of the first row in the layout's order. */
function originsOf(columns: readonly Float64Array[], { order }: Pick<SweepLayout, 'order'>): Float64Array {
  const first = order === undefined ? 0 : order[0]!;
  return Float64Array.from(columns, (c) => (c.length === 0 ? 0 : c[first]!));
}

function ofPanel(columns: readonly Float64Array[], rows: PanelRows, run: RunParts | undefined): SweptProducts {
  const k = columns.length;
  const origins = originsOf(columns, rows);
  const { moments, products, sums } = sweptPanel(columns, origins, rows, run);
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) products[b * k + a] = products[a * k + b]!;
  const mass = rows.starts.at(-1)!;
  return {
    origins,
    moments: columns.map((_, j) =>
      momentsOfSums({ mass, sum: moments[2 * j]!, square: moments[2 * j + 1]!, origin: origins[j]! }),
    ),
    shifted: Float64Array.from(columns, (_, j) => moments[2 * j + 1]!),
    sums,
    products,
  };
}

function addThree(total: Compensated, mass: number, sum: number, squares: number): void {
  total.add(0, mass);
  total.add(1, sum);
  total.add(2, squares);
}

/** A block of a column in the layout's order, its origin taken off. */
export function load(
  column: Float64Array,
  order: Int32Array | undefined,
  start: number,
  rows: number,
  origin: number,
  out: Float64Array,
): void {
  if (order === undefined) for (let i = 0; i < rows; i++) out[i] = column[start + i]! - origin;
  else for (let i = 0; i < rows; i++) out[i] = column[order[start + i]!]! - origin;
}

function addMoments(
  f: Float64Array,
  weights: Float64Array | undefined,
  start: number,
  rows: number,
  total: Compensated,
): void {
  let mass = rows;
  let s1 = 0;
  let s2 = 0;
  if (weights === undefined) {
    for (let i = 0; i < rows; i++) {
      const d = f[i]!;
      s1 += d;
      s2 += d * d;
    }
  } else {
    mass = 0;
    for (let i = 0; i < rows; i++) {
      const d = f[i]!;
      const w = weights[start + i]!;
      mass += w;
      s1 += w * d;
      s2 += w * d * d;
    }
  }
  addThree(total, mass, s1, s2);
}

/** f ← M f within the levels of a block. */
export function sweepLevels(f: Float64Array, layout: SweepLayout, first: number, last: number): void {
  const { starts, weights, mass } = layout;
  const base = starts[first]!;
  for (let u = first; u < last; u++) {
    const from = starts[u]! - base;
    const end = starts[u + 1]! - base;
    let sum = 0;
    if (weights === undefined) for (let i = from; i < end; i++) sum += f[i]!;
    else for (let i = from; i < end; i++) sum += weights[base + i]! * f[i]!;
    const mean = sum / mass[u]!;
    for (let i = from; i < end; i++) f[i]! -= mean;
  }
}

/** Adds Rᵀ W f of a block to the sums. */
export function addLeft(f: Float64Array, layout: SweepLayout, start: number, rows: number, sums: Float64Array): void {
  const { rest } = layout;
  for (let g = 0; g < rest.length; g++) {
    const { codes, loads } = rest[g]!;
    if (loads === undefined) for (let i = 0; i < rows; i++) sums[codes[start + i]!]! += f[i]!;
    else for (let i = 0; i < rows; i++) sums[codes[start + i]!]! += loads[start + i]! * f[i]!;
  }
}

/** Weight × f; f itself without weights. */
export function weigh(
  f: Float64Array,
  weights: Float64Array | undefined,
  start: number,
  rows: number,
  out: Float64Array | undefined,
): Float64Array {
  if (weights === undefined || out === undefined) return f;
  for (let i = 0; i < rows; i++) out[i] = f[i]! * weights[start + i]!;
  return out;
}

/** The same of several columns. */
export function weighAll(
  columns: readonly Float64Array[],
  weights: Float64Array | undefined,
  start: number,
  rows: number,
  out: readonly Float64Array[] | undefined,
): readonly Float64Array[] {
  if (weights === undefined || out === undefined) return columns;
  return columns.map((f, j) => weigh(f, weights, start, rows, out[j]!));
}
