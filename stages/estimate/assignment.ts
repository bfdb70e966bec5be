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

/** The fault when some unit lacks a period: paths could not be swapped. */
export function completePaths(grid: Grid, panel: { unit: string }): Fault | undefined {
  for (let u = 0; u < grid.units; u++) {
    let missing = 0;
    for (let t = 0; t < grid.periods; t++) if (grid.row[u * grid.periods + t] === -1) missing++;
    if (missing > 0)
      return error('CE2441', { unit: `${panel.unit} ${grid.names[u]}`, missing, periods: grid.periods }, ['assign']);
  }
  return undefined;
}

/** Whole units swap their paths of the treatment. Needs every unit in every period. */
export function swapUnits(grid: Grid, d: Float64Array, panel: { unit: string }): Assign | Fault {
  const fault = completePaths(grid, panel);
  if (fault !== undefined) return fault;
  return (random, out) => {
    const order = random.permutation(grid.units);
    for (let i = 0; i < out.length; i++) {
      const other = order[grid.unitOf[i] as number] as number;
      out[i] = d[grid.row[other * grid.periods + (grid.periodOf[i] as number)] as number] as number;
    }
  };
}

export interface Adoptions {
  readonly treated: Int32Array;
  /** some unit is treated from the first period on */
  readonly always: boolean;
}

/** The units that adopt a 0/1 treatment which stays on, or the fault that it is none. */
export function adoptions(grid: Grid, d: Float64Array, name: string): Adoptions | Fault {
  const adopted = new Int32Array(grid.units).fill(-1);
  for (let u = 0; u < grid.units; u++) {
    for (let t = 0; t < grid.periods; t++) {
      const i = grid.row[u * grid.periods + t] as number;
      if (i === -1) continue;
      const value = d[i] as number;
      if ((value !== 0 && value !== 1) || (value === 0 && adopted[u] !== -1))
        return error('CE2440', { name, unit: grid.names[u] as string }, ['assign']);
      if (value === 1 && adopted[u] === -1) adopted[u] = t;
    }
  }
  const treated = Int32Array.from(adopted.keys()).filter((u) => adopted[u] !== -1);
  return treated.length === 0 ? error('CE2435', {}, ['x']) : { treated, always: adopted.includes(0) };
}

/**
 * As many treated units as there are, with adoption periods drawn at random among those in which some unit could be seen both
 * before and after; `both`: the units are random too.
 */
export function randomAdoption(grid: Grid, d: Float64Array, options: { name: string; units: boolean }): Assign | Fault {
  const found = adoptions(grid, d, options.name);
  if (!('treated' in found)) return found;
  const { treated } = found;
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
