import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import type { Effect } from '../../stages/kernels/effects.ts';

/** A small unbalanced panel with two or three factors, weights and regressors that vary with the levels. */
export interface RandomPanel {
  readonly n: number;
  readonly y: Float64Array;
  readonly x: readonly Float64Array[];
  readonly weights: Float64Array;
  readonly unit: Effect;
  readonly time: Effect;
  readonly group: Effect;
  readonly trend: Float64Array;
}

/** Numbers in [0, 1) that depend on the seed alone. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function panelOf(seed: number, units = 9, periods = 6, missing = 0.2): RandomPanel {
  const random = uniforms(seed * 2654435761 + 17);
  for (let i = 0; i < 20; i++) random();
  const rows: { u: number; t: number; g: number }[] = [];
  for (let u = 0; u < units; u++) {
    for (let t = 0; t < periods; t++) {
      if (random() >= missing) rows.push({ u, t, g: Math.floor(random() * 3) });
    }
  }
  rows.sort(() => random() - 0.5);
  const column = (f: (r: { u: number; t: number; g: number }) => number) => Float64Array.from(rows, f);
  const noise = () => random() + random() + random() - 1.5;
  const x = [
    column((r) => noise() + r.u / 5 + r.t / 4),
    column((r) => noise() * (1 + r.g) + r.t),
    column(() => 100 + noise()),
  ];
  return {
    n: rows.length,
    x,
    y: column((r) => noise() + r.u ** 2 / 7 + Math.sin(r.t) + r.g).map((v, i) => v + 0.7 * x[0]![i]! - x[1]![i]! * 0.3),
    weights: column(() => 0.3 + 2 * random()),
    unit: { codes: Int32Array.from(rows, (r) => r.u), levels: units },
    time: { codes: Int32Array.from(rows, (r) => r.t), levels: periods },
    group: { codes: Int32Array.from(rows, (r) => r.g), levels: 3 },
    trend: column((r) => 2000 + r.t),
  };
}

export const seeds = fc.integer({ min: 1, max: 2 ** 30 });

/** All dummies and slopes of the effects as columns. */
export function dummies(effects: readonly Effect[]): number[][] {
  return effects.flatMap((effect) => {
    const columns: number[][] = [];
    for (let g = 0; g < effect.levels; g++) {
      const own = Array.from(effect.codes, (c) => (c === g ? 1 : 0));
      if (effect.slopeOnly !== true) columns.push(own);
      for (const slope of effect.slopes ?? [])
        columns.push(own.map((d, i) => d * (slope[i]! - (effect.slopeOnly ? 0 : 2000))));
    }
    return columns;
  });
}

/** Residual of a column on dummies by singular values: slow, independent of the kernels. */
export function slowResidual(column: Float64Array, others: readonly number[][], weights?: Float64Array): Float64Array {
  const root = weights === undefined ? new Float64Array(column.length).fill(1) : weights.map(Math.sqrt);
  const a = new Matrix(others.map((c) => c.map((v, i) => v * root[i]!))).transpose();
  const b = Matrix.columnVector(Array.from(column, (v, i) => v * root[i]!));
  const fit = a.mmul(solve(a, b, true));
  return column.map((v, i) => v - fit.get(i, 0) / root[i]!);
}

export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
