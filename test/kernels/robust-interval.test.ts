import { describe, expect, test } from 'vitest';
import { type EventCoefficients, fixedLength } from '../../stages/kernels/fixed-length-interval.ts';
import { robustInterval, testsOf } from '../../stages/kernels/robust-interval.ts';
import { smoothness } from '../../stages/kernels/trend-restrictions.ts';

/** Three periods before the reference and one after, of a random panel. */
const event: EventCoefficients = {
  before: 3,
  after: 1,
  coef: Float64Array.of(-5.056622730976488, -19.424785668543123, 30.605554007825084, 380.0713961474798),
  vcov: Float64Array.of(
    ...[652.417272827252, 233.30597070387105, 394.5147060323411, 328.1574085782364],
    ...[233.30597070387108, 372.780298792653, 84.95171092972143, 120.61087985645926],
    ...[394.51470603234117, 84.95171092972144, 398.8670600521235, 358.7894937454875],
    ...[328.15740857823647, 120.61087985645935, 358.7894937454875, 673.7102788849352],
  ),
  target: Float64Array.of(1),
};

describe('an interval on the grid of its first stage', () => {
  const [alpha, kappa, points] = [0.1, 0.01, 201];

  /** The grid values that the conditional test with a fixed-length first stage accepts, at M = 0. */
  function hybrid(of: EventCoefficients) {
    const first = fixedLength(of).interval(0, kappa);
    const tests = testsOf(of, [smoothness(of, 0)], { alpha, kappa, within: first }, new Float64Array(0));
    return { first, found: robustInterval(tests, { low: first.low, high: first.high, points }) };
  }

  test('reaches the ends of the first stage where the second accepts them', () => {
    const { first, found } = hybrid(event);
    // from a program in Python after Rambachan & Roth (2023): all vertices of the dual, the fixed-length interval by constrained search
    expect(first.high).toBeCloseTo(388.6702921114801, 6);
    expect(first.low).toBeCloseTo(272.51027744315684, 6);
    expect(found.high).toBe(first.high);
    // by hand: |b + b_-1 - θ| / s has tail (α − κ)/(1 − κ), b + b_-1 the effect over a straight trend
    const centre = 380.0713961474798 + 30.605554007825084;
    const deviation = Math.sqrt(673.7102788849352 + 398.8670600521235 + 2 * 358.7894937454875);
    const low = centre - 1.690621 * deviation;
    expect(found.low).toBeGreaterThanOrEqual(low - 1e-3);
    expect(found.low).toBeLessThan(low + (first.high - first.low) / (points - 1));
  });

  test('does so whatever the units of the outcome and the size of the effect', () => {
    for (let i = 0; i < 60; i++) {
      const unit = 1.37 ** (i - 30);
      const coef = event.coef.map((b) => b * unit);
      coef[3]! += (i % 7) * 1130 * unit;
      const { first, found } = hybrid({ ...event, coef, vcov: event.vcov.map((v) => v * unit * unit) });
      expect(found.high, `in units of ${unit}`).toBe(first.high);
    }
  });
});
