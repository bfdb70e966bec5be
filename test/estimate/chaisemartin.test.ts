import { expect, test } from 'vitest';
import { twfeWeights } from '../../stages/estimate/twfe-weights.ts';
import { stream } from '../../stages/kernels/random.ts';
import { twoWayWeights } from '../../stages/kernels/two-way-weights.ts';
import { near, readTable, record, referenceCase, runStage } from '../stage-lab.ts';
import { castle, mpdta, simulate, studied, study, type TermRow, tableOfRows, termsOf } from './staggered-lab.ts';

const DID_M = { estimator: 'chaisemartin-dhaultfoeuille', treatment: 'd' };

for (const [id, table] of [
  ['dcdh_castle', castle],
  ['dcdh_mpdta', mpdta],
] as const)
  test(`${id}: DID_M and the weights of the two-way coefficient`, async () => {
    const { spec, results } = referenceCase(id);
    const model = await studied(await table(), { ...DID_M, y: spec.y });
    expect(near(model.att.estimate, results.did_m, 1e-8)).toBe(true);
    expect(model.switchers).toBe(results.n_switchers_used);
    const ran = await runStage(twfeWeights, { from: 'x', y: spec.y, x: 'd' }, { from: await table() });
    const w = record(ran.outputs.weights);
    expect(w.negative.count).toBe(results.n_negative_weights);
    expect(near(w.coefficient, results.twfe_coef, 1e-8)).toBe(true);
    expect(near(w.min_sd_att_zero, results.min_sd_att_zero, 1e-8)).toBe(true);
    expect(w.rows.reduce((s: number, r: { weight: number }) => s + r.weight, 0)).toBeCloseTo(1, 10);
    expect(ran.notes.some((n) => n.code === 'CN2469')).toBe(results.n_negative_weights > 0);
  });

const staggered = simulate({
  units: 200,
  periods: 7,
  cohorts: [3, 5, Number.POSITIVE_INFINITY],
  seed: 51,
  effect: () => 2,
});

test('an absorbing treatment: the effect of the first period is Callaway and Sant’Anna’s', async () => {
  const table = await tableOfRows(staggered);
  const m = await studied(table, { ...DID_M, y: 'y' });
  const cs = await studied(table, { estimator: 'callaway-santanna', control: 'not-yet', y: 'y', cohort: 'g' });
  expect(termsOf(m).get('rel_time::0')?.estimate).toBeCloseTo(
    termsOf(cs).get('rel_time::0')?.estimate ?? Number.NaN,
    10,
  );
});

test('units that leave count with the other sign: the truth without noise is found', async () => {
  const rows = Array.from({ length: 40 }, (_, u) =>
    Array.from({ length: 6 }, (_, t) => {
      const d = u % 4 === 0 ? (t >= 2 && t < 4 ? 1 : 0) : u % 4 === 1 ? 1 : u % 4 === 2 ? (t >= 3 ? 1 : 0) : 0;
      return `${u},${t},${u + t * t + 3 * d},${d}`;
    }),
  ).flat();
  const table = await readTable(['id,t,y,d', ...rows].join('\n'), { panel: { unit: 'id', time: 't' } });
  const model = await studied(table, { ...DID_M, y: 'y', pretrends: 1 });
  expect(model.att.estimate).toBeCloseTo(3, 10);
  expect(model.by_period.map((p: { direction: string }) => p.direction)).toContain('leave');
  expect(termsOf(model).get('rel_time::-2')?.estimate).toBeCloseTo(0, 10);
});

test('placebos: as many as the window has, tested together', async () => {
  const model = await studied(await tableOfRows(staggered), { ...DID_M, y: 'y', window: [-3, 3] });
  expect(model.terms.map((t: TermRow) => t.term)).toEqual(['rel_time::-3', 'rel_time::-2', 'rel_time::0', 'att']);
  expect(model.pretrend.df1).toBe(2);
});

test('no switch, nobody who stays, no treatment column', async () => {
  const flat = await tableOfRows(staggered.map((r) => ({ ...r, g: Number.POSITIVE_INFINITY })));
  expect((await study(flat, { ...DID_M, y: 'y' })).faults.map((f) => f.code)).toEqual(['CE2477']);
  const all = await tableOfRows(staggered.map((r) => ({ ...r, g: 3 })));
  expect((await study(all, { ...DID_M, y: 'y' })).faults.map((f) => f.code)).toEqual(['CE2478']);
  const missing = await study(all, { estimator: DID_M.estimator, y: 'y', cohort: 'g' });
  expect(missing.faults.map((f) => f.code)).toEqual(['CE2481']);
  const stuck = await runStage(twfeWeights, { from: 'x', y: 'y', x: 'd' }, { from: flat });
  expect(stuck.faults.map((f) => f.code)).toEqual(['CE2482']);
});

test('the smallest spread with all effects of the other sign is that of a quadratic program', () => {
  const random = stream(5);
  for (let round = 0; round < 6; round++) {
    const n = 12;
    const residual = Float64Array.from({ length: n }, () => random.normal() + 0.6);
    const treatment = new Float64Array(n).fill(1);
    const mass = new Float64Array(n).fill(1);
    const found = twoWayWeights(treatment, residual, { mass, coefficient: 1 });
    if (found.negative.count === 0) continue;
    // minimize the variance of effects ≤ 0 with Σ w·effect = 1, by projected steps on the dual of the one equality
    const w = found.weights;
    const effects = (multiplier: number): Float64Array => {
      let x = new Float64Array(n);
      for (let step = 0; step < 4000; step++) {
        const mean = x.reduce((s, v) => s + v, 0) / n;
        x = x.map((v, i) => Math.min(0, v - 0.4 * (v - mean - multiplier * w[i]! * n)));
      }
      return x;
    };
    const unit = effects(1); // the problem is homogeneous in the multiplier
    const scale = 1 / unit.reduce((s, v, i) => s + v * w[i]!, 0);
    const mean = unit.reduce((s, v) => s + v, 0) / n;
    const sd = Math.sqrt(unit.reduce((s, v) => s + (v - mean) ** 2, 0) / n) * scale;
    expect(found.minSdOpposite).toBeCloseTo(sd, 5);
    expect(found.minSdOpposite).toBeGreaterThanOrEqual(found.minSdZero);
  }
});

test('weights of cells stand under the cohort of the whole table, also where its first treated row has no outcome', async () => {
  const rows = staggered.slice(0, 7 * 40).map((r) => [r.id, r.t, r.t >= r.g ? 1 : 0, r.t === r.g ? '' : r.y].join());
  const table = await readTable(['id,t,d,y', ...rows].join('\n'), { panel: { unit: 'id', time: 't' } });
  const { rows: cells } = record(
    (await runStage(twfeWeights, { from: 'x', y: 'y', x: 'd' }, { from: table })).outputs.weights,
  );
  expect([...new Set(cells.map((c: { cohort: number }) => c.cohort))]).toEqual([3, 5]);
});

test('weights do not depend on the unit of the treatment', async () => {
  const of = async (unit: number) => {
    const rows = staggered.map((r) => [r.id, r.t, r.t >= r.g ? (2 + Math.sin(r.id)) * unit : 0, r.y].join());
    const table = await readTable(['id,t,d,y', ...rows].join('\n'), { panel: { unit: 'id', time: 't' } });
    return record((await runStage(twfeWeights, { from: 'x', y: 'y', x: 'd' }, { from: table })).outputs.weights);
  };
  const [one, tiny] = [await of(1), await of(1e-13)];
  expect(one.negative.count).toBeGreaterThan(0);
  expect(tiny.negative.count).toBe(one.negative.count);
  expect(near(tiny.weights_sd, one.weights_sd, 1e-8)).toBe(true);
});
