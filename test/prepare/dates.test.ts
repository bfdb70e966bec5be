/** Dates stay dates through the stages, and messages show them as such. */
import { describe, expect, test } from 'vitest';
import type { AnyStageType } from '../../stages/contract.ts';
import { append } from '../../stages/prepare/append.ts';
import { describe as describeStage } from '../../stages/prepare/describe.ts';
import { expect as expectStage } from '../../stages/prepare/expect.ts';
import { gather } from '../../stages/prepare/gather.ts';
import { interpolate } from '../../stages/prepare/interpolate.ts';
import { merge } from '../../stages/prepare/merge.ts';
import { treatment } from '../../stages/prepare/treatment.ts';
import { type LabInputs, readTable, record, runStage, valuesOf } from '../stage-lab.ts';

const run = (type: AnyStageType, params: object, inputs: LabInputs) => runStage(type, { from: 'x', ...params }, inputs);
const days = (...rows: string[]) => readTable(`city,day,x\n${rows.join('\n')}\n`);
const panel = { panel: { unit: 'city', time: 'day' } };
/** days since 1970-01-01 */
const dayOf = (text: string): number => Date.parse(text) / 86_400_000;

describe('tables under one another', () => {
  test('gather keeps the types of tables: a date is a date, a count a count', async () => {
    const from = [await days('A,2020-01-01,1'), await days('B,2020-01-05,2')];
    const ran = await run(gather, { from: ['a', 'b'] }, { from });
    expect(ran.outputs.table?.shape).toMatchObject({
      columns: [
        { name: 'case', type: 'number' },
        { name: 'city', type: 'text' },
        { name: 'day', type: 'date' },
        { name: 'x', type: 'integer' },
      ],
    });
    expect(valuesOf(ran.outputs.table, 'day')).toEqual([dayOf('2020-01-01'), dayOf('2020-01-05')]);
  });

  test('gather writes dates as dates where another table has text', async () => {
    const from = [await days('A,2020-01-01,1'), await days('B,spring,2')];
    const ran = await run(gather, { from: ['a', 'b'] }, { from });
    expect(valuesOf(ran.outputs.table, 'day')).toEqual(['2020-01-01', 'spring']);
  });

  test('a date beside another number is refused by append, gather and merge', async () => {
    const tables = [await days('A,2020-01-01,1'), await days('A,18262,2')] as const;
    for (const type of [append, gather]) {
      const { faults } = await run(type, { from: ['a', 'b'] }, { from: tables });
      expect(faults.map((f) => [f.code, f.args.left, f.args.right])).toEqual([['CE2042', 'date', 'integer']]);
    }
    const { faults } = await run(merge, { with: 'y', on: ['day'] }, { from: tables[0], with: tables[1] });
    expect(faults.map((f) => f.code)).toContain('CE2042');
    const dates = await run(append, { from: ['a', 'b'] }, { from: [tables[0], await days('B,2020-01-05,2')] });
    expect(dates.outputs.table?.shape).toMatchObject({ columns: [{}, { name: 'day', type: 'date' }, {}] });
  });
});

describe('messages', () => {
  const rows = ['A,2020-01-01,1', 'A,2020-01-02,2', 'B,2020-01-02,-3'];

  test('expect says where', async () => {
    const from = await readTable(`city,day,x\n${rows.join('\n')}\n`, panel);
    const { faults } = await run(expectStage, { rules: 'x > 0' }, { from });
    expect(faults[0]?.args.where).toEqual(['B 2020-01-02']);
  });

  test('merge names rows without a match, whatever the key is called on either side', async () => {
    const other = await readTable('city,on_day,y\nA,2020-01-01,1\nC,2020-01-05,1\n');
    const inputs = { from: await days(...rows), with: other };
    const ran = await run(merge, { with: 'y', on: { city: 'city', day: 'on_day' } }, inputs);
    expect(ran.notes.map((n) => n.args.keys)).toEqual([['A 2020-01-02', 'B 2020-01-02'], ['C 2020-01-05']]);
  });

  test('interpolate names two rows at one day, and says when there are more', async () => {
    const twice = (n: number) =>
      Array.from({ length: n }, (_, i) => [`U${i},2020-01-02,1`, `U${i},2020-01-02,2`]).flat();
    const params = { columns: 'x', unit: 'city', time: 'day' };
    const few = await run(interpolate, params, { from: await days(...twice(1)) });
    expect(few.faults.map((f) => [f.code, f.args.time])).toEqual([['CE2152', '2020-01-02']]);
    const many = await run(interpolate, params, { from: await days(...twice(23)) });
    expect(many.faults).toHaveLength(21);
    expect(many.faults.at(-1)).toMatchObject({ code: 'CE2018', args: { more: 3 } });
  });

  test('treatment names roster keys, and describe its groups', async () => {
    const from = await readTable('city,year,day,x\nA,2001,2020-01-01,1\n');
    const roster = await readTable('day,adopted\n2020-01-07,2001\n');
    const ran = await run(treatment, { roster: 'r', on: 'day', adopted: 'adopted', time: 'year' }, { from, roster });
    expect(ran.notes.find((n) => n.code === 'CN2160')?.args.names).toEqual(['2020-01-07']);
    const described = await run(describeStage, { columns: 'x', by: 'day' }, { from });
    expect(record(described.outputs.summary).rows[0].group).toBe('2020-01-01');
  });
});
