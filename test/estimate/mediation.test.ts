import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordShape } from '../../stages/contract.ts';
import { acceleration, tails } from '../../stages/estimate/bootstrap-interval.ts';
import { mediation } from '../../stages/estimate/mediation.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { normalCdf, normalQuantile } from '../../stages/kernels/normal.ts';
import { stream } from '../../stages/kernels/random.ts';
import { declareStage, near, readTable, record, runStage, type Value } from '../stage-lab.ts';

const UNITS = 14;
const YEARS = 6;
const panel = { unit: 'id', time: 'year' };

interface Row {
  readonly unit: number;
  readonly year: number;
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly c: number;
}

/** A panel with an effect through m (0.8·0.5) and beside it (0.3). */
function rowsOf(seed: number): Row[] {
  return Array.from({ length: UNITS * YEARS }, (_, i) => {
    const [unit, year] = [Math.floor(i / YEARS), i % YEARS];
    const random = stream(seed, unit, year);
    const d = unit % 2 === 0 && year >= 2 + (unit % 3) ? 1 : 0;
    const c = random.normal();
    const m = 0.8 * d + 0.3 * c + random.normal();
    return { unit, year, d, c, m, y: 0.3 * d + 0.5 * m - 0.2 * c + unit * 0.1 + random.normal() };
  });
}

const csv = (rows: readonly Row[]): string =>
  [
    'id,year,y,m,d,c',
    ...rows.map((r) => `u${String(r.unit).padStart(2, '0')},${r.year},${r.y},${r.m},${r.d},${r.c}`),
  ].join('\n');

const base = { from: 'x', y: 'y', x: 'd', controls: 'c', mediator: 'm', absorb: ['id', 'year'], cluster: 'id' };

const run = async (table: Value, params: object = {}) => {
  const ran = await runStage(mediation, { ...base, ...params }, { from: table });
  return { ...ran, e: ran.faults.length === 0 ? record(ran.outputs.effects) : undefined };
};

/** a·b with unit u there `times[u]` times, each copy a unit of its own, all rows written out. */
function writtenOut(rows: readonly Row[], times: ArrayLike<number>): number {
  const all: Row[] = [];
  const unit: number[] = [];
  let next = 0;
  for (let u = 0; u < UNITS; u++)
    for (let copy = 0; copy < times[u]!; copy++, next++)
      for (const row of rows.filter((r) => r.unit === u)) {
        all.push(row);
        unit.push(next);
      }
  const take = (key: keyof Row) => Float64Array.from(all, (r) => r[key]);
  const effects = [
    { codes: Int32Array.from(unit), levels: next },
    { codes: Int32Array.from(all, (r) => r.year), levels: YEARS },
  ];
  const first = fitLinear({ y: take('m'), x: [take('d'), take('c')], effects });
  const second = fitLinear({ y: take('y'), x: [take('d'), take('m'), take('c')], effects });
  return first.coef[0]! * second.coef[1]!;
}

describe('mediation', () => {
  test('bootstrap intervals, percentile and accelerated, are those of a bootstrap written out', async () => {
    const rows = rowsOf(5);
    const draws = 199;
    const { e } = await run(await readTable(csv(rows), { panel }), { bootstrap: draws, seed: 9 });
    const times = new Float64Array(UNITS);
    const values = Array.from({ length: draws }, (_, r) => {
      const random = stream(9, r);
      times.fill(0);
      for (let g = 0; g < UNITS; g++) times[random.below(UNITS)]!++;
      return writtenOut(rows, times);
    }).sort((a, b) => a - b);
    const at = (p: number): number => {
      const h = p * (draws - 1);
      const low = Math.floor(h);
      return values[low]! + (h - low) * ((values[low + 1] ?? values[low]!) - values[low]!);
    };
    const close = (got: number, want: number): void =>
      expect(near(got, want, 1e-7), `${got}, wanted ${want}`).toBe(true);
    close(e.bootstrap.percentile[0], at(0.025));
    close(e.bootstrap.percentile[1], at(0.975));
    const left = Array.from({ length: UNITS }, (_, u) =>
      writtenOut(
        rows,
        Array.from({ length: UNITS }, (_v, g) => (g === u ? 0 : 1)),
      ),
    );
    const mean = left.reduce((s, v) => s + v, 0) / UNITS;
    const skew =
      left.reduce((s, v) => s + (mean - v) ** 3, 0) / (6 * left.reduce((s, v) => s + (mean - v) ** 2, 0) ** 1.5);
    const z0 = normalQuantile(values.filter((v) => v < e.indirect).length / draws, 'lower');
    const level = (z: number): number => normalCdf(z0 + (z0 + z) / (1 - skew * (z0 + z)), 'lower');
    close(e.bootstrap.acceleration, skew);
    close(e.bootstrap.bca[0], at(level(normalQuantile(0.025, 'lower'))));
    close(e.bootstrap.bca[1], at(level(normalQuantile(0.975, 'lower'))));
    expect(e.rows.map((r: { effect: string; method?: string }) => r.method ?? r.effect)).toEqual([
      'total',
      'a',
      'b',
      'direct',
      'sobel',
      'goodman',
      'bootstrap',
      'bootstrap-bca',
    ]);
  });

  test('total is direct plus indirect on the same rows, also when the mediator has gaps', async () => {
    const rows = rowsOf(2).map((r) => (r.unit === 3 && r.year === 1 ? { ...r, m: Number.NaN } : r));
    const { e, notes } = await run(await readTable(csv(rows), { panel, missing: ['NaN'] }));
    expect(e.nobs).toBe(UNITS * YEARS - 1);
    expect(near(e.total.estimate, e.direct.estimate + e.indirect, 1e-10)).toBe(true);
    expect(notes.map((n) => n.code)).not.toContain('CN2433');
  });

  test('row order and the unit of the mediator do not matter to the indirect effect', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        async (seed, scale) => {
          const rows = rowsOf(seed);
          const own = (await run(await readTable(csv(rows), { panel }))).e;
          const other = rows.map((r) => ({ ...r, m: r.m * scale })).reverse();
          const { e } = await run(await readTable(csv(other), { panel }));
          expect(near(e.indirect, own.indirect, 1e-8)).toBe(true);
          expect(near(e.sobel.std_error, own.sobel.std_error, 1e-7)).toBe(true);
          expect(near(e.b.estimate * scale, own.b.estimate, 1e-8)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('the two-step form shows the effect on the mediator and claims no indirect one', async () => {
    const table = await readTable(csv(rowsOf(1)), { panel });
    const three = await run(table);
    const { e, outputs, notes } = await run(table, { form: 'two-step', bootstrap: 100 });
    expect(Object.keys(outputs)).toEqual(['first', 'effects']);
    expect(e.rows.map((r: { effect: string }) => r.effect)).toEqual(['total', 'a']);
    expect(e.a).toEqual(three.e.a);
    expect(e.total).toEqual(three.e.total);
    expect(e.indirect).toBeUndefined();
    expect(notes.map((n) => n.code)).toContain('CN2532');
    expect(three.notes.map((n) => n.code)).toContain('CN2432');
  });

  test('a mediator that is part of the outcome is remarked upon', async () => {
    const table = await readTable(csv(rowsOf(1)), { panel });
    const shape: RecordShape = { kind: 'weights', columns: [{ name: 'm', type: 'number' }] };
    const index: Value = { shape, parts: new Map() };
    const ran = await runStage(mediation, { ...base, index: 'i' }, { from: table, index });
    expect(ran.notes.map((n) => n.code)).toContain('CN2530');
    const other: Value = { shape: { ...shape, columns: [{ name: 'c', type: 'number' }] }, parts: new Map() };
    const clean = await runStage(mediation, { ...base, index: 'i' }, { from: table, index: other });
    expect(clean.notes.map((n) => n.code)).not.toContain('CN2530');
    // the outcome made of the mediator, and a little noise
    const made = rowsOf(1).map((r) => ({ ...r, y: 3 * r.m + 0.01 * r.y }));
    const copied = await run(await readTable(csv(made), { panel }));
    expect(copied.notes.map((n) => n.code)).toContain('CN2531');
  });

  for (const [name, params, code] of [
    ['the outcome as mediator', { mediator: 'y' }, 'CE2530'],
    ['the outcome within a function as mediator', { y: 'exp(m)' }, 'CE2530'],
    ['a mediator among the controls', { controls: ['c', 'm'] }, 'CE2531'],
    ['no treatment', { x: undefined }, 'CE2401'],
  ] as const)
    test(`a clear fault at check time: ${name}`, async () => {
      const table = await readTable(csv(rowsOf(1)), { panel });
      const { faults } = declareStage(mediation, { ...base, ...params }, { from: table });
      expect(faults.map((f) => f.code)).toContain(code);
    });
});

describe('bootstrap intervals', () => {
  test('without bias and skewness they are the percentiles', () => {
    const [low, high] = tails(0.5, 0.025, 0);
    expect(low).toBeCloseTo(0.025, 12);
    expect(high).toBeCloseTo(0.975, 12);
  });

  test('acceleration is a sixth of the skewness of the influence, and 0 when nothing varies', () => {
    expect(acceleration([1, 1, 1])).toBe(0);
    expect(acceleration([0, 0, 0, 4])).toBeCloseTo((3 * 1 - 27) / (6 * 12 ** 1.5), 12);
  });
});
