import { expect, test } from 'vitest';
import { conditionalTest } from '../../stages/kernels/conditional-test.ts';
import { fixedLength } from '../../stages/kernels/fixed-length-interval.ts';
import { coefficientNoise } from '../../stages/kernels/robust-interval.ts';
import { type Restriction, relativeMagnitudes, smoothness } from '../../stages/kernels/trend-restrictions.ts';

/** Three periods before, two after; errors correlated as those of one reference are. */
const before = 3;
const after = 2;
const k = before + after;
const vcov = Float64Array.from({ length: k * k }, (_, i) => (Math.floor(i / k) === i % k ? 0.02 : 0.01));
const base = { before, after, vcov, target: Float64Array.of(1, 0) };

const SAMPLES = 3000;

/** Share of samples in which a restriction that is true accepts the true effect. */
function coverage(trend: readonly number[], m: number, at: number): number {
  const effect = [0, 0, 0, 0.5, 0.8];
  const draws = coefficientNoise({ ...base, coef: new Float64Array(k) }, SAMPLES, 11);
  const noise = coefficientNoise({ ...base, coef: new Float64Array(k) }, 1000, 12);
  const restriction = relativeMagnitudes(base, m)[at]!;
  let covered = 0;
  for (let r = 0; r < SAMPLES; r++) {
    const coef = Float64Array.from(trend, (d, j) => d + effect[j]! + draws[r * k + j]!);
    if (conditionalTest({ ...base, coef }, restriction, { alpha: 0.05, kappa: 0.005 }, noise)!.accepts(0.5)) covered++;
  }
  return covered / SAMPLES;
}

// Monte-Carlo error of a share of 0.95 in 3000 samples: 0.004
test('where one moment binds, the robust interval covers 95 %', () => {
  // changes 1, 0, 0 before and 1, 0 after: with m = 1 only the first change after binds
  expect(coverage([-1, 0, 0, 1, 1], 1, 0)).toBeGreaterThan(0.935);
  expect(coverage([-1, 0, 0, 1, 1], 1, 0)).toBeLessThan(0.965);
}, 120_000);

test('with slack in every moment it covers more, never less', () => {
  expect(coverage([-1, 0, 0, 0.2, 0.1], 1, 0)).toBeGreaterThan(0.95);
  expect(coverage([0.01, 0, 0, 0, 0], 1, 1)).toBeGreaterThan(0.935);
}, 120_000);

/** The same with a fixed-length first stage, for bends of at most 0.5 of a trend that is known not to fall below 0. */
function hybridCoverage(trend: readonly number[], restriction: Restriction): number {
  const effect = [0, 0, 0, 0.5, 0.8];
  const draws = coefficientNoise({ ...base, coef: new Float64Array(k) }, SAMPLES, 21);
  const { weights, halfLength } = fixedLength({ ...base, coef: new Float64Array(k) }).interval(0.5, 0.005);
  let covered = 0;
  for (let r = 0; r < SAMPLES; r++) {
    const coef = Float64Array.from(trend, (d, j) => d + effect[j]! + draws[r * k + j]!);
    const size = { alpha: 0.05, kappa: 0.005, within: { weights, halfLength } };
    if (conditionalTest({ ...base, coef }, restriction, size, new Float64Array())!.accepts(0.5)) covered++;
  }
  return covered / SAMPLES;
}

test('the hybrid with a fixed-length interval covers 95 % at the edge of its set, with and without a sign', () => {
  const edge = [0, 0, 0, 0.5, 1]; // the slope changes by 0.5 at the reference, and then by nothing
  for (const shape of [{}, { bias: 'positive' }, { monotonicity: 'increasing' }] as const) {
    const share = hybridCoverage(edge, smoothness(base, 0.5, shape));
    expect(share).toBeGreaterThan(0.935);
    expect(share).toBeLessThan(0.965);
  }
  // where the sign itself binds
  expect(hybridCoverage([0, 0, 0, 0, 0], smoothness(base, 0.5, { bias: 'positive' }))).toBeGreaterThan(0.935);
}, 120_000);
