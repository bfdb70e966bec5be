import { expect, test } from 'vitest';
import { near } from '../stage-lab.ts';
import { type Row, simulate, studied, study, type TermRow, tableOfRows, termsOf } from './staggered-lab.ts';

const STACKED = { estimator: 'stacked', y: 'y', cohort: 'g', window: [-2, 2] };
const rows = simulate({
  units: 150,
  periods: 9,
  cohorts: [4, 6, 7, Number.POSITIVE_INFINITY],
  seed: 31,
  effect: (g, k) => (g === 4 ? 3 : 1) + 0.5 * k,
});
const NEVER = Number.POSITIVE_INFINITY;

/** Mean change from the period before adoption to k after it. */
const change = (of: readonly Row[], g: number, k: number): number => {
  const mean = (t: number): number => {
    const at = of.filter((r) => r.t === t);
    return at.reduce((s, r) => s + r.y, 0) / at.length;
  };
  return mean(g + k) - mean(g - 1);
};

test('with weights by treated units it is the average of the plain differences in differences', async () => {
  for (const control of ['never', 'not-yet'] as const) {
    const model = await studied(await tableOfRows(rows), { ...STACKED, control });
    for (const t of model.terms.filter((x: TermRow) => x.period !== undefined)) {
      let sum = 0;
      let units = 0;
      for (const g of [4, 6, 7]) {
        const treated = rows.filter((r) => r.g === g);
        const controls = rows.filter((r) => r.g === NEVER || (control === 'not-yet' && r.g > g + 2));
        const n = new Set(treated.map((r) => r.id)).size;
        sum += n * (change(treated, g, t.period) - change(controls, g, t.period));
        units += n;
      }
      expect(t.estimate).toBeCloseTo(sum / units, 9);
    }
    expect(model.att.estimate).toBeCloseTo(model.average_post.estimate, 12);
    expect(model.cohorts).toBe(3);
  }
});

test('equal weights give another average, between the cohorts’ own', async () => {
  const table = await tableOfRows(rows);
  const wing = await studied(table, STACKED);
  const equal = await studied(table, { ...STACKED, weighting: 'equal' });
  expect(equal.att.estimate).not.toBeCloseTo(wing.att.estimate, 6);
  expect(equal.att.estimate).toBeGreaterThan(1.2);
  expect(equal.att.estimate).toBeLessThan(4);
});

test('errors are clustered by unit unless others are asked for, and effects keep their names', async () => {
  const table = await tableOfRows(rows);
  const model = await studied(table, STACKED);
  expect(model.vcov_type).toBe('cluster: id');
  expect(model.clusters).toEqual([{ name: 'id', levels: new Set(rows.map((r) => r.id)).size }]);
  expect(model.absorbed.map((a: { name: string }) => a.name)).toEqual(['id', 't']);
  expect((await studied(table, { ...STACKED, vcov: 'HC1' })).vcov_type).toBe('HC1');
});

test('order of rows and names of units change nothing', async () => {
  const a = await studied(await tableOfRows(rows), { ...STACKED, controls: 'z' });
  const moved = [...rows].reverse().map((r) => ({ ...r, id: 900 - r.id, y: 10 * r.y }));
  const b = await studied(await tableOfRows(moved), { ...STACKED, controls: 'z' });
  for (const [name, t] of termsOf(a)) {
    expect(near((termsOf(b).get(name)?.estimate ?? Number.NaN) / 10, t.estimate, 1e-7)).toBe(true);
    expect(near((termsOf(b).get(name)?.std_error ?? Number.NaN) / 10, t.std_error ?? Number.NaN, 1e-7)).toBe(true);
  }
});

test('cohorts without a whole window or without controls, and units with gaps, are named', async () => {
  const late = rows.map((r) => ({ ...r, g: r.g === 7 ? 8 : r.g }));
  const ran = await study(await tableOfRows(late), STACKED);
  expect(ran.notes.find((n) => n.code === 'CN2465')?.args.cohorts).toEqual(['8']);
  const gaps = rows.filter((r) => !(r.id === 3 && r.t === 6));
  expect((await study(await tableOfRows(gaps), STACKED)).notes.map((n) => n.code)).toContain('CN2467');
  const nobody = rows.filter((r) => Number.isFinite(r.g));
  const bare = await study(await tableOfRows(nobody), STACKED);
  expect(bare.notes.find((n) => n.code === 'CN2466')?.args.cohorts).toEqual(['6', '7']);
  const far = await study(await tableOfRows(rows), { ...STACKED, window: [-8, 8] });
  expect(far.faults.map((f) => f.code)).toEqual(['CE2476']);
  const none = await study(await tableOfRows(rows), { ...STACKED, window: undefined });
  expect(none.faults.map((f) => f.code)).toEqual(['CE2480']);
});
