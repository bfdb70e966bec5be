/** A panel declared on a table that no file holds. */
import { describe, expect, test } from 'vitest';
import type { AnyStageType } from '../../stages/contract.ts';
import { aggregate } from '../../stages/prepare/aggregate.ts';
import { append } from '../../stages/prepare/append.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { panel } from '../../stages/prepare/panel.ts';
import { type LabInputs, readTable, runStage, type Value, valuesOf } from '../stage-lab.ts';

const run = (type: AnyStageType, params: object, inputs: LabInputs) => runStage(type, { from: 'x', ...params }, inputs);
/** a doubled key and a missing time */
const raw = () => readTable('id,year,v\n1,2001,5\n1,2001,6\n1,2002,7\n2,2001,1\n2,2002,3\n2,,4\n');
const declared = async (from: Value, params: object = { unit: 'id', time: 'year' }) => run(panel, params, { from });

describe('panel', () => {
  test('rows without a time and doubles are told; behind a filter and an aggregate lags go by the panel', async () => {
    expect((await declared(await raw())).faults.map((f) => [f.code, f.args.name, f.args.row])).toEqual([
      ['CE2025', 'year', 6],
    ]);
    const dated = (await run(filter, { keep: 'year > 0' }, { from: await raw() })).outputs.table!;
    const twice = await declared(dated);
    expect(twice.faults.map((f) => [f.code, f.args.keys])).toEqual([['CE2022', ['1 2001 (1, 2)']]]);
    const summed = await run(aggregate, { by: ['id', 'year'], columns: { v: 'sum(v)' } }, { from: dated });
    const ran = await declared(summed.outputs.table!);
    expect(ran.faults).toEqual([]);
    expect(ran.outputs.table?.shape).toMatchObject({ panel: { unit: 'id', time: 'year' } });
    const lagged = await run(derive, { columns: { l: 'lag(v)' } }, { from: ran.outputs.table! });
    expect(valuesOf(lagged.outputs.table, 'l')).toEqual([undefined, 11, undefined, 1]);
  });

  test('it takes the place of what the table was before; gaps are counted', async () => {
    const from = await readTable('id,year,t,v\n1,2001,1,5\n1,2002,2,6\n2,2001,3,7\n', {
      panel: { unit: 'id', time: 'year' },
    });
    const ran = await declared(from, { unit: 'id', time: 't' });
    expect(ran.outputs.table?.shape).toMatchObject({ panel: { unit: 'id', time: 't' } });
    expect(ran.notes).toEqual([{ code: 'CN2001', args: { units: 2, periods: 3, gaps: 3, cells: 6 } }]);
    expect(ran.outputs.table?.parts).toEqual(from.parts);
  });

  test('append keeps the panel that its tables share, and doubles are found where periods count', async () => {
    const years = { panel: { unit: 'id', time: 'year' } };
    const first = await readTable('id,year,t,v\n1,2001,1,5\n1,2002,2,6\n', years);
    const below = async (text: string, options: Parameters<typeof readTable>[1] = {}) =>
      (await run(append, { from: ['a', 'b'] }, { from: [first, await readTable(text, options)] })).outputs.table!;
    const panelOf = ({ shape }: Value) => (shape.kind === 'table' ? shape.panel : undefined);
    const next = await below('id,year,v\n1,2003,8\n2,2001,9\n');
    expect(panelOf(next)).toEqual(years.panel);
    const lags = await run(derive, { columns: { l: 'lag(v)' } }, { from: next });
    expect(valuesOf(lags.outputs.table, 'l')).toEqual([undefined, 5, 6, undefined]);
    expect(panelOf(await below('id,v\n3,8\n'))).toBeUndefined();
    expect(panelOf(await below('id,year,t\n3,2001,1\n', { panel: { unit: 'id', time: 't' } }))).toBeUndefined();
    const twice = await below('id,year,v\n1,2002,8\n');
    const { faults } = await run(derive, { columns: { l: 'lag(v)' } }, { from: twice });
    expect(faults.map((f) => [f.code, f.args.period])).toEqual([['CE2751', '2002']]);
    expect((await declared(twice)).faults.map((f) => f.code)).toEqual(['CE2022']);
  });

  test('dates are shown as dates, and one column cannot be both', async () => {
    const from = await readTable('id,day\na,2020-01-01\na,2020-01-01\n');
    const ran = await declared(from, { unit: 'id', time: 'day' });
    expect(ran.faults[0]?.args.keys).toEqual(['a 2020-01-01 (1, 2)']);
    expect((await declared(from, { unit: 'id', time: 'id' })).faults.map((f) => f.code)).toEqual(['CE2180']);
    expect((await declared(from, { unit: 'id', time: 'yr' })).faults.map((f) => f.code)).toEqual(['CE2001']);
  });
});
