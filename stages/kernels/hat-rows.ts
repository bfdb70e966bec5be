import type { Absorber } from './absorb.ts';
import type { LinearFit } from './linear-model.ts';
import { type RankCholesky, rankCholeskyInPlace } from './rank-cholesky.ts';
import { factoredSchur } from './schur.ts';
import type { SweepLayout } from './sweep-layout.ts';

/**
 * The hat matrix of a fit, absorbed effects included, as products of rows: with weights w, H_ij = √(w_i w_j) (x_iᵀ B x_j + the effects'
 * share) = φ_i · φ_j. The entries of φ are those of the regressors, those of the effects that are not swept, and those of the row's own
 * level of the swept effect, which rows of other levels do not share.
 */
export interface HatRows {
  /** entries that all rows share: rest of the effects, then the terms */
  readonly shared: number;
  /** entries of a level of the swept effect: 1 for the level, 1 for each of its slopes */
  readonly perLevel: number;
  /** level of the swept effect by row; −1 everywhere without effects */
  readonly levelOf: Int32Array;
  readonly levels: number;
  /** Writes the shared entries of row i to `out` from `at` on, then those of its level. */
  write(row: number, out: Float64Array, at: number): void;
}

/** Rest columns whose dense factor is made when it was not needed for absorbing. */
const MOST_FACTORED = 3000;

/** The factored Schur complement of the effects; undefined when there are too many columns beside the swept effect. */
export function denseSchur({ schur, layout, own }: Absorber, most = MOST_FACTORED): RankCholesky | undefined {
  if (schur !== undefined) return schur;
  return layout.restColumns <= most ? factoredSchur(layout, own) : undefined;
}

/** @returns undefined when the effects' share cannot be had (see `denseSchur`) */
export function hatRows(fit: LinearFit): HatRows | undefined {
  const { bread, design } = fit.hat ?? fit.conditioned ?? fit;
  const k = design.length;
  const terms = rankCholeskyInPlace(bread.slice(), k, 0).factor;
  const effects = fit.absorber && effectRows(fit.absorber);
  if (fit.absorber !== undefined && effects === undefined) return undefined;
  const rest = effects?.rest ?? 0;
  const weights = fit.weights;
  return {
    shared: rest + k,
    perLevel: effects?.perLevel ?? 0,
    levelOf: effects?.levelOf ?? new Int32Array(fit.n).fill(-1),
    levels: effects?.levels ?? 0,
    write(row, out, at) {
      effects?.write(row, out, at, at + rest + k);
      const root = weights === undefined ? 1 : Math.sqrt(weights[row]!);
      for (let a = 0; a < k; a++) {
        let sum = 0;
        for (let b = a; b < k; b++) sum += terms[b * k + a]! * design[b]![row]!;
        out[at + rest + a] = sum * root;
      }
    },
  };
}

interface EffectRows {
  readonly rest: number;
  readonly perLevel: number;
  readonly levelOf: Int32Array;
  readonly levels: number;
  write(row: number, out: Float64Array, at: number, level: number): void;
}

/** Swept effect: q_i of its orthonormal basis. Rest: L⁻¹ z_i, S = L Lᵀ the Schur complement, z_i row i of M R. */
function effectRows(absorber: Absorber): EffectRows | undefined {
  const { layout } = absorber;
  const rest = layout.restColumns;
  const schur = rest === 0 ? undefined : denseSchur(absorber);
  if (rest > 0 && schur === undefined) return undefined;
  const { levelOf, placeOf } = whereRowsAre(layout);
  let level = -1;
  let products: Map<number, Float64Array> = new Map();
  return {
    rest,
    perLevel: (layout.hasLevel ? 1 : 0) + layout.bases.length,
    levelOf,
    levels: layout.mass.length,
    write(row, out, at, own) {
      const u = levelOf[row]!;
      const i = placeOf[row]!;
      if (u !== level && rest > 0) products = sweptProducts(layout, u);
      level = u;
      const root = layout.weights === undefined ? 1 : Math.sqrt(layout.weights[i]!);
      let next = own;
      if (layout.hasLevel) out[next++] = root / Math.sqrt(layout.mass[u]!);
      for (const basis of layout.bases) out[next++] = basis[i]! * root;
      if (schur === undefined) return;
      out.fill(0, at, at + rest);
      for (const [column, sums] of products) out[at + column]! -= expected(sums, layout, i);
      for (const { codes, values } of layout.rest) out[at + codes[i]!]! += values === undefined ? 1 : values[i]!;
      forward(schur, out, at);
      if (root !== 1) for (let c = at; c < at + rest; c++) out[c]! *= root;
    },
  };
}

function whereRowsAre({ n, order, starts }: SweepLayout): { levelOf: Int32Array; placeOf: Int32Array } {
  const [levelOf, placeOf] = [new Int32Array(n), new Int32Array(n)];
  for (let u = 0; u + 1 < starts.length; u++)
    for (let i = starts[u]!; i < starts[u + 1]!; i++) {
      const row = order === undefined ? i : order[i]!;
      levelOf[row] = u;
      placeOf[row] = i;
    }
  return { levelOf, placeOf };
}

/** For each rest column that level u meets: its products with the level's mean (first) and slopes. */
export function sweptProducts(layout: SweepLayout, u: number): Map<number, Float64Array> {
  const products = new Map<number, Float64Array>();
  for (const group of layout.rest) {
    for (let i = layout.starts[u]!; i < layout.starts[u + 1]!; i++) {
      const column = group.codes[i]!;
      let sums = products.get(column);
      if (sums === undefined) products.set(column, (sums = new Float64Array(1 + layout.bases.length)));
      const load = group.loads === undefined ? 1 : group.loads[i]!;
      if (layout.hasLevel && layout.mass[u]! > 0) sums[0]! += load / layout.mass[u]!;
      for (let s = 0; s < layout.bases.length; s++) sums[s + 1]! += load * layout.bases[s]![i]!;
    }
  }
  return products;
}

export function expected(sums: Float64Array, { bases }: SweepLayout, i: number): number {
  let value = sums[0]!;
  for (let s = 0; s < bases.length; s++) value += sums[s + 1]! * bases[s]![i]!;
  return value;
}

/** L⁻¹ b in place, b at an offset; left-out entries become zero. */
function forward({ size, factor, dropped }: RankCholesky, b: Float64Array, at: number): void {
  for (let i = 0; i < size; i++) {
    if (dropped[i] === 1) {
      b[at + i] = 0;
      continue;
    }
    const row = i * size;
    let sum = b[at + i]!;
    for (let c = 0; c < i; c++) sum -= factor[row + c]! * b[at + c]!;
    b[at + i] = sum / factor[row + i]!;
  }
}
