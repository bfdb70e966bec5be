import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absorber } from '../../stages/kernels/absorb.ts';
import { demeanedBlocks, demeanedProducts, refinedProducts } from '../../stages/kernels/demeaned-blocks.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { allFinite, factorOfNumbers } from '../../stages/kernels/factor-codes.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { inference } from '../../stages/kernels/inference.ts';
import { clusterMeat } from '../../stages/kernels/meat.ts';
import { dummies, farthest, panelOf, type RandomPanel, seeds, slowResidual } from './random-panel.ts';

/** The panel with rows in the order of units. */
function sorted(p: RandomPanel): RandomPanel {
  const order = Array.from(p.unit.codes.keys()).sort((a, b) => p.unit.codes[a]! - p.unit.codes[b]! || a - b);
  const take = (c: Float64Array) => Float64Array.from(order, (i) => c[i]!);
  const effect = (e: Effect): Effect => ({ codes: Int32Array.from(order, (i) => e.codes[i]!), levels: e.levels });
  return {
    ...p,
    y: take(p.y),
    x: p.x.map(take),
    weights: take(p.weights),
    unit: effect(p.unit),
    time: effect(p.time),
    group: effect(p.group),
    trend: take(p.trend),
  };
}

describe('fits whose columns are never held without their effects', () => {
  for (const [name, options] of [
    ['two effects', { effects: ['unit', 'time'] }],
    ['two effects, rows in order', { effects: ['unit', 'time'], ordered: true }],
    ['three effects, rows in order', { effects: ['unit', 'time', 'group'], ordered: true }],
    ['three effects', { effects: ['unit', 'time', 'group'] }],
    ['one effect, rows in order', { effects: ['unit'], ordered: true }],
    ['weights', { effects: ['unit', 'time'], weighted: true }],
    ['weights, rows in order', { effects: ['time', 'unit'], weighted: true, ordered: true }],
  ] as const)
    test(`${name}: residuals, products and scores are those of dummies`, () => {
      const { effects: names, ordered, weighted } = { ordered: false, weighted: false, ...options };
      fc.assert(
        fc.property(seeds, (seed) => {
          const drawn = panelOf(seed, 14, 6, 0.15);
          const p = ordered ? sorted(drawn) : drawn;
          const effects = names.map((n) => p[n]);
          const weights = weighted ? { weights: p.weights } : {};
          for (const clusters of [p.unit, p.group]) {
            const fit = fitLinear({ y: p.y, x: [p.x[0]!, p.x[1]!], effects, scoresBy: [clusters], ...weights });
            const others = [...dummies(effects), [...p.x[0]!], [...p.x[1]!]];
            const slow = slowResidual(p.y, others, weighted ? p.weights : undefined);
            expect(farthest(fit.residuals, slow)).toBeLessThan(1e-8);
            const design = [p.x[0]!, p.x[1]!].map((c) =>
              slowResidual(c, dummies(effects), weighted ? p.weights : undefined),
            );
            fit.design.forEach((column, j) => expect(farthest(column, design[j]!)).toBeLessThan(1e-7));
            const scored = slow.map((e, i) => e * (weighted ? p.weights[i]! : 1));
            const meat = clusterMeat(design, scored, clusters);
            const k = 2;
            const sums = fit.scores!.get(clusters)!;
            const got = new Float64Array(k * k);
            for (let g = 0; g < sums.length; g += k)
              for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) got[a * k + b]! += sums[g + a]! * sums[g + b]!;
            expect(farthest(got, meat)).toBeLessThan(1e-6 * (1 + Math.max(...meat)));
          }
        }),
        { numRuns: 20 },
      );
    });

  test('clustered errors are the same whether scores came with the residuals or not, over many blocks', () => {
    const p = sorted(panelOf(5, 700, 5, 0.1));
    for (const clusters of [p.unit, p.group, p.time]) {
      const model = { y: p.y, x: p.x.slice(0, 2), effects: [p.unit, p.time] };
      const errors = { type: 'cluster', by: [clusters] } as const;
      const [one, other] = [fitLinear({ ...model, scoresBy: [clusters] }), fitLinear(model)].map(
        (f) => inference(f, errors)!,
      );
      expect(farthest(one!.vcov, other!.vcov)).toBeLessThan(1e-12);
      expect(one!.dfT).toBe(other!.dfT);
    }
  });

  test('clustered errors with scores at hand ask for no column', () => {
    const p = panelOf(5, 14, 6, 0.15);
    const fit = fitLinear({ y: p.y, x: [p.x[0]!], effects: [p.unit, p.time], scoresBy: [p.unit] });
    const watched = Object.defineProperty({ ...fit }, 'design', {
      get: () => expect.fail('columns without their effects were made'),
    });
    const errors = { type: 'cluster', by: [p.unit] } as const;
    expect(inference(watched, errors)!.se).toEqual(inference(fit, errors)!.se);
  });

  test('the order of the rows does not matter', () => {
    const p = panelOf(9, 400, 5, 0.1);
    const q = sorted(p);
    const [a, b] = [p, q].map(({ y, x, unit, time }) => fitLinear({ y, x: x.slice(0, 2), effects: [unit, time] }));
    expect(farthest(a!.coef, b!.coef)).toBeLessThan(1e-12);
    expect(a!.ssr / b!.ssr).toBeCloseTo(1, 12);
  });

  test('products that would lose their digits are made from the columns', () => {
    // nearly all of x within units is a year effect: subtracting sums would leave about six digits
    const p = sorted(panelOf(3, 200, 6, 0.1));
    const x = p.x[0]!.map((v, i) => 1e5 * p.time.codes[i]! + 1e-3 * Math.sin(7 * v));
    const inside = absorber([p.unit, p.time], p.n);
    const blocks = demeanedBlocks([x, p.y], inside);
    const got = demeanedProducts(blocks, inside);
    const clean = p.x[0]!.map((v) => 1e-3 * Math.sin(7 * v));
    const want = refinedProducts(demeanedBlocks([clean, p.y], inside), inside);
    expect(got[0]! / want[0]!).toBeCloseTo(1, 6);
  });

  test('a column inside the effects is dropped, another beside it kept', () => {
    const p = sorted(panelOf(4, 120, 6, 0.1));
    const inside = p.x[0]!.map((_, i) => 3 * p.unit.codes[i]! - 2 * p.time.codes[i]!);
    const fit = fitLinear({ y: p.y, x: [inside, p.x[1]!], effects: [p.unit, p.time] });
    expect(fit.dropped.map((d) => d.column)).toEqual([0]);
    expect(fit.coef[0]).toBeCloseTo(fitLinear({ y: p.y, x: [p.x[1]!], effects: [p.unit, p.time] }).coef[0]!, 12);
  });
});

describe('codes of numbers', () => {
  const slow = (values: readonly number[]) => {
    const distinct = [...new Set(values)].sort((a, b) => a - b);
    return values.map((v) => distinct.indexOf(v));
  };

  test('whole numbers by counting, others by sorting: the same codes', () => {
    const value = fc.oneof(fc.integer({ min: -40, max: 2030 }), fc.constantFrom(0.5, -0, 1e9, -7.25));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        const factor = factorOfNumbers(Float64Array.from(values));
        expect([...factor.codes]).toEqual(slow(values.map((v) => v + 0)));
        expect(factor.levels).toBe(new Set(values.map((v) => v + 0)).size);
        values.forEach((v, i) => expect(factor.values[factor.codes[i]!]).toBe(v + 0));
      }),
    );
  });

  test('one missing or infinite value anywhere is found', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      for (let at = 0; at < 11; at++)
        expect(allFinite(Float64Array.from({ length: 11 }, (_, i) => (i === at ? bad : 1e300)))).toBe(false);
    expect(allFinite(Float64Array.of(0, -1e308, 1e308, 5e-324))).toBe(true);
    expect(allFinite(new Float64Array(0))).toBe(true);
  });
});
