import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../stages/contract.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { expect as expectations } from '../../stages/prepare/expect.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { declareStage } from '../stage-lab.ts';
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
    // as R's %%, to the last digit: 1 %% 0.1, -(2^60) %% 1000, 5 %% Inf, -5 %% Inf
    ['1 % 0.1', [0.09999999999999995, 0.09999999999999995, 0.09999999999999995, 0.09999999999999995]],
    ['-(2 ^ 60) % 1000', [24, 24, 24, 24]],
    ['5 % (1 / 0)', [5, 5, 5, 5]],
    ['-5 % (1 / 0)', [Infinity, Infinity, Infinity, Infinity]],
    ['log(x)', [NA, Number.NEGATIVE_INFINITY, NA, Math.log(4)]],
    ['x / y', [-2, NA, NA, Number.POSITIVE_INFINITY]],
    ['coalesce(y, x, 9)', [1, 0, 3, 0]],
    ['if(x > 0, y)', [NA, NA, NA, 0]],
    ['missing(y)', [0, 1, 0, 0]],
    ["s == 'a'", [1, NA, 0, 1]],
    ["s in ['a', 'b']", [1, NA, 1, 1]],
    ['x in [y, 4, -2]', [1, 0, NA, 1]],
    ['0 in [x, 7]', [0, 1, 0, 0]],
    ["s in [if(x > 0, s), 'b']", [0, NA, 1, 1]],
    ['x in []', [0, 0, NA, 0]],
    // Kleene: false and missing is false, true or missing is true
    ['x > 0 and y > 0', [0, 0, NA, 0]],
    ['x < 1 or y > 0', [1, 1, 1, 0]],
    ['not (y > 0)', [0, NA, 0, 1]],
    ['round(2.5) + round(-2.5) * 0 + floor(-0.5)', [2, 2, 2, 2]],
    ['min(x, y)', [-2, NA, NA, 0]],
    // a missing value stays missing whatever its power, and so does one compared with itself
    ['x ^ 0', [1, 1, NA, 1]],
    ['x != x', [0, 0, NA, 0]],
    // the decimals that are written are rounded, whatever the exponent that the number is printed with
    ['round(2.675, 2)', [2.68, 2.68, 2.68, 2.68]],
    ['round(-1.005, 2)', [-1.01, -1.01, -1.01, -1.01]],
    ['round(0.0000001, 2) + round(0.00000015, 7)', [2e-7, 2e-7, 2e-7, 2e-7]],
    ['round(100000000000000000000, 2)', [1e20, 1e20, 1e20, 1e20]],
    ['round(1e300, 20)', [1e300, 1e300, 1e300, 1e300]],
    ['round(12345678901234567890123, -21)', [1.2e22, 1.2e22, 1.2e22, 1.2e22]],
    ['log10(100) + log2(8) + expm1(0) + log1p(0) + asinh(0)', [5, 5, 5, 5]],
    ["if('it''s' == \"it's\", 1, 0) + 2 * if(\"a''b\" == 'a''b', 1, 0)", [1, 1, 1, 1]],
  ];
  for (const [expression, want] of cases)
    test(expression, async () => {
      const got = await one(expression, cells);
      expect(got.map((v) => v + 0)).toEqual(want.map((v) => v + 0));
    });
});

test('dates are compared with dates in quotes', async () => {
  // 11323 days after 1970-01-01 is 2001-01-01: 31 years and 8 leap days
  const from = data({ d: [11322, 11323, null, 11325] }, { types: { d: 'date' } });
  for (const [condition, want] of [
    ["d >= '2001-01-01'", [0, 1, NA, 1]],
    ["'2001-01-01' > d", [1, 0, NA, 0]],
    ["d in ['2000-12-31', '2001-01-03']", [1, 0, NA, 1]],
    ["d + 1 == '2001-01-01'", [1, 0, NA, 0]],
    ["coalesce(d, 0 * d) != '2001-01-01'", [1, 0, NA, 1]],
  ] as const) {
    const out = await stage(derive, { from: 'raw', columns: { made: condition } }, { from });
    expect([codes(out), out.values('made')]).toEqual([[], want]);
  }
});

test('a date of another row, and one of several dates, is a date; a computed one is a number', () => {
  const from = data(
    { id: [1, 1], t: [1, 2], d: [11322, 11323], e: [11400, null], n: [3, 4] },
    { panel: { unit: 'id', time: 't' }, types: { d: 'date', e: 'date' } },
  );
  const typeOf = (expression: string) => {
    const { outputs } = declareStage(derive, { from: 'raw', columns: { made: expression } }, { from });
    const { shape } = outputs.table!;
    return shape.kind === 'table' ? shape.columns.find((c) => c.name === 'made')?.type : undefined;
  };
  for (const same of [
    'd',
    'lag(d)',
    'lead(d, 2)',
    'min(d, lag(e))',
    'coalesce(e, d)',
    'if(n > 3, d, e)',
    'if(n > 3, d)',
  ])
    expect([same, typeOf(same)]).toEqual([same, 'date']);
  for (const other of [
    'd + 1',
    'd - e',
    'diff(d)',
    'coalesce(d, n)',
    'max(n, d)',
    'if(n > 3, d, n)',
    'year(d)',
    'mean(d)',
  ])
    expect([other, typeOf(other)]).toEqual([other, 'number']);
});

test('a year has no year, whatever is added to it; a condition is no text', async () => {
  const from = data({ y: [2015, 2016], s: ['a', 'b'] }, { types: { y: 'integer' } });
  const faults = async (expression: string) =>
    codes(await stage(derive, { from: 'raw', columns: { made: expression } }, { from }));
  expect(await faults('year(y)')).toEqual(['CE2087']);
  expect(await faults('year(y + 1)')).toEqual(['CE2087']);
  expect(await faults('year(if(y > 2015, y, 2015))')).toEqual(['CE2087']);
  expect(await faults('year(y / 1)')).toEqual([]);
  expect(await faults('if(s, 1, 0)')).toEqual(['CE2032']);
  expect(await faults("if('a', 1, 0)")).toEqual(['CE2032']);
});

test('law: the rest of whole numbers is that of integers, however large they are', async () => {
  const whole = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 40 })).map(([x, power]) => x * 2 ** power);
  await fc.assert(
    fc.asyncProperty(whole, whole, async (a, b) => {
      fc.pre(b !== 0);
      const [x, k] = [BigInt(a), BigInt(b)];
      // of the sign of the divisor
      const want = Number(((x % k) + k) % k);
      const [got] = await one('a % b', { a: [a], b: [b] });
      expect(got! + 0).toBe(want);
    }),
    { numRuns: 100 },
  );
});

test('law: a half that is written is rounded away from zero, a little less is not, whatever its size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: -9, max: 30 }), async (m, d) => {
      const cells = { x: [Number(`${m}5e${-d - 1}`), Number(`-${m}5e${-d - 1}`), Number(`${m}49e${-d - 2}`)] };
      const up = Number(`${m + 1}e${-d}`);
      expect(await one(`round(x, ${d})`, cells)).toEqual([up, -up, Number(`${m}e${-d}`)]);
    }),
    { numRuns: 300 },
  );
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

  const firsts = { id: ['a', 'a', null, null, 'b'], t: [1, null, 1, 2, 2], x: [1, 2, 3, 4, 5] };

  test('a row without a unit or a period has no other periods, not even its own', async () => {
    expect(await one('lag(x, 0)', firsts)).toEqual([1, NA, NA, NA, 5]);
    expect(await one('lag(x)', firsts)).toEqual([NA, NA, NA, NA, NA]);
  });

  test('a time of text is refused: nobody knows which text comes next', async () => {
    const cells = { id: [1, 1, 1], t: ['2001q2', '2001q1', '2001q3'], x: [2, 1, 3] };
    const panel = { unit: 'id', time: 't' };
    const params = { from: 'raw', columns: { made: 'diff(x)' } };
    const told = await stage(derive, params, { from: data(cells, { panel }) });
    expect(told.faults.map((f) => [f.code, f.param, f.within])).toEqual([
      ['CE2080', ['columns', 'made'], { start: 0, end: 4 }],
    ]);
    // where the type is known from the data alone
    for (const [type, more] of [
      [derive, params],
      [filter, { from: 'raw', keep: 'diff(x) > 0' }],
      [expectations, { from: 'raw', rules: 'diff(x) > 0' }],
    ] as const) {
      const ran = await stage<never, Json>(type as never, more, {
        from: data(cells, { panel, types: { t: 'unknown' } }),
      });
      expect(ran.faults.map((f) => [f.code, f.args])).toEqual([['CE2080', { name: 'diff()', time: 't' }]]);
    }
  });

  test('of two rows in one period nobody knows which is meant', async () => {
    const from = data({ id: [1, 1, 1], t: [1, 2, 2], x: [1, 2, 3] }, { panel: { unit: 'id', time: 't' } });
    const twice = ['CE2751', { unit: 'id', value: '1', time: 't', period: '2' }];
    for (const [type, params] of [
      [derive, { columns: { made: '2 * x', other: '1 - growth(x)' } }],
      [filter, { keep: 'x in [1, lead(x)]' }],
      [expectations, { rules: 'not (lag(x) > x)' }],
    ] as const) {
      const ran = await stage<never, Json>(type as never, { from: 'raw', ...params }, { from });
      expect(ran.faults.map((f) => [f.code, f.args])).toEqual([twice]);
    }
    const others = await stage(derive, { from: 'raw', columns: { made: '2 * x' } }, { from });
    expect(others.faults).toEqual([]);
  });

  test('a period that is a date is told of as one', async () => {
    const cells = { id: [1, 1], t: [11324, 11324], x: [1, 2] };
    const from = data(cells, { panel: { unit: 'id', time: 't' }, types: { t: 'date' } });
    const ran = await stage(derive, { from: 'raw', columns: { made: 'lag(x)' } }, { from });
    // 11323 days after 1970-01-01 is 2001-01-01: 31 years and the leap days of 72, 76, 80, 84, 88, 92, 96, 2000
    expect(ran.faults.map((f) => f.args.period)).toEqual(['2001-01-02']);
    const checked = await stage(expectations, { from: 'raw', rules: 'x < 2' }, { from });
    expect(checked.faults.map((f) => f.args.where)).toEqual([['1 2001-01-02']]);
  });

  test('a rule that is broken is told where it stands among others', async () => {
    const from = data({ x: [1, 3] });
    for (const [rules, at] of [
      ['x < 2', []],
      [['x > 0', 'x < 2'], [1]],
      [{ low: 'x < 2', sound: 'x > 0' }, ['low']],
    ] as const) {
      const { faults } = await stage<never, Json>(expectations as never, { from: 'raw', rules }, { from });
      expect(faults.map((f) => [f.code, f.param])).toEqual([['CE2048', ['rules', ...at]]]);
    }
  });

  test('a lag goes by the unit and the time as the entries before it have left them', async () => {
    const from = data({ id: [1, 1, 2, 2], t: [1, 2, 3, 4], x: [1, 2, 3, 4] }, { panel: { unit: 'id', time: 't' } });
    const made = async (columns: object): Promise<unknown> => {
      const out = await stage(derive, { from: 'raw', columns }, { from });
      return out.faults.length > 0 ? codes(out) : out.values('l');
    };
    expect(await made({ l: 'lag(x)', id: '1' })).toEqual([NA, 1, NA, 3]);
    expect(await made({ id: '1', l: 'lag(x)' })).toEqual([NA, 1, 2, 3]);
    expect(await made({ t: '2 * t', l: 'lag(x)' })).toEqual([NA, NA, NA, NA]);
    expect(await made({ id: '1', t: '2', l: 'lag(x)' })).toEqual(['CE2751']);
    expect(await made({ l: 'lag(x)', t: '2', k: 'lag(x)' })).toEqual(['CE2751']);
    expect(await made({ t: "'a'", l: 'lag(x)' })).toEqual(['CE2080']);
  });
});

describe('over groups', () => {
  test('what does not vary has no spread, and nothing can be standardized by it', async () => {
    // 0.1 + 0.1 + 0.1 is not 0.3
    const cells = { g: [1, 1, 1, 2, 2, 3], x: [0.1, 0.1, 0.1, 1, 3, 7] };
    expect(await one('sd(x)', cells, { by: 'g' })).toEqual([0, 0, 0, Math.SQRT2, Math.SQRT2, NA]);
    expect(await one('mean(x)', cells, { by: 'g' })).toEqual([0.1, 0.1, 0.1, 2, 2, 7]);
    const z = await one('standardize(x)', cells, { by: 'g' });
    expect(z.slice(0, 3)).toEqual([NA, NA, NA]);
    expect(z[5]).toBeNaN();
    near(z[3] ?? NA, -Math.SQRT1_2);
    near(z[4] ?? NA, Math.SQRT1_2);
  });

  test('quantiles beside an infinite value', async () => {
    const cells = { x: [1, Number.POSITIVE_INFINITY, 2] };
    expect(await one('median(x)', cells)).toEqual([2, 2, 2]);
    expect(await one('quantile(x, 0.25)', cells)).toEqual([1.5, 1.5, 1.5]);
    expect(await one('quantile(x, 2 / 4)', cells)).toEqual([2, 2, 2]);
    // R: quantile(c(-Inf, 1, 2), 0.25) is -Inf, and the median of -Inf and Inf is NaN
    expect(await one('quantile(x, 0.25)', { x: [-Infinity, 1, 2] })).toEqual([-Infinity, -Infinity, -Infinity]);
    expect(await one('median(x)', { x: [-Infinity, Infinity] })).toEqual([NA, NA]);
  });

  test('a group without a value has no sum', async () => {
    expect(await one('sum(x)', { g: [1, 1, 2], x: [1, 2, null] }, { by: 'g' })).toEqual([3, 3, NA]);
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
