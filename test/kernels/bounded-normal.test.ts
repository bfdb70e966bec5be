import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldedNormalQuantile } from '../../stages/kernels/folded-normal.ts';
import { normalCdf, normalQuantile } from '../../stages/kernels/normal.ts';
import { logNormalTail, truncatedNormalTail } from '../../stages/kernels/truncated-normal.ts';

describe('folded normal', () => {
  test('the quantile holds exactly alpha outside', () => {
    const cases = fc.tuple(
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 0.001, max: 0.4, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([shift, alpha]) => {
        const c = foldedNormalQuantile(shift, alpha);
        const outside = normalCdf(c - shift, 'upper') + normalCdf(c + shift, 'upper');
        expect(Math.abs(outside - alpha)).toBeLessThan(1e-13);
        expect(foldedNormalQuantile(-shift, alpha)).toBe(c);
      }),
    );
  });

  // Armstrong & Kolesár (2018), table 1: critical values cv_{0.05}(b)
  for (const [b, cv] of [
    [0, 1.96],
    [0.1, 1.97],
    [0.5, 2.181],
    [1, 2.646],
    [1.5, 3.145],
    [2, 3.645],
  ] as const)
    test(`cv(0.05) at ${b}`, () => {
      expect(foldedNormalQuantile(b, 0.05)).toBeCloseTo(cv, b === 0.1 ? 2 : 3);
    });

  test('without shift it is the two-sided quantile', () => {
    expect(foldedNormalQuantile(0, 0.05)).toBeCloseTo(normalQuantile(0.025, 'upper'), 14);
  });
});

/** ∫ exp(−(x² − low²)/2) over [from, to], by Simpson's rule. */
function mass(low: number, from: number, to: number): number {
  const n = 4000;
  const h = (to - from) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const x = from + i * h;
    sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * (x - low) * (x + low));
  }
  return (sum * h) / 3;
}

describe('truncated normal', () => {
  for (const [z, low, high] of [
    [1, 0, 3],
    [-0.5, -2, 0.7],
    [5.2, 5, 6],
    [40.01, 40, 40.5],
    [100.001, 100, 100.02],
    [37.9, 37.5, 38.2],
  ] as const)
    test(`P(X > ${z} | ${low} ≤ X ≤ ${high}) is the ratio of integrals`, () => {
      const want = mass(low, z, high) / mass(low, low, high);
      expect(Math.abs(truncatedNormalTail(z, low, high) / want - 1)).toBeLessThan(1e-10);
    });

  test('bounds may be infinite, and outside of them the tail is 0 or 1', () => {
    expect(truncatedNormalTail(1.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(
      normalCdf(1.5, 'upper'),
      15,
    );
    expect(truncatedNormalTail(2, Number.NEGATIVE_INFINITY, 1)).toBe(0);
    expect(truncatedNormalTail(0, 1, 2)).toBe(1);
  });

  test('the logarithm of the tail joins its series smoothly', () => {
    expect(logNormalTail(30 - 1e-9)).toBeCloseTo(logNormalTail(30), 6);
    expect(logNormalTail(35)).toBeCloseTo(Math.log(normalCdf(35, 'upper')), 10);
    expect(logNormalTail(-40)).toBeCloseTo(0, 15);
  });
});
