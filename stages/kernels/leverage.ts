import type { LinearFit } from './fit.ts';
import { invertCholesky } from './rank-cholesky.ts';
import type { RestGroup, SweepLayout } from './sweep-layout.ts';

/**
 * Diagonal of the hat matrix, absorbed effects included: h_i = w_i (x_iᵀ A x_i) + the effects' own share. Undefined when the
 * effects were absorbed iteratively: their share then needs a system per row.
 */
export function leverages(fit: LinearFit): Float64Array | undefined {
  const shares = fit.absorber === undefined ? new Float64Array(fit.n) : effectLeverages(fit.absorber.layout, fit);
  if (shares === undefined) return undefined;
  const k = fit.terms;
  const { bread, design } = fit.conditioned ?? fit;
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
function effectLeverages(layout: SweepLayout, fit: LinearFit): Float64Array | undefined {
  const schur = fit.absorber?.schur;
  if (schur === undefined && layout.restColumns > 0) return undefined;
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
  const swept = sweptRows(layout, u);
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

/** For each rest column that level u meets: its products with the level's mean (first) and slopes. */
function sweptRows(layout: SweepLayout, u: number): Map<number, Float64Array> {
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

function expected(sums: Float64Array, layout: SweepLayout, i: number): number {
  let value = sums[0]!;
  for (let s = 0; s < layout.bases.length; s++) value += sums[s + 1]! * layout.bases[s]![i]!;
  return value;
}

function valueAt(group: RestGroup, i: number): number {
  return group.values === undefined ? 1 : group.values[i]!;
}
