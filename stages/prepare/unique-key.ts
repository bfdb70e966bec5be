/** A key that must be unique: the values that occur twice, with their rows. */
import { type Column, textAt } from '../columns/column.ts';
import { isoDate } from '../columns/parse.ts';
import { error, type Fault, type ParamPath } from '../contract.ts';
import { combine, factorOfNumbers, rowsByLevel } from '../kernels/factor-codes.ts';

const SHOWN = 5;

export function keyFaults(
  columns: readonly { name: string; column: Column; date?: boolean }[],
  rows: number,
  param: ParamPath,
): Fault[] {
  const faults: Fault[] = [];
  for (const { name, column } of columns) {
    for (let i = 0; i < rows; i++)
      if (column.kind === 'number' ? Number.isNaN(column.values[i]) : textAt(column, i) === undefined) {
        faults.push(error('CE2025', { name, row: i + 1 }, param));
        break;
      }
  }
  if (faults.length > 0 || rows === 0) return faults;
  const key = combine(columns.map(({ column }) => codesOf(column)));
  if (key.levels === rows) return [];
  const { starts, rows: sorted } = rowsByLevel(key);
  const twice: number[][] = [];
  for (let g = 0; g < key.levels; g++) {
    const members = [...sorted.subarray(starts[g] as number, starts[g + 1] as number)];
    if (members.length > 1) twice.push(members);
  }
  twice.sort((a, b) => (a[0] as number) - (b[0] as number));
  const keys = twice.slice(0, SHOWN).map((members) => {
    const values = columns.map(({ column, date }) => show(column, members[0] as number, date === true)).join(' ');
    return `${values} (${members
      .slice(0, 4)
      .map((i) => i + 1)
      .join(', ')})`;
  });
  return [
    error(
      'CE2022',
      { count: twice.length, keys: twice.length > SHOWN ? [...keys, '…'] : keys, columns: columns.map((c) => c.name) },
      param,
    ),
  ];
}

function codesOf(column: Column) {
  if (column.kind === 'number') return factorOfNumbers(column.values);
  return { codes: new Int32Array(column.codes), levels: column.levels.length };
}

function show(column: Column, row: number, date: boolean): string {
  if (column.kind === 'text') return textAt(column, row) ?? '';
  const value = column.values[row] as number;
  if (!date) return String(value);
  return isoDate(value);
}
