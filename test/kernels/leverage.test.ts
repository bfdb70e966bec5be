import { describe, expect, test } from 'vitest';
import { adjustedClusters } from '../../stages/kernels/bell-mccaffrey.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { fitLinear } from '../../stages/kernels/fit.ts';
import { hatRows } from '../../stages/kernels/hat-rows.ts';
import { leverages } from '../../stages/kernels/leverage.ts';
import { dummies, farthest, panelOf, slowResidual } from './random-panel.ts';

const p = panelOf(12, 6, 9, 0.2);
const slope: Effect = { ...p.group, slopes: [p.x[1]!] };

/** h_i = 1 − what is left of row i's own dummy, one row at a time. */
function slowLeverages(effects: readonly Effect[], weights: Float64Array | undefined): Float64Array {
  const columns = [...dummies(effects), [...p.x[0]!]];
  return Float64Array.from({ length: p.n }, (_, i) => {
    const own = Float64Array.from({ length: p.n }, (_u, j) => (i === j ? 1 : 0));
    return 1 - slowResidual(own, columns, weights)[i]!;
  });
}

describe('leverages with absorbed effects', () => {
  for (const [name, effects, weights] of [
    ['two effects', [p.unit, p.time], undefined],
    ['weights', [p.unit, p.time], p.weights],
    ['three effects, weights', [p.unit, p.time, p.group], p.weights],
  ] as const)
    test(`${name}: directly, by a factor made for them, and row by row`, () => {
      const want = slowLeverages(effects, weights);
      for (const absorb of [{}, { directBudget: 0 }])
        for (const limits of [{}, { factored: 0 }]) {
          const fit = fitLinear({ y: p.y, x: [p.x[0]!], effects, absorb, ...(weights && { weights }) });
          expect(farthest(leverages(fit, limits)!, want)).toBeLessThan(1e-9);
        }
    });

  test('slopes: each row has a solution of its own', () => {
    const effects = [p.unit, slope];
    const fits = [{}, { directBudget: 0 }].map((absorb) => fitLinear({ y: p.y, x: [p.x[0]!], effects, absorb }));
    const [direct, solved] = [leverages(fits[0]!), leverages(fits[1]!, { factored: 0 })];
    expect(fits[1]!.absorber?.method).toBe('iterative');
    expect(farthest(solved!, direct!)).toBeLessThan(1e-9);
  });

  test('too much of it is left alone', () => {
    const fit = fitLinear({ y: p.y, x: [p.x[0]!], effects: [p.unit, p.time], absorb: { directBudget: 0 } });
    expect(leverages(fit, { factored: 0, solved: 100 })).toBeUndefined();
  });

  test('rows of the hat matrix have their leverages as squared lengths', () => {
    const fit = fitLinear({ y: p.y, x: [p.x[0]!], effects: [p.unit, p.time, p.group], weights: p.weights });
    const rows = hatRows(fit)!;
    const row = new Float64Array(rows.shared + rows.perLevel);
    const got = Float64Array.from({ length: p.n }, (_, i) => {
      rows.write(i, row, 0);
      return row.reduce((sum, v) => sum + v * v, 0);
    });
    expect(farthest(got, leverages(fit)!)).toBeLessThan(1e-12);
  });
});

test('corrected clusters do not depend on the order of rows or of levels', () => {
  const effects = [p.unit, p.time];
  const fit = fitLinear({ y: p.y, x: [p.x[0]!, p.x[1]!], effects });
  const order = Int32Array.from({ length: p.n }, (_, i) => (i * 5 + 3) % p.n);
  expect(new Set(order).size).toBe(p.n);
  const on = (column: Float64Array) => Float64Array.from(order, (i) => column[i]!);
  const moved = (e: Effect): Effect => ({
    codes: Int32Array.from(order, (i) => e.levels - 1 - e.codes[i]!),
    levels: e.levels,
  });
  const other = fitLinear({ y: on(p.y), x: [on(p.x[0]!), on(p.x[1]!)], effects: effects.map(moved) });
  for (const [a, b] of [
    [p.unit, moved(p.unit)],
    [p.group, moved(p.group)],
  ] as const) {
    const [one, two] = [adjustedClusters(fit, a, 'CR2')!, adjustedClusters(other, b, 'CR2')!];
    expect(farthest(one.meat, two.meat)).toBeLessThan(1e-9);
    const along = Float64Array.of(1, 0);
    expect(one.degreesOf(along)).toBeCloseTo(two.degreesOf(along), 9);
  }
});
