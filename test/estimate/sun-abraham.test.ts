import { describe, expect, test } from 'vitest';
import { near, referenceCase, referenceTable } from '../stage-lab.ts';
import { castle, mpdta, simulate, studied, study, tableOfRows, termsOf } from './staggered-lab.ts';

const SA = { estimator: 'sun-abraham' };

describe('sun-abraham against fixest', () => {
  for (const id of ['sunab_castle', 'sunab_castle_x_w', 'sunab_mpdta'])
    test(id, async () => {
      const c = referenceCase(id);
      const [unit, time] = c.spec.fe;
      const table = await referenceTable(c.dataset, { panel: { unit, time } });
      const model = await studied(table, {
        ...SA,
        y: c.spec.y,
        cohort: c.spec.cohort,
        controls: c.spec.x ?? [],
        ...(c.spec.weights === undefined ? {} : { weights: c.spec.weights }),
        cluster: c.spec.cluster,
      });
      const terms = termsOf(model);
      c.results.by_period.names.forEach((name: string, i: number) => {
        const got = terms.get(name.replace(/^year::/, 'rel_time::'));
        expect(near(got?.estimate ?? Number.NaN, c.results.by_period.est[i], 1e-8), name).toBe(true);
        expect(near(got?.std_error ?? Number.NaN, c.results.by_period.se[i], 1e-7), `${name} se`).toBe(true);
        expect(near(got?.p_value ?? Number.NaN, c.results.by_period.p[i], 1e-6), `${name} p`).toBe(true);
      });
      const at = c.results.att.names.indexOf('ATT');
      expect(near(model.att.estimate, c.results.att.est[at], 1e-8)).toBe(true);
      expect(near(model.att.std_error, c.results.att.se[at], 1e-7)).toBe(true);
    });
});

test('vcov is that of the terms, in their order', async () => {
  const model = await studied(await castle(), {
    ...SA,
    y: 'l_homicide',
    cohort: 'effyear',
    cluster: 'sid',
    controls: 'l_police',
  });
  expect(model.vcov.length).toBe(model.terms.length);
  model.terms.forEach((t: { std_error: number }, j: number) => {
    expect(Math.sqrt(model.vcov[j][j])).toBeCloseTo(t.std_error, 12);
  });
  expect(model.terms.at(-1).term).toBe('l_police');
});

test('cohort, relative time and a 0/1 treatment say the same', async () => {
  const table = await castle();
  const common = { ...SA, y: 'l_homicide', cluster: 'sid' };
  const byCohort = await studied(table, { ...common, cohort: 'effyear' });
  expect(await studied(table, { ...common, treatment: 'd' })).toEqual(byCohort);
  const zeros = await studied(table, { ...common, cohort: 'effyear0', never: 0 });
  expect(zeros).toEqual(byCohort);
});

test('without never-treated units the last cohort is the control group', async () => {
  const rows = simulate({ units: 200, periods: 8, cohorts: [3, 5, 7], seed: 3, effect: (_, k) => 1 + k });
  const ran = await study(await tableOfRows(rows), { ...SA, y: 'y', cohort: 'g', cluster: 'id' });
  expect(ran.faults).toEqual([]);
  expect(ran.notes.map((n) => n.code)).toContain('CN2453');
  const model = await studied(await tableOfRows(rows), { ...SA, y: 'y', cohort: 'g', cluster: 'id' });
  const never = rows.filter((r) => r.t < 7).map((r) => ({ ...r, g: r.g === 7 ? Number.POSITIVE_INFINITY : r.g }));
  const same = await studied(await tableOfRows(never), { ...SA, y: 'y', cohort: 'g', cluster: 'id' });
  expect(model.terms).toEqual(same.terms);
});

test('cohorts treated from their first row on are left out, with a note', async () => {
  const rows = simulate({ units: 120, periods: 6, cohorts: [1, 4, Infinity], seed: 4, effect: () => 1 });
  const ran = await study(await tableOfRows(rows), { ...SA, y: 'y', cohort: 'g', cluster: 'id' });
  expect(ran.notes.find((n) => n.code === 'CN2451')?.args.cohorts).toEqual(['1']);
  const without = await studied(await tableOfRows(rows.filter((r) => r.g !== 1)), {
    ...SA,
    y: 'y',
    cohort: 'g',
    cluster: 'id',
  });
  expect((await studied(await tableOfRows(rows), { ...SA, y: 'y', cohort: 'g', cluster: 'id' })).terms).toEqual(
    without.terms,
  );
});

test('one cohort and nobody else is a fault', async () => {
  const rows = simulate({ units: 40, periods: 6, cohorts: [4], seed: 5, effect: () => 1 });
  const ran = await study(await tableOfRows(rows), { ...SA, y: 'y', cohort: 'g', cluster: 'id' });
  expect(ran.faults.map((f) => f.code)).toEqual(['CE2461']);
});

test('options of another estimator are refused', async () => {
  const ran = await study(await mpdta(), {
    ...SA,
    y: 'lemp',
    cohort: 'first_treat',
    never: 0,
    method: 'dr',
    aggregate: 'calendar',
  });
  expect(ran.faults.map((f) => f.code)).toEqual(['CE2450', 'CE2451']);
});
