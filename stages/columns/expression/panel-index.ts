/** Which row holds the same unit at another time, and which rows belong together. */
import type { Panel } from '../../contract.ts';
import { type Column, MISSING } from '../column.ts';
import type { Table } from '../table.ts';

type Columns = Pick<Table, 'rows' | 'column'>;

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

/** Row of the same unit `step` periods later (earlier when negative); MISSING where there is none. */
export function panelIndex(table: Columns, panel: Panel, step: number): Uint32Array {
  const { rows } = table;
  const unit = codesOf(table.column(panel.unit), rows);
  const column = table.column(panel.time);
  const time =
    column.kind === 'number' ? column.values : Float64Array.from(column.codes, (c) => (c === MISSING ? Number.NaN : c));
  const byUnit = new Map<number, Map<number, number>>();
  for (let i = 0; i < rows; i++) {
    const u = unit[i] as number;
    let times = byUnit.get(u);
    if (times === undefined) byUnit.set(u, (times = new Map()));
    times.set(time[i] as number, i);
  }
  const out = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) out[i] = byUnit.get(unit[i] as number)?.get((time[i] as number) + step) ?? MISSING;
  return out;
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
