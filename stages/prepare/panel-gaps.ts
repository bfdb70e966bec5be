/** Rows that a panel lacks to be full. */
import type { Column } from '../columns/column.ts';
import type { Note } from '../contract.ts';
import { combine } from '../kernels/factor-codes.ts';
import { factorOfColumn } from './groups.ts';

/** CN2001 where not every unit has every period that some unit has; unit and time are there in every row, and name it once. */
export function gapNotes(unit: Column, time: Column, rows: number): readonly Note[] {
  // combined with nothing, so that levels which no row has do not count
  const [units, periods] = [unit, time].map((column) => combine([factorOfColumn(column)]).levels) as [number, number];
  const cells = units * periods;
  return cells === rows ? [] : [{ code: 'CN2001', args: { units, periods, gaps: cells - rows, cells } }];
}
