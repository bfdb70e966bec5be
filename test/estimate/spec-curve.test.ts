import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { specCurve } from '../../stages/estimate/spec-curve.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { declareStage, near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

interface Row {
  readonly spec: number;
  readonly estimate: number | null;
  readonly std_error: number;
  readonly p_value: number;
  readonly conf_low: number;
  readonly conf_high: number;
  readonly nobs: number;
  readonly reason?: string;
}

/** An unbalanced panel with missing values, a rare level and a nearly collinear pair. */
const panel = () => {
  const u = (i: number, c: number): number => (((i + 1) * c) % 997) / 997;
  const lines = ['city,province,year,y,y2,policy,a,b,c,d,e,w,zone'];
  for (let i = 0; i < 60; i++)
    for (let t = 0; t < 8; t++) {
      const r = i * 8 + t;
      if (u(r, 331) < 0.06) continue;
      const policy = i % 3 === 0 && t >= 3 + (i % 4) ? 1 : 0;
      const a = u(r, 149) + 0.3 * t;
      const b = 1e4 * (u(r, 211) + (i % 5));
      const c = u(r, 87) < 0.08 ? '' : u(r, 503);
      const d = a + 1e-4 * u(r, 719);
      const e = u(r, 613) < 0.03 ? '.' : u(r, 401) - 0.5;
      const y = 2 * policy + a + (i % 7) + u(r, 277);
      lines.push(
        [`c${i}`, `p${i % 9}`, 2010 + t, y, Math.exp(y / 4), policy, a, b, c, d, e, 1 + u(r, 67), i % 4].join(),
      );
    }
  return readTable(lines.join('\n'), { panel: { unit: 'city', time: 'year' } });
};

const common = { from: 'x', y: 'y', x: 'policy' };

/** The product of lists, the last fastest. */
const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((done) => list.map((one) => [...done, one])), [[]]);

async function alone(table: Value, params: Record<string, unknown>, where: unknown): Promise<Row | string> {
  const input =
    where === undefined || where === true
      ? table
      : ((await runStage(filter, { from: 'x', keep: where }, { from: table })).outputs.table as Value);
  const ran = await runStage(regress, { ...params, from: 'x' }, { from: input });
  if (ran.faults.length > 0) return ran.faults.map((f) => f.code).join();
  const model = record(ran.outputs.model);
  const first = Array.isArray(params.x) ? params.x[0] : params.x;
  const term = model.terms.find((t: { term: string }) => t.term === first);
  return term === undefined ? 'dropped' : { ...term, nobs: model.nobs };
}

async function agrees(
  table: Value,
  written: Record<string, unknown>,
  vary: Record<string, readonly unknown[]>,
): Promise<number> {
  const base = Object.fromEntries(Object.entries(written).filter(([param]) => !(param in vary)));
  const ran = await runStage(specCurve, { ...base, from: 'x', vary }, { from: table });
  expect(ran.faults).toEqual([]);
  const rows: Row[] = record(ran.outputs.curve).rows;
  // the order of the params in a product is fixed: y, x, controls, absorb, cluster, vcov, weights, where
  const order = ['y', 'x', 'controls', 'absorb', 'cluster', 'vcov', 'weights', 'where'].filter((p) => p in vary);
  const models = product(order.map((param) => vary[param] as readonly unknown[]));
  expect(rows.length).toBe(models.length);
  let estimated = 0;
  const bad: string[] = [];
  for (const [i, chosen] of models.entries()) {
    const { where, weights, ...params } = Object.fromEntries(order.map((param, a) => [param, chosen[a]]));
    const want = await alone(
      table,
      { ...base, ...params, ...(weights === undefined || weights === false ? {} : { weights }) },
      where,
    );
    const got = rows[i] as Row;
    const label = `model ${i + 1} ${JSON.stringify(chosen)}`;
    if (typeof want === 'string') {
      expect(got.estimate, `${label}: ${want}`).toBe(null);
      expect(got.reason, label).toBeTypeOf('string');
      continue;
    }
    estimated++;
    expect(got.nobs, label).toBe(want.nobs);
    for (const [key, tolerance] of [
      ['estimate', 1e-9],
      ['std_error', 1e-8],
      ['p_value', 1e-7],
      ['conf_low', 1e-8],
      ['conf_high', 1e-8],
    ] as const)
      if (!near(got[key] as number, want[key] as number, tolerance))
        bad.push(`${label} ${key}: ${got[key]}, alone ${want[key]}`);
  }
  expect(bad).toEqual([]);
  return estimated;
}

describe('every model of a curve is the regression by itself', () => {
  const controls = [[], ['a'], ['c'], ['a', 'b', 'c'], ['e', 'b'], ['a', 'd'], ['policy', 'a']];

  test('controls, effects, clusters and samples; missing values differ between models', async () => {
    const n = await agrees(
      await panel(),
      { ...common, ssc: 'fixest' },
      {
        y: ['y', 'log(y2)'],
        controls,
        absorb: [[], ['city'], ['city', 'year'], ['city', 'province^year'], ['zone', 'city[year]']],
        cluster: [[], 'city', 'province'],
        where: [true, 'year < 2016', "province != 'p3' and a > 0.2"],
      },
    );
    expect(n).toBeGreaterThan(600);
  });

  test('all kinds of errors and weights', async () => {
    const n = await agrees(
      await panel(),
      { ...common, absorb: ['city', 'year'] },
      {
        controls: [[], ['a', 'c']],
        vcov: [
          'iid',
          'HC0',
          'HC1',
          'HC3',
          { cluster: ['province'] },
          { cluster: ['city', 'year'] },
          { cluster: ['province^year'] },
          { 'driscoll-kraay': 2 },
          { 'newey-west': 1 },
          { jackknife: 'province' },
          { wild: { cluster: 'province', draws: 99 } },
        ],
        weights: [false, 'w'],
      },
    );
    expect(n).toBe(44);
  });

  for (const ssc of ['reghdfe', 'stata', 'none'])
    test(`the small-sample convention ${ssc}`, async () => {
      await agrees(
        await panel(),
        { ...common, ssc },
        {
          controls: [[], ['a']],
          absorb: [[], ['city', 'year'], ['province', 'year']],
          cluster: [[], 'city', 'province'],
        },
      );
    });

  test('factors, products and powers', async () => {
    await agrees(
      await panel(),
      { y: 'y', absorb: ['city'], cluster: 'city', level: 0.9 },
      {
        x: ['policy', ['a', 'policy'], 'a^2'],
        controls: [['i(zone)', 'zone:a'], ['i(zone):a', 'a'], ['i(zone):a'], ['i(year, ref = 2012)']],
      },
    );
  });

  test('a level that is not there fails each model with the term, and no other', async () => {
    const controls = [['i(zone, ref = 9)'], ['a'], ['i(zone, ref = 9)', 'a']];
    expect(await agrees(await panel(), common, { controls })).toBe(1);
  });

  test('singletons kept', async () => {
    await agrees(
      await panel(),
      { ...common, singletons: 'keep' },
      {
        absorb: [['city', 'zone^year'], ['province^year']],
        cluster: ['city', []],
      },
    );
  });

  test('real data: wagepan', async () => {
    const table = await referenceTable('wagepan', { panel: { unit: 'nr', time: 'year' } });
    const n = await agrees(
      table,
      { y: 'lwage', x: 'union' },
      {
        controls: [[], ['married'], ['married', 'expersq'], ['hours', 'educ']],
        absorb: [['nr', 'year'], ['nr'], []],
        cluster: ['nr', 'year'],
      },
    );
    expect(n).toBe(24);
  });
});

describe('spec-curve', () => {
  const run = async (params: object, table?: Value) =>
    runStage(specCurve, { ...common, ...params }, { from: table ?? (await panel()) });

  test('subsets: all of them, smaller first, blocks go together, always stands in each', async () => {
    const ran = await run({ vary: { controls: { subsets: ['a', ['b', 'e']], always: 'c' } } });
    expect(record(ran.outputs.curve).rows.map((r: { controls: string }) => r.controls)).toEqual([
      'c',
      'c + a',
      'c + b + e',
      'c + a + b + e',
    ]);
    const bounded = await run({ vary: { controls: { subsets: ['a', 'b', 'c', 'e'], least: 1, most: 2 } } });
    expect(record(bounded.outputs.curve).models).toBe(10);
  });

  test('the summary counts what the rows say', async () => {
    const ran = await run({
      vary: { controls: { subsets: ['a', 'b', 'c', 'e'] }, absorb: [['city', 'year'], []], cluster: ['city', []] },
    });
    const curve = record(ran.outputs.curve);
    const rows: Row[] = curve.rows;
    const sorted = rows.map((r) => r.estimate as number).sort((x, y) => x - y);
    expect(curve.median).toBe(((sorted[31] as number) + (sorted[32] as number)) / 2);
    expect(curve.share_significant).toBe(rows.filter((r) => r.p_value < 0.05).length / 64);
    expect(curve.share_same_sign).toBe(
      rows.filter((r) => Math.sign(r.estimate as number) === Math.sign(curve.median)).length / 64,
    );
    expect([curve.min, curve.max, curve.models, curve.estimated]).toEqual([sorted[0], sorted[63], 64, 64]);
    expect(curve.axes.map((a: { param: string }) => a.param)).toEqual(['controls', 'absorb', 'cluster']);
  });

  test('a common sample has the same rows in every model', async () => {
    const ran = await run({ sample: 'common', vary: { controls: [[], ['c'], ['e']] } });
    const rows: Row[] = record(ran.outputs.curve).rows;
    expect(new Set(rows.map((r) => r.nobs)).size).toBe(1);
    const own: Row[] = record((await run({ vary: { controls: [['c', 'e']] } })).outputs.curve).rows;
    expect(rows[0]?.nobs).toBe(own[0]?.nobs);
  });

  test('models that are the same because controls drop out are counted, and say which they repeat', async () => {
    // zone does not change within cities
    for (const vcov of ['HC1', { wild: { cluster: 'province', draws: 19 } }]) {
      const controls = [[], ['a'], ['zone'], ['a', 'zone'], ['zone', 'a', 'a^2']];
      const ran = await run({ vcov, vary: { controls, absorb: [['city'], []] } });
      expect(ran.notes).toEqual([{ code: 'CN2595', args: { rows: 2, total: 10, terms: ['zone'] } }]);
      const rows = record(ran.outputs.curve).rows as (Row & { same_as?: number })[];
      expect(rows.flatMap((r) => (r.same_as === undefined ? [] : [[r.spec, r.same_as]]))).toEqual([
        [5, 1],
        [7, 3],
      ]);
      for (const [spec, same] of [
        [5, 1],
        [7, 3],
      ] as const)
        expect(near(rows[spec - 1]?.estimate as number, rows[same - 1]?.estimate as number, 1e-10)).toBe(true);
    }
    const twice = await run({ vary: { controls: { one: ['a'], again: ['a'] } } });
    expect(twice.notes).toEqual([]);
  });

  test('choices by name are named so in the rows', async () => {
    const ran = await run({
      vary: { where: { all: true, late: 'year >= 2013' }, controls: { none: [], some: ['a', 'b'] } },
    });
    const rows = record(ran.outputs.curve).rows as { where: string; controls: string }[];
    expect(rows.map((r) => `${r.controls} ${r.where}`)).toEqual(['none all', 'none late', 'some all', 'some late']);
  });

  test('a list and its names, in another key order, are one action', async () => {
    const table = await panel();
    const spec = (vary: object) => declareStage(specCurve, { ...common, vary }, { from: table }).spec;
    expect(JSON.stringify(spec({ absorb: ['city'], cluster: ['city'] }))).toBe(
      JSON.stringify(spec({ cluster: [['city']], absorb: [['city']] })),
    );
  });

  test('computed terms: powers, ratios and lags are those of single regressions', async () => {
    const table = await panel();
    const choices = [['l(a)'], ['poly(a, 2)', 'e'], ['I(a / b)', 'log(b + 1)'], ['d(c)', 'i(zone, keep = 1:2)']];
    const ran = await runStage(
      specCurve,
      { from: 'x', y: 'y', x: 'policy', absorb: ['city', 'year'], vary: { controls: choices } },
      { from: { ...table, shape: { ...table.shape, panel: { unit: 'city', time: 'year' } } as Value['shape'] } },
    );
    expect(ran.faults).toEqual([]);
    const rows: Row[] = record(ran.outputs.curve).rows;
    for (const [i, controls] of choices.entries()) {
      const single = await runStage(
        regress,
        { from: 'x', y: 'y', x: 'policy', controls, absorb: ['city', 'year'] },
        { from: { ...table, shape: { ...table.shape, panel: { unit: 'city', time: 'year' } } as Value['shape'] } },
      );
      const model = record(single.outputs.model);
      expect(rows[i]?.nobs).toBe(model.nobs);
      expect(near(rows[i]?.estimate as number, model.terms[0].estimate, 1e-8)).toBe(true);
      expect(near(rows[i]?.std_error as number, model.terms[0].std_error, 1e-7)).toBe(true);
    }
  });

  test('models that cannot be estimated are missing with a reason and counted in a note', async () => {
    const ran = await run({ vary: { where: [true, 'year == 2010', 'year > 3000'] } });
    const rows: Row[] = record(ran.outputs.curve).rows;
    expect(rows.map((r) => r.estimate === null)).toEqual([false, true, true]);
    expect(ran.notes).toEqual([{ code: 'CN2571', args: { rows: 2, total: 3 } }]);
  });

  for (const [name, params, codes] of [
    ['nothing varies', { vary: {} }, ['CE2570']],
    ['a param in both places', { absorb: 'city', vary: { absorb: ['year'] } }, ['CE2571']],
    [
      'unknown columns, each where it stands',
      { vary: { controls: [['a', 'nope'], 'b'], where: ['yeer > 1'] } },
      ['CE2001', 'CE2001'],
    ],
    [
      'too many models',
      { vary: { controls: { subsets: 'abcdefghijklmnopqrst'.split('').map(() => 'a') } } },
      ['CE2573'],
    ],
    ['clusters and covariances together', { vary: { cluster: ['city'], vcov: ['iid'] } }, ['CE2404']],
    ['a misspelt subsets', { vary: { controls: { subset: ['a', 'b'] } } }, ['CE2755']],
    ['no model can be estimated', { vary: { where: ['year > 3000'] } }, ['CE2574', 'CE1540']],
  ] as const)
    test(`refused: ${name}`, async () => {
      const ran = await run(params);
      expect(ran.faults.map((f) => f.code)).toEqual(codes);
    });

  test('a fault points into the choice', async () => {
    const declared = declareStage(
      specCurve,
      { ...common, vary: { controls: [[], ['a', 'nope']] } },
      { from: await panel() },
    );
    expect(declared.faults.map((f) => f.param)).toEqual([['vary', 'controls', 1, 1]]);
  });
});

test('a regression names the very entry of a list that is no column', async () => {
  const declared = declareStage(
    regress,
    { from: 'x', y: 'y', x: 'policy', controls: ['a', 'nope', 'b'], absorb: ['city', 'yeer^province'] },
    { from: await panel() },
  );
  expect(declared.faults.map((f) => f.param)).toEqual([
    ['controls', 1],
    ['absorb', 1],
  ]);
});

test('the outcome may be in units that make its numbers small', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${((i * 37) % 41) * 1e-16},${i % 3},${(i * 7) % 5}`);
  const table = await readTable(['y,policy,a', ...rows].join('\n'));
  expect(await agrees(table, common, { controls: [[], ['a']] })).toBe(2);
});
