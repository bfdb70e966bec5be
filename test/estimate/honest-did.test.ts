import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeRecord } from '../../stages/columns/record.ts';
import type { RecordShape } from '../../stages/contract.ts';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { honestDid } from '../../stages/estimate/honest-did.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

const MEDICAID = new URL('../../pipelines/medicaid/data/ehec.csv', import.meta.url);

/** The model of the HonestDiD package's page: 2014 cohort against states that had not expanded by 2015. */
async function medicaid(): Promise<Value> {
  const raw = await readTable(readFileSync(MEDICAID), { panel: { unit: 'stfips', time: 'year' } });
  const columns = { early: 'coalesce(yexp2 == 2014, 0)' };
  const marked = await runStage(derive, { from: 'x', columns }, { from: raw });
  const keep = 'year < 2016 and coalesce(yexp2, 0) != 2015';
  const kept = await runStage(filter, { from: 'x', keep }, { from: marked.outputs.table as Value });
  const formula = 'dins ~ i(year, early, ref = 2013) | stfips + year';
  const fitted = await runStage(
    regress,
    { from: 'x', formula, cluster: 'stfips' },
    { from: kept.outputs.table as Value },
  );
  return fitted.outputs.model as Value;
}

const run = async (model: Value, params: object = {}) => {
  const ran = await runStage(honestDid, { from: 'x', ...params }, { from: model });
  return { ...ran, bounds: ran.faults.length === 0 ? record(ran.outputs.bounds) : undefined };
};

/** A model's record with coefficients by period, of errors that share a reference. */
function modelOf(estimates: Readonly<Record<string, number>>, extra: object = {}): Value {
  const names = Object.keys(estimates);
  const value = {
    outcome: 'y',
    terms: names.map((term) => ({ term, estimate: estimates[term] })),
    vcov: names.map((_, a) => names.map((_u, b) => (a === b ? 0.02 : 0.01))),
    notes: [],
    ...extra,
  };
  const shape: RecordShape = { kind: 'model', columns: [] };
  return { shape, parts: new Map([['value', encodeRecord(value)]]) };
}

const flat = { 'year::1': 0.1, 'year::2': -0.05, 'year::4': 1, 'year::5': 1.2 };

describe('honest-did against the HonestDiD package', () => {
  let model: Value;
  beforeAll(async () => {
    model = await medicaid();
  });

  test('relative magnitudes: every printed digit of the intervals on its 1000-point grid', async () => {
    const { bounds } = await run(model, { grid: [0.5, 1, 1.5, 2] });
    const printed = bounds.rows.map((r: { low: number; high: number }) => [
      r.low.toPrecision(3),
      r.high.toPrecision(3),
    ]);
    expect(printed).toEqual([
      ['0.0240', '0.0672'],
      ['0.0170', '0.0720'],
      ['0.00824', '0.0797'],
      ['-0.000916', '0.0881'],
    ]);
    expect(bounds.breakdown).toBeGreaterThan(1.9);
    expect(bounds.breakdown).toBeLessThan(2);
    expect(bounds.reference).toBe(2013);
  });

  test('smoothness: the fixed-length intervals, to the accuracy of its simulated quantile', async () => {
    const { bounds } = await run(model, { method: 'smoothness', grid: [0, 0.01, 0.02, 0.03, 0.04, 0.05] });
    const printed = [
      [0.0259, 0.0607],
      [0.0132, 0.0787],
      [0.00286, 0.0907],
      [-0.00714, 0.101],
      [-0.0171, 0.111],
      [-0.0271, 0.121],
    ];
    printed.forEach(([low = 0, high = 0], i) => {
      expect(Math.abs(bounds.rows[i].low - low)).toBeLessThan(1.3e-4);
      expect(Math.abs(bounds.rows[i].high - high)).toBeLessThan(5.1e-4); // three digits printed
    });
    expect(bounds.breakdown).toBeGreaterThan(0.02);
    expect(bounds.breakdown).toBeLessThan(0.03);
  });

  // at m = 0 the lower end is 0.0259513, printed as 0.0259: the package's optimizer stops 1e-6 away
  test('smoothness with the simulated quantile: every printed digit but one', async () => {
    const grid = [0, 0.01, 0.02, 0.03, 0.04, 0.05];
    const { bounds } = await run(model, { method: 'smoothness', grid, quantile: 'simulated' });
    const printed = bounds.rows.map((r: { low: number; high: number }) => [
      r.low.toPrecision(3),
      r.high.toPrecision(3),
    ]);
    expect(printed).toEqual([
      ['0.0260', '0.0607'],
      ['0.0132', '0.0787'],
      ['0.00286', '0.0907'],
      ['-0.00714', '0.101'],
      ['-0.0171', '0.111'],
      ['-0.0271', '0.121'],
    ]);
  });

  test('a sign or a direction that is known takes the trend of the other sign away', async () => {
    for (const [method, grid] of [
      ['relative-magnitudes', 2],
      ['smoothness', 0.01],
      ['relative-smoothness', 1],
    ] as const) {
      const of = async (more: object) =>
        (await run(model, { method, grid, interval: 'c-lf', points: 4000, ...more })).bounds.rows[0];
      const free = await of({});
      const [up, down] = [await of({ bias: 'positive' }), await of({ bias: 'negative' })];
      // a trend that is positive lies in the estimate: the effect may be smaller, not larger
      const estimate = 0.046447;
      expect(up.high).toBeLessThan(free.high - 0.002);
      expect(down.low).toBeGreaterThan(free.low + 0.002);
      expect(up.high).toBeGreaterThan(estimate);
      expect(down.low).toBeLessThan(estimate);
      // the first period after the reference: direction from there on is its sign
      const rising = await of({ monotonicity: 'increasing' });
      expect(Math.abs(rising.high - up.high)).toBeLessThan(0.004);
    }
  });

  test('the hybrid with the fixed-length interval stays within its first stage and is about as long as c-lf', async () => {
    for (const m of [0, 0.01, 0.03]) {
      const of = async (more: object) => (await run(model, { method: 'smoothness', grid: m, ...more })).bounds.rows[0];
      const hybrid = await of({ interval: 'c-f' });
      const first = await of({ interval: 'flci', level: 0.995 });
      expect(hybrid.low).toBeGreaterThanOrEqual(first.low - 1e-12);
      expect(hybrid.high).toBeLessThanOrEqual(first.high + 1e-12);
      const other = await of({ interval: 'c-lf', points: 4000 });
      expect((hybrid.high - hybrid.low) / (other.high - other.low)).toBeGreaterThan(0.7);
      expect((hybrid.high - hybrid.low) / (other.high - other.low)).toBeLessThan(1.4);
    }
    const { bounds } = await run(model, { method: 'smoothness', bias: 'positive', grid: [0.01, 0.02] });
    expect(bounds.rows[0].method).toBe('c-f');
    expect(bounds.bias).toBe('positive');
  });

  test('the original interval is the normal one', async () => {
    const { bounds } = await run(model, { grid: 1, period: 2015 });
    const term = record(model).terms.find((t: { term: string }) => t.term === 'year::2015:early');
    expect(bounds.original.estimate).toBe(term.estimate);
    expect(bounds.original.std_error).toBe(term.std_error);
    expect(bounds.original.low).toBeCloseTo(term.estimate - 1.959963984540054 * term.std_error, 12);
  });

  test('an average of periods is the same as its weights, and its intervals hold it', async () => {
    const average = (await run(model, { grid: [0, 1], period: 'average' })).bounds;
    const weighted = (await run(model, { grid: [0, 1], weights: [0.5, 0.5] })).bounds;
    expect(weighted).toEqual(average);
    for (const row of average.rows) {
      expect(row.low).toBeLessThan(average.original.estimate);
      expect(row.high).toBeGreaterThan(average.original.estimate);
    }
  });

  test('intervals grow with m, whatever the method', async () => {
    for (const params of [
      { method: 'smoothness' },
      { grid: [0, 0.3, 0.6, 1, 3] },
      { grid: [0.5, 2], interval: 'conditional' },
      { method: 'smoothness', interval: 'c-lf', grid: [0, 0.01, 0.02] },
    ]) {
      const { rows } = (await run(model, params)).bounds;
      const lengths = rows.map((r: { low: number; high: number }) => r.high - r.low);
      expect(lengths.length).toBeGreaterThan(1);
      for (let i = 1; i < lengths.length; i++) expect(lengths[i]).toBeGreaterThanOrEqual(lengths[i - 1]);
    }
  });

  test('the breakdown value is where 0 enters the interval', async () => {
    for (const params of [{ method: 'smoothness' }, { method: 'relative-magnitudes' }]) {
      const { breakdown } = (await run(model, { ...params, grid: 1 })).bounds;
      const { rows } = (await run(model, { ...params, grid: [0.99 * breakdown, 1.01 * breakdown], points: 20_000 }))
        .bounds;
      expect(rows[0].low).toBeGreaterThan(0);
      expect(rows[1].low).toBeLessThan(0);
    }
  });

  test('a seed gives the same bounds again; another moves them by a grid step or two at most', async () => {
    const first = (await run(model, { grid: 1.5, seed: 3 })).bounds;
    expect((await run(model, { grid: 1.5, seed: 3 })).bounds).toEqual(first);
    const step = (40 * first.original.std_error) / 999;
    const other = (await run(model, { grid: 1.5, seed: 4 })).bounds;
    expect(Math.abs(other.rows[0].low - first.rows[0].low)).toBeLessThan(2.5 * step);
  });
});

describe('honest-did', () => {
  test('an event study needs no params: its reference and periods are known', async () => {
    const table = await referenceTable('castle', { panel: { unit: 'sid', time: 'year' } });
    const params = { from: 'x', y: 'l_homicide', cohort: 'effyear', window: [-5, 3], cluster: 'sid' };
    const model = (await runStage(eventStudy, params, { from: table })).outputs.model as Value;
    const { bounds, notes } = await run(model, { grid: [0, 1] });
    expect(bounds.before).toEqual([-5, -4, -3, -2]);
    expect(bounds.after.map((a: { period: number }) => a.period)).toEqual([0, 1, 2, 3]);
    expect(notes.map((n) => n.code)).toContain('CN2511'); // the ends are bins
    const inner = await run(model, { grid: [0, 1], window: [-4, 2] });
    expect(inner.bounds.before).toEqual([-4, -3, -2]);
  });

  test('other coefficients of the model do not matter', async () => {
    const own = (await run(modelOf(flat), { method: 'smoothness' })).bounds;
    const more = (await run(modelOf({ '(Intercept)': 5, ...flat, z: 3 }), { method: 'smoothness' })).bounds;
    expect(more).toEqual(own);
  });

  test('bounds scale with the outcome; under smoothness m does too', async () => {
    const scaled = Object.fromEntries(Object.entries(flat).map(([k, v]) => [k, 50 * v]));
    const vcov = Object.keys(flat).map((_, a) => Object.keys(flat).map((_u, b) => 2500 * (a === b ? 0.02 : 0.01)));
    for (const [method, factor] of [
      ['smoothness', 50],
      ['relative-magnitudes', 1],
    ] as const) {
      const own = (await run(modelOf(flat), { method, grid: [0.2, 1] })).bounds;
      const other = (await run(modelOf(scaled, { vcov }), { method, grid: [0.2 * factor, factor] })).bounds;
      own.rows.forEach((row: { low: number; high: number }, i: number) => {
        expect(near(other.rows[i].low, 50 * row.low, 1e-8)).toBe(true);
        expect(near(other.rows[i].high, 50 * row.high, 1e-8)).toBe(true);
      });
      expect(near(other.breakdown, factor * own.breakdown, 2e-4)).toBe(true);
    }
  });

  test('one period on each side is enough', async () => {
    const { bounds, notes } = await run(modelOf({ 'year::1': 0.1, 'year::3': 1 }), { reference: 2 });
    expect(bounds.rows).toHaveLength(5);
    expect(notes.map((n) => n.code)).toContain('CN2516');
    const smooth = (await run(modelOf({ 'year::1': 0.1, 'year::3': 1 }), { method: 'smoothness', grid: 0.1 })).bounds;
    // the estimate plus the change before it, biased by at most one bend
    expect(smooth.rows[0].centre).toBeCloseTo(1.1, 12);
    expect(smooth.rows[0].max_bias).toBeCloseTo(0.1, 12);
  });

  test.each([40, 1e6])('an estimate far beyond 20 standard errors has its interval too: %d', async (far) => {
    const { bounds } = await run(modelOf({ ...flat, 'year::4': far }), { grid: [0, 1] });
    const near = (await run(modelOf(flat), { grid: [0, 1] })).bounds;
    bounds.rows.forEach((row: { low: number; high: number }, i: number) => {
      expect(Math.abs(row.low - far - (near.rows[i].low - 1))).toBeLessThan(0.01);
      expect(Math.abs(row.high - far - (near.rows[i].high - 1))).toBeLessThan(0.01);
    });
  });

  test('an effect that is not there has no breakdown value to lose', async () => {
    const { bounds, notes } = await run(modelOf({ ...flat, 'year::4': 0.01 }), { method: 'smoothness' });
    expect(bounds.breakdown).toBe(0);
    expect(notes.map((n) => n.code)).toContain('CN2513');
  });

  test('the breakdown value is said where there is one, and what was tried where there is none', async () => {
    const { bounds, notes } = await run(modelOf(flat));
    expect(notes).toContainEqual({ code: 'CN2512', args: { breakdown: Number(bounds.breakdown.toPrecision(4)) } });
    expect(bounds.breakdown).toBeGreaterThan(0);
    const firm = await run(modelOf({ 'year::1': 0, 'year::2': 0, 'year::4': 1e6, 'year::5': 1e6 }), { grid: [0, 1] });
    expect(firm.notes.map((n) => n.code)).toContain('CN2514');
  });

  test('a restriction that does not fit the leads rejects every value', async () => {
    // the leads fall by 100 errors a period: no effect goes with a trend that only rises
    const falling = modelOf({ 'year::1': 30, 'year::2': 15, 'year::4': 1, 'year::5': 1.2 });
    const { bounds, notes } = await run(falling, {
      method: 'smoothness',
      monotonicity: 'increasing',
      interval: 'c-lf',
      grid: [0],
    });
    expect(notes).toEqual([{ code: 'CN2515', args: { m: 0 } }]);
    expect(bounds.rows[0]).toMatchObject({ low: null, high: null });
  });

  test('an interval that does not end on the search grid says so', async () => {
    const { notes } = await run(modelOf(flat), { grid: [1e6] });
    expect(notes).toContainEqual({ code: 'CN2510', args: { m: 1e6 } });
  });

  for (const [name, model, params, code, args] of [
    ['no coefficients by period', modelOf({ x: 1 }), {}, 'CE2510', {}],
    ['terms that match nothing', modelOf(flat), { terms: 'city::*' }, 'CE2510', {}],
    [
      'two sets of them',
      modelOf({ ...flat, 'year::1:rich': 1, 'year::3:rich': 2 }),
      {},
      'CE2511',
      { terms: ['year::*', 'year::*:rich'] },
    ],
    ['no gap for a reference', modelOf({ 'year::2': 1, 'year::3': 1 }), {}, 'CE2512', {}],
    ['two gaps', modelOf({ 'year::1': 1, 'year::3': 1, 'year::5': 1 }), {}, 'CE2512', {}],
    ['a reference with an estimate', modelOf(flat), { reference: 4 }, 'CE2513', { value: 4 }],
    ['nothing before', modelOf({ 'year::4': 1 }), { reference: 3 }, 'CE2514', {}],
    ['nothing after', modelOf({ 'year::1': 1 }), { reference: 2 }, 'CE2515', {}],
    [
      'a hole outside of the window',
      modelOf({ 'year::-1': 1, ...flat }),
      { reference: 3, window: [1, 4] },
      undefined,
      {},
    ],
    ['a hole', modelOf({ 'year::0': 1, 'year::2': 1, 'year::4': 1 }), { reference: 3 }, 'CE2516', { missing: 1 }],
    [
      'a singular covariance',
      modelOf(flat, { vcov: [0, 1, 2, 3].map(() => [1, 1, 1, 1]) }),
      {},
      'CE2517',
      { periods: 4, rank: 1 },
    ],
    [
      'an event study whose leads have bases of their own',
      modelOf({ 'rel_time::-1': 1, 'rel_time::0': 1 }, { estimator: 'callaway-santanna' }),
      {},
      'CE2513',
      { value: -1 },
    ],
    ['an event study without leads', modelOf({ 'rel_time::0': 1 }, { estimator: 'imputation' }), {}, 'CE2514', {}],
    ['no covariance', modelOf(flat, { vcov: undefined }), {}, 'CE2518', {}],
    ['weights of another length', modelOf(flat), { weights: [1] }, 'CE2519', { given: 1, after: 2 }],
    ['a period before the reference', modelOf(flat), { period: 2 }, 'CE2520', { value: 2 }],
    ['period and weights', modelOf(flat), { period: 4, weights: [1, 0] }, 'CE2521', {}],
    ['a fixed-length interval for relative magnitudes', modelOf(flat), { interval: 'flci' }, 'CE2522', {}],
    ['weights that are all 0', modelOf(flat), { weights: [0, 0] }, 'CE2523', {}],
    ['bias and monotonicity', modelOf(flat), { bias: 'positive', monotonicity: 'increasing' }, 'CE2950', {}],
    [
      'a fixed-length interval with a sign',
      modelOf(flat),
      { method: 'smoothness', interval: 'flci', bias: 'positive' },
      'CE2951',
      {},
    ],
    ['a quantile of no interval', modelOf(flat), { quantile: 'simulated' }, 'CE2952', { interval: 'c-lf' }],
    [
      'bends before the reference with one period there',
      modelOf({ 'year::1': 0.1, 'year::3': 1 }),
      { reference: 2, method: 'relative-smoothness' },
      'CE2953',
      {},
    ],
    ['a hybrid with the FLCI for relative magnitudes', modelOf(flat), { interval: 'c-f' }, 'CE2522', {}],
    ['an empty window', modelOf(flat), { window: [4, 1] }, 'CE2432', {}],
  ] as const)
    test(`${code === undefined ? 'fine' : 'a clear fault'}: ${name}`, async () => {
      const { faults } = await run(model, { grid: 1, ...params });
      expect(faults.map((f) => f.code)).toEqual(code === undefined ? [] : [code]);
      expect(faults[0]?.args ?? {}).toMatchObject(args);
    });
});
