import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stream } from '../../stages/kernels/random.ts';
import { switchModel } from '../../stages/kernels/switch-effects.ts';
import { type PathPanel, switchPaths } from '../../stages/kernels/switch-paths.ts';
import { near, readTable, type Value } from '../stage-lab.ts';
import { castle, mpdta, simulate, studied, study, tableOfRows, termsOf } from './staggered-lab.ts';

const DCDH = { estimator: 'chaisemartin-dhaultfoeuille', treatment: 'd' };
const FIXTURES = new URL('../fixtures/switchers/', import.meta.url);

interface Printed {
  readonly estimate: number;
  readonly se: number;
  readonly n: number;
  readonly switchers: number;
}

interface Case {
  readonly id: string;
  readonly data: string;
  readonly y: string;
  readonly params: { readonly [name: string]: unknown; readonly effects: number };
  readonly effects: readonly Printed[];
  readonly placebos: readonly Printed[] | null;
  readonly att: Printed | null;
  readonly p_placebos: number | null;
  readonly p_effects: number | null;
  readonly p_equal: number | null;
}

const { cases } = JSON.parse(readFileSync(new URL('results.json', FIXTURES), 'utf8')) as {
  readonly cases: readonly Case[];
};

const tableOf = (name: string): Promise<Value> =>
  name === 'mpdta'
    ? mpdta()
    : name === 'castle'
      ? castle()
      : readTable(readFileSync(new URL(`${name}.csv`, FIXTURES)), { panel: { unit: 'id', time: 't' } });

describe('chaisemartin-dhaultfoeuille with effects, against did_multiplegt_dyn', () => {
  for (const c of cases)
    test(c.id, async () => {
      const model = await studied(await tableOf(c.data), { ...DCDH, y: c.y, ...c.params });
      const terms = termsOf(model);
      const horizons = new Map(model.by_horizon.map((h: { period: number }) => [h.period, h]));
      const compare = (term: string, want: Printed): void => {
        expect(near(terms.get(term)?.estimate ?? Number.NaN, want.estimate, 1e-8), term).toBe(true);
        // with covariates the package's errors hold a constant that is no part of the influence
        if (!('controls' in c.params))
          expect(near(terms.get(term)?.std_error ?? Number.NaN, want.se, 1e-7), `${term} error`).toBe(true);
      };
      const counts = (period: number, want: Printed): void => {
        if (!('trends_lin' in c.params))
          expect(horizons.get(period)).toMatchObject({ switchers: want.switchers, rows: want.n });
      };
      c.effects.forEach((want, i) => {
        compare(`rel_time::${i}`, want);
        counts(i, want);
      });
      (c.placebos ?? []).forEach((want, i) => {
        compare(`rel_time::${-2 - i}`, want);
        counts(-2 - i, want);
      });
      if (c.att === null) expect(model.att).toBeUndefined();
      else compare('att', c.att);
      if ('controls' in c.params) return;
      if (c.p_placebos !== null) expect(near(model.pretrend.p_value, c.p_placebos, 1e-6)).toBe(true);
      if (c.p_equal !== null) expect(near(model.equal_effects.p_value, c.p_equal, 1e-6)).toBe(true);
    });
});

/** A panel of treatments that move at random, some cells missing. */
function randomPanel(seed: number, units: number, periods: number): PathPanel {
  const random = stream(seed, units);
  const size = units * periods;
  const [y, d, x] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let u = 0; u < units; u++) {
    let now = random.below(3) === 0 ? 1 : 0;
    for (let t = 0; t < periods; t++) {
      if (t > 0 && random.uniform() < 0.25) now = random.below(3);
      y[u * periods + t] = random.uniform() < 0.05 ? Number.NaN : random.normal() + now * t;
      d[u * periods + t] = now;
      x[u * periods + t] = random.normal();
    }
  }
  const weights = Float64Array.from({ length: size }, () => 0.5 + random.uniform());
  const within = Int32Array.from({ length: units }, () => random.below(2));
  return { units, periods, y, d, weights, x: [], within };
}

/** DID_ℓ and its placebo for complete treatments, in the words of the paper: no cells, no shares, one switcher at a time. */
function plainly(
  panel: PathPanel,
  length: number,
  placebo: boolean,
): { estimate: number; switchers: number } | undefined {
  const { units, periods, weights, within } = panel;
  const at = (v: ArrayLike<number>, u: number, t: number): number => v[u * periods + t] as number;
  const y = panel.y.slice();
  const first: number[] = [];
  for (let u = 0; u < units; u++) {
    const start = at(panel.d, u, 0);
    let [above, below] = [false, false];
    let switched = periods;
    for (let t = 0; t < periods; t++) {
      const d = at(panel.d, u, t);
      above ||= d > start;
      below ||= d < start;
      if (d !== start && switched === periods) switched = t;
      if (above && below) y[u * periods + t] = Number.NaN;
    }
    first.push(switched);
  }
  const comparable = (a: number, b: number): boolean =>
    at(panel.d, a, 0) === at(panel.d, b, 0) && within[a] === within[b];
  let [sum, mass, switchers] = [0, 0, 0];
  for (let g = 0; g < units; g++) {
    const start = first[g] as number;
    const now = start - 1 + length;
    const other = placebo ? start - 1 - length : now;
    if (start >= periods || now >= periods || other < 0) continue;
    const change = (u: number): number => at(y, u, now) * 0 + at(y, u, other) - at(y, u, start - 1);
    const controls = Array.from({ length: units }, (_, u) => u).filter(
      (u) => comparable(u, g) && (first[u] as number) > now && !Number.isNaN(change(u)),
    );
    if (controls.length === 0 || Number.isNaN(change(g))) continue;
    const weigh = controls.reduce((s, u) => s + at(weights, u, now), 0);
    const mean = controls.reduce((s, u) => s + at(weights, u, now) * change(u), 0) / weigh;
    // T_g: the last period with such a control
    const last = Math.max(...first.filter((_, u) => comparable(u, g))) - 1;
    let departure = 0;
    for (let t = start; t <= last; t++)
      if (!Number.isNaN(at(y, g, t)) || t === now) departure += at(panel.d, g, t) - at(panel.d, g, 0);
    const sign = Math.sign(at(panel.d, g, start) - at(panel.d, g, 0));
    expect(Math.sign(departure) === sign || departure === 0).toBe(true);
    sum += sign * at(weights, g, now) * (change(g) - mean);
    mass += at(weights, g, now);
    switchers++;
  }
  return switchers === 0 ? undefined : { estimate: sum / mass, switchers };
}

test('agrees with the formula written out for one switcher after the other', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 6, max: 30 }), (seed, units) => {
      const panel = randomPanel(seed, units, 6);
      const model = switchModel(panel, switchPaths(panel));
      for (const length of [1, 2, 3])
        for (const placebo of [false, true]) {
          const want = plainly(panel, length, placebo);
          const got = model.effect({ length, placebo }, { effects: 3, switchers: 'both', same: false });
          expect(got?.switchers, `${length} ${placebo}`).toBe(want?.switchers);
          if (want === undefined || got === undefined) continue;
          expect(got.estimate).toBeCloseTo(want.estimate, 9);
          compared++;
        }
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(100);
});

describe('an absorbing 0/1 treatment', () => {
  const rows = simulate({
    units: 200,
    periods: 8,
    cohorts: [3, 5, 6, Number.POSITIVE_INFINITY],
    seed: 51,
    effect: (g, k) => g / 3 + k,
  });

  test('effects are those of Callaway and Sant’Anna’s cells with the not yet treated, averaged by switchers', async () => {
    const table = await tableOfRows(rows);
    const model = await studied(table, { ...DCDH, y: 'y', effects: 4, pretrends: 2 });
    const params = { estimator: 'callaway-santanna', control: 'not-yet', base: 'universal', y: 'y', cohort: 'g' };
    const cs = await studied(table, params);
    const units = new Map<number, number>();
    for (const r of rows) if (r.t === 1) units.set(r.g, (units.get(r.g) ?? 0) + 1);
    for (let k = 0; k < 4; k++) {
      const cells = cs.cells.filter((c: { rel_time: number; cohort: number }) => c.rel_time === k);
      const mass = cells.reduce((s: number, c: { cohort: number }) => s + (units.get(c.cohort) ?? 0), 0);
      const mean = cells.reduce(
        (s: number, c: { cohort: number; estimate: number }) => s + ((units.get(c.cohort) ?? 0) / mass) * c.estimate,
        0,
      );
      expect(termsOf(model).get(`rel_time::${k}`)?.estimate).toBeCloseTo(mean, 10);
    }
    const first = await studied(table, { ...DCDH, y: 'y' }); // DID_M
    expect(termsOf(model).get('rel_time::0')?.estimate).toBeCloseTo(first.att.estimate, 10);
  });

  test('rows in another order, and a larger unit of the outcome, change nothing but the unit', async () => {
    const own = await studied(await tableOfRows(rows), { ...DCDH, y: 'y', effects: 2, pretrends: 1 });
    const moved = [...rows].reverse().map((r) => ({ ...r, y: 1000 * r.y }));
    const other = await studied(await tableOfRows(moved), { ...DCDH, y: 'y', effects: 2, pretrends: 1 });
    own.terms.forEach((t: { estimate: number; std_error: number }, i: number) => {
      expect(near(other.terms[i].estimate, 1000 * t.estimate, 1e-9)).toBe(true);
      expect(near(other.terms[i].std_error, 1000 * t.std_error, 1e-9)).toBe(true);
    });
    expect(near(other.pretrend.p_value, own.pretrend.p_value, 1e-8)).toBe(true);
  });
});

/** Units with a treatment path, an outcome without noise: unit + period + what the path has added up. */
const noiseless = (paths: Readonly<Record<string, readonly number[]>>, copies = 2): Promise<Value> => {
  const lines = Object.entries(paths).flatMap(([name, path]) =>
    Array.from({ length: copies }, (_, c) =>
      path.map((d, t) => {
        const added = path.slice(0, t + 1).reduce((s, v) => s + v, 0);
        return `${name}${c},${t + 1},${name.charCodeAt(0) + 3 * c + t * t + 2 * added},${d}`;
      }),
    ).flat(),
  );
  return readTable(['id,t,y,d', ...lines].join('\n'), { panel: { unit: 'id', time: 't' } });
};

describe('treatments that come and go', () => {
  test('the truth without noise: in, out and back, by period and by unit of treatment', async () => {
    const table = await noiseless({ a: [0, 0, 1, 1, 0], b: [0, 0, 0, 0, 0], c: [0, 0, 0, 1, 1] });
    const model = await studied(table, { ...DCDH, y: 'y', effects: 3, pretrends: 1 });
    const terms = termsOf(model);
    // a: treated for 1, 2, 2 periods by then; c: 1, 2
    expect(terms.get('rel_time::0')?.estimate).toBeCloseTo(2, 10);
    expect(terms.get('rel_time::1')?.estimate).toBeCloseTo(4, 10);
    expect(terms.get('rel_time::2')?.estimate).toBeCloseTo(4, 10);
    expect(terms.get('rel_time::-2')?.estimate).toBeCloseTo(0, 10);
    const normalized = await studied(table, { ...DCDH, y: 'y', effects: 3, normalized: true });
    for (const k of [0, 1, 2]) expect(termsOf(normalized).get(`rel_time::${k}`)?.estimate).toBeCloseTo(2, 10);
    // effects 2·2 + 4·2 + 4 over two copies, over 1·2 + 1·2 + 0 periods of treatment
    expect(model.att.estimate).toBeCloseTo((2 + 2 + 4 + 4 + 4) / (1 + 1 + 1 + 1 + 0), 10);
  });

  test('leavers count with the other sign, and only with those who stay treated', async () => {
    const table = await noiseless({ a: [1, 1, 0, 0], b: [1, 1, 1, 1], c: [0, 0, 0, 0], e: [0, 1, 1, 1] });
    const out = await studied(table, { ...DCDH, y: 'y', effects: 2, switchers: 'out' });
    expect(termsOf(out).get('rel_time::0')?.estimate).toBeCloseTo(2, 10);
    expect(termsOf(out).get('rel_time::1')?.estimate).toBeCloseTo(4, 10);
    expect(out.by_horizon[0]).toMatchObject({ switchers: 2, rows: 4 });
  });

  test('rows after a unit was above and below its start are left out, with a note', async () => {
    const table = await noiseless({ a: [1, 2, 0, 0], b: [1, 1, 1, 1], c: [1, 1, 2, 2] });
    const model = await studied(table, { ...DCDH, y: 'y', effects: 3 });
    expect(model.notes).toContainEqual({ code: 'CN2953', args: { rows: 4 } });
    expect(model.by_horizon.map((h: { switchers: number }) => h.switchers)).toEqual([4, 2]);
    expect(model.notes).toContainEqual({ code: 'CN2955', args: { periods: ['2'] } });
  });

  test('a unit that switches in a gap is a control until the gap', async () => {
    const whole = ['a', 'b', 'e'].flatMap((name, u) =>
      [0, 1, 2, 3, 4].map((t) => ({ name, t, d: name === 'a' && t >= 2 ? 1 : 0, y: u + t * (u + 1) })),
    );
    const gap = [0, 1, 3, 4].map((t) => ({ name: 'c', t, d: t >= 3 ? 1 : 0, y: 5 * t }));
    const text = ['id,t,y,d', ...[...whole, ...gap].map((r) => `${r.name},${r.t},${r.y},${r.d}`)].join('\n');
    const model = await studied(await readTable(text, { panel: { unit: 'id', time: 't' } }), {
      ...DCDH,
      y: 'y',
      effects: 2,
    });
    expect(model.notes).toContainEqual({ code: 'CN2954', args: { units: 1 } });
    expect(model.by_horizon[0].switchers).toBe(1);
    expect(model.by_horizon[0].rows).toBe(3); // not the one in the gap
  });

  test('few switchers, and few clusters, are named', async () => {
    const table = await noiseless({ a: [0, 0, 1, 1, 0], b: [0, 0, 0, 0, 0], c: [0, 0, 0, 1, 1] });
    const model = await studied(table, { ...DCDH, y: 'y', effects: 2 });
    expect(model.notes).toContainEqual({ code: 'CN2961', args: { periods: ['0', '1'], least: 5 } });
    const clustered = await studied(await castle(), { ...DCDH, y: 'l_homicide', cluster: 'region', effects: 1 });
    expect(clustered.notes).toContainEqual({ code: 'CN2405', args: { groups: 4, name: 'region' } });
  });

  test('trends_lin takes out trends of units, and controls what moves the outcome', async () => {
    const rows = Array.from({ length: 30 }, (_, u) =>
      Array.from({ length: 8 }, (_v, t) => {
        const z = Math.sin(7 * u + 3 * t * t);
        const d = u % 3 === 0 ? 0 : t >= 3 + (u % 3) ? 1 : 0;
        return `${u},${t},${u + t * ((u % 5) / 4) + t * t + 3 * d + 2 * z},${d},${z}`;
      }),
    ).flat();
    const table = await readTable(['id,t,y,d,z', ...rows].join('\n'), { panel: { unit: 'id', time: 't' } });
    const params = { ...DCDH, y: 'y', effects: 3, pretrends: 1, controls: 'z', trends_lin: true };
    const model = await studied(table, params);
    for (const k of [0, 1, 2]) expect(termsOf(model).get(`rel_time::${k}`)?.estimate).toBeCloseTo(3, 9);
    expect(termsOf(model).get('rel_time::-2')?.estimate).toBeCloseTo(0, 9);
    expect(model.att).toBeUndefined();
  });
});

test('a covariate that a start of treatment cannot tell from its periods is left out for it, and named', async () => {
  const starts = { p: [0, 0, 0, 0], q: [0, 0, 0, 0], r: [0, 0, 0, 0], a: [2, 3, 3, 3], b: [2, 2, 2, 2] };
  const rows = Object.entries(starts).flatMap(([id, path], u) =>
    path.map((d, t) => {
      const random = stream(28, u, t);
      return { id, t, d, y: random.normal(), z: 10 * random.normal(), w: 0.1 + random.uniform() };
    }),
  );
  const text = ['id,t,d,y,z,w', ...rows.map((r) => Object.values(r).join())].join('\n');
  const table = await readTable(text, { panel: { unit: 'id', time: 't' } });
  const model = await studied(table, { ...DCDH, y: 'y', effects: 1, controls: 'z', weights: 'w' });
  const at = (id: string, t: number) => rows.find((r) => r.id === id && r.t === t)?.y ?? Number.NaN;
  const byHand = at('a', 1) - at('a', 0) - (at('b', 1) - at('b', 0));
  expect(near(termsOf(model).get('rel_time::0')?.estimate ?? Number.NaN, byHand, 1e-8)).toBe(true);
  expect(model.notes).toContainEqual({ code: 'CN2962', args: { terms: ['z'], value: 2 } });
});

describe('what cannot be answered', () => {
  const absorbing = { a: [0, 0, 1], b: [0, 1, 1], c: [0, 0, 0] };
  for (const [name, paths, params, code] of [
    ['options without effects', absorbing, { normalized: true, switchers: 'in' }, ['CE2954', 'CE2954']],
    ['controls without effects', absorbing, { controls: 't' }, ['CE2954']],
    ['calendar averages', absorbing, { effects: 2, aggregate: 'calendar' }, ['CE2956']],
    ['a total with unit trends', absorbing, { effects: 1, trends_lin: true, aggregate: 'simple' }, ['CE2963']],
    ['groups that change', absorbing, { effects: 1, trends_nonparam: 't' }, ['CE2955']],
    ['groups that are not there', absorbing, { effects: 1, trends_nonparam: 'region' }, ['CE2001']],
    ['nobody switches', { a: [0, 0], b: [1, 1] }, { effects: 1 }, ['CE2477']],
    ['nobody stays', { a: [0, 1, 1], b: [0, 1, 1] }, { effects: 1 }, ['CE2478']],
    ['every start of treatment is another', { a: [1, 5], b: [2, 2], c: [3, 4] }, { effects: 1 }, ['CE2478']],
    ['effects of another estimator', absorbing, { estimator: 'twfe', effects: 2 }, ['CE2450']],
  ] as const)
    test(name, async () => {
      const copies = name.startsWith('every') ? 1 : 2;
      const { faults } = await study(await noiseless(paths, copies), { ...DCDH, y: 'y', ...params });
      expect(faults.map((f) => f.code)).toEqual(code);
    });
});
