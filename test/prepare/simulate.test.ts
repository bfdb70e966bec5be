import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { innerBounds, marginal } from '../../stages/kernels/marginal.ts';
import { ownScores, textWords } from '../../stages/kernels/panel-scores.ts';
import { stream } from '../../stages/kernels/random.ts';
import { moments } from '../../stages/kernels/summary.ts';
import { simulate } from '../../stages/prepare/simulate.ts';
import { type Ran, readTable, record, runStage, type Value, valuesOf } from '../stage-lab.ts';

const numbersOf = (value: Value | undefined, name: string): Float64Array =>
  Float64Array.from(valuesOf(value, name), (v) => (typeof v === 'number' ? v : Number.NaN));

const years = { from: 2009, to: 2022 };
const gdp = { mean: 10.7, sd: 0.608, min: 8.803, max: 12.02 };
const open = { mean: 0.18, sd: 0.28, min: 0.002, max: 1.727 };

const roster = await readTable(`city,east,first,weight
杭州市,1,2015,2
宁波市,1,2016,1
西安市,0,2018,0.5
兰州市,0,,1
台州市,1,,1
宿州市,0,,1
`);

const panel = (params: object, from?: Value): Promise<Ran> =>
  runStage(
    simulate,
    { times: years, unit: 'city', time: 'year', variables: { gdp, open }, ...(from ? { from: 'x' } : {}), ...params },
    from === undefined ? {} : { from },
  );

const expectMoments = (values: Float64Array, wanted: { mean: number; sd: number; min?: number; max?: number }) => {
  const got = moments(values);
  expect(Math.abs(got.mean - wanted.mean)).toBeLessThan(1e-7 * wanted.sd);
  expect(Math.abs(got.sd / wanted.sd - 1)).toBeLessThan(1e-7);
  if (wanted.min !== undefined) expect(got.min).toBeCloseTo(wanted.min, 10);
  if (wanted.max !== undefined) expect(got.max).toBeCloseTo(wanted.max, 10);
};

describe('simulate', () => {
  test('mean, sd, smallest and largest value are those asked for', async () => {
    const variables = {
      gdp,
      open,
      fdi: { mean: 2.424, sd: 3.581, min: -0.036, max: 26.77, loads: { gdp: 0.5 } },
      rise: { mean: 0.5, sd: 0.2, min: 0, max: 1, trend: 0.3 },
      positive: { mean: 3, sd: 2, min: 0 },
      below: { mean: -3, sd: 2, max: 0 },
      free: { mean: -1, sd: 5 },
    };
    const ran = await panel({ units: 275, variables });
    expect(ran.faults).toEqual([]);
    for (const [name, wanted] of Object.entries(variables)) expectMoments(numbersOf(ran.outputs.table, name), wanted);
    expect(valuesOf(ran.outputs.table, 'city').length).toBe(3850);
    expect(valuesOf(ran.outputs.table, 'year').slice(0, 15)).toEqual([...Array(14).keys(), 0].map((t) => 2009 + t));
    expect(ran.outputs.table?.shape).toMatchObject({ panel: { unit: 'city', time: 'year' } });
    expect(ran.notes[0]).toEqual({ code: 'CN2167', args: { units: 275, periods: 14, seed: 1 } });
  });

  test('law: any moments that can be had are had', () => {
    const random = stream(7);
    const z = Float64Array.from({ length: 600 }, () => random.normal());
    const share = fc.double({ min: 0.03, max: 0.97, noNaN: true });
    const spread = fc.double({ min: 0.05, max: 0.7, noNaN: true });
    const kinds = fc.constantFrom('both', 'low', 'high', 'none');
    fc.assert(
      fc.property(share, spread, kinds, fc.double({ min: 0, max: 0.05, noNaN: true }), (m, s, kind, size) => {
        const bounds = {
          low: kind === 'both' || kind === 'low' ? -2 : -Infinity,
          high: kind === 'both' || kind === 'high' ? 6 : Infinity,
        };
        const mean = -2 + 8 * m;
        const sd = 8 * s * Math.sqrt(m * (1 - m));
        // the two rows at the bounds alone must not spread more than that
        const ends = [bounds.low, bounds.high].filter(Number.isFinite).map((b) => (b - mean) ** 2);
        fc.pre(ends.reduce((a, b) => a + b, 0) / 599 < 0.8 * sd * sd);
        const shift = Float64Array.from(z, (_, i) => (i % 3 === 0 ? size : 0));
        const found = marginal(z, shift, { mean, sd, bounds }, innerBounds(bounds, shift)!);
        expect(found.reached).toBe(true);
        const total = found.base.map((h, i) => h + shift[i]!);
        expectMoments(total, { mean, sd });
        for (const x of total) {
          expect(x).toBeGreaterThanOrEqual(bounds.low - 1e-12);
          expect(x).toBeLessThanOrEqual(bounds.high + 1e-12);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a draw does not depend on what else is drawn: other units, later periods, other variables', async () => {
    const words = (names: string[]): Uint32Array => Uint32Array.from(names.flatMap((name) => textWords(name)));
    const own = { persistence: 0.6, memory: 0.4 };
    const all = ownScores(3, 5, words(['a', 'b', 'c']), 4, own);
    expect(ownScores(3, 5, words(['c', 'a']), 4, own)).toEqual(Float64Array.of(...all.slice(8), ...all.slice(0, 4)));
    expect(ownScores(3, 5, words(['b']), 2, own)).toEqual(all.slice(4, 6));
    const [alone, more] = [await panel({ units: 20, variables: { gdp } }), await panel({ units: 20 })];
    expect(valuesOf(more.outputs.table, 'gdp')).toEqual(valuesOf(alone.outputs.table, 'gdp'));
    const other = await panel({ units: 20, seed: 2 });
    expect(valuesOf(other.outputs.table, 'gdp')).not.toEqual(valuesOf(more.outputs.table, 'gdp'));
  });

  test('persistence, memory and loads show in the columns', async () => {
    const free = { mean: 0, sd: 1 };
    const variables = {
      x: { ...free, persistence: 0.7, memory: 0.5 },
      y: { ...free, loads: { f: 0.8 } },
      z: { ...free, loads: { f: -0.5, x: 0.6 } },
    };
    const ran = await panel({ units: 3000, latents: { f: { persistence: 0.5 } }, variables });
    const [x, y, z] = ['x', 'y', 'z'].map((name) => numbersOf(ran.outputs.table, name)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const mean = (of: (i: number) => number, rows: (i: number) => boolean): number => {
      let [sum, n] = [0, 0];
      for (let i = 0; i < x.length; i++) if (rows(i)) [sum, n] = [sum + of(i), n + 1];
      return sum / n;
    };
    const every = (): boolean => true;
    expect(mean((i) => y[i]! * z[i]!, every)).toBeCloseTo(-0.4, 1);
    expect(mean((i) => x[i]! * z[i]!, every)).toBeCloseTo(0.6, 1);
    expect(mean((i) => x[i]! * y[i]!, every)).toBeCloseTo(0, 1);
    const apart = (k: number): number =>
      mean(
        (i) => x[i]! * x[i + k]!,
        (i) => i % 14 < 14 - k,
      );
    // one period apart p + (1 − p)φ, far apart p + (1 − p)φ¹⁰
    expect(apart(1)).toBeCloseTo(0.85, 1);
    expect(apart(10)).toBeCloseTo(0.7, 1);
    const [first] = record(ran.outputs.calibration).rows;
    expect(Math.abs(first.between - 0.73)).toBeLessThan(0.04);
  });

  test('units from a table carry its columns, and variables may load on them', async () => {
    const ran = await panel({ variables: { gdp: { ...gdp, loads: { east: 1 } } } }, roster);
    const east = numbersOf(ran.outputs.table, 'east');
    expect(valuesOf(ran.outputs.table, 'city').slice(12, 16)).toEqual(['杭州市', '杭州市', '宁波市', '宁波市']);
    // with a load of 1 nothing else moves it: one value for the east, one for the rest, but for the rows at the bounds
    expect(new Set(numbersOf(ran.outputs.table, 'gdp')).size).toBe(4);
    expect(east.length).toBe(84);
  });

  test('the effect arrives whole: path, scale and cohort give it row by row, and the truth is its mean', async () => {
    const effect = { cohort: 'first', on: { open: 0.1 }, path: [0.5, 1], scale: 'weight' };
    const ran = await panel({ effect }, roster);
    expect(ran.faults).toEqual([]);
    const [is, would] = [ran.outputs.table, ran.outputs.untreated].map((t) => numbersOf(t, 'open'));
    const [first, year, weight] = ['first', 'year', 'weight'].map((n) => numbersOf(ran.outputs.table, n));
    let [sum, rows] = [0, 0];
    for (let i = 0; i < is!.length; i++) {
      const since = year![i]! - first![i]!;
      const share = since >= 1 ? 1 : since === 0 ? 0.5 : 0;
      expect(is![i]! - would![i]!).toBeCloseTo(0.1 * weight![i]! * share, 12);
      if (since >= 0) [sum, rows] = [sum + 0.1 * weight![i]! * share, rows + 1];
    }
    const [truth] = record(ran.outputs.truth).rows;
    expect(truth).toMatchObject({ variable: 'open', rows });
    expect(truth.effect).toBeCloseTo(sum / rows, 12);
    expect(ran.notes).toContainEqual({
      code: 'CN2169',
      args: { name: truth.variable, effect: Number(truth.effect.toPrecision(6)), rows: truth.rows },
    });
    expectMoments(is!, open);
    expect(valuesOf(ran.outputs.table, 'gdp')).toEqual(valuesOf(ran.outputs.untreated, 'gdp'));
  });

  test('two-way effects find the truth, whatever the levels of the treated', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `c${i},${i % 3 === 0 ? 2014 : ''},${i % 3 === 0 ? 1 : 0}`);
    const cities = await readTable(`city,first,zone\n${rows.join('\n')}\n`);
    const y = { mean: 0.051, sd: 0.075, min: 0.002, max: 0.618, persistence: 0.9, trend: 0.02, loads: { zone: 0.6 } };
    const ran = await panel({ variables: { y }, effect: { cohort: 'first', on: { y: 0.03 } } }, cities);
    const table = ran.outputs.table as Value;
    const d = await readTable(
      `city,year,y,d\n${valuesOf(table, 'city')
        .map((city, i) => {
          const [year, value, zone] = ['year', 'y', 'zone'].map((name) => valuesOf(table, name)[i]);
          return `${city},${year},${value},${zone === 1 && Number(year) >= 2014 ? 1 : 0}`;
        })
        .join('\n')}\n`,
    );
    const fit = await runStage(
      regress,
      { from: 'x', y: 'y', x: 'd', absorb: ['city', 'year'], cluster: 'city' },
      { from: d },
    );
    const [term] = record(fit.outputs.model).terms;
    expect(Math.abs(term.estimate - 0.03)).toBeLessThan(3.5 * term.std_error);
    expect(term.std_error).toBeLessThan(0.005);
  });

  test('integers are whole and binaries have the share of ones, with a note when rounding moves the moments', async () => {
    const variables = {
      colleges: { mean: 1.2, sd: 1, min: 0, max: 9, kind: 'integer' },
      exchange: { mean: 0.1, kind: 'binary', loads: { colleges: 0.5 } },
    };
    const ran = await panel({ units: 100, variables });
    expect(numbersOf(ran.outputs.table, 'colleges').every(Number.isInteger)).toBe(true);
    expect(numbersOf(ran.outputs.table, 'exchange').reduce((a, b) => a + b, 0)).toBe(140);
    expect(ran.notes.map((n) => n.code)).toEqual(['CN2167', 'CN2168']);
  });

  test('names of units may be given, numbers stay numbers', async () => {
    const variables = { v: { mean: 0, sd: 1 } };
    const named = await panel({ units: ['a', 'b'], times: [2020, 2010], variables });
    expect(valuesOf(named.outputs.table, 'city')).toEqual(['a', 'a', 'b', 'b']);
    expect(valuesOf(named.outputs.table, 'year')).toEqual([2010, 2020, 2010, 2020]);
    expect(valuesOf((await panel({ units: [7, 9], times: [1], variables })).outputs.table, 'city')).toEqual([7, 9]);
  });

  const bad = (variable: object) => ({ units: 5, variables: { v: { ...gdp, ...variable } } });
  for (const c of [
    { name: 'a mean outside the bounds', params: bad({ mean: 20 }), code: 'CE2173' },
    { name: 'an sd that no such variable has', params: bad({ sd: 2 }), code: 'CE2172' },
    { name: 'no sd', params: { units: 5, variables: { v: { mean: 1 } } }, code: 'CE2183' },
    { name: 'a load on nothing', params: bad({ loads: { w: 0.5 } }), code: 'CE2174' },
    { name: 'loads on itself', params: bad({ loads: { v: 0.5 } }), code: 'CE2175' },
    {
      name: 'loads in a circle',
      params: { units: 5, variables: { v: { ...gdp, loads: { w: 0.5 } }, w: { ...gdp, loads: { v: 0.5 } } } },
      code: 'CE2175',
    },
    {
      name: 'loads beyond 1',
      params: { ...bad({ loads: { f: 0.8, g: 0.8 } }), latents: { f: {}, g: {} } },
      code: 'CE2176',
    },
    { name: 'times that run backwards', params: { units: 5, times: { from: 2022, to: 2009 } }, code: 'CE2177' },
    { name: 'no units', params: {}, code: 'CE2181' },
    { name: 'a unit twice', params: { units: ['a', 'b', 'a'] }, code: 'CE2178' },
    { name: 'a variable called as the time', params: { units: 5, variables: { year: gdp } }, code: 'CE2180' },
    { name: 'a trend as wide as the range', params: bad({ trend: 4 }), code: 'CE2192' },
    { name: 'moments that a bounded variable of this sample cannot have', params: bad({ sd: 0.05 }), code: 'CE2186' },
    {
      name: 'an effect without units of a table',
      params: { units: 5, effect: { cohort: 'c', on: { gdp: 1 } } },
      code: 'CE2185',
    },
  ])
    test(`refuses ${c.name}`, async () => {
      expect((await panel(c.params)).faults.map((f) => f.code)).toEqual([c.code]);
    });

  for (const c of [
    { name: 'units given twice', params: { units: 3 }, code: 'CE2182' },
    { name: 'a unit column that is not there', params: { unit: 'town' }, code: 'CE2001' },
    { name: 'a variable called as a column of the units', params: { variables: { east: gdp } }, code: 'CE2180' },
    { name: 'an effect on nothing', params: { effect: { cohort: 'first', on: { fdi: 1 } } }, code: 'CE2179' },
    {
      name: 'a load on a column with gaps',
      params: { variables: { v: { ...gdp, loads: { first: 0.5 } } } },
      code: 'CE2187',
    },
    { name: 'a load on a text', params: { variables: { v: { ...gdp, loads: { city: 0.5 } } } }, code: 'CE2174' },
  ])
    test(`refuses ${c.name}`, async () => {
      expect((await panel(c.params, roster)).faults.map((f) => f.code)).toEqual([c.code]);
    });

  test('refuses a list of units with gaps, and one that does not vary where something loads on it', async () => {
    const gaps = await readTable('city,flat\na,1\n,1\n');
    expect((await panel({}, gaps)).faults.map((f) => f.code)).toEqual(['CE2184']);
    const flat = await readTable('city,flat\na,1\nb,1\n');
    const variables = { v: { ...gdp, loads: { flat: 0.5 } } };
    expect((await panel({ variables }, flat)).faults.map((f) => f.code)).toEqual(['CE2188']);
  });
});
