import { describe, expect, test } from 'vitest';
import { leaveOut } from '../../stages/estimate/leave-out.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

const model = { from: 'x', y: 'inv', x: ['value', 'capital'], absorb: ['firm', 'year'], cluster: 'firm' };
const grunfeld = () => referenceTable('grunfeld', { panel: { unit: 'firm', time: 'year' } });

interface Row {
  readonly left_out: string;
  readonly estimate: number | null;
  readonly std_error: number;
  readonly p_value: number;
  readonly influence: number;
  readonly nobs: number;
}

describe('leave-out', () => {
  test('each row is the regression on the rows that are left', async () => {
    const table = await grunfeld();
    const ran = await runStage(leaveOut, model, { from: table });
    expect(ran.faults).toEqual([]);
    const curve = record(ran.outputs.curve);
    const full = record((await runStage(regress, model, { from: table })).outputs.model);
    expect(curve.full.estimate).toBe(full.terms[0].estimate);
    expect(curve.rows.length).toBe(10);
    for (const row of curve.rows as Row[]) {
      const rest = await runStage(filter, { from: 'x', keep: `firm != '${row.left_out}'` }, { from: table });
      const byNumber = await runStage(filter, { from: 'x', keep: `firm != ${row.left_out}` }, { from: table });
      const input = (rest.outputs.table ?? byNumber.outputs.table) as Value;
      const want = record((await runStage(regress, model, { from: input })).outputs.model);
      for (const key of ['estimate', 'std_error', 'p_value'] as const)
        expect(near(row[key] as number, want.terms[0][key], 1e-9), `${row.left_out} ${key}`).toBe(true);
      expect(row.nobs).toBe(want.nobs);
      expect(row.influence).toBeCloseTo(full.terms[0].estimate - want.terms[0].estimate, 12);
    }
  });

  test('the jackknife error is that of vcov: { jackknife }', async () => {
    const table = await grunfeld();
    const curve = record((await runStage(leaveOut, { ...model, by: 'firm' }, { from: table })).outputs.curve);
    const { cluster: _c, ...plain } = model;
    const jackknife = await runStage(regress, { ...plain, vcov: { jackknife: 'firm' } }, { from: table });
    const want = record(jackknife.outputs.model).terms[0].std_error;
    expect(near(curve.jackknife_std_error, want, 1e-8)).toBe(true);
  });

  test('the group that carries the effect is found', async () => {
    const lines = ['g,h,y,x'];
    for (let g = 0; g < 12; g++)
      for (let i = 0; i < 6; i++) {
        const x = (i * 7 + g * 3) % 5;
        lines.push(`g${g},${g % 3},${(g === 4 ? 6 * x : 0) + (((g * 6 + i) * 37) % 11) / 10},${x}`);
      }
    const table = await readTable(lines.join('\n'));
    const ran = await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', cluster: 'g' }, { from: table });
    const curve = record(ran.outputs.curve);
    expect(curve.most_influential).toBe('g4');
    expect(curve.by).toBe('g');
    const rows = curve.rows as (Row & { rank: number })[];
    expect(Math.abs(rows.find((r) => r.left_out === 'g4')?.estimate ?? 1)).toBeLessThan(0.1);
    expect(rows.map((r) => r.rank).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i + 1));
  });

  test('a group without which the coefficient does not exist is missing with a reason', async () => {
    const table = await readTable('g,y,x\na,1,0\na,2,0\nb,3,0\nb,5,0\nc,1,1\nc,9,0\nc,7,1');
    const ran = await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', by: 'g' }, { from: table });
    const rows = record(ran.outputs.curve).rows as (Row & { reason?: string })[];
    expect(rows.map((r) => r.estimate === null)).toEqual([false, false, true]);
    expect(rows[2]?.reason).toBe('dropped');
    expect(ran.notes).toContainEqual({ code: 'CN2580', args: { rows: 1, total: 3 } });
  });

  test('groups by date are named by it, also beside another column', async () => {
    const lines = [0, 1, 2, 3].flatMap((d) =>
      ['a', 'b'].map((g, i) => `${g},2020-01-0${d + 1},${d * d + i},${d + 3 * i}`),
    );
    const table = await readTable(['g,day,y,x', ...lines].join('\n'));
    const named = async (by: string) => {
      const ran = await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', by }, { from: table });
      return (record(ran.outputs.curve).rows as Row[]).map((r) => r.left_out);
    };
    expect(await named('day')).toEqual(['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-04']);
    expect((await named('g^day')).slice(0, 2)).toEqual(['a, 2020-01-01', 'a, 2020-01-02']);
  });

  test('a missing group is never left out; combinations are groups', async () => {
    const table = await readTable('g,h,y,x\na,1,1,0\na,2,2,3\nb,1,3,1\nb,2,5,2\n,1,1,1\n,2,9,5\nb,1,2,2\na,1,4,4');
    const one = record(
      (await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', by: 'g' }, { from: table })).outputs.curve,
    );
    expect(one.rows.map((r: Row) => [r.left_out, r.nobs])).toEqual([
      ['a', 5],
      ['b', 5],
    ]);
    const two = await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', by: 'g^h' }, { from: table });
    expect(record(two.outputs.curve).rows.map((r: Row) => r.left_out)).toEqual(['a, 1', 'a, 2', 'b, 1', 'b, 2']);
  });

  for (const [name, params, codes] of [
    ['no groups', {}, ['CE2580']],
    ['an unknown column', { by: 'nope' }, ['CE2001']],
    ['one group only', { by: 'one' }, ['CE2582']],
    ['instruments', { by: 'g', y: undefined, x: undefined, formula: 'y ~ 1 | g | x ~ z' }, ['CE2581']],
  ] as const)
    test(`refused: ${name}`, async () => {
      const table = await readTable('g,one,y,x,z\na,1,1,0,1\na,1,2,3,2\nb,1,3,1,5\nb,1,5,2,3');
      const ran = await runStage(leaveOut, { from: 'x', y: 'y', x: 'x', ...params }, { from: table });
      expect(ran.faults.map((f) => f.code)).toEqual(codes);
    });
});
