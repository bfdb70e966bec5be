/** Random assignments of a treatment to units and periods. */
import type { Table } from '../columns/table.ts';
import { error, type Fault } from '../contract.ts';
import type { RandomStream } from '../kernels/random.ts';
import { namedFactor } from './design.ts';

/** Writes draw r of the treatment into `out`, one value per row of the sample. */
export type Assign = (random: RandomStream, out: Float64Array) => void;

/** Rows of the sample by unit and period; −1 where a unit lacks a period. */
export interface Grid {
  readonly units: number;
  readonly periods: number;
  readonly unitOf: ArrayLike<number>;
  readonly periodOf: ArrayLike<number>;
  /** units×periods, unit by unit */
  readonly row: Int32Array;
  readonly names: readonly string[];
}

export function gridOf(table: Table, panel: { unit: string; time: string }, rows: Int32Array): Grid {
  const unit = namedFactor(table.column(panel.unit), rows);
  const time = namedFactor(table.column(panel.time), rows);
  const row = new Int32Array(unit.levels * time.levels).fill(-1);
  for (let i = 0; i < rows.length; i++) row[(unit.codes[i] as number) * time.levels + (time.codes[i] as number)] = i;
  return { units: unit.levels, periods: time.levels, unitOf: unit.codes, periodOf: time.codes, row, names: unit.names };
}

/** Whole units swap their paths of the treatment. Needs every unit in every period. */
export function swapUnits(grid: Grid, d: Float64Array, panel: { unit: string }): Assign | Fault {
  for (let u = 0; u < grid.units; u++) {
    let missing = 0;
    for (let t = 0; t < grid.periods; t++) if (grid.row[u * grid.periods + t] === -1) missing++;
    if (missing > 0)
      return error('CE2441', { unit: `${panel.unit} ${grid.names[u]}`, missing, periods: grid.periods }, ['assign']);
  }
  return (random, out) => {
    const order = random.permutation(grid.units);
    for (let i = 0; i < out.length; i++) {
      const other = order[grid.unitOf[i] as number] as number;
      out[i] = d[grid.row[other * grid.periods + (grid.periodOf[i] as number)] as number] as number;
    }
  };
}

/**
 * As many treated units as there are, with adoption periods drawn at random among those in which some unit could be seen both
 * before and after; `both`: the units are random too.
 */
export function randomAdoption(grid: Grid, d: Float64Array, options: { name: string; units: boolean }): Assign | Fault {
  const adopted = new Int32Array(grid.units).fill(-1);
  for (let u = 0; u < grid.units; u++) {
    for (let t = 0; t < grid.periods; t++) {
      const i = grid.row[u * grid.periods + t] as number;
      if (i === -1) continue;
      const value = d[i] as number;
      if (value !== 0 && value !== 1)
        return error('CE2440', { name: options.name, unit: grid.names[u] as string }, ['assign']);
      if (value === 1 && adopted[u] === -1) adopted[u] = t;
      if (value === 0 && adopted[u] !== -1)
        return error('CE2440', { name: options.name, unit: grid.names[u] as string }, ['assign']);
    }
  }
  const treated = Int32Array.from(adopted.keys()).filter((u) => adopted[u] !== -1);
  if (treated.length === 0) return error('CE2435', {}, ['x']);
  const start = new Int32Array(grid.units);
  return (random, out) => {
    start.fill(grid.periods);
    const chosen = options.units ? random.permutation(grid.units).subarray(0, treated.length) : treated;
    // period 0 would leave no row before adoption
    for (const u of chosen) start[u] = grid.periods < 2 ? 0 : 1 + random.below(grid.periods - 1);
    for (let i = 0; i < out.length; i++)
      out[i] = (grid.periodOf[i] as number) >= (start[grid.unitOf[i] as number] as number) ? 1 : 0;
  };
}

/** Values of the treatment permuted over rows. */
export const permuteRows =
  (d: Float64Array): Assign =>
  (random, out) => {
    out.set(d);
    random.shuffleInPlace(out);
  };

const MOST_ASSIGNMENTS = 200_000;

/** Every way to treat as many rows as are treated; a fault when there are too many. */
export function* allAssignments(d: Float64Array): Generator<Float64Array> {
  const n = d.length;
  const m = d.reduce((s, v) => s + (v === 1 ? 1 : 0), 0);
  const chosen = Int32Array.from({ length: m }, (_, i) => i);
  const out = new Float64Array(n);
  for (;;) {
    out.fill(0);
    for (const i of chosen) out[i] = 1;
    yield out;
    let k = m - 1;
    while (k >= 0 && chosen[k] === n - m + k) k--;
    if (k < 0) return;
    chosen[k]!++;
    for (let j = k + 1; j < m; j++) chosen[j] = (chosen[j - 1] as number) + 1;
  }
}

/** How many assignments `allAssignments` gives, or the fault that they are too many or not 0/1. */
export function countAssignments(d: Float64Array, name: string): number | Fault {
  if (d.some((v) => v !== 0 && v !== 1)) return error('CE2440', { name, unit: '-' }, ['draws']);
  const m = d.reduce((s, v) => s + v, 0);
  let count = 1;
  for (let i = 1; i <= m; i++) count = (count * (d.length - m + i)) / i;
  return count > MOST_ASSIGNMENTS
    ? error('CE2439', { count: count.toPrecision(3), most: MOST_ASSIGNMENTS }, ['draws'])
    : Math.round(count);
}
