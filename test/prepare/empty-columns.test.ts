/** Columns without a value have no type: they go with texts, numbers and dates alike. */
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../stages/contract.ts';
import { append } from '../../stages/prepare/append.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { merge } from '../../stages/prepare/merge.ts';
import { reshape } from '../../stages/prepare/reshape.ts';
import { openLab } from '../engine/lab.ts';
import { readTable, runStage, valuesOf } from '../stage-lab.ts';

const typesOf = (shape: Shape) =>
  shape.kind === 'table' ? Object.fromEntries(shape.columns.map((c) => [c.name, c.type])) : {};

/** What a stage of one input makes, and the types of its columns. */
const made = async (...[type, params, inputs]: Parameters<typeof runStage>) => {
  const { faults, outputs } = await runStage(type, params, inputs);
  expect(faults).toEqual([]);
  return outputs.table!;
};

describe('a column without a value', () => {
  test('has no type, one whose values all stand for missing neither; a declared one has its own', async () => {
    const table = await readTable('id,note,code,day\n1,,-99,\n2,NA,-99,\n', {
      missing: ['-99', 'NA'],
      columns: { day: { type: 'date' } },
    });
    expect(typesOf(table.shape)).toEqual({ id: 'integer', note: 'unknown', code: 'unknown', day: 'date' });
    expect(valuesOf(table, 'note')).toEqual([undefined, undefined]);
  });

  test('goes under texts and above them', async () => {
    const [full, empty] = [await readTable('id,note\n1,good\n2,\n'), await readTable('id,note\n3,\n')];
    for (const from of [
      [full, empty],
      [empty, full],
    ]) {
      const table = await made(append, { from: ['a', 'b'] }, { from });
      expect(typesOf(table.shape).note).toBe('text');
      expect(new Set(valuesOf(table, 'note'))).toEqual(new Set(['good', undefined]));
    }
  });

  test('stands beside texts of other years, in either order', async () => {
    for (const [first, second] of [
      ['good', ''],
      ['', 'good'],
    ]) {
      const from = await readTable(`city,note2019,note2020\na,${first},${second}\nb,${first},\n`);
      const params = { into: 'long', id: 'city', columns: ['note{year}'] };
      const table = await made(reshape, { from: 'x', ...params }, { from });
      expect(typesOf(table.shape)).toEqual({ city: 'text', year: 'integer', note: 'text' });
      expect(valuesOf(table, 'note').slice(0, 2)).toEqual([first || undefined, second || undefined]);
    }
  });

  test('is missing in what compares it, and gives way where values are chosen', async () => {
    const from = await readTable('id,note,name\n1,,a\n2,,b\n');
    const kept = await made(filter, { from: 'x', keep: "note != 'x' or name == 'b' or note in ['y', name]" }, { from });
    expect(valuesOf(kept, 'id')).toEqual([2]);
    const columns = {
      same: 'name == note',
      either: 'coalesce(note, name)',
      one: 'if(id == 2, note, name)',
      big: 'upper(note)',
    };
    const table = await made(derive, { from: 'x', columns }, { from });
    const { either, one } = typesOf(table.shape);
    expect([either, one]).toEqual(['text', 'text']);
    expect(Object.keys(columns).map((name) => valuesOf(table, name))).toEqual([
      [undefined, undefined],
      ['a', 'b'],
      ['a', undefined],
      [undefined, undefined],
    ]);
  });

  test('is a key that matches nothing, and keeps the keys of the other side', async () => {
    const [left, right] = [await readTable('key,x\n,1\n'), await readTable('key,y\na,2\n')];
    const params = { from: 'l', with: 'r', on: 'key', how: 'outer' };
    const table = await made(merge, params, { from: left, with: right });
    expect(valuesOf(table, 'key')).toEqual([undefined, 'a']);
  });
});

test('a year without a value in a text column is appended, checked before and after the data are known', async () => {
  const lab = openLab({
    'pipeline.yaml': `ceteris: 1
name: e
stages:
  y2019: { stage: ingest, file: a.csv }
  y2020: { stage: ingest, file: b.csv }
  all: { stage: append, from: [y2019, y2020] }
  noted: { stage: filter, from: all, keep: note == 'late' or year == 2020 }
  out: { stage: save, from: noted, formats: [csv] }
`,
    'a.csv': 'city,year,note\na,2019,late\nb,2019,\n',
    'b.csv': 'city,year,note\na,2020,\nb,2020,NA\n',
  });
  expect((await lab.run()).diagnostics).toEqual([]);
  expect(lab.read('out/out.csv')).toBe('city,year,note\na,2019,late\na,2020,\nb,2020,\n');
  expect((await lab.cli(['check'])).code).toBe(0);
  // with its first value it has a type again
  lab.edit('b.csv', 'a,2020,', 'a,2020,1');
  expect((await lab.run()).faults.map((fault) => fault.split(' ')[0])).toEqual(['CE2042']);
});
