import type { Absorbed, Absorber } from './absorb.ts';
import { addBlockProducts } from './block-products.ts';
import { compensated } from './cross-products.ts';
import type { RunParts } from './panel-passes.ts';
import { solveCholeskyInPlace } from './rank-cholesky.ts';
import type { SweepLayout } from './sweep-layout.ts';
import {
  addLeft,
  blockBounds,
  load,
  mostRows,
  type SweptProducts,
  sweepLevels,
  sweptProducts,
  weighAll,
} from './swept-products.ts';

/**
 * Columns with effects out that are never held whole: a pass over the rows makes them again, block by block, from the columns as they are
 * and the few numbers that the direct method needs for each (an origin and the coefficients of the effects other than the swept one).
 */
export interface DemeanedBlocks {
  readonly columns: readonly Float64Array[];
  readonly layout: SweepLayout;
  readonly swept: SweptProducts;
  /** first level of each block, and the number of levels */
  readonly bounds: Int32Array;
  /** most rows of a block */
  readonly rows: number;
  /** of the columns, by column of the rest */
  readonly effects: readonly Float64Array[];
  /** squared norm of each column of the rest */
  readonly own: Float64Array;
}

/** Whether the effects can be taken out block by block: levels only, and the rest solved directly. */
export const isStreamable = ({ layout, method }: Absorber): boolean =>
  method !== 'iterative' &&
  layout.hasLevel &&
  layout.bases.length === 0 &&
  layout.rest.every((g) => g.values === undefined);

/** One pass over the columns. */
export function demeanedBlocks(
  columns: readonly Float64Array[],
  { layout, schur, own }: Absorber,
  run?: RunParts,
): DemeanedBlocks {
  const bounds = blockBounds(layout.starts);
  const swept = sweptProducts(columns, layout, bounds, run);
  const effects = swept.sums.map((sums) => {
    const solved = sums.slice();
    if (schur !== undefined) solveCholeskyInPlace(schur, solved);
    return solved;
  });
  return { columns, layout, swept, bounds, rows: mostRows(layout.starts, bounds), effects, own };
}

/** Writes column j's part of block g to `out`, in the layout's order. */
export function fillBlock(blocks: DemeanedBlocks, j: number, g: number, out: Float64Array): void {
  const { layout, bounds } = blocks;
  const from = bounds[g]!;
  const to = bounds[g + 1]!;
  const start = layout.starts[from]!;
  const rows = layout.starts[to]! - start;
  load(blocks.columns[j]!, layout.order, start, rows, blocks.swept.origins[j]!, out);
  subtractEffects(out, layout, start, rows, blocks.effects[j]!);
  sweepLevels(out, layout, from, to);
}

/** f ← f − R b over a block. */
export function subtractEffects(
  f: Float64Array,
  { rest }: SweepLayout,
  start: number,
  rows: number,
  effects: Float64Array,
): void {
  for (let g = 0; g < rest.length; g++) {
    const { codes } = rest[g]!;
    for (let i = 0; i < rows; i++) f[i]! -= effects[codes[start + i]!]!;
  }
}

/** Largest |Rᵀ W f| relative to the norms of dummy and column. */
export function leftover(sums: Float64Array, own: Float64Array, squares: number): number {
  if (!(squares > 0)) return 0;
  let most = 0;
  for (let c = 0; c < sums.length; c++) if (own[c]! > 0) most = Math.max(most, Math.abs(sums[c]!) / Math.sqrt(own[c]!));
  return most / Math.sqrt(squares);
}

/** A share of a column's squares that the effects other than the swept one may leave before sums are too blunt to subtract. */
const SHARP = 1e-3;

/**
 * Xᵀ W X of the columns with all effects out. What the swept effect leaves is known; the other effects' part is subtracted from it where
 * that costs no more than three digits, else the columns are gone through once more.
 */
export function demeanedProducts(blocks: DemeanedBlocks, absorber: Absorber): Float64Array {
  const { swept, effects } = blocks;
  const k = blocks.columns.length;
  const products = swept.products.slice();
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let explained = 0;
      const right = swept.sums[b]!;
      for (let c = 0; c < right.length; c++) explained += effects[a]![c]! * right[c]!;
      products[a * k + b]! -= explained;
      products[b * k + a] = products[a * k + b]!;
    }
  }
  for (let j = 0; j < k; j++)
    if (!(products[j * (k + 1)]! >= SHARP * swept.products[j * (k + 1)]!)) return refinedProducts(blocks, absorber);
  return products;
}

/** Leftover of the effects below which columns count as taken out. */
const CLEAN = 1e-12;
const MOST_ROUNDS = 4;

/** The same by going through the columns, whose effects are refined (in the blocks) while something is left of them. */
export function refinedProducts(blocks: DemeanedBlocks, { schur }: Absorber): Float64Array {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const sums = blocks.columns.map(() => new Float64Array(blocks.layout.restColumns));
    const products = productsPass(blocks, sums);
    const left = sums.map((s, j) => leftover(s, blocks.own, blocks.swept.shifted[j]!));
    const worst = Math.max(0, ...left);
    if (worst <= CLEAN || worst > best / 2 || round + 1 === MOST_ROUNDS || schur === undefined) return products;
    best = worst;
    sums.forEach((step, j) => {
      solveCholeskyInPlace(schur, step);
      for (let c = 0; c < step.length; c++) blocks.effects[j]![c]! += step[c]!;
    });
  }
}

function productsPass(blocks: DemeanedBlocks, sums: readonly Float64Array[]): Float64Array {
  const { layout, bounds } = blocks;
  const k = blocks.columns.length;
  const scratch = blocks.columns.map(() => new Float64Array(blocks.rows));
  const weighted = layout.weights === undefined ? undefined : blocks.columns.map(() => new Float64Array(blocks.rows));
  const block = new Float64Array(k * k);
  const total = compensated(k * k);
  for (let g = 0; g + 1 < bounds.length; g++) {
    const start = layout.starts[bounds[g]!]!;
    const rows = layout.starts[bounds[g + 1]!]! - start;
    for (let j = 0; j < k; j++) {
      fillBlock(blocks, j, g, scratch[j]!);
      addLeft(scratch[j]!, layout, start, rows, sums[j]!);
    }
    block.fill(0);
    addBlockProducts(weighAll(scratch, layout.weights, start, rows, weighted), scratch, rows, block);
    for (let c = 0; c < block.length; c++) total.add(c, block[c]!);
  }
  const products = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) products[a * k + b] = products[b * k + a] = total.value(a * k + b);
  return products;
}

/** How well columns were taken out, in the words of an absorber. */
export const absorbedDirectly = (residual: number): Absorbed => ({
  iterations: 0,
  residual,
  converged: residual <= 1e-10,
});
