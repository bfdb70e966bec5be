import type { SweepLayout } from './sweep-layout.ts';

/**
 * Takes the swept effect out of `f` (in the layout's order) in place and adds up what is left by the columns of the rest:
 * sums = Rᵀ W M f, M the residual maker of the swept effect.
 * @param sums length restColumns, overwritten
 */
export function sweepInPlace(f: Float64Array, layout: SweepLayout, sums: Float64Array): void {
  const { starts, mass } = layout;
  sums.fill(0);
  const [only] = layout.plainRest;
  if (only !== undefined && layout.plainRest.length === 1) {
    sweepPlain(f, layout, only, sums);
    return;
  }
  for (let u = 0; u < mass.length; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    sweepLevel(f, layout, from, end, mass[u]!);
    sumLevel(f, layout, from, end, sums);
  }
}

/** f ← M (f − R b), and sums ← Rᵀ W f for the new f, which is zero when b solves the Schur complement's equations. */
export function subtractInPlace(f: Float64Array, layout: SweepLayout, b: Float64Array, sums: Float64Array): void {
  const { starts, mass, rest } = layout;
  sums.fill(0);
  const [first, second] = layout.plainRest;
  if (first !== undefined && layout.plainRest.length <= 2) {
    if (second === undefined) subtractOne(f, layout, first, b, sums);
    else subtractTwo(f, layout, [first, second], b, sums);
    return;
  }
  for (let u = 0; u < mass.length; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    for (let g = 0; g < rest.length; g++) {
      const { codes, values } = rest[g]!;
      if (values === undefined) for (let i = from; i < end; i++) f[i]! -= b[codes[i]!]!;
      else for (let i = from; i < end; i++) f[i]! -= b[codes[i]!]! * values[i]!;
    }
    sweepLevel(f, layout, from, end, mass[u]!);
    sumLevel(f, layout, from, end, sums);
  }
}

// The three loops below are the ones of unweighted panels with one or two other effects, without slopes: a third faster.

function sweepPlain(f: Float64Array, layout: SweepLayout, codes: Int32Array, sums: Float64Array): void {
  const { starts } = layout;
  const levels = starts.length - 1;
  for (let u = 0; u < levels; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) sum += f[i]!;
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const value = f[i]! - mean;
      f[i] = value;
      sums[codes[i]!]! += value;
    }
  }
}

function subtractOne(
  f: Float64Array,
  layout: SweepLayout,
  codes: Int32Array,
  b: Float64Array,
  sums: Float64Array,
): void {
  const { starts } = layout;
  const levels = starts.length - 1;
  for (let u = 0; u < levels; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const value = f[i]! - b[codes[i]!]!;
      f[i] = value;
      sum += value;
    }
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const value = f[i]! - mean;
      f[i] = value;
      sums[codes[i]!]! += value;
    }
  }
}

function subtractTwo(
  f: Float64Array,
  layout: SweepLayout,
  [first, second]: readonly [Int32Array, Int32Array],
  b: Float64Array,
  sums: Float64Array,
): void {
  const { starts } = layout;
  const levels = starts.length - 1;
  for (let u = 0; u < levels; u++) {
    const from = starts[u]!;
    const end = starts[u + 1]!;
    let sum = 0;
    for (let i = from; i < end; i++) {
      const value = f[i]! - b[first[i]!]! - b[second[i]!]!;
      f[i] = value;
      sum += value;
    }
    const mean = sum / (end - from);
    for (let i = from; i < end; i++) {
      const value = f[i]! - mean;
      f[i] = value;
      sums[first[i]!]! += value;
      sums[second[i]!]! += value;
    }
  }
}

function sweepLevel(f: Float64Array, layout: SweepLayout, from: number, end: number, mass: number): void {
  const w = layout.weights;
  if (layout.hasLevel) {
    let sum = 0;
    if (w === undefined) for (let i = from; i < end; i++) sum += f[i]!;
    else for (let i = from; i < end; i++) sum += w[i]! * f[i]!;
    const mean = mass > 0 ? sum / mass : 0;
    for (let i = from; i < end; i++) f[i]! -= mean;
  }
  const { bases } = layout;
  for (let s = 0; s < bases.length; s++) {
    const basis = bases[s]!;
    let dot = 0;
    if (w === undefined) for (let i = from; i < end; i++) dot += f[i]! * basis[i]!;
    else for (let i = from; i < end; i++) dot += w[i]! * f[i]! * basis[i]!;
    for (let i = from; i < end; i++) f[i]! -= dot * basis[i]!;
  }
}

function sumLevel(f: Float64Array, layout: SweepLayout, from: number, end: number, sums: Float64Array): void {
  const { rest } = layout;
  for (let g = 0; g < rest.length; g++) {
    const { codes, loads } = rest[g]!;
    if (loads === undefined) for (let i = from; i < end; i++) sums[codes[i]!]! += f[i]!;
    else for (let i = from; i < end; i++) sums[codes[i]!]! += loads[i]! * f[i]!;
  }
}
