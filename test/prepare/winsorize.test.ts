import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { winsorize } from '../../stages/prepare/winsorize.ts';
import { codes, data, stage } from './bench.ts';
import { referenceData, referenceResults } from './reference.ts';

const meanOf = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const sdOf = (x: readonly number[]): number =>
  Math.sqrt(x.reduce((a, b) => a + (b - meanOf(x)) ** 2, 0) / (x.length - 1));

describe('winsorize', () => {
  test('one per cent in each tail of wagepan hours, as R has it', async () => {
    const want =
      referenceResults<Record<'low' | 'high' | 'n_low' | 'n_high' | 'mean' | 'sd', number>>('winsorize_wagepan');
    const from = referenceData('wagepan');
    const out = await stage(winsorize, { from: 'raw', columns: 'hours', limits: [0.01, 0.99] }, { from });
    const hours = out.values('hours');
    expect(out.notes).toEqual([
      {
        code: 'CN2150',
        args: { column: 'hours', low: want.n_low, high: want.n_high, low_limit: want.low, high_limit: want.high },
      },
    ]);
    expect(Math.min(...hours)).toBe(want.low);
    expect(Math.max(...hours)).toBe(want.high);
    expect(meanOf(hours)).toBeCloseTo(want.mean, 8);
    expect(sdOf(hours)).toBeCloseTo(want.sd, 8);
  });

  test('limits of dates are told as dates', async () => {
    // 1970-01-02 … 1970-01-06; a quarter in each tail lies at the second and the fourth
    const from = data({ d: [1, 2, 3, 4, 5] }, { types: { d: 'date' } });
    const out = await stage(winsorize, { from: 'raw', columns: 'd', limits: 0.25 }, { from });
    expect(out.notes).toEqual([
      { code: 'CN2150', args: { column: 'd', low: 1, high: 1, low_limit: '1970-01-03', high_limit: '1970-01-05' } },
    ]);
  });

  test('trim sets the same cells to missing', async () => {
    const from = referenceData('wagepan');
    const out = await stage(winsorize, { from: 'raw', columns: 'hours', method: 'trim' }, { from });
    expect(out.values('hours').filter(Number.isNaN)).toHaveLength(88);
    expect(out.notes[0]?.code).toBe('CN2152');
  });

  // by integers: of n values as many lie below the k% quantile of type 7 as are smaller than (n − 1)k/100; R has 7 and 7 of 101, too
  test('as many go above as below, though 0.07 is no binary fraction', async () => {
    for (const n of [2, 11, 41, 51, 101, 201, 1001])
      for (const k of [1, 2, 3, 6, 7, 14, 28, 29, 49]) {
        const x = Array.from({ length: n }, (_, i) => i);
        const params = { from: 'raw', columns: 'x', method: 'trim', limits: k / 100 };
        const out = await stage(winsorize, params, { from: data({ x }) });
        const tail = Math.ceil(((n - 1) * k) / 100);
        expect(out.notes[0]?.args, `${n} values, ${k}%`).toEqual({ column: 'x', low: tail, high: tail });
      }
  });

  test('missing stays missing and does not count for the quantiles', async () => {
    const from = data({ x: [null, 0, 1, 2, 3, 4, null] });
    const out = await stage(winsorize, { from: 'raw', columns: ['x'], limits: 0.25 }, { from });
    expect(out.values('x')).toEqual([Number.NaN, 1, 1, 2, 3, 3, Number.NaN]);
  });

  test('by takes the quantiles within each group', async () => {
    const from = data({ g: ['a', 'b', 'a', 'b', 'a', 'b'], x: [0, 100, 1, 110, 2, 120] });
    const out = await stage(winsorize, { from: 'raw', columns: 'x', limits: 0.25, by: 'g' }, { from });
    expect(out.values('x')).toEqual([0.5, 105, 1, 110, 1.5, 115]);
    expect(out.notes[0]).toEqual({ code: 'CN2151', args: { column: 'x', low: 2, high: 2 } });
  });

  test('columns that are not named keep their digest, and are not read', async () => {
    const from = data({ x: [1, 2, 3], y: ['a', 'b', 'c'] });
    const { declared } = await stage(winsorize, { from: 'raw', columns: 'x' }, { from });
    expect(declared.reads.from).toEqual([['x']]);
    expect(declared.outputs.table?.parts).toContainEqual({
      name: 'y',
      how: 'passed',
      input: 'from',
      index: 0,
      part: 'y',
    });
  });

  test('a default written out, or a number for both limits, is the same work', async () => {
    const from = data({ x: [1, 2, 3] });
    const specs = await Promise.all(
      [
        { columns: ['x'] },
        { columns: 'x', limits: 0.01 },
        { columns: ['x'], limits: [0.01, 0.99], method: 'winsorize' },
      ].map(async (params) => (await stage(winsorize, { from: 'raw', ...params }, { from })).declared.spec),
    );
    expect(specs[1]).toEqual(specs[0]);
    expect(specs[2]).toEqual(specs[0]);
  });

  test('law: nothing lies beyond the limits, the order stays, and inner values are untouched', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 30 }),
        async (x) => {
          const out = await stage(winsorize, { from: 'raw', columns: 'x', limits: 0.1 }, { from: data({ x }) });
          const cut = out.values('x');
          for (const [i, a] of x.entries())
            for (const [j, b] of x.entries()) if (a <= b) expect(cut[i]).toBeLessThanOrEqual(cut[j]!);
          const [low, high] = [Math.min(...cut), Math.max(...cut)];
          for (const [i, a] of x.entries()) if (a > low && a < high) expect(cut[i]).toBe(a);
        },
      ),
      { numRuns: 60 },
    );
  });

  for (const c of [
    { name: 'an unknown column', params: { columns: ['houers'] }, code: 'CE2001' },
    { name: 'a text column', params: { columns: 't' }, code: 'CE2002' },
    { name: 'a glob that matches nothing', params: { columns: 'z*' }, code: 'CE2003' },
    { name: 'per cent in place of shares', params: { columns: 'x', limits: [1, 99] }, code: 'CE2151' },
    { name: 'limits in the wrong order', params: { columns: 'x', limits: [0.9, 0.1] }, code: 'CE2151' },
    { name: 'one limit of a half', params: { columns: 'x', limits: 0.5 }, code: 'CE2151' },
    { name: 'an unknown group', params: { columns: 'x', by: 'city' }, code: 'CE2001' },
  ])
    test(`refuses ${c.name}`, async () => {
      const from = data({ x: [1, 2], t: ['a', 'b'] });
      expect(codes(await stage(winsorize, { from: 'raw', ...c.params }, { from }))).toEqual([c.code]);
    });
});
