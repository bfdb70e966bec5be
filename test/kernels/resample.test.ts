import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterProducts, coefficientsFromProducts } from '../../stages/kernels/cluster-products.ts';
import { noSmallSample } from '../../stages/kernels/dof.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { frischWaugh } from '../../stages/kernels/frisch-waugh.ts';
import { inference } from '../../stages/kernels/inference.ts';
import { farthest, panelOf, type RandomPanel, seeds, uniforms } from './random-panel.ts';

/** The resample written out: rows repeated, a repeated unit under a new code. */
function writtenOut(p: RandomPanel, times: readonly number[]) {
  const rows: number[] = [];
  const unit: number[] = [];
  let next = 0;
  times.forEach((count, u) => {
    for (let copy = 0; copy < count; copy++, next++) {
      for (let i = 0; i < p.n; i++) {
        if (p.unit.codes[i] !== u) continue;
        rows.push(i);
        unit.push(next);
      }
    }
  });
  const take = (column: Float64Array) => Float64Array.from(rows, (i) => column[i]!);
  const effect = (e: Effect): Effect => ({ codes: Int32Array.from(rows, (i) => e.codes[i]!), levels: e.levels });
  return { take, unit: { codes: Int32Array.from(unit), levels: next }, time: effect(p.time), group: effect(p.group) };
}

describe('resampling clusters', () => {
  const check = (weighted: boolean, three: boolean, trends: boolean, gaps: number) => (seed: number) => {
    const p = panelOf(seed, 12, 6, gaps);
    const random = uniforms(seed);
    const times = Array.from({ length: 12 }, () => 0);
    for (let draw = 0; draw < 12; draw++) times[Math.floor(random() * 12)]!++;
    if (times.filter((t) => t > 0).length < 5) return;
    const others = three ? [p.time, p.group] : [p.time];
    const unit = trends ? { ...p.unit, slopes: [p.trend] } : p.unit;
    const products = clusterProducts({
      columns: [p.y, p.x[0]!, p.x[1]!],
      effects: [unit, ...others],
      clusters: p.unit,
      ...(weighted && { weights: p.weights }),
    })!;
    const got = coefficientsFromProducts(products.resampled(times), 3, 0, [1, 2]);
    const out = writtenOut(p, times);
    const slow = fitLinear({
      y: out.take(p.y),
      x: [out.take(p.x[0]!), out.take(p.x[1]!)],
      effects: [
        trends ? { ...out.unit, slopes: [out.take(p.trend)] } : out.unit,
        out.time,
        ...(three ? [out.group] : []),
      ],
      ...(weighted && { weights: out.take(p.weights) }),
    });
    if (slow.dropped.length > 0) return;
    expect(farthest(got, slow.coef)).toBeLessThan(1e-7);
  };

  test.each([
    [false, false, false],
    [true, false, false],
    [false, true, false],
    [true, true, false],
    [true, false, true],
  ])('gives the regression on the rows written out (weights %s, third effect %s, trends %s)', (w, three, trends) => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.1, 0), (seed, gaps) => check(w, three, trends, gaps)(seed)),
      { numRuns: 40 },
    );
  });

  test('works without effects, with the constant', () => {
    const p = panelOf(3, 12, 6, 0.1);
    const times = Array.from({ length: 12 }, (_, u) => u % 3);
    const products = clusterProducts({ columns: [p.y, p.x[0]!, p.x[1]!], clusters: p.unit })!;
    const out = writtenOut(p, times);
    const slow = fitLinear({ y: out.take(p.y), x: [out.take(p.x[0]!), out.take(p.x[1]!)] });
    const got = coefficientsFromProducts(products.resampled(times), 3, 0, [1, 2]);
    expect(farthest(got, slow.coef.subarray(1))).toBeLessThan(1e-9);
  });

  test('refuses units that cross clusters', () => {
    const p = panelOf(3);
    expect(clusterProducts({ columns: [p.y], effects: [p.unit, p.time], clusters: p.group })).toBeUndefined();
  });

  test('a regressor without variation in the resample has no coefficient', () => {
    const p = panelOf(4, 12, 6, 0.1);
    const only = p.y.map((_, i) => (p.unit.codes[i] === 0 && p.time.codes[i]! > 2 ? 1 : 0));
    const products = clusterProducts({ columns: [p.y, only, p.x[0]!], effects: [p.unit, p.time], clusters: p.unit })!;
    const times = Array.from({ length: 12 }, (_, u) => (u === 0 ? 0 : 1));
    const [lost, kept] = coefficientsFromProducts(products.resampled(times), 3, 0, [1, 2]);
    expect(lost).toBeNaN();
    expect(Number.isFinite(kept)).toBe(true);
  });
});

describe('drawn regressors', () => {
  test.each([
    ['no effects', () => [] as Effect[]],
    ['one effect', (p: RandomPanel) => [p.unit]],
    ['two effects', (p: RandomPanel) => [p.unit, p.time]],
    ['three effects', (p: RandomPanel) => [p.unit, p.time, p.group]],
  ] as [string, (p: RandomPanel) => Effect[]][])(
    'have the coefficient and error of the whole regression: %s',
    (_, effectsOf) => {
      fc.assert(
        fc.property(seeds, fc.boolean(), (seed, weighted) => {
          const p = panelOf(seed, 10, 6, 0.1);
          const random = uniforms(seed + 1);
          const treated = Array.from({ length: 10 }, () => (random() < 0.4 ? Math.floor(random() * 5) : 99));
          const d = p.y.map((_v, i) => (p.time.codes[i]! >= treated[p.unit.codes[i]!]! ? 1 : 0));
          const effects = effectsOf(p);
          const weights = weighted ? { weights: p.weights } : {};
          const controls = [p.x[0]!, p.x[1]!];
          const fast = frischWaugh({ y: p.y, controls, effects, ...weights });
          const slow = fitLinear({ y: p.y, x: [...controls, d], effects, ...weights });
          if (slow.dropped.length > 0) {
            expect(fast.coefficient(d)).toBeNaN();
            return;
          }
          const at = slow.terms - 1;
          const of = inference(slow, { type: 'cluster', by: [p.unit] }, { ...noSmallSample, adjustG: true })!;
          const { coef, se } = fast.clustered(d, p.unit);
          expect(Math.abs(fast.coefficient(d) - slow.coef[at]!)).toBeLessThan(1e-8 * (1 + Math.abs(slow.coef[at]!)));
          expect(Math.abs(coef - slow.coef[at]!)).toBeLessThan(1e-8 * (1 + Math.abs(slow.coef[at]!)));
          expect(Math.abs(se - of.se[at]!)).toBeLessThan(1e-8 * (1 + of.se[at]!));
        }),
        { numRuns: 40 },
      );
    },
  );
});
