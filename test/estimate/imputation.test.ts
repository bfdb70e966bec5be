import { describe, expect, test } from 'vitest';
import { near, readTable, referenceCase } from '../stage-lab.ts';
import { castle, csvOf, mpdta, simulate, studied, study, type TermRow, tableOfRows, termsOf } from './staggered-lab.ts';

const rows = simulate({
  units: 90,
  periods: 8,
  cohorts: [4, 6, Number.POSITIVE_INFINITY],
  seed: 21,
  effect: (g, k) => 1 + 0.5 * k + (g === 4 ? 1 : 0),
});
const ours = { y: 'y', cohort: 'g' };

describe('imputation against didimputation', () => {
  for (const [id, table, params] of [
    ['bjs_castle', castle, { y: 'l_homicide', cohort: 'effyear' }],
    ['bjs_castle_pre', castle, { y: 'l_homicide', cohort: 'effyear', pretrends: 3 }],
    ['bjs_mpdta', mpdta, { y: 'lemp', cohort: 'first_treat', never: 0, singletons: 'drop' }],
  ] as const)
    test(id, async () => {
      const { results } = referenceCase(id);
      const model = await studied(await table(), { estimator: 'imputation', ...params });
      expect(near(model.att.estimate, results.static.est, 1e-8)).toBe(true);
      expect(near(model.att.std_error, results.static.se, 1e-7)).toBe(true);
      const terms = termsOf(model);
      results.event_study.term.forEach((k: string, i: number) => {
        const got = terms.get(`rel_time::${k}`);
        if (results.event_study.est[i] === null) return expect(got).toBeUndefined();
        expect(near(got?.estimate ?? Number.NaN, results.event_study.est[i], 1e-8), k).toBe(true);
        expect(near(got?.std_error ?? Number.NaN, results.event_study.se[i], 1e-7), `${k} se`).toBe(true);
      });
    });
});

describe('two-stage against did2s', () => {
  for (const [id, table, params] of [
    ['did2s_castle', castle, { y: 'l_homicide', cohort: 'effyear', cluster: 'sid' }],
    [
      'did2s_castle_x_w',
      castle,
      { y: 'l_burglary', cohort: 'effyear', cluster: 'sid', controls: ['l_police', 'unemployrt'], weights: 'popwt' },
    ],
    ['did2s_mpdta', mpdta, { y: 'lemp', cohort: 'first_treat', never: 0 }],
  ] as const)
    test(id, async () => {
      const { results } = referenceCase(id);
      const model = await studied(await table(), { estimator: 'two-stage', ...params });
      expect(near(model.att.estimate, results.static.est, 1e-8)).toBe(true);
      expect(near(model.att.std_error, results.static.se, 1e-7)).toBe(true);
      const terms = termsOf(model);
      results.event_study.rel.forEach((k: string, i: number) => {
        const got = terms.get(`rel_time::${k}`);
        expect(near(got?.estimate ?? Number.NaN, results.event_study.est[i], 1e-8), k).toBe(true);
        expect(near(got?.std_error ?? Number.NaN, results.event_study.se[i], 1e-7), `${k} se`).toBe(true);
      });
    });
});

test('the two agree on what they estimate after treatment', async () => {
  const table = await tableOfRows(rows);
  const a = await studied(table, { estimator: 'imputation', ...ours, controls: 'z' });
  const b = await studied(table, { estimator: 'two-stage', ...ours, controls: 'z' });
  const post = (m: { terms: readonly TermRow[] }) => m.terms.filter((t) => (t.period ?? 0) >= 0);
  for (const t of post(a)) expect(termsOf(b).get(t.term)?.estimate).toBeCloseTo(t.estimate, 10);
  for (const [i, cell] of a.cells.entries()) expect(b.cells[i].estimate).toBeCloseTo(cell.estimate, 10);
});

test('with one cohort and a balanced panel the effect of a period is the plain difference in differences', async () => {
  const one = rows.filter((r) => r.g !== 6);
  const model = await studied(await tableOfRows(one), { estimator: 'imputation', ...ours });
  const mean = (keep: (r: (typeof one)[number]) => boolean): number => {
    const kept = one.filter(keep);
    return kept.reduce((s, r) => s + r.y, 0) / kept.length;
  };
  for (const t of model.terms.filter((x: TermRow) => x.period !== undefined)) {
    const at = 4 + t.period;
    const change = (treated: boolean): number =>
      mean((r) => (r.g === 4) === treated && r.t === at) - mean((r) => (r.g === 4) === treated && r.t < 4);
    expect(t.estimate).toBeCloseTo(change(true) - change(false), 9);
  }
});

test('leads: those of the window, tested together, with covariances to the lags', async () => {
  const model = await studied(await tableOfRows(rows), { estimator: 'imputation', ...ours, window: [-2, 2] });
  expect(model.terms.map((t: TermRow) => t.term)).toEqual([
    'rel_time::-2',
    'rel_time::-1',
    'rel_time::0',
    'rel_time::1',
    'rel_time::2',
    'att',
  ]);
  expect(model.pretrend.df1).toBe(2);
  model.terms.forEach((t: TermRow, j: number) => {
    expect(Math.sqrt(model.vcov[j][j])).toBeCloseTo(t.std_error ?? Number.NaN, 12);
  });
  expect(model.vcov[0][3]).not.toBe(0);
});

test('a unit seen untreated once is enough, unless singletons are dropped', async () => {
  const late = rows.filter((r) => !(r.g === 4 && r.id % 2 === 0 && r.t < 3));
  const table = await tableOfRows(late);
  const keep = await study(table, { estimator: 'imputation', ...ours });
  expect(keep.notes.map((n) => n.code)).not.toContain('CN2462');
  const drop = await study(table, { estimator: 'imputation', ...ours, singletons: 'drop' });
  expect(drop.notes.map((n) => n.code)).toEqual(expect.arrayContaining(['CN2462', 'CN2463']));
});

test('units treated throughout and periods without untreated units are left out with a note', async () => {
  const always = rows.map((r) => ({ ...r, g: r.g === 4 ? 1 : r.g }));
  const ran = await study(await tableOfRows(always), { estimator: 'two-stage', ...ours });
  expect(ran.notes.find((n) => n.code === 'CN2462')?.args.rows).toBe(always.filter((r) => r.g === 1).length);
  const none = rows.filter((r) => Number.isFinite(r.g));
  const model = await studied(await tableOfRows(none), { estimator: 'imputation', ...ours });
  expect(model.cells.map((c: { time: number }) => c.time).every((t: number) => t < 6)).toBe(true);
  const hopeless = none.filter((r) => r.g === 4);
  expect(
    (await study(await tableOfRows(hopeless), { estimator: 'imputation', ...ours })).faults.map((f) => f.code),
  ).toEqual(['CE2473']);
});

test('unit trends and interacted effects: the truth without noise is found exactly', async () => {
  const exact = rows.map((r) => ({
    ...r,
    y: r.id * 0.1 + (r.id % 3) * r.t + Math.sin(r.t * (1 + (r.id % 2))) + (r.t >= r.g ? 2 : 0),
  }));
  const text = csvOf(exact)
    .split('\n')
    .map((line, i) => `${line},${i === 0 ? 'half' : Number(line.split(',')[0]) % 2}`)
    .join('\n');
  const table = await readTable(text, { panel: { unit: 'id', time: 't' } });
  for (const estimator of ['imputation', 'two-stage']) {
    const model = await studied(table, { estimator, ...ours, absorb: ['id[t]', 'half^t'] });
    for (const t of model.terms.filter((x: TermRow) => (x.period ?? 0) >= 0)) expect(t.estimate).toBeCloseTo(2, 7);
  }
});

test('faults: no effects, a covariate only the treated have', async () => {
  const table = await tableOfRows(rows.map((r) => ({ ...r, z: r.t >= r.g ? r.z : 0 })));
  const codes = async (params: object) =>
    (await study(table, { estimator: 'imputation', ...ours, ...params })).faults.map((f) => f.code);
  expect(await codes({ absorb: [] })).toEqual(['CE2474']);
  expect(await codes({ controls: 'z' })).toEqual(['CE2473']);
  expect(await codes({ vcov: { 'driscoll-kraay': 2 } })).toEqual(['CE2470']);
  expect(await codes({ method: 'dr' })).toEqual(['CE2450']);
});

test('leaveout: with two periods the treated vary around the others, the controls as before', async () => {
  const rows = simulate({ units: 40, periods: 2, cohorts: [2, Number.POSITIVE_INFINITY], seed: 3, effect: (g) => g });
  const table = await tableOfRows(rows);
  const change = new Map<number, { g: number; d: number }>();
  for (const r of rows) {
    const own = change.get(r.id) ?? { g: r.g, d: 0 };
    change.set(r.id, { g: r.g, d: own.d + (r.t === 2 ? r.y : -r.y) });
  }
  const part = (treated: boolean, factor: (n: number) => number): number => {
    const d = [...change.values()].filter((c) => (c.g === 2) === treated).map((c) => c.d);
    const mean = d.reduce((s, v) => s + v, 0) / d.length;
    return (factor(d.length) ** 2 * d.reduce((s, v) => s + (v - mean) ** 2, 0)) / d.length ** 2;
  };
  const params = { estimator: 'imputation', y: 'y', cohort: 'g' };
  const plain = await studied(table, params);
  expect(plain.att.std_error ** 2).toBeCloseTo(part(true, () => 1) + part(false, () => 1), 10);
  const left = await studied(table, { ...params, leaveout: true });
  expect(left.att.std_error ** 2).toBeCloseTo(part(true, (n) => n / (n - 1)) + part(false, () => 1), 10);
  expect(left.att.estimate).toBe(plain.att.estimate);
  const lonely = rows.map((r) => (r.id === 1 ? { ...r, g: 2 } : r.g === 2 ? { ...r, g: Number.POSITIVE_INFINITY } : r));
  const one = await studied(await tableOfRows(lonely), { ...params, leaveout: true });
  expect(one.notes).toContainEqual({ code: 'CN2960', args: { cells: 1 } });
});

test('leads that too few untreated rows leave no regression for are left out, and the effects stay', async () => {
  const text = 'id,t,g,y\na,1,3,1\na,2,3,2.5\na,3,3,7\nn,1,,1\nn,2,,1.5\nn,3,,3';
  const table = await readTable(text, { panel: { unit: 'id', time: 't' } });
  const model = await studied(table, { ...ours, estimator: 'imputation', window: [-2, 1] });
  // by hand: 7 less what n has in period 3 and a has more than n before, 3 + (0 + 1) / 2
  expect(near(model.att.estimate, 3.5, 1e-8)).toBe(true);
  expect([...termsOf(model).keys()]).toEqual(['rel_time::0', 'att']);
  expect(model.notes).toContainEqual({ code: 'CN2963', args: {} });
});
