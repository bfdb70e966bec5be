import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { near, readTable, referenceCase } from '../stage-lab.ts';
import { csvOf, mpdta, type Row, simulate, studied, study, tableOfRows, termsOf } from './staggered-lab.ts';

const CS = { estimator: 'callaway-santanna' };
const MPDTA = { ...CS, y: 'lemp', cohort: 'first_treat', never: 0 };
const world = (seed: number, more: object = {}) => ({
  units: 80,
  periods: 6,
  cohorts: [3, 5, Number.POSITIVE_INFINITY],
  seed,
  effect: (_: number, k: number) => 1 + k,
  ...more,
});

describe('callaway-santanna against did', () => {
  for (const [id, params] of [
    ['cs_mpdta_dr_never_x', { controls: 'lpop' }],
    ['cs_mpdta_ipw_never_x', { controls: 'lpop', method: 'ipw' }],
    ['cs_mpdta_reg_never_x', { controls: 'lpop', method: 'reg' }],
    ['cs_mpdta_dr_notyet_x', { controls: 'lpop', control: 'not-yet' }],
    ['cs_mpdta_universal', { base: 'universal' }],
    ['cs_mpdta_antic1', { anticipation: 1 }],
    ['cs_mpdta_rc', { controls: 'lpop', sampling: 'cross-section' }],
  ] as const)
    test(id, async () => {
      const { results } = referenceCase(id);
      const model = await studied(await mpdta(), { ...MPDTA, ...params });
      const { egt, att, se } = results.aggte_dynamic;
      const byPeriod = new Map(model.aggregates.dynamic.terms.map((t: { period: number }) => [t.period, t]));
      egt.forEach((e: number, i: number) => {
        const got = byPeriod.get(e) as { estimate: number; std_error: number } | undefined;
        if (se[i] === null) return expect(model.reference).toContain(e);
        expect(near(got?.estimate ?? Number.NaN, att[i], 1e-7), `${e}`).toBe(true);
        expect(near(got?.std_error ?? Number.NaN, se[i], 1e-7), `${e} se`).toBe(true);
      });
      expect(near(model.att.estimate, results.aggte_simple.overall_att, 1e-8)).toBe(true);
      expect(near(model.att.std_error, results.aggte_simple.overall_se, 1e-7)).toBe(true);
      expect(near(model.pretrend.statistic, results.pretest_wald_W, 1e-7)).toBe(true);
    });
});

test('no covariates: each cell is the plain difference of mean changes', async () => {
  const rows = simulate(world(1));
  const model = await studied(await tableOfRows(rows), { ...CS, y: 'y', cohort: 'g' });
  const mean = (keep: (r: Row) => boolean): number => {
    const kept = rows.filter(keep);
    return kept.reduce((s, r) => s + r.y, 0) / kept.length;
  };
  for (const cell of model.cells) {
    const change = (g: number) =>
      mean((r) => r.g === g && r.t === cell.time) - mean((r) => r.g === g && r.t === cell.base);
    expect(cell.estimate).toBeCloseTo(change(cell.cohort) - change(Number.POSITIVE_INFINITY), 10);
  }
});

test('control: later takes none that is treated before the cohort, not even in leads', async () => {
  const rows = simulate(world(4));
  const table = await tableOfRows(rows);
  const later = await studied(table, { ...CS, control: 'later', y: 'y', cohort: 'g' });
  const notYet = await studied(table, { ...CS, control: 'not-yet', y: 'y', cohort: 'g' });
  const mean = (g: (cohort: number) => boolean, t: number): number => {
    const kept = rows.filter((r) => g(r.g) && r.t === t);
    return kept.reduce((s, r) => s + r.y, 0) / kept.length;
  };
  let differ = 0;
  for (const [i, cell] of later.cells.entries()) {
    const change = (g: (cohort: number) => boolean) => mean(g, cell.time) - mean(g, cell.base);
    const limit = Math.max(cell.cohort, cell.time);
    const own = (g: number): boolean => g === cell.cohort;
    expect(cell.estimate).toBeCloseTo(change(own) - change((g) => g > limit), 10);
    const other = notYet.cells[i].estimate;
    if (cell.time >= cell.cohort) expect(other).toBe(cell.estimate);
    else if (Math.abs(other - cell.estimate) > 1e-6) differ++;
  }
  expect(differ).toBeGreaterThan(0);
  const stacked = await study(table, { estimator: 'stacked', window: [-1, 1], control: 'later', y: 'y', cohort: 'g' });
  expect(stacked.faults.map((f) => f.code)).toEqual(['CE2672']);
});

test('weights count as repeated units would', async () => {
  const rows = simulate(world(2));
  const heavy = (id: number): number => 1 + (id % 3);
  const weighted = [
    'id,t,g,y,w',
    ...rows.map((r) => `${r.id},${r.t},${Number.isFinite(r.g) ? r.g : ''},${r.y},${heavy(r.id)}`),
  ].join('\n');
  const repeated = rows.flatMap((r) => Array.from({ length: heavy(r.id) }, (_, k) => ({ ...r, id: r.id * 10 + k })));
  const a = await studied(await readTable(weighted, { panel: { unit: 'id', time: 't' } }), {
    ...CS,
    y: 'y',
    cohort: 'g',
    weights: 'w',
  });
  const b = await studied(await tableOfRows(repeated), { ...CS, y: 'y', cohort: 'g' });
  for (const [name, t] of termsOf(a)) expect(t.estimate).toBeCloseTo(termsOf(b).get(name)?.estimate ?? Number.NaN, 10);
});

test('order of rows, names of units and units of y change nothing but the scale', async () => {
  const rows = simulate(world(6));
  const base = await studied(await tableOfRows(rows), { ...CS, y: 'y', cohort: 'g', controls: 'z' });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { minLength: rows.length, maxLength: rows.length }),
      fc.integer({ min: 1, max: 9 }),
      async (keys, scale) => {
        const order = rows.map((r, i) => ({ r, key: keys[i] as number })).sort((a, b) => a.key - b.key);
        const moved = order.map(({ r }) => ({ ...r, id: 5000 - r.id * 7, y: r.y * scale, z: 3 - 2 * r.z }));
        const model = await studied(await tableOfRows(moved), { ...CS, y: 'y', cohort: 'g', controls: 'z' });
        const terms = termsOf(model);
        for (const [name, t] of termsOf(base)) {
          expect(near((terms.get(name)?.estimate ?? Number.NaN) / scale, t.estimate, 1e-7)).toBe(true);
          expect(near((terms.get(name)?.std_error ?? Number.NaN) / scale, t.std_error ?? Number.NaN, 1e-7)).toBe(true);
        }
      },
    ),
    { numRuns: 8 },
  );
});

test('bands: the same for the same seed, wider than the interval of one period, near the normal error', async () => {
  const table = await mpdta();
  const first = await studied(table, { ...MPDTA, bootstrap: 2000, seed: 7 });
  expect(await studied(table, { ...MPDTA, bootstrap: 2000, seed: 7 })).toEqual(first);
  expect((await studied(table, { ...MPDTA, bootstrap: 2000, seed: 8 })).band.critical).not.toBe(first.band.critical);
  expect(first.band.critical).toBeGreaterThan(1.96);
  expect(first.band.critical).toBeLessThan(3.5);
  for (const t of first.terms.filter((x: { period?: number }) => x.period !== undefined)) {
    expect(t.boot_std_error / t.std_error).toBeGreaterThan(0.9);
    expect(t.boot_std_error / t.std_error).toBeLessThan(1.1);
    expect(t.band_low).toBeLessThan(t.conf_low);
    expect(t.band_high).toBeGreaterThan(t.conf_high);
  }
});

test('clusters: units doubled within clusters change no error', async () => {
  const rows = simulate(world(9));
  const doubled = [...rows, ...rows.map((r) => ({ ...r, id: r.id + 1000 }))];
  const text = csvOf(doubled)
    .split('\n')
    .map((line, i) => (i === 0 ? `${line},house` : `${line},${Number(line.split(',')[0]) % 1000}`))
    .join('\n');
  const a = await studied(await tableOfRows(rows), { ...CS, y: 'y', cohort: 'g' });
  const b = await studied(await readTable(text, { panel: { unit: 'id', time: 't' } }), {
    ...CS,
    y: 'y',
    cohort: 'g',
    cluster: 'house',
  });
  for (const [name, t] of termsOf(a)) {
    expect(termsOf(b).get(name)?.estimate).toBeCloseTo(t.estimate, 10);
    expect(termsOf(b).get(name)?.std_error).toBeCloseTo(t.std_error ?? Number.NaN, 10);
  }
  expect(b.clusters).toEqual([{ name: 'house', levels: 80 }]);
});

test('a balanced panel compared in levels gives the same effects as its changes', async () => {
  const table = await tableOfRows(simulate(world(10)));
  const a = await studied(table, { ...CS, y: 'y', cohort: 'g' });
  const b = await studied(table, { ...CS, y: 'y', cohort: 'g', sampling: 'unbalanced' });
  for (const [name, t] of termsOf(a)) {
    expect(termsOf(b).get(name)?.estimate).toBeCloseTo(t.estimate, 10);
    expect(termsOf(b).get(name)?.std_error).toBeCloseTo(t.std_error ?? Number.NaN, 10);
  }
});

describe('what the data cannot give is said', () => {
  const codes = async (
    rows: readonly Row[] | string,
    params: object = {},
    panel: Readonly<Record<string, unknown>> = { panel: { unit: 'id', time: 't' } },
  ) => {
    const table = await readTable(typeof rows === 'string' ? rows : csvOf(rows), panel);
    const ran = await study(table, { ...CS, y: 'y', cohort: 'g', ...params });
    return { faults: ran.faults.map((f) => f.code), notes: ran.notes.map((n) => n.code) };
  };
  const rows = simulate(world(11));

  test('no never-treated units', async () => {
    const treated = rows.filter((r) => Number.isFinite(r.g));
    expect((await codes(treated)).faults).toEqual(['CE2466']);
    const notYet = await codes(treated, { control: 'not-yet' });
    expect(notYet.faults).toEqual([]);
    expect(notYet.notes).toContain('CN2454');
    expect(
      (
        await codes(
          treated.filter((r) => r.g === 3),
          { control: 'not-yet' },
        )
      ).faults,
    ).toEqual(['CE2467']);
  });

  test('units treated from the start', async () => {
    const moved = rows.map((r) => ({ ...r, g: r.g === 3 ? 1 : r.g }));
    expect((await codes(moved)).notes).toContain('CN2451');
    expect((await codes(moved.filter((r) => r.g !== 5))).faults).toEqual(['CE2468']);
  });

  test('nobody treated', async () => {
    expect((await codes(rows.filter((r) => !Number.isFinite(r.g)))).faults).toEqual(['CE2435']);
  });

  test('a cohort that changes within a unit', async () => {
    const changed = rows.map((r) => (r.id === 1 && r.t === 6 ? { ...r, g: 4 } : r));
    expect((await codes(changed)).faults).toEqual(['CE2460']);
  });

  test('a treatment that switches off, or is no dummy', async () => {
    const text = csvOf(rows).replace(/^(\d+),6,3,(.*),1$/m, '$1,6,3,$2,0');
    expect((await codes(text, { cohort: undefined, treatment: 'd' })).faults).toEqual(['CE2458']);
    const dose = csvOf(rows).replace(/^(\d+),6,3,(.*),1$/m, '$1,6,3,$2,2');
    expect((await codes(dose, { cohort: undefined, treatment: 'd' })).faults).toEqual(['CE2456']);
  });

  test('time in fractions, two rows in a period, unequal periods', async () => {
    const halves = rows.map((r) => (r.t === 2 ? { ...r, t: 2.5 } : r));
    expect((await codes(halves)).faults).toEqual(['CE2454']);
    const twice = [...rows, rows[0] as Row];
    expect((await codes(twice, { unit: 'id', time: 't' }, {})).faults).toEqual(['CE2459']);
    expect((await codes(twice, { time: 't', sampling: 'cross-section' }, {})).faults).toEqual([]);
    expect((await codes(twice, { time: 't' }, {})).faults).toEqual(['CE2471']);
    expect((await codes(rows.filter((r) => r.t !== 2))).notes).toContain('CN2450');
  });

  test('a cohort in fractions', async () => {
    expect((await codes(rows.map((r) => ({ ...r, g: r.g === 3 ? 3.5 : r.g })))).faults).toEqual(['CE2455']);
  });

  test('units with gaps are left out with a note, or compared in levels', async () => {
    const gaps = rows.filter((r) => !(r.id <= 5 && r.t === 4));
    expect((await codes(gaps)).notes).toContain('CN2460');
    expect((await codes(gaps, { sampling: 'unbalanced' })).notes).not.toContain('CN2460');
  });

  test('a covariate that separates the treated', async () => {
    const apart = rows.map((r) => ({ ...r, z: (Number.isFinite(r.g) ? 10 : 0) + r.z / 100 }));
    expect((await codes(apart, { controls: 'z' })).faults).toEqual(['CE2463']);
    expect((await codes(apart, { controls: 'z', method: 'reg' })).faults).toEqual([]);
  });

  test('a covariate that is constant within cells is left out there', async () => {
    const flat = await tableOfRows(rows.map((r) => ({ ...r, z: r.t })));
    const a = await studied(flat, { ...CS, y: 'y', cohort: 'g', controls: 'z' });
    const b = await studied(flat, { ...CS, y: 'y', cohort: 'g' });
    expect(a.terms).toEqual(b.terms);
  });

  test('a covariate that is constant among the controls', async () => {
    const flat = rows.map((r) => ({ ...r, z: Number.isFinite(r.g) ? r.z : 0 }));
    expect((await codes(flat, { controls: 'z', method: 'reg' })).faults).toEqual(['CE2464']);
  });

  test('one cluster, a cluster that changes within units, errors that do not fit', async () => {
    const text = csvOf(rows)
      .split('\n')
      .map((line, i) => `${line},${i === 0 ? 'one' : 'a'},${i === 0 ? 'odd' : i % 2}`)
      .join('\n');
    expect((await codes(text, { cluster: 'one' })).faults).toEqual(['CE2412']);
    expect((await codes(text, { cluster: 'odd' })).faults).toEqual(['CE2469']);
    expect((await codes(text, { vcov: 'HC1' })).faults).toEqual(['CE2470']);
    expect((await codes(text, { absorb: ['id', 'z'] })).faults).toEqual(['CE2452']);
  });

  test('nothing missing stands among the terms', async () => {
    const model = await studied(await tableOfRows(rows), { ...CS, y: 'y', cohort: 'g', base: 'universal' });
    expect(model.reference).toEqual([-1]);
    for (const t of model.terms) for (const v of Object.values(t)) expect(v).not.toBe(null);
  });
});

describe('the pretrend test and small cohorts', () => {
  const withOne = (seed: number): Row[] => {
    const rows = simulate(world(seed, { units: 120, periods: 8, cohorts: [6, 8, Number.POSITIVE_INFINITY] }));
    return rows.map((r) => (r.id === 1 ? { ...r, g: 7 } : r));
  };

  test('a cohort of one unit does not make it reject a true null for certain', async () => {
    const p: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const model = await studied(await tableOfRows(withOne(seed)), { ...CS, control: 'not-yet', y: 'y', cohort: 'g' });
      expect(model.pretrend_all.p_value).toBeLessThan(1e-6); // with the one unit
      p.push(model.pretrend.p_value);
      expect(model.notes.map((n: { code: string }) => n.code)).toEqual(expect.arrayContaining(['CN2950', 'CN2951']));
    }
    expect(p.filter((v) => v < 0.05).length).toBeLessThan(12);
    expect(p.filter((v) => v > 0.3).length).toBeGreaterThan(10);
  });

  test('without small cohorts it counts all cells, and there is one test', async () => {
    const model = await studied(await tableOfRows(simulate(world(3))), { ...CS, y: 'y', cohort: 'g' });
    expect(model.pretrend_all).toBeUndefined();
    expect(model.pretrend.df1).toBe(model.cells.filter((c: { rel_time: number }) => c.rel_time < 0).length);
  });

  test('no test when no covariance is regular, with the reason', async () => {
    const rows = simulate(world(5, { units: 6, periods: 6, cohorts: [6, Number.POSITIVE_INFINITY] }));
    const model = await studied(await tableOfRows(rows), { ...CS, y: 'y', cohort: 'g' });
    expect(model.pretrend).toBeUndefined();
    expect(model.notes.map((n: { code: string }) => n.code)).toContain('CN2952');
  });
});
