import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absorbedParameters, fixestRule, reghdfeRule, stataRule } from '../../stages/kernels/dof.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { combine, factorOfNumbers, isNested, rowsByLevel } from '../../stages/kernels/factor-codes.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { inference } from '../../stages/kernels/inference.ts';
import { rowsWithoutSingletons } from '../../stages/kernels/singletons.ts';
import { dummies, farthest, panelOf, type RandomPanel, seeds, slowResidual, uniforms } from './random-panel.ts';

const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) {
    expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance * Math.max(1, Math.abs(b[i]!)));
  }
};

function shuffled(p: RandomPanel, seed: number): RandomPanel {
  const random = uniforms(seed);
  const order = Array.from({ length: p.n }, (_, i) => i);
  for (let i = p.n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const take = (c: Float64Array) => Float64Array.from(order, (i) => c[i]!);
  const effect = (e: Effect): Effect => ({ ...e, codes: Int32Array.from(order, (i) => e.codes[i]!) });
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

const fitOf = (p: RandomPanel, scale = [1, 1, 1, 1]) =>
  fitLinear({
    y: p.y.map((v) => v * scale[0]!),
    x: p.x.map((c, j) => c.map((v) => v * scale[j + 1]!)),
    effects: [p.unit, p.time],
    weights: p.weights,
  });

describe('linear fits', () => {
  test('do not depend on the order of rows', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = panelOf(seed);
        const q = shuffled(p, seed);
        const [a, b] = [fitOf(p), fitOf(q)];
        close(a.coef, b.coef, 1e-10);
        const by = (r: RandomPanel) => ({ type: 'cluster', by: [r.unit, r.group] }) as const;
        close(inference(a, by(p))!.se, inference(b, by(q))!.se, 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test('follow the units of measurement', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (seed, powerY, powerX) => {
        const p = panelOf(seed);
        const scale = [10 ** powerY, 10 ** powerX, 1, 1];
        const [a, b] = [fitOf(p), fitOf(p, scale)];
        const back = (v: ArrayLike<number>) => Array.from(v, (value, j) => (value * scale[j + 1]!) / scale[0]!);
        close(back(b.coef), a.coef, 1e-10);
        close(back(inference(b, { type: 'hc', variant: 1 })!.se), inference(a, { type: 'hc', variant: 1 })!.se, 1e-9);
        expect(b.r2).toBeCloseTo(a.r2, 11);
      }),
      { numRuns: 40 },
    );
  });

  test('are those of a regression on all dummies', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const p = panelOf(seed);
        const effects = [p.unit, p.time, p.group];
        const fit = fitLinear({ y: p.y, x: p.x, effects, weights: p.weights });
        const own = (j: number) =>
          slowResidual(p.x[j]!, [...dummies(effects), ...p.x.filter((_, o) => o !== j).map((c) => [...c])], p.weights);
        p.x.forEach((_, j) => {
          const partial = own(j);
          const sum = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i]! * p.weights[i]!, 0);
          close([fit.coef[j]!], [sum(partial, p.y) / sum(partial, partial)], 1e-8);
        });
        const slow = slowResidual(p.y, [...dummies(effects), ...p.x.map((c) => [...c])], p.weights);
        expect(farthest(fit.residuals, slow)).toBeLessThan(1e-8);
      }),
      { numRuns: 25 },
    );
  });

  test('HC2 and HC3 use the leverages of the regression on all dummies', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, weighted) => {
        const p = panelOf(seed, 7, 6, 0.1);
        const weights = weighted ? { weights: p.weights } : {};
        const effects = [p.unit, p.time];
        const absorbed = fitLinear({ y: p.y, x: [p.x[0]!], effects, ...weights });
        const columns = dummies(effects).map((c) => Float64Array.from(c));
        const written = fitLinear({ y: p.y, x: [p.x[0]!, ...columns], ...weights });
        for (const variant of [2, 3] as const) {
          const [a, b] = [absorbed, written].map((f) => inference(f, { type: 'hc', variant })!);
          close([a!.se[0]!], [b!.se[1]!], 1e-8);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('drop later collinear columns and say on which earlier ones they depend', () => {
    const p = panelOf(8);
    const sum = p.x[0]!.map((v, i) => 2 * v - 5 * p.x[2]![i]!);
    const inUnit = p.y.map((_, i) => (p.unit.codes[i]! + 1) * 1.1);
    const fit = fitLinear({ y: p.y, x: [p.x[0]!, p.x[1]!, inUnit, p.x[2]!, sum], effects: [p.unit, p.time] });
    expect(Array.from(fit.kept)).toEqual([0, 1, 3]);
    expect(fit.dropped.map((d) => [d.column, Array.from(d.on)])).toEqual([
      [2, []],
      [4, [0, 3]],
    ]);
  });

  test('keep the digits of a badly conditioned problem: powers up to the fifth', () => {
    const x = Float64Array.from({ length: 21 }, (_, i) => i);
    const powers = [1, 2, 3, 4, 5].map((power) => x.map((v) => v ** power));
    const y = x.map((v) => 1 + v + v ** 2 + v ** 3 + v ** 4 + v ** 5); // NIST Wampler1: all coefficients 1, no residual
    const fit = fitLinear({ y, x: powers });
    close(fit.coef, [1, 1, 1, 1, 1, 1], 1e-8);
  });

  test('give the certified digits of the Longley data', () => {
    // NIST StRD Longley (1967)
    const rows = [
      [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
      [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
      [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
      [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
      [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
      [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
      [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
      [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
      [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
      [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
      [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
      [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
      [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
      [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
      [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
      [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ];
    const column = (j: number) => Float64Array.from(rows, (r) => r[j]!);
    const fit = fitLinear({ y: column(0), x: [1, 2, 3, 4, 5, 6].map(column) });
    const certified = [
      -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359,
      -0.0511041056535807, 1829.15146461355,
    ];
    const errors = [
      890420.383607373, 84.9149257747669, 0.0334910077722432, 0.488399681651699, 0.214274163161675, 0.22607320006937,
      455.478499142212,
    ];
    const se = inference(fit, { type: 'iid' })!.se;
    certified.forEach((value, j) => {
      expect(Math.abs(fit.coef[j]! / value - 1)).toBeLessThan(1e-10);
      expect(Math.abs(se[j]! / errors[j]! - 1)).toBeLessThan(1e-10);
    });
  });

  test('errors clustered by row are heteroskedasticity-robust ones', () => {
    const p = panelOf(21);
    const fit = fitOf(p);
    const rows = { codes: Int32Array.from({ length: p.n }, (_, i) => i), levels: p.n };
    close(
      inference(fit, { type: 'cluster', by: [rows] }, { ...fixestRule, countEffects: 'full' })!.se,
      inference(fit, { type: 'hc', variant: 1 })!.se,
      1e-12,
    );
  });
});

describe('absorbed parameters', () => {
  const p = panelOf(2, 10, 6, 0.1);
  const region: Effect = { codes: p.unit.codes.map((c) => c % 3), levels: 3 };
  const regionTime = combine([region, p.time]);

  test('reghdfe counts components, fixest one per effect', () => {
    const effects = [p.unit, regionTime];
    const levels = p.unit.levels + regionTime.levels;
    expect(absorbedParameters(2, effects, [], fixestRule)).toBe(2 + levels - 1);
    expect(absorbedParameters(2, effects, [], reghdfeRule)).toBe(2 + levels - 3);
  });

  test('effects nested in the cluster count one for the constant in both', () => {
    for (const rule of [fixestRule, reghdfeRule]) {
      expect(absorbedParameters(2, [p.unit], [p.unit], rule)).toBe(3);
      expect(absorbedParameters(2, [p.unit, p.time], [region], rule)).toBe(2 + p.time.levels);
    }
    expect(absorbedParameters(2, [p.unit, p.time], [p.unit], stataRule)).toBe(2 + p.unit.levels + p.time.levels - 1);
  });
});

describe('factors', () => {
  test('combined codes number the pairs that occur in order, whichever way they are found', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(6), fc.nat(5)), { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        (pairs, wide) => {
          const factor = (j: 0 | 1) => factorOfNumbers(pairs.map((pair) => pair[j]));
          const grow = (f: { codes: Int32Array | Uint32Array; levels: number }, by: number) => ({
            codes: f.codes.map((c) => c * by),
            levels: f.levels * by,
          });
          const by = wide ? 70_000 : 1;
          const got = combine([grow(factor(0), by), grow(factor(1), by)]);
          const keys = pairs.map(([a, b]) => a * 100 + b);
          const sorted = [...new Set(keys)].sort((a, b) => a - b);
          expect(got.levels).toBe(sorted.length);
          expect(Array.from(got.codes)).toEqual(keys.map((key) => sorted.indexOf(key)));
        },
      ),
    );
  });

  test('rows by level are a stable sort', () => {
    const { starts, rows } = rowsByLevel({ codes: Int32Array.of(2, 0, 2, 1, 0), levels: 4 });
    expect(Array.from(rows)).toEqual([1, 4, 3, 0, 2]);
    expect(Array.from(starts)).toEqual([0, 2, 3, 5, 5]);
  });

  test('nesting is seen from the codes', () => {
    const inner = { codes: Int32Array.of(0, 1, 2, 0), levels: 3 };
    expect(isNested(inner, { codes: Int32Array.of(0, 0, 1, 0), levels: 2 })).toBe(true);
    expect(isNested(inner, { codes: Int32Array.of(0, 0, 1, 1), levels: 2 })).toBe(false);
  });
});

describe('singletons', () => {
  test('are removed until every level has two rows, and no row too many', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), fc.nat(9)), { minLength: 1, maxLength: 40 }), (pairs) => {
        let rows = pairs.map((_, i) => i);
        for (let before = -1; before !== rows.length; ) {
          before = rows.length;
          for (const j of [0, 1] as const)
            rows = rows.filter((i) => rows.filter((o) => pairs[o]![j] === pairs[i]![j]).length > 1);
        }
        const factor = (j: 0 | 1) => ({ codes: Int32Array.from(pairs, (pair) => pair[j]), levels: 13 });
        const got = rowsWithoutSingletons([factor(0), factor(1)]);
        expect(got === undefined ? pairs.map((_, i) => i) : Array.from(got)).toEqual(rows);
      }),
    );
  });
});
