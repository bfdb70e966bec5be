import { expect, test } from 'vitest';
import { readTable, valuesOf } from '../stage-lab.ts';

test('row labels, as R and pandas write them under no name, are a column called row', async () => {
  const table = await readTable('"","city","y"\n"1","a",2\n"2","b",3\n');
  expect(valuesOf(table, 'row')).toEqual([1, 2]);
  expect(valuesOf(table, 'y')).toEqual([2, 3]);
});

test('beside a column called row, a column without a name is refused', async () => {
  await expect(readTable(',row,y\n1,a,2\n')).rejects.toThrow(/CE2013/);
});
