/** A balanced panel by cohort: when each unit's treatment starts, with every way in which it cannot be told. */
import type { Table } from '../columns/table.ts';
import { error, type Fault } from '../contract.ts';
import { type Grid, gridOf } from './assignment.ts';
import { namedFactor } from './design.ts';

export interface Cohorts {
  readonly grid: Grid;
  /** first treated period of each cohort as an index, increasing; the number of periods: never treated */
  readonly starts: Int32Array;
  /** units of each cohort, and the sum of their weights (the same without weights) */
  readonly units: Float64Array;
  readonly mass: Float64Array;
  /** weights of the rows; absent: 1 */
  readonly weights?: Float64Array;
  /** cohort of each row of the sample */
  readonly cohortOf: Int32Array;
  /** values of the periods: numbers where the column holds numbers, dates as `2016-03-01` */
  readonly periods: readonly (number | string)[];
}

export type PanelKeys = {
  readonly unit: string;
  readonly time: string;
  /** periods are dates */
  readonly isDate: boolean;
};

/** Rows of the sample by unit and period, or the faults: two rows in a cell, a unit without some period. */
export function balancedGrid(table: Table, panel: PanelKeys, rows: Int32Array): Grid | Fault {
  const grid = gridOf(table, panel, rows);
  const has = rowsOfUnits(grid);
  for (let i = 0; i < rows.length; i++) {
    const cell = (grid.unitOf[i] as number) * grid.periods + (grid.periodOf[i] as number);
    if (grid.row[cell] === i) continue;
    const time = timesOf(table, panel, rows)[grid.periodOf[i] as number] as string;
    return error('CE2504', { unit: `${panel.unit} ${grid.names[grid.unitOf[i] as number]}`, time });
  }
  const short = has.findIndex((n) => n < grid.periods);
  if (short === -1) return grid;
  return error('CE2501', {
    units: has.reduce((n, h) => n + (h < grid.periods ? 1 : 0), 0),
    all: grid.units,
    unit: `${panel.unit} ${grid.names[short]}`,
    has: has[short] as number,
    periods: grid.periods,
  });
}

const timesOf = (table: Table, { time, isDate }: PanelKeys, rows: Int32Array): readonly string[] =>
  namedFactor(table.column(time), rows, isDate).names;

/** Marks of the rows of units that are there in every period. */
export function completeUnits(table: Table, panel: PanelKeys, rows: Int32Array): { mask: Uint8Array; dropped: number } {
  const grid = gridOf(table, panel, rows);
  const has = rowsOfUnits(grid);
  const mask = new Uint8Array(table.rows);
  rows.forEach((row, i) => {
    if (has[grid.unitOf[i] as number] === grid.periods) mask[row] = 1;
  });
  return { mask, dropped: has.reduce((n, h) => n + (h < grid.periods ? 1 : 0), 0) };
}

function rowsOfUnits(grid: Grid): Int32Array {
  const has = new Int32Array(grid.units);
  for (let c = 0; c < grid.row.length; c++)
    if (grid.row[c] !== -1) has[Math.floor(c / grid.periods)] = (has[Math.floor(c / grid.periods)] as number) + 1;
  return has;
}

export interface Treatment {
  readonly name: string;
  /** one value per row of the sample */
  readonly values: Float64Array;
}

/** Cohorts of a balanced grid, or every unit's fault that forbids them (the first of each kind). */
export function cohortsOf(
  table: Table,
  panel: PanelKeys,
  sample: { rows: Int32Array; grid: Grid; treatment: Treatment; weights?: { name: string; values: Float64Array } },
): Cohorts | readonly Fault[] {
  const { rows, grid, treatment, weights } = sample;
  const odd = treatment.values.findIndex((d) => d !== 0 && d !== 1);
  if (odd !== -1)
    return [
      error(
        'CE2500',
        { name: treatment.name, value: treatment.values[odd] as number, row: (rows[odd] as number) + 1 },
        ['x'],
      ),
    ];
  const times = timesOf(table, panel, rows);
  const numeric = table.column(panel.time).kind === 'number' && !panel.isDate;
  const startOf = new Int32Array(grid.units);
  for (let u = 0; u < grid.units; u++) {
    const on = (t: number): boolean => treatment.values[grid.row[u * grid.periods + t] as number] === 1;
    let start = 0;
    while (start < grid.periods && !on(start)) start++;
    startOf[u] = start;
    for (let t = start + 1; t < grid.periods; t++)
      if (!on(t)) {
        const args = { name: treatment.name, unit: `${panel.unit} ${grid.names[u]}`, time: times[t] as string };
        return [error('CE2502', args, ['x'])];
      }
  }
  const starts = Int32Array.from(new Set(startOf)).sort();
  const units = new Float64Array(starts.length);
  const cohort = new Map(Array.from(starts, (s, c) => [s, c]));
  const mass = new Float64Array(starts.length);
  for (let u = 0; u < grid.units; u++) {
    const c = cohort.get(startOf[u] as number) as number;
    const own = weights?.values[grid.row[u * grid.periods] as number] ?? 1;
    units[c] = (units[c] as number) + 1;
    mass[c] = (mass[c] as number) + own;
    for (let t = 1; weights !== undefined && t < grid.periods; t++)
      if (weights.values[grid.row[u * grid.periods + t] as number] !== own) {
        const args = { name: weights.name, unit: `${panel.unit} ${grid.names[u]}`, time: times[t] as string };
        return [error('CE2962', args, ['weights'])];
      }
  }
  return {
    grid,
    starts,
    units,
    mass,
    ...(weights === undefined ? {} : { weights: weights.values }),
    cohortOf: Int32Array.from(grid.unitOf, (u) => cohort.get(startOf[u] as number) as number),
    periods: times.map((t) => (numeric ? Number(t) : t)),
  };
}

/** Weighted mean of a column of the sample by cohort and period, cohort by cohort. */
export function cohortMeans({ grid, starts, mass, weights, cohortOf }: Cohorts, values: Float64Array): Float64Array {
  const means = new Float64Array(starts.length * grid.periods);
  for (let i = 0; i < values.length; i++) {
    const cell = (cohortOf[i] as number) * grid.periods + (grid.periodOf[i] as number);
    means[cell] = (means[cell] as number) + (weights?.[i] ?? 1) * (values[i] as number);
  }
  for (let c = 0; c < means.length; c++)
    means[c] = (means[c] as number) / (mass[Math.floor(c / grid.periods)] as number);
  return means;
}
