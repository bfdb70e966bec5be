/** Which row holds the same unit at another time, and which rows belong together. */
import { error, type Fault, type Panel, type ParamPath, type TableShape } from '../../contract.ts';
import { cellText, datesAmong, typedColumns } from '../cell-text.ts';
import { type Column, MISSING } from '../column.ts';
import type { Table } from '../table.ts';
import { panelFunctionIn } from './functions.ts';
import type { Expression } from './syntax.ts';

type Columns = Pick<Table, 'rows' | 'column'>;

/** A panel, and which of unit and time are dates, where messages say them. */
export type Periods = Panel & { readonly dates?: readonly string[] };

export function periodsOf({ panel, columns }: TableShape): Periods | undefined {
  if (panel === undefined) return undefined;
  const dates = datesAmong(columns.filter((c) => c.name === panel.unit || c.name === panel.time));
  return dates.length === 0 ? panel : { ...panel, dates };
}

/** A number per row that is equal just for equal values; −1 for missing. */
function codesOf(column: Column, rows: number): Int32Array {
  if (column.kind === 'text') return Int32Array.from(column.codes, (c) => (c === MISSING ? -1 : c));
  const known = new Map<number, number>();
  const out = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = column.values[i] as number;
    let code = known.get(value);
    if (code === undefined) known.set(value, (code = known.size));
    out[i] = Number.isNaN(value) ? -1 : code;
  }
  return out;
}

/**
 * Row of the same unit `step` periods later (earlier when negative); MISSING where there is none, and in rows without a unit or a
 * period. The time is a number, and no unit has a period twice: see `panelFaults`.
 */
export function panelIndex(table: Columns, panel: Panel, step: number): Uint32Array {
  const { rows } = table;
  const unit = codesOf(table.column(panel.unit), rows);
  const time = table.column(panel.time);
  if (time.kind !== 'number') throw new Error('ceteris bug: periods that are texts');
  const { values } = time;
  const byUnit = new Map<number, Map<number, number>>();
  for (let i = 0; i < rows; i++) {
    const [u, t] = [unit[i] as number, values[i] as number];
    if (u === -1 || !Number.isFinite(t)) continue;
    let times = byUnit.get(u);
    if (times === undefined) byUnit.set(u, (times = new Map()));
    times.set(t, i);
  }
  const out = new Uint32Array(rows).fill(MISSING);
  for (let i = 0; i < rows; i++) {
    const [u, t] = [unit[i] as number, values[i] as number];
    if (u !== -1 && Number.isFinite(t)) out[i] = byUnit.get(u)?.get(t + step) ?? MISSING;
  }
  return out;
}

/**
 * Why values of other periods cannot be looked up in a table: the time is text, of which nobody knows what comes next, or a unit has
 * a period twice, and which of the two would be meant?
 * @param name what looks them up
 */
export function panelFaults(table: Columns, panel: Periods, name: string, param?: ParamPath): readonly Fault[] {
  const [unit, time] = [table.column(panel.unit), table.column(panel.time)];
  if (time.kind === 'text') return [error('CE2080', { name, time: panel.time }, param)];
  const row = repeatedRow(codesOf(unit, table.rows), time.values);
  if (row < 0) return [];
  const [value, period] = typedColumns(table, [panel.unit, panel.time], panel.dates ?? []).map(({ column, type }) =>
    cellText(column, row, type),
  ) as [string, string];
  return [error('CE2751', { unit: panel.unit, value, time: panel.time, period }, param)];
}

/** Those of an expression that looks at other periods. */
export function periodFaults(
  tree: Expression,
  table: Columns,
  panel: Periods | undefined,
  param?: ParamPath,
): readonly Fault[] {
  const name = panel === undefined ? undefined : panelFunctionIn(tree);
  return panel === undefined || name === undefined ? [] : panelFaults(table, panel, name, param);
}

/** First row whose unit and time both stand before it; −1 if there is none. */
function repeatedRow(unit: Int32Array, time: Float64Array): number {
  const seen = new Map<number, Set<number>>();
  for (let i = 0; i < time.length; i++) {
    const [u, t] = [unit[i] as number, time[i] as number];
    if (u === -1 || !Number.isFinite(t)) continue;
    let times = seen.get(u);
    if (times === undefined) seen.set(u, (times = new Set()));
    if (times.has(t)) return i;
    times.add(t);
  }
  return -1;
}

export interface Groups {
  /** group of each row; a missing key is a group like any other */
  readonly of: Int32Array;
  readonly count: number;
}

/** Groups by the combinations of columns; one group without any. */
export function groupIndex(table: Columns, by: readonly string[]): Groups {
  const { rows } = table;
  let of = new Int32Array(rows);
  let count = 1;
  for (const name of by) {
    const codes = codesOf(table.column(name), rows);
    const most = codes.reduce((a, b) => Math.max(a, b), -1) + 2;
    const known = new Map<number, number>();
    const next = new Int32Array(rows);
    for (let i = 0; i < rows; i++) {
      const key = (of[i] as number) * most + (codes[i] as number) + 1;
      let code = known.get(key);
      if (code === undefined) known.set(key, (code = known.size));
      next[i] = code;
    }
    of = next;
    count = known.size;
  }
  return { of, count };
}
