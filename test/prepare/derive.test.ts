import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derive } from '../../stages/prepare/derive.ts';
import { type Cells, codes, data, stage } from './bench.ts';

const NA = Number.NaN;
const near = (got: number, want: number): void =>
  Number.isNaN(want) ? expect(got).toBeNaN() : expect(got).toBeCloseTo(want, 12);
const one = async (expression: string, cells: Cells, more: object = {}): Promise<readonly number[]> => {
  const panel = { unit: 'id', time: 't' };
  const from = data(cells, 'id' in cells ? { panel } : {});
  const out = await stage(derive, { from: 'raw', columns: { made: expression }, ...more }, { from });
  return [...out.values('made')];
};

describe('row by row', () => {
  const cells = { x: [-2, 0, null, 4], y: [1, null, 3, 0], s: ['a', null, 'b', 'a'] };
  const cases: readonly (readonly [expression: string, want: readonly number[]])[] = [
    ['-x ^ 2', [-4, -0, NA, -16]],
    ['2 ^ 3 ^ 2', [512, 512, 512, 512]],
    ['1 - 2 - 3', [-4, -4, -4, -4]],
    ['x % 3', [1, 0, NA, 1]],
    ['log(x)', [NA, Number.NEGATIVE_INFINITY, NA, Math.log(4)]],
    ['x / y', [-2, NA, NA, Number.POSITIVE_INFINITY]],
    ['coalesce(y, x, 9)', [1, 0, 3, 0]],
    ['if(x > 0, y)', [NA, NA, NA, 0]],
    ['missing(y)', [0, 1, 0, 0]],
    ["s == 'a'", [1, NA, 0, 1]],
    ["s in ['a', 'b']", [1, NA, 1, 1]],
    // Kleene: false and missing is false, true or missing is true
    ['x > 0 and y > 0', [0, 0, NA, 0]],
    ['x < 1 or y > 0', [1, 1, 1, 0]],
    ['not (y > 0)', [0, NA, 0, 1]],
    ['round(2.5) + round(-2.5) * 0 + floor(-0.5)', [2, 2, 2, 2]],
    ['min(x, y)', [-2, NA, NA, 0]],
  ];
  for (const [expression, want] of cases)
    test(expression, async () => {
      const got = await one(expression, cells);
      expect(got.map((v) => v + 0)).toEqual(want.map((v) => v + 0));
    });
});

describe('by unit and time', () => {
  const rows = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 3 }),
      t: fc.integer({ min: 1, max: 6 }),
      x: fc.integer({ min: -9, max: 9 }),
    }),
    { selector: (r) => `${r.id} ${r.t}`, minLength: 1, maxLength: 14 },
  );

  test('law: lag, lead, diff and growth look a period up by its value, whatever the gaps and the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 3 }), async (table, k) => {
        const cells = { id: table.map((r) => r.id), t: table.map((r) => r.t), x: table.map((r) => r.x) };
        const at = (id: number, t: number): number => table.find((r) => r.id === id && r.t === t)?.x ?? NA;
        const lagged = table.map((r) => at(r.id, r.t - k));
        expect(await one(`lag(x, ${k})`, cells)).toEqual(lagged);
        expect(await one(`lead(x, ${k})`, cells)).toEqual(table.map((r) => at(r.id, r.t + k)));
        expect(await one(`diff(x, ${k})`, cells)).toEqual(table.map((r, i) => r.x - (lagged[i] ?? NA)));
        const growth = await one(`growth(x, ${k})`, cells);
        table.forEach((r, i) => {
          const before = lagged[i] ?? NA;
          if (before !== 0) near(growth[i] ?? NA, (r.x - before) / before);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('law: summaries are those of the group’s own values, missing ones left out', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const gap = (r: { x: number }): number | null => (r.x === 9 ? null : r.x);
        const cells = { id: table.map((r) => r.id), t: table.map((r) => r.t), x: table.map(gap) };
        const own = table.map((r) => table.filter((o) => o.id === r.id && o.x !== 9).map((o) => o.x));
        const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
        const mean = own.map((v) => (v.length === 0 ? NA : sum(v) / v.length));
        const got = await one('mean(x)', cells, { by: 'id' });
        got.forEach((v, i) => near(v, mean[i] ?? NA));
        expect(await one('count(x)', cells, { by: 'id' })).toEqual(own.map((v) => v.length));
        const sd = own.map((v, i) =>
          v.length < 2 ? NA : Math.sqrt(sum(v.map((x) => (x - (mean[i] ?? NA)) ** 2)) / (v.length - 1)),
        );
        (await one('sd(x)', cells, { by: 'id' })).forEach((v, i) => near(v, sd[i] ?? NA));
        const rank = table.map((r, i) =>
          r.x === 9
            ? NA
            : (own[i] ?? []).filter((x) => x < r.x).length + ((own[i] ?? []).filter((x) => x === r.x).length + 1) / 2,
        );
        expect(await one('rank(x)', cells, { by: 'id' })).toEqual(rank);
      }),
      { numRuns: 40 },
    );
  });
});

describe('columns made of columns', () => {
  test('later ones may use earlier ones', async () => {
    const from = data({ x: [1, 2] });
    const out = await stage(derive, { from: 'raw', columns: { a: '2 * x', b: 'a + 1', x: 'b' } }, { from });
    expect([out.values('b'), out.values('x')]).toEqual([
      [3, 5],
      [3, 5],
    ]);
  });

  test('all mistakes are told at once, each at its column', async () => {
    const from = data({ x: [1], s: ['a'] });
    const columns = { a: 'lg(x)', b: 'x + s', c: 'lag(x)', d: 'q', e: '(x', f: 'log(x, 2)' };
    const out = await stage(derive, { from: 'raw', columns }, { from });
    expect(codes(out)).toEqual(['CE2031', 'CE2032', 'CE2035', 'CE2001', 'CE2030', 'CE2034']);
    expect(out.faults.map((f) => f.param?.[1])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});
