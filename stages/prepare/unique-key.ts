/** A key that must be unique: the values that occur twice, with their rows. */
import { keyText, type Typed } from '../columns/cell-text.ts';
import { isMissing } from '../columns/column.ts';
import { error, type Fault, type ParamPath } from '../contract.ts';
import { combine, rowsByLevel } from '../kernels/factor-codes.ts';
import { factorOfColumn } from './groups.ts';

const SHOWN = 5;

export function keyFaults(
  columns: readonly (Typed & { readonly name: string })[],
  rows: number,
  param?: ParamPath,
): Fault[] {
  const faults: Fault[] = [];
  for (const { name, column } of columns) {
    for (let i = 0; i < rows; i++)
      if (isMissing(column, i)) {
        faults.push(error('CE2025', { name, row: i + 1 }, param));
        break;
      }
  }
  if (faults.length > 0 || rows === 0) return faults;
  const key = combine(columns.map(({ column }) => factorOfColumn(column)));
  if (key.levels === rows) return [];
  const { starts, rows: sorted } = rowsByLevel(key);
  const twice: number[][] = [];
  for (let g = 0; g < key.levels; g++) {
    const members = [...sorted.subarray(starts[g] as number, starts[g + 1] as number)];
    if (members.length > 1) twice.push(members);
  }
  twice.sort((a, b) => (a[0] as number) - (b[0] as number));
  const keys = twice.slice(0, SHOWN).map((members) => {
    return `${keyText(columns, members[0] as number)} (${members
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
