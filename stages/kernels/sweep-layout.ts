import { type Effect, effectColumns } from './effects.ts';
import { asInt32, levelCounts } from './factor-codes.ts';
import { integers } from './shared-memory.ts';

/** Columns of one effect other than the swept one: row i meets column `codes[i]` with `values[i]` (1 when absent). */
export interface RestGroup {
  /** number of its first column, and how many it has */
  readonly first: number;
  readonly columns: number;
  readonly codes: Int32Array;
  readonly values?: Float64Array;
  /** weight × value, 1 when absent */
  readonly loads?: Float64Array;
}

/**
 * Rows arranged for sweeping: grouped by the level of the effect with the most columns, which is projected out exactly level by
 * level; all other effects are the `rest`, whose columns have one numbering 0 … restColumns - 1.
 */
export interface SweepLayout {
  readonly n: number;
  /** position of the swept effect among the effects */
  readonly swept: number;
  /** row number of the input at each place; absent when the rows are grouped already */
  readonly order?: Int32Array;
  /** places of level u: starts[u] … starts[u + 1] - 1; every level has rows */
  readonly starts: Int32Array;
  readonly weights?: Float64Array;
  /** total weight of each level */
  readonly mass: Float64Array;
  readonly hasLevel: boolean;
  /** slope columns made orthonormal within each level (in the weights), zero where a level has too few rows */
  readonly bases: readonly Float64Array[];
  readonly rest: readonly RestGroup[];
  readonly restColumns: number;
  /** codes of the rest when there are no weights and no slopes anywhere, else empty */
  readonly plainRest: readonly Int32Array[];
}

/** Lays out the rows for a set of effects. Levels without rows are left out of the swept effect. */
export function sweepLayout(effects: readonly Effect[], n: number, weights?: Float64Array): SweepLayout {
  const swept = widest(effects);
  const main = effects[swept]!;
  const { order, starts } = grouping(main, n);
  const sortedWeights = weights === undefined ? undefined : arrange(weights, order);
  const mass = levelMass(starts, sortedWeights);
  const hasLevel = main.slopeOnly !== true;
  const frame = {
    n,
    swept,
    starts,
    mass,
    hasLevel,
    ...(order && { order }),
    ...(sortedWeights && { weights: sortedWeights }),
  };
  const bases = orthonormalSlopes(main, frame);
  const rest: RestGroup[] = [];
  let restColumns = 0;
  effects.forEach((effect, e) => {
    if (e === swept) return;
    restColumns = addGroups(rest, effect, frame, restColumns);
  });
  const plain = weights === undefined && hasLevel && bases.length === 0 && rest.every((g) => g.values === undefined);
  return { ...frame, bases, rest, restColumns, plainRest: plain ? rest.map((g) => g.codes) : [] };
}

type Frame = Pick<SweepLayout, 'n' | 'order' | 'starts' | 'weights' | 'mass' | 'hasLevel'>;

function widest(effects: readonly Effect[]): number {
  let best = 0;
  for (let e = 1; e < effects.length; e++) {
    if (effectColumns(effects[e]!) > effectColumns(effects[best]!)) best = e;
  }
  return best;
}

/** A column in the layout's order. */
export function arrange(column: Float64Array, order: Int32Array | undefined): Float64Array {
  if (order === undefined) return column;
  const sorted = new Float64Array(order.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = column[order[i]!]!;
  return sorted;
}

function grouping(effect: Effect, n: number): { order: Int32Array | undefined; starts: Int32Array } {
  const codes = asInt32(effect.codes);
  const runs = runStarts(codes, effect.levels, n);
  if (runs !== undefined) return { order: undefined, starts: runs };
  const counts = levelCounts(effect);
  const next = new Int32Array(effect.levels);
  const starts = new Int32Array(effect.levels + 1);
  let levels = 0;
  for (let g = 0, at = 0; g < effect.levels; g++) {
    next[g] = at;
    if (counts[g]! > 0) starts[levels++] = at;
    at += counts[g]!;
  }
  starts[levels] = n;
  const order = integers(n);
  for (let i = 0; i < n; i++) order[next[codes[i]!]!++] = i;
  return { order, starts: starts.slice(0, levels + 1) };
}

/** Starts of the runs of equal codes, or undefined when some level has two runs. */
function runStarts(codes: Int32Array, levels: number, n: number): Int32Array | undefined {
  const seen = new Uint8Array(levels);
  const starts = new Int32Array(levels + 1);
  let runs = 0;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const g = codes[i]!;
    if (g === last) continue;
    if (seen[g] === 1) return undefined;
    seen[g] = 1;
    last = g;
    starts[runs++] = i;
  }
  starts[runs] = n;
  return starts.slice(0, runs + 1);
}

function levelMass(starts: Int32Array, weights: Float64Array | undefined): Float64Array {
  const mass = new Float64Array(starts.length - 1);
  for (let u = 0; u < mass.length; u++) {
    const end = starts[u + 1]!;
    if (weights === undefined) mass[u] = end - starts[u]!;
    else {
      let sum = 0;
      for (let i = starts[u]!; i < end; i++) sum += weights[i]!;
      mass[u] = sum;
    }
  }
  return mass;
}

function orthonormalSlopes(effect: Effect, frame: Frame): Float64Array[] {
  const bases: Float64Array[] = [];
  for (const slope of effect.slopes ?? []) {
    const column = arrange(slope, frame.order).slice();
    for (let u = 0; u < frame.mass.length; u++) orthonormalizeLevel(column, u, bases, frame);
    bases.push(column);
  }
  return bases;
}

/** Gram–Schmidt, twice, of one level's part of a slope against the level's mean and earlier slopes. */
function orthonormalizeLevel(column: Float64Array, u: number, bases: readonly Float64Array[], frame: Frame): void {
  const from = frame.starts[u]!;
  const end = frame.starts[u + 1]!;
  const w = frame.weights;
  let before = 0;
  for (let i = from; i < end; i++) before += (w?.[i] ?? 1) * column[i]! * column[i]!;
  for (let pass = 0; pass < 2; pass++) {
    if (frame.hasLevel) {
      let sum = 0;
      for (let i = from; i < end; i++) sum += (w?.[i] ?? 1) * column[i]!;
      const mean = sum / frame.mass[u]!;
      for (let i = from; i < end; i++) column[i]! -= mean;
    }
    for (const basis of bases) {
      let dot = 0;
      for (let i = from; i < end; i++) dot += (w?.[i] ?? 1) * column[i]! * basis[i]!;
      for (let i = from; i < end; i++) column[i]! -= dot * basis[i]!;
    }
  }
  let after = 0;
  for (let i = from; i < end; i++) after += (w?.[i] ?? 1) * column[i]! * column[i]!;
  const scale = after > 1e-22 * before ? 1 / Math.sqrt(after) : 0;
  for (let i = from; i < end; i++) column[i]! *= scale;
}

function addGroups(rest: RestGroup[], effect: Effect, frame: Frame, offset: number): number {
  const old = asInt32(effect.codes);
  const place = (shift: number): Int32Array => {
    if (shift === 0 && frame.order === undefined) return old;
    const codes = integers(frame.n);
    const order = frame.order;
    if (order === undefined) for (let i = 0; i < codes.length; i++) codes[i] = old[i]! + shift;
    else for (let i = 0; i < codes.length; i++) codes[i] = old[order[i]!]! + shift;
    return codes;
  };
  let next = offset;
  if (effect.slopeOnly !== true) {
    rest.push({
      first: next,
      columns: effect.levels,
      codes: place(next),
      ...(frame.weights && { loads: frame.weights }),
    });
    next += effect.levels;
  }
  for (const slope of effect.slopes ?? []) {
    const values = standardized(arrange(slope, frame.order), effect.slopeOnly !== true);
    const loads = frame.weights === undefined ? values : multiply(values, frame.weights);
    rest.push({ first: next, columns: effect.levels, codes: place(next), values, loads });
    next += effect.levels;
  }
  return next;
}

/** Same span together with the levels, better conditioned: mean 0 (when the levels are there too) and mean square 1. */
function standardized(column: Float64Array, centre: boolean): Float64Array {
  const n = column.length;
  let mean = 0;
  if (centre) for (let i = 0; i < n; i++) mean += column[i]! / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += (column[i]! - mean) ** 2 / n;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 1;
  return column.map((x) => (x - mean) * scale);
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length);
  for (let i = 0; i < product.length; i++) product[i] = a[i]! * b[i]!;
  return product;
}
