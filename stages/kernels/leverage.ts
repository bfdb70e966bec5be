import type { Absorber } from './absorb.ts';
import { denseSchur, expected, sweptProducts } from './hat-rows.ts';
import type { LinearFit } from './linear-model.ts';
import { invertCholesky } from './rank-cholesky.ts';
import type { RestGroup, SweepLayout } from './sweep-layout.ts';

/** Beyond which the effects' share is not computed in a way. */
export interface LeverageLimits {
  /** columns beside the swept effect whose dense factor is made */
  readonly factored?: number;
  /** see `MOST_SOLVED` */
  readonly solved?: number;
}

/** Work, rows with different effects × rows, up to which the effects' share is solved for row by row: about a minute. */
const MOST_SOLVED = 1e8;

/**
 * Diagonal of the hat matrix, absorbed effects included: h_i = w_i (x_iᵀ A x_i) + the effects' own share. That share comes from the dense
 * factor of the effects' equations where there can be one, else from one solution for each row that meets other effects.
 * @returns undefined when both would take too long
 */
export function leverages(fit: LinearFit, limits: LeverageLimits = {}): Float64Array | undefined {
  const shares = fit.absorber === undefined ? new Float64Array(fit.n) : effectLeverages(fit.absorber, fit, limits);
  if (shares === undefined) return undefined;
  const { bread, design } = fit.hat ?? fit.conditioned ?? fit;
  const k = design.length;
  for (let i = 0; i < fit.n; i++) {
    let h = 0;
    for (let a = 0; a < k; a++) {
      let sum = 0;
      for (let b = 0; b < k; b++) sum += bread[a * k + b]! * design[b]![i]!;
      h += sum * design[a]![i]!;
    }
    shares[i]! += h * (fit.weights === undefined ? 1 : fit.weights[i]!);
  }
  return shares;
}

/** Swept effect: w_i q_iᵀ q_i. Rest: w_i z_iᵀ S⁻ z_i, z_i row i of M R. */
function effectLeverages(absorber: Absorber, fit: LinearFit, limits: LeverageLimits): Float64Array | undefined {
  const { layout } = absorber;
  const schur = layout.restColumns === 0 ? undefined : denseSchur(absorber, limits.factored);
  if (schur === undefined && layout.restColumns > 0) return solvedShares(absorber, fit, limits.solved ?? MOST_SOLVED);
  const inverse = schur === undefined ? undefined : invertCholesky(schur);
  const shares = new Float64Array(layout.n);
  for (let u = 0; u < layout.mass.length; u++) {
    for (let i = layout.starts[u]!; i < layout.starts[u + 1]!; i++) {
      let h = layout.hasLevel && layout.mass[u]! > 0 ? 1 / layout.mass[u]! : 0;
      for (const basis of layout.bases) h += basis[i]! * basis[i]!;
      shares[i] = h;
    }
    if (inverse !== undefined) addRest(shares, layout, u, inverse);
  }
  const placed = new Float64Array(layout.n);
  for (let i = 0; i < layout.n; i++) {
    placed[layout.order === undefined ? i : layout.order[i]!] =
      shares[i]! * (layout.weights === undefined ? 1 : layout.weights[i]!);
  }
  return placed;
}

function addRest(shares: Float64Array, layout: SweepLayout, u: number, inverse: Float64Array): void {
  const from = layout.starts[u]!;
  const end = layout.starts[u + 1]!;
  const size = layout.restColumns;
  const swept = sweptProducts(layout, u);
  const index = Int32Array.from(swept.keys());
  const row = new Float64Array(index.length);
  for (let i = from; i < end; i++) {
    for (let c = 0; c < index.length; c++) row[c] = -expected(swept.get(index[c]!)!, layout, i);
    for (const group of layout.rest) row[index.indexOf(group.codes[i]!)]! += valueAt(group, i);
    let h = 0;
    for (let a = 0; a < index.length; a++) {
      let sum = 0;
      for (let b = 0; b < index.length; b++) sum += inverse[index[a]! * size + index[b]!]! * row[b]!;
      h += sum * row[a]!;
    }
    shares[i]! += h;
  }
}

function valueAt(group: RestGroup, i: number): number {
  return group.values === undefined ? 1 : group.values[i]!;
}

/** One solution for each row that meets other effects; undefined when there are too many. */
function solvedShares(absorber: Absorber, fit: LinearFit, most: number): Float64Array | undefined {
  const cells = rowCells(fit);
  const distinct = cells.reduce((most, c) => Math.max(most, c + 1), 0);
  if (distinct * fit.n > most) return undefined;
  const perWeight = new Float64Array(distinct).fill(Number.NaN);
  const column = new Float64Array(fit.n);
  return Float64Array.from(cells, (cell, i) => {
    const w = fit.weights === undefined ? 1 : fit.weights[i]!;
    if (Number.isNaN(perWeight[cell]!)) {
      column.fill(0);
      column[i] = 1;
      absorber.residualizeInPlace(column);
      perWeight[cell] = (1 - column[i]!) / w;
    }
    return w * perWeight[cell]!;
  });
}

/** Rows that meet the same effects have the same share per weight; with slopes each row is its own. */
function rowCells({ effects, n }: LinearFit): Int32Array {
  if (effects.some((e) => (e.slopes ?? []).length > 0)) return Int32Array.from({ length: n }, (_, i) => i);
  let cells = new Int32Array(n);
  for (const { codes, levels } of effects) {
    const known = new Map<number, number>();
    cells = cells.map((cell, i) => {
      const key = cell * levels + codes[i]!;
      let code = known.get(key);
      if (code === undefined) known.set(key, (code = known.size));
      return code;
    });
  }
  return cells;
}
