import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pca } from '../../stages/prepare/pca.ts';
import { near } from '../stage-lab.ts';
import { codes, data, type Outcome, stage } from './bench.ts';
import { referenceData } from './reference.ts';

const want = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/pca_mtcars.json'), 'utf8')) as {
  columns: string[];
  eigenvalues: number[];
  kmo: number;
  kmo_each: Record<string, number>;
  bartlett: { chi2: number; df: number; p: number };
  kept: number;
  weights: Record<string, number>;
  score_head: number[];
};

type Row = Readonly<Record<string, number | string | boolean | null>>;
const rowsOf = (out: Outcome, output: string): readonly Row[] =>
  (out.record(output) as unknown as { rows: Row[] }).rows;
const cars = referenceData('mtcars');
const run = (params: object, from = cars): Promise<Outcome> => stage(pca, { from: 'x', ...params }, { from });

describe('pca', () => {
  test('eigenvalues, weights, scores, KMO and Bartlett of the car data agree with numpy', async () => {
    const out = await run({ indicators: want.columns });
    const components = rowsOf(out, 'components');
    for (const [c, row] of components.entries())
      expect(near(row.eigenvalue as number, want.eigenvalues[c]!, 1e-9), `eigenvalue ${c + 1}`).toBe(true);
    expect(components.filter((row) => row.kept).length).toBe(want.kept);
    for (const row of rowsOf(out, 'weights')) {
      const name = row.indicator as string;
      expect(near(row.weight as number, want.weights[name]!, 1e-8), `weight of ${name}`).toBe(true);
      expect(near(row.kmo as number, want.kmo_each[name]!, 1e-8), `KMO of ${name}`).toBe(true);
    }
    want.score_head.forEach((v, i) => expect(near(out.values('index')[i]!, v, 1e-8)).toBe(true));
    const [kmo, bartlett] = rowsOf(out, 'test');
    expect(near(kmo!.statistic as number, want.kmo, 1e-9)).toBe(true);
    expect(near(bartlett!.statistic as number, want.bartlett.chi2, 1e-8)).toBe(true);
    expect(bartlett!.df).toBe(want.bartlett.df);
    expect(near(bartlett!.p_value as number, want.bartlett.p, 1e-6)).toBe(true);
  });

  // R 4.2.2: prcomp(mtcars, scale. = TRUE)$sdev; KMO by its formula from cor(mtcars) and its inverse
  test('as base R computes them for mtcars', async () => {
    const out = await run({ indicators: want.columns });
    const sdev = rowsOf(out, 'components').map((row) => Math.sqrt(row.eigenvalue as number).toFixed(4));
    expect(sdev.slice(0, 4)).toEqual(['2.5707', '1.6280', '0.7920', '0.5192']);
    const kmo = rowsOf(out, 'weights').map((row) => (row.kmo as number).toFixed(2));
    expect(kmo.join(' ')).toBe('0.93 0.90 0.76 0.84 0.95 0.74 0.74 0.91 0.88 0.85 0.62');
    expect((rowsOf(out, 'test')[0]!.statistic as number).toFixed(2)).toBe('0.83');
  });

  test('sub-indices are the parts of the index, which has mean 0', async () => {
    const indicators = { power: ['hp', 'disp', 'cyl'], weight: ['wt', 'drat'] };
    const out = await run({ indicators, as: 'size' });
    const [whole, power, weight] = ['size', 'size_power', 'size_weight'].map((name) => out.values(name));
    whole!.forEach((v, i) => expect(v).toBeCloseTo(power![i]! + weight![i]!, 12));
    expect(whole!.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
    expect(rowsOf(out, 'weights').map((row) => row.dimension)).toEqual(['power', 'power', 'power', 'weight', 'weight']);
  });

  test('the first component alone has its eigenvalue as variance; all together explain everything', async () => {
    const one = await run({ indicators: want.columns, components: 1 });
    const scores = one.values('index');
    const variance = scores.reduce((s, v) => s + v * v, 0) / (scores.length - 1);
    expect(near(variance, want.eigenvalues[0]!, 1e-9)).toBe(true);
    const all = await run({ indicators: want.columns, components: want.columns.length });
    for (const row of rowsOf(all, 'weights')) expect(row.communality).toBeCloseTo(1, 10);
    const most = await run({ indicators: want.columns, components: 0.85 });
    expect(rowsOf(most, 'components').filter((row) => row.kept).length).toBe(3); // 0.601, 0.842, 0.899
  });

  test('law: two indicators have eigenvalues 1 ± |r|, and KMO one half', async () => {
    const column = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(column, column, async (a, b) => {
        const sum = (f: (i: number) => number): number => a.reduce((s, _, i) => s + f(i), 0);
        const [ma, mb] = [sum((i) => a[i]!) / 8, sum((i) => b[i]!) / 8];
        const r =
          sum((i) => (a[i]! - ma) * (b[i]! - mb)) /
          Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2));
        fc.pre(Math.abs(r) < 0.9999);
        const out = await run({ indicators: ['a', 'b'] }, data({ a, b }));
        const values = rowsOf(out, 'components').map((row) => row.eigenvalue as number);
        expect(values[0]).toBeCloseTo(1 + Math.abs(r), 10);
        expect(values[1]).toBeCloseTo(1 - Math.abs(r), 10);
        if (Math.abs(r) > 1e-3) expect(rowsOf(out, 'test')[0]!.statistic).toBeCloseTo(0.5, 8);
      }),
      { numRuns: 60 },
    );
  });

  test('rows with gaps have no score, what does not vary no weight, and collinear indicators no KMO', async () => {
    const from = data({ a: [1, 2, 4, null, 5], b: [2, 4, 8, 1, 10], flat: [3, 3, 3, 3, 3] });
    const out = await run({ indicators: ['a', 'b', 'flat'] }, from);
    expect(out.notes.map((n) => n.code)).toEqual(['CN2157', 'CN2158', 'CN2190']);
    expect(out.values('index')[3]).toBeNaN();
    expect(rowsOf(out, 'weights')[2]).toMatchObject({ indicator: 'flat', weight: 0, kmo: null });
    expect(rowsOf(out, 'test')).toEqual([
      { test: 'KMO', statistic: null },
      { test: 'Bartlett', statistic: null, df: 1, p_value: null },
    ]);
  });

  for (const c of [
    { name: 'more components than indicators', params: { indicators: ['a', 'b'], components: 3 }, code: 'CE2196' },
    { name: 'an infinite value', params: { indicators: ['a', 'inf'] }, code: 'CE2153' },
    { name: 'indicators that do not vary', params: { indicators: 'flat' }, code: 'CE2162' },
    { name: 'no complete rows', params: { indicators: ['a', 'gap'] }, code: 'CE2161' },
    { name: 'a name that is taken', params: { indicators: 'a', as: 'b' }, code: 'CE2157' },
  ])
    test(`refuses ${c.name}`, async () => {
      const from = data({ a: [1, 2], b: [2, 1], inf: [1, Infinity], flat: [1, 1], gap: [null, 1] });
      expect(codes(await run(c.params, from))).toEqual([c.code]);
    });
});
