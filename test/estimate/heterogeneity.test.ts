import { describe, expect, test } from 'vitest';
import { heterogeneity } from '../../stages/estimate/heterogeneity.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { chiSquareCdf } from '../../stages/kernels/chi-square.ts';
import { normalCdf } from '../../stages/kernels/normal.ts';
import { stream } from '../../stages/kernels/random.ts';
import { near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

const UNITS = 24;
const YEARS = 6;
const panel = { unit: 'id', time: 'year' };

interface Row {
  readonly unit: number;
  readonly year: number;
  readonly y: number;
  readonly d: number;
  readonly c: number;
  /** constant within units */
  readonly size: number;
  /** moves over time */
  readonly income: number;
}

function rowsOf(seed: number, gap: number): Row[] {
  return Array.from({ length: UNITS * YEARS }, (_, i) => {
    const [unit, year] = [Math.floor(i / YEARS), i % YEARS];
    const random = stream(seed, unit, year);
    const size = stream(seed + 1, unit).normal();
    const d = unit % 3 !== 0 && year >= 1 + (unit % 4) ? 1 : 0;
    const c = random.normal();
    const y = (size > 0 ? 0.2 + gap : 0.2) * d + 0.4 * c + 0.1 * unit + random.normal();
    return { unit, year, y, d, c, size, income: size + 0.6 * random.normal() };
  });
}

const csv = (rows: readonly Row[]): string =>
  [
    'id,year,y,d,c,size,income',
    ...rows.map((r) => `u${r.unit},${r.year},${r.y},${r.d},${r.c},${r.size},${r.income}`),
  ].join('\n');

const base = { from: 'x', y: 'y', x: 'd', controls: 'c', absorb: ['id', 'year'], cluster: 'id', by: 'size' };

const run = async (table: Value, params: object = {}) => {
  const ran = await runStage(heterogeneity, { ...base, ...params }, { from: table });
  return { ...ran, t: ran.faults.length === 0 ? record(ran.outputs.test) : undefined };
};

const close = (got: number, want: number, tolerance = 1e-8): void =>
  expect(near(got, want, tolerance), `${got}, wanted ${want}`).toBe(true);

/** The regression in some rows by the public stage. */
async function fitted(
  rows: readonly Row[],
  params: object,
): Promise<{ estimate: number; variance: number; nobs: number }> {
  const table = await readTable(csv(rows), { panel });
  const { by: _by, ...linear } = base;
  const model = record((await runStage(regress, { ...linear, ...params }, { from: table })).outputs.model);
  const term = model.terms.find((t: { term: string }) => t.term === 'd');
  return { estimate: term.estimate, variance: term.std_error ** 2, nobs: model.nobs };
}

describe('tests between groups', () => {
  const rows = rowsOf(3, 1);
  const sorted = rows.map((r) => r.size).sort((a, b) => a - b);
  const median = ((sorted[71] as number) + (sorted[72] as number)) / 2;
  const halves = [rows.filter((r) => r.size <= median), rows.filter((r) => r.size > median)] as const;

  test('suest: groups that share no cluster have the sum of their robust variances', async () => {
    const { t } = await run(await readTable(csv(rows), { panel }), { test: 'suest' });
    // one group's sandwich without small-sample factor; the stacked model has G/(G − 1) of all clusters
    const [low, high] = [await fitted(halves[0], { ssc: 'none' }), await fitted(halves[1], { ssc: 'none' })];
    const difference = high.estimate - low.estimate;
    const error = Math.sqrt(((low.variance + high.variance) * UNITS) / (UNITS - 1));
    close(t.difference, difference);
    close(t.std_error, error, 1e-7);
    close(t.p_value, 2 * normalCdf(Math.abs(difference / error), 'upper'), 1e-6);
    close(t.joint.statistic, (difference / error) ** 2, 1e-6);
    close(t.joint.p_value, chiSquareCdf((difference / error) ** 2, 1, 'upper'), 1e-6);
    expect(t.joint.df2).toBeUndefined();
  });

  test('suest without clusters: rows count, n/(n − 1)', async () => {
    const { t } = await run(await readTable(csv(rows), { panel }), { test: 'suest', cluster: undefined });
    const [low, high] = [
      await fitted(halves[0], { ssc: 'none', cluster: undefined, vcov: 'HC0' }),
      await fitted(halves[1], { ssc: 'none', cluster: undefined, vcov: 'HC0' }),
    ];
    const n = low.nobs + high.nobs;
    close(t.std_error, Math.sqrt(((low.variance + high.variance) * n) / (n - 1)), 1e-7);
  });

  test('clusters that lie in both groups make the groups dependent: the interacted and the suest error differ from the plain sum', async () => {
    const table = await readTable(csv(rows), { panel });
    const { t, notes } = await run(table, { test: 'suest', by: 'income', cluster: 'id' });
    expect(notes.find((n) => n.code === 'CN2534')?.args).toMatchObject({ all: UNITS });
    const sum = Math.sqrt(((t.rows[0].std_error ** 2 + t.rows[1].std_error ** 2) * UNITS) / (UNITS - 1));
    expect(near(t.std_error, sum, 1e-3)).toBe(false);
  });

  test('permutation: whole units swap groups, as a refit of every draw written out', async () => {
    const draws = 29;
    const { t } = await run(await readTable(csv(rows), { panel }), { test: 'permutation', draws, seed: 4 });
    // the stage numbers units by name: u0, u1, u10, u11, …
    const names = Array.from({ length: UNITS }, (_, u) => `u${u}`).sort();
    const high = names.map((name) => (rows.find((r) => `u${r.unit}` === name) as Row).size > median);
    const effect = async (inHigh: readonly boolean[], want: boolean) =>
      (
        await fitted(
          rows.filter((r) => inHigh[names.indexOf(`u${r.unit}`)] === want),
          {},
        )
      ).estimate;
    const observed = (await effect(high, true)) - (await effect(high, false));
    close(t.difference, observed);
    let extreme = 0;
    for (let r = 0; r < draws; r++) {
      const order = stream(4, r).permutation(UNITS);
      const drawn = Array.from(order, (u) => high[u] as boolean);
      if (Math.abs((await effect(drawn, true)) - (await effect(drawn, false))) >= Math.abs(observed)) extreme++;
    }
    expect(t.p_value).toBe((extreme + 1) / (draws + 1));
    expect(t.failed).toBe(0);
  });

  test('permutation when units move: paths pass from unit to unit by time, whatever the order of the rows', async () => {
    const params = { test: 'permutation', by: 'income', draws: 99 };
    const own = (await run(await readTable(csv(rows), { panel }), params)).t;
    const mixed = [...rows].sort((a, b) => Math.sin(a.unit * 7 + a.year * 13) - Math.sin(b.unit * 7 + b.year * 13));
    const other = (await run(await readTable(csv(mixed), { panel }), params)).t;
    close(other.difference, own.difference);
    expect(other.p_value).toBe(own.p_value);
  });

  test('a true difference is found, and none is not', async () => {
    for (const testName of ['interaction', 'suest', 'permutation']) {
      const large = (await run(await readTable(csv(rowsOf(3, 4)), { panel }), { test: testName, draws: 199 })).t;
      const none = (await run(await readTable(csv(rowsOf(8, 0)), { panel }), { test: testName, draws: 199 })).t;
      expect(large.p_value).toBeLessThan(0.02);
      expect(none.p_value).toBeGreaterThan(0.05);
    }
  });

  test('the interacted model has the groups’ own estimates and sizes, also when a group leaves a unit a single row', async () => {
    // in the group of 2003 and later unit 1 has one row
    const cut = rows.filter((r) => r.unit !== 1 || r.year <= 3);
    const table = await readTable(csv(cut), { panel });
    const { t, outputs } = await run(table, { by: 'year', split: 'median', absorb: ['id'], controls: [] });
    ['low', 'high'].forEach((group, g) => {
      const model = record(outputs[group]);
      close(t.rows[g].estimate, model.terms.find((x: { term: string }) => x.term === 'd').estimate);
    });
  });
});

describe('groups', () => {
  test('quantiles make as many groups, each with its size in a note', async () => {
    const { t, outputs, notes } = await run(await readTable(csv(rowsOf(3, 1)), { panel }), {
      split: 'quantiles',
      quantiles: 3,
    });
    expect(Object.keys(outputs).sort()).toEqual(['q1', 'q2', 'q3', 'test']);
    expect(t.cuts).toHaveLength(2);
    expect(t.joint.df1).toBe(2);
    expect(notes.filter((n) => n.code === 'CN2535').map((n) => n.args.units)).toEqual([8, 8, 8]);
  });

  test('groups by value take the rows of those values only', async () => {
    const table = await referenceTable('castle', { panel: { unit: 'sid', time: 'year' } });
    const params = { y: 'l_homicide', x: 'post', controls: 'poverty', absorb: ['sid', 'year'], cluster: 'sid' };
    const { outputs, faults } = await run(table, {
      ...params,
      by: 'year',
      split: 'groups',
      groups: [2005, 2006, 2007],
    });
    expect(faults.map((f) => f.code)).toContain('CE2532'); // one year cannot hold unit effects
    const regions = await run(table, { ...params, by: 'northeast', split: 'groups', groups: [0, 1] });
    expect(regions.faults.map((f) => f.code)).toEqual(['CE2533']);
    expect(outputs).toEqual({});
  });

  test('groups of a column of dates are written as dates', async () => {
    const lines = rowsOf(3, 1).map((r) => `${r.unit},${r.year},${r.y},${r.d},20${r.unit % 2}0-01-01`);
    const table = await readTable(['id,year,y,d,since', ...lines].join('\n'), { panel });
    const params = { from: 'x', y: 'y', x: 'd', absorb: ['id', 'year'], cluster: 'id', by: 'since', split: 'groups' };
    const ran = await runStage(heterogeneity, { ...params, groups: ['2000-01-01', '2010-01-01'] }, { from: table });
    expect([ran.faults, Object.keys(ran.outputs).sort()]).toEqual([[], ['2000-01-01', '2010-01-01', 'test']]);
    const wrong = await runStage(heterogeneity, { ...params, groups: ['2000-01-01', 14610] }, { from: table });
    expect(wrong.faults).toMatchObject([{ code: 'CE2443', args: { known: ['2000-01-01', '2010-01-01'] } }]);
  });

  test('groups that are not listed are the values of the column in their order, each with the regression of its rows', async () => {
    const rows = rowsOf(3, 1).map((r) => ({ ...r, size: [10, 9, 11][Math.floor(r.unit / 3) % 3] as number }));
    const { t, outputs, faults } = await run(await readTable(csv(rows), { panel }), { split: 'groups' });
    expect([faults, Object.keys(outputs)]).toEqual([[], ['test']]);
    const made = t?.rows as readonly { readonly group: string; readonly estimate: number }[];
    expect(made.map((r) => r.group)).toEqual(['9', '10', '11']);
    for (const { group, estimate } of made) {
      const own = await fitted(
        rows.filter((r) => String(r.size) === group),
        {},
      );
      close(estimate, own.estimate);
    }
  });

  test('the same note is not said once per group', async () => {
    const { notes } = await run(await readTable(csv(rowsOf(3, 1)), { panel }), { cluster: undefined });
    expect(notes.filter((n) => n.code === 'CN2404')).toHaveLength(1);
  });

  for (const [name, change, params, code, args] of [
    [
      'nobody treated in a group',
      (r: Row): Row => ({ ...r, size: r.unit % 2, d: r.unit % 2 === 1 ? 0 : r.d }),
      { split: 'groups', groups: [0, 1] },
      'CE2533',
      { name: 'd', group: '1' },
    ],
    ['a column that does not split', (r: Row): Row => ({ ...r, size: 1 }), {}, 'CE2436', { groups: 1 }],
    ['a group that is not there', (r: Row): Row => r, { split: 'groups', groups: [1, 77] }, 'CE2443', {}],
    [
      'groups that nothing splits by',
      (r: Row): Row => r,
      { groups: [0, 1] },
      'CE2444',
      { name: 'groups', how: 'median' },
    ],
    [
      'quantiles beside groups',
      (r: Row): Row => r,
      { split: 'groups', groups: [0, 1], quantiles: 3 },
      'CE2444',
      { name: 'quantiles', how: 'groups' },
    ],
    [
      'a column of amounts as groups',
      (r: Row): Row => r,
      { split: 'groups', by: 'c' },
      'CE2442',
      { name: 'c', count: UNITS * YEARS, limit: 100 },
    ],
  ] as const)
    test(`a clear fault: ${name}`, async () => {
      const { faults } = await run(await readTable(csv(rowsOf(3, 1).map(change)), { panel }), params);
      expect(faults.map((f) => f.code)).toContain(code);
      expect(faults.find((f) => f.code === code)?.args).toMatchObject(args);
    });
});
