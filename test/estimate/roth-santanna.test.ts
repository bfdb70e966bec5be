import { describe, expect, test } from 'vitest';
import { stream } from '../../stages/kernels/random.ts';
import { near, referenceCase } from '../stage-lab.ts';
import { mpdta, simulate, studied, study, type TermRow, tableOfRows, termsOf } from './staggered-lab.ts';

const ROTH = { estimator: 'roth-santanna', y: 'lemp', cohort: 'first_treat', never: 0 };
const ours = { estimator: 'roth-santanna', y: 'y', cohort: 'g' };

test('averages and both errors agree with staggered', async () => {
  const { results } = referenceCase('staggered_mpdta');
  const model = await studied(await mpdta(), ROTH);
  for (const [name, kind, key] of [
    ['simple', 'simple', 'att'],
    ['cohort', 'group', 'att_group'],
    ['calendar', 'calendar', 'att_calendar'],
  ] as const) {
    const { overall } = model.aggregates[kind];
    expect(near(overall.estimate, results[name].estimate, 1e-8), name).toBe(true);
    expect(near(overall.std_error, results[name].se, 1e-7), name).toBe(true);
    expect(near(model.neyman[key], results[name].se_neyman, 1e-7), name).toBe(true);
  }
});

test('method did against the not yet treated is Callaway and Sant’Anna, against the last cohort Sun and Abraham', async () => {
  const table = await mpdta();
  const did = await studied(table, { ...ROTH, method: 'did' });
  const cs = await studied(table, { ...ROTH, estimator: 'callaway-santanna', control: 'not-yet' });
  for (const t of did.terms.filter((x: TermRow) => (x.period ?? -1) >= 0))
    expect(t.estimate).toBeCloseTo(termsOf(cs).get(t.term)?.estimate ?? Number.NaN, 10);
  const last = await studied(table, { ...ROTH, method: 'did', control: 'never' });
  const sa = await studied(table, { ...ROTH, estimator: 'sun-abraham', cluster: 'countyreal' });
  expect(last.att.estimate).toBeCloseTo(sa.att.estimate, 10);
});

test('the efficient coefficient never does worse than 0 or 1 in its own variance', async () => {
  const table = await tableOfRows(
    simulate({
      units: 300,
      periods: 6,
      cohorts: [3, 5, Number.POSITIVE_INFINITY],
      seed: 41,
      effect: () => 1,
      persistence: 0.9,
    }),
  );
  const efficient = await studied(table, ours);
  const did = await studied(table, { ...ours, method: 'did' });
  for (const key of ['att', 'att_group', 'att_calendar'])
    expect(efficient.neyman[key]).toBeLessThanOrEqual(did.neyman[key]);
  expect(efficient.reference).toEqual([-1]);
});

test('vcov is that of the terms; scaling y scales both', async () => {
  const rows = simulate({
    units: 200,
    periods: 6,
    cohorts: [3, 5, Number.POSITIVE_INFINITY],
    seed: 42,
    effect: (_, k) => 1 + k,
  });
  const a = await studied(await tableOfRows(rows), ours);
  a.terms.forEach((t: TermRow, j: number) =>
    expect(Math.sqrt(a.vcov[j][j])).toBeCloseTo(t.std_error ?? Number.NaN, 12),
  );
  const b = await studied(await tableOfRows([...rows].reverse().map((r) => ({ ...r, id: -r.id, y: 100 * r.y }))), ours);
  for (const [name, t] of termsOf(a)) {
    expect(near((termsOf(b).get(name)?.estimate ?? Number.NaN) / 100, t.estimate, 1e-8)).toBe(true);
    expect(near((termsOf(b).get(name)?.std_error ?? Number.NaN) / 100, t.std_error ?? Number.NaN, 1e-7)).toBe(true);
  }
});

test('without never-treated units the last cohort is the one that control: never compares with', async () => {
  const rows = simulate({ units: 150, periods: 7, cohorts: [3, 5, 6], seed: 44, effect: () => 1 });
  const model = await studied(await tableOfRows(rows), { ...ours, control: 'never', method: 'did' });
  const renamed = rows.filter((r) => r.t < 6).map((r) => ({ ...r, g: r.g === 6 ? Number.POSITIVE_INFINITY : r.g }));
  const same = await studied(await tableOfRows(renamed), { ...ours, control: 'never', method: 'did' });
  expect(model.terms).toEqual(same.terms);
});

test('a cohort of one unit is left out with a note; params without meaning are refused', async () => {
  const rows = simulate({ units: 60, periods: 6, cohorts: [3, Number.POSITIVE_INFINITY], seed: 43, effect: () => 1 });
  const lonely = rows.map((r) => (r.id === 1 ? { ...r, g: 5 } : r));
  const ran = await study(await tableOfRows(lonely), ours);
  expect(ran.notes.find((n) => n.code === 'CN2464')?.args.cohorts).toEqual(['5']);
  const bad = await study(await tableOfRows(rows), { ...ours, controls: 'z', cluster: 'z', method: 'dr' });
  expect(bad.faults.map((f) => f.code).sort()).toEqual(['CE2450', 'CE2479', 'CE2671']);
});

describe('Fisher’s test', () => {
  const WORLD = { units: 60, periods: 5, cohorts: [3, 5, Number.POSITIVE_INFINITY], effect: () => 0 };

  test('is the share of deals of the timing, each estimated from the table, that go further', async () => {
    const rows = simulate({ ...WORLD, seed: 7 });
    const model = await studied(await tableOfRows(rows), { ...ours, fisher: 400 });
    const own = Math.abs(model.att.statistic);
    const plain = Math.abs(model.att.estimate) / model.neyman.att;
    let [beyond, beyondPlain] = [0, 0];
    const DEALS = 150;
    for (let r = 0; r < DEALS; r++) {
      const order = stream(99, r).permutation(WORLD.units);
      const cohorts = new Map(rows.map((x) => [x.id, x.g]));
      const dealt = rows.map((x) => ({ ...x, g: cohorts.get((order[x.id - 1] as number) + 1) as number }));
      const drawn = await studied(await tableOfRows(dealt), ours);
      if (Math.abs(drawn.att.statistic) > own) beyond++;
      if (Math.abs(drawn.att.estimate) / drawn.neyman.att > plain) beyondPlain++;
    }
    // three Monte-Carlo errors of the two shares
    const slack = (p: number): number => 3 * Math.sqrt(Math.max(p * (1 - p), 0.02) * (1 / DEALS + 1 / 400));
    expect(Math.abs(model.fisher.p_values.att - beyond / DEALS)).toBeLessThan(slack(beyond / DEALS));
    expect(Math.abs(model.fisher.p_values_neyman.att - beyondPlain / DEALS)).toBeLessThan(slack(beyondPlain / DEALS));
    expect(Object.keys(model.fisher.p_values)).toEqual(expect.arrayContaining(['rel_time::0', 'att_group']));
    expect(model.fisher).toMatchObject({ draws: 400, seed: 1 });
  });

  test('rejects a true null of no effect as often as it says, and an effect for certain', async () => {
    let rejected = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const model = await studied(await tableOfRows(simulate({ ...WORLD, seed: 300 + seed })), { ...ours, fisher: 99 });
      if (model.fisher.p_values.att <= 0.1) rejected++;
    }
    expect(rejected).toBeGreaterThan(0);
    expect(rejected).toBeLessThan(14); // 10 % of 60, and three Monte-Carlo errors
    const large = await studied(await tableOfRows(simulate({ ...WORLD, seed: 9, effect: () => 3 })), {
      ...ours,
      fisher: 199,
    });
    expect(large.fisher.p_values.att).toBe(0);
  });
});

test('method means is the difference of means after treatment, whatever was before', async () => {
  const rows = simulate({
    units: 100,
    periods: 4,
    cohorts: [3, Number.POSITIVE_INFINITY],
    seed: 5,
    effect: () => 1,
  });
  const model = await studied(await tableOfRows(rows), { ...ours, method: 'means' });
  const mean = (g: number, t: number): number => {
    const own = rows.filter((r) => r.g === g && r.t === t);
    return own.reduce((s, r) => s + r.y, 0) / own.length;
  };
  expect(termsOf(model).get('rel_time::0')?.estimate).toBeCloseTo(mean(3, 3) - mean(Number.POSITIVE_INFINITY, 3), 10);
});
