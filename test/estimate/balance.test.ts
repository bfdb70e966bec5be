import { describe, expect, test } from 'vitest';
import { mpdta, type Row, simulate, studied, study, tableOfRows, termsOf } from './staggered-lab.ts';

test('balance_e = 1 on the minimum wages, as the pages of did print it', async () => {
  const params = { estimator: 'callaway-santanna', y: 'lemp', cohort: 'first_treat', never: 0, balance: 1 };
  const model = await studied(await mpdta(), params);
  const printed = { '-2': 0.0065, '-1': -0.0028, '0': -0.0066, '1': -0.051 };
  const own = model.aggregates.dynamic.terms.map((t: { period: number; estimate: number }) => [
    `${t.period}`,
    Number(t.estimate.toFixed(4)),
  ]);
  expect(Object.fromEntries(own)).toEqual(printed);
  expect(model.average_post.estimate).toBeCloseTo(-0.0288, 4);
  expect(Math.abs(model.average_post.std_error - 0.0135)).toBeLessThan(4e-4); // theirs is bootstrapped
  expect(model.notes).toContainEqual({ code: 'CN2959', args: { cohorts: ['2007'], balance: 1 } });
  const all = await studied(await mpdta(), { ...params, balance: 'all' });
  expect(model.att).toEqual(all.att); // other averages keep all cohorts
});

const rows = simulate({
  units: 200,
  periods: 8,
  cohorts: [3, 5, 7, Number.POSITIVE_INFINITY],
  seed: 77,
  effect: (g, k) => g + k,
});

const units = (g: number): number => new Set(rows.filter((r: Row) => r.g === g).map((r) => r.id)).size;

describe('averages by relative time over the same cohorts', () => {
  for (const params of [
    { estimator: 'callaway-santanna', base: 'universal' },
    { estimator: 'sun-abraham', cluster: 'id' },
    { estimator: 'imputation' },
    { estimator: 'two-stage' },
  ])
    test(params.estimator, async () => {
      const table = await tableOfRows(rows);
      const model = await studied(table, { ...params, y: 'y', cohort: 'g', balance: 3 });
      const periods = model.aggregates.dynamic.terms.map((t: { period: number }) => t.period);
      expect(Math.max(...periods)).toBe(3);
      for (const k of [0, 1, 2, 3]) {
        // cohort 7 is seen for one period more, and enters nowhere
        const cells = model.cells.filter((c: { cohort: number; rel_time: number }) => c.cohort < 7 && c.rel_time === k);
        expect(cells).toHaveLength(2);
        const mass = cells.reduce((s: number, c: { cohort: number }) => s + units(c.cohort), 0);
        const mean = cells.reduce(
          (s: number, c: { cohort: number; estimate: number }) => s + (units(c.cohort) / mass) * c.estimate,
          0,
        );
        expect(termsOf(model).get(`rel_time::${k}`)?.estimate).toBeCloseTo(mean, 10);
      }
      const all = await studied(table, { ...params, y: 'y', cohort: 'g' });
      expect(model.att.estimate).toBe(all.att.estimate);
      const { faults } = await study(table, { ...params, y: 'y', cohort: 'g', balance: 6 });
      expect(faults.map((f) => [f.code, f.args])).toEqual([['CE2961', { balance: 6, most: 5 }]]);
    });

  test('estimators that choose cohorts in another way take no balance', async () => {
    for (const estimator of ['twfe', 'stacked', 'roth-santanna']) {
      const params = { estimator, y: 'y', cohort: 'g', balance: 1, window: [-1, 1] };
      const { faults } = await study(await tableOfRows(rows), params);
      expect(faults.map((f) => f.code)).toEqual(['CE2450']);
    }
  });
});
