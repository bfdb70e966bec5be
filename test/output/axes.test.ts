import { describe, expect, test } from 'vitest';
import { density } from '../../stages/output/density.ts';
import { ticksIn } from '../../stages/output/ticks.ts';

describe('axes', () => {
  for (const [range, about, values, digits] of [
    [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1], 1],
    [[-0.013, 0.031], 4, [-0.01, 0, 0.01, 0.02, 0.03], 2],
    [[2009, 2022], 7, [2010, 2012, 2014, 2016, 2018, 2020, 2022], 0],
    [[0, 45], 4, [0, 10, 20, 30, 40], 0],
  ] as const)
    test(`round numbers in ${range[0]} to ${range[1]}`, () =>
      expect(ticksIn(range, about)).toEqual({ values: values.map((v) => v), digits }));

  test('a density is never negative and holds the whole mass', () => {
    const curve = density([1, 2, 2, 3, 8], 400);
    const step = (curve[1]?.[0] ?? 0) - (curve[0]?.[0] ?? 0);
    expect(curve.reduce((sum, [, y]) => sum + y * step, 0)).toBeCloseTo(1, 2);
    expect(Math.min(...curve.map(([, y]) => y))).toBeGreaterThanOrEqual(0);
  });
});
