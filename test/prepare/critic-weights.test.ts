import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { criticWeights } from '../../stages/prepare/critic-weights.ts';
import { normalize } from '../../stages/prepare/normalize.ts';
import { fixtures, near, readTable, record, referenceTable, runStage, type Value, valuesOf } from '../stage-lab.ts';

const fromR = JSON.parse(readFileSync(join(fixtures, 'critic.json'), 'utf8')) as {
  readonly names: readonly string[];
  readonly sd: readonly number[];
  readonly conflict: readonly number[];
  readonly weights: readonly number[];
  readonly index: readonly number[];
};

const run = (params: object, table: Value) => runStage(criticWeights, { from: 'x', ...params }, { from: table });

describe('critic-weights', () => {
  test('weights and index are those of R', async () => {
    const scaled = await runStage(
      normalize,
      { from: 'x', positive: [...fromR.names] },
      { from: await referenceTable('usarrests') },
    );
    const ran = await run({ indicators: [...fromR.names], as: 'index' }, scaled.outputs.table as Value);
    expect(ran.faults).toEqual([]);
    const rows: { sd: number; conflict: number; weight: number }[] = record(ran.outputs.weights).rows;
    rows.forEach((row, j) => {
      expect(near(row.sd, fromR.sd[j] as number, 1e-12)).toBe(true);
      expect(near(row.conflict, fromR.conflict[j] as number, 1e-12)).toBe(true);
      expect(near(row.weight, fromR.weights[j] as number, 1e-12)).toBe(true);
    });
    valuesOf(ran.outputs.table, 'index').forEach((v, i) => {
      expect(near(v as number, fromR.index[i] as number, 1e-12)).toBe(true);
    });
  });

  test('the same thing twice counts about once; dimensions add up', async () => {
    const table = await readTable('a,b,c\n0,0,1\n1,1,0.2\n0.5,0.5,0\n0.2,0.2,0.6\n');
    const ran = await run({ indicators: { one: ['a', 'b'], two: ['c'] }, as: 'i' }, table);
    const { rows } = record(ran.outputs.weights);
    const [a, b, c] = rows.map((r: { weight: number }) => r.weight);
    expect(a).toBeCloseTo(b, 12);
    expect(a + b).toBeCloseTo(c, 1);
    const parts = ['i_one', 'i_two'].map((name) => valuesOf(ran.outputs.table, name) as number[]);
    valuesOf(ran.outputs.table, 'i').forEach((v, i) => {
      expect(v).toBeCloseTo((parts[0]?.[i] ?? 0) + (parts[1]?.[i] ?? 0), 12);
    });
  });

  test('an indicator that does not vary has weight 0 and a note; alone, one that does has all', async () => {
    const table = await readTable('a,k\n0,3\n1,3\n0.5,3\n');
    const ran = await run({ indicators: ['a', 'k'] }, table);
    expect(record(ran.outputs.weights).rows.map((r: { weight: number }) => r.weight)).toEqual([1, 0]);
    expect(ran.notes).toEqual([{ code: 'CN2158', args: { column: 'k', group: '' } }]);
    const none = await run({ indicators: ['k'] }, table);
    expect(none.faults.map((f) => f.code)).toEqual(['CE2162']);
  });

  test('indicators that are the same up to scale share the weight, whatever the rounding', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `${i / 7},${i / 3 + 0.1},${(i * 11) / 13}`);
    const ran = await run({ indicators: ['a', 'b', 'c'] }, await readTable(`a,b,c\n${lines.join('\n')}`));
    for (const { weight } of record(ran.outputs.weights).rows) expect(weight).toBeCloseTo(1 / 3, 12);
  });

  test('by group the weights are those that each group gives by itself', async () => {
    const lines = ['1,0,1', '1,1,0.3', '1,0.4,0', '2,1,1', '2,0,0.1', '2,0.3,0'];
    const whole = await run({ indicators: ['a', 'b'], by: 'g' }, await readTable(`g,a,b\n${lines.join('\n')}`));
    const alone = await run({ indicators: ['a', 'b'] }, await readTable(`g,a,b\n${lines.slice(3).join('\n')}`));
    expect(valuesOf(whole.outputs.table, 'index').slice(3)).toEqual(valuesOf(alone.outputs.table, 'index'));
  });
});
