import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolate } from '../../stages/prepare/interpolate.ts';
import { type Cell, codes, data, reordered, stage } from './bench.ts';

const panel = { unit: 'city', time: 'year' };
const none = Number.NaN;
const one = (x: readonly Cell[], year: readonly number[] = x.map((_, i) => 2010 + i)) =>
  data({ city: x.map(() => 'A'), year, x }, { panel });

describe('interpolate', () => {
  for (const c of [
    { name: 'a gap on the line', x: [1, null, null, 4], params: {}, want: [1, 2, 3, 4] },
    { name: 'ends stay missing', x: [null, 1, null, 3, null], params: {}, want: [none, 1, 2, 3, none] },
    { name: 'ends held', x: [null, 1, null, 3, null], params: { ends: 'hold' }, want: [1, 1, 2, 3, 3] },
    { name: 'ends on the line', x: [null, 1, null, 3, null], params: { ends: 'extrapolate' }, want: [0, 1, 2, 3, 4] },
    { name: 'no line through one value', x: [null, 1, null], params: { ends: 'extrapolate' }, want: [none, 1, none] },
    {
      name: 'a gap over the limit',
      x: [1, null, null, 4, null, 6],
      params: { limit: 1 },
      want: [1, none, none, 4, 5, 6],
    },
    {
      name: 'ends up to the limit',
      x: [1, null, null, null],
      params: { ends: 'hold', limit: 2 },
      want: [1, 1, 1, none],
    },
    { name: 'nothing known', x: [null, null], params: { ends: 'hold' }, want: [none, none] },
  ])
    test(`fills: ${c.name}`, async () => {
      const out = await stage(interpolate, { from: 'raw', columns: 'x', ...c.params }, { from: one(c.x) });
      expect(out.values('x')).toEqual(c.want);
    });

  test('time counts by value: an absent year is part of the gap', async () => {
    const from = one([0, null, 4], [2010, 2011, 2014]);
    expect((await stage(interpolate, { from: 'raw', columns: 'x' }, { from })).values('x')).toEqual([0, 1, 4]);
    const limited = await stage(interpolate, { from: 'raw', columns: 'x', limit: 2 }, { from });
    expect(limited.values('x')).toEqual([0, none, 4]);
  });

  test('units do not borrow from each other, and the row order does not matter', async () => {
    const from = data(
      { city: ['A', 'A', 'A', 'B', 'B', 'B'], year: [1, 2, 3, 1, 2, 3], x: [1, null, 3, null, 10, null] },
      { panel },
    );
    const order = [4, 2, 0, 5, 1, 3];
    const plain = (await stage(interpolate, { from: 'raw', columns: 'x', ends: 'hold' }, { from })).values('x');
    const mixed = (
      await stage(interpolate, { from: 'raw', columns: 'x', ends: 'hold' }, { from: reordered(from, order) })
    ).values('x');
    expect(plain).toEqual([1, 2, 3, 10, 10, 10]);
    expect(mixed).toEqual(order.map((row) => plain[row]));
  });

  test('a note counts what was filled, inside and at the ends, and what is left', async () => {
    const out = await stage(
      interpolate,
      { from: 'raw', columns: ['x'], ends: 'hold', limit: 1 },
      { from: one([null, null, 1, null, 3, null]) },
    );
    expect(out.notes).toEqual([{ code: 'CN2153', args: { column: 'x', filled: 3, inside: 1, ends: 2, left: 1 } }]);
  });

  test('rows without unit or time are left alone', async () => {
    const from = data({ city: ['A', 'A', 'A', null], year: [1, null, 3, 2], x: [1, null, 3, null] }, { panel });
    expect((await stage(interpolate, { from: 'raw', columns: 'x' }, { from })).values('x')).toEqual([1, none, 3, none]);
  });

  test('next to an infinite value nothing is filled', async () => {
    const from = one([1, null, Infinity, null, 3]);
    expect((await stage(interpolate, { from: 'raw', columns: 'x' }, { from })).values('x')).toEqual([
      1,
      none,
      Infinity,
      none,
      3,
    ]);
  });

  test('law: known cells never change, filled ones lie between their neighbours', async () => {
    const cell = fc.option(fc.integer({ min: -100, max: 100 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 12 }), async (x) => {
        const out = (await stage(interpolate, { from: 'raw', columns: 'x' }, { from: one(x) })).values('x');
        for (const [i, value] of x.entries()) {
          if (value !== null) expect(out[i]).toBe(value);
          else {
            const before = x.slice(0, i).findLast((v) => v !== null) ?? null;
            const after = x.slice(i).find((v) => v !== null) ?? null;
            if (before === null || after === null) expect(out[i]).toBeNaN();
            else {
              expect(out[i]).toBeGreaterThanOrEqual(Math.min(before, after));
              expect(out[i]).toBeLessThanOrEqual(Math.max(before, after));
            }
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  test('refuses a table of which the panel is not known', async () => {
    const from = data({ x: [1, null, 2] });
    expect(codes(await stage(interpolate, { from: 'raw', columns: 'x' }, { from }))).toEqual(['CE2150']);
  });

  test('refuses two rows of a unit at one time, and says which', async () => {
    const out = await stage(
      interpolate,
      { from: 'raw', columns: 'x' },
      { from: one([1, 2, null], [2010, 2010, 2011]) },
    );
    expect(out.faults).toEqual([
      { code: 'CE2152', severity: 'error', args: { unit: 'A', time: 2010, first: 1, second: 2 } },
    ]);
  });

  test('refuses a text column, an unknown time and the unit itself', async () => {
    const from = data({ city: ['A'], year: [1], x: ['a'] }, { panel });
    expect(codes(await stage(interpolate, { from: 'raw', columns: 'x' }, { from }))).toEqual(['CE2002']);
    expect(codes(await stage(interpolate, { from: 'raw', columns: 'year', time: 'yaer' }, { from }))).toEqual([
      'CE2001',
    ]);
    expect(codes(await stage(interpolate, { from: 'raw', columns: 'year' }, { from }))).toEqual(['CE2180']);
  });
});
