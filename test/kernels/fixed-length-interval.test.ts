import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventCoefficients, fixedLength } from '../../stages/kernels/fixed-length-interval.ts';
import { foldedNormalQuantile } from '../../stages/kernels/folded-normal.ts';
import { lassoPath } from '../../stages/kernels/lasso-path.ts';
import { normalCdf } from '../../stages/kernels/normal.ts';
import { stream } from '../../stages/kernels/random.ts';

/** A positive definite matrix from noise. */
function covariance(k: number, noise: readonly number[], ridge = 0.2): Float64Array {
  const v = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++) {
      let sum = a === b ? ridge : 0;
      for (let c = 0; c < k; c++) sum += noise[(a * k + c) % noise.length]! * noise[(b * k + c) % noise.length]!;
      v[a * k + b] = sum;
    }
  return v;
}

const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 41, maxLength: 41 });

describe('lasso path', () => {
  test('solves the conditions of optimality at every lambda, also for symmetric problems', () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 7 }),
      noise,
      fc.boolean(),
      fc.double({ min: 0.001, max: 1.1, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([k, e, symmetric, share]) => {
        const matrix = symmetric
          ? Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 2 : 0.5))
          : covariance(k, e);
        const linear = symmetric
          ? new Float64Array(k).fill(-1)
          : Float64Array.from({ length: k }, (_, j) => e[30 + j]!);
        const path = lassoPath(matrix, linear);
        const lambda = share * path.top;
        const x = path.at(lambda);
        for (let a = 0; a < k; a++) {
          let slope = linear[a]!;
          for (let b = 0; b < k; b++) slope += matrix[a * k + b]! * x[b]!;
          if (x[a] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(lambda + 1e-9);
          else expect(slope).toBeCloseTo(-Math.sign(x[a]!) * lambda, 8);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Worst bias of weights over bounded second differences: each second difference of the trend at ±m, the slope's part must vanish. */
function worstBias(weights: Float64Array, before: number, m: number): { slope: number; bias: number } {
  const periods = weights.length + 1;
  const full = [...weights.slice(0, before), 0, ...weights.slice(before)];
  const against = (trend: (t: number) => number): number => full.reduce((s, w, i) => s + w * trend(i - before), 0);
  let bias = 0;
  for (let r = -before + 1; r < periods - before - 1; r++)
    // a trend that bends once, by 1, after period r, and is 0 at the reference
    bias += m * Math.abs(against((t) => Math.max(0, t - r) - Math.max(0, -r)));
  return { slope: against((t) => t), bias };
}

describe('fixed-length interval', () => {
  const event = (before: number, after: number, e: readonly number[]): EventCoefficients => ({
    before,
    after,
    coef: Float64Array.from({ length: before + after }, (_, j) => e[j]!),
    vcov: covariance(before + after, e),
    target: Float64Array.from({ length: after }, (_, j) => (j === 0 ? 1 : e[35 + (j % 3)]!)),
  });

  test('no other estimator without slope bias is shorter', () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      noise,
      fc.double({ min: 0, max: 2, noNaN: true }),
    );
    let compared = 0;
    fc.assert(
      fc.property(cases, ([before, after, e, m]) => {
        const input = event(before, after, e);
        const best = fixedLength(input).interval(m, 0.05);
        expect(best.halfLength).toBeCloseTo(foldedNormalQuantile(best.bias / best.stdError, 0.05) * best.stdError, 12);
        const random = stream(7, before, after);
        for (let trial = 0; trial < 40; trial++) {
          // any weights before the reference, the last of them set so that a line leaves no bias
          const w = new Float64Array(before + after);
          w.set(input.target, before);
          for (let i = 0; i + 1 < before; i++) w[i] = random.normal();
          const slope = worstBias(w, before, 0).slope;
          w[before - 1] = slope; // period −1
          const { slope: left, bias } = worstBias(w, before, m);
          expect(left).toBeCloseTo(0, 9);
          let variance = 0;
          for (let a = 0; a < w.length; a++)
            for (let b = 0; b < w.length; b++) variance += w[a]! * w[b]! * input.vcov[a * w.length + b]!;
          const half = foldedNormalQuantile(bias / Math.sqrt(variance), 0.05) * Math.sqrt(variance);
          expect(best.halfLength).toBeLessThanOrEqual(half * (1 + 1e-12));
          compared++;
        }
      }),
      { numRuns: 60 },
    );
    expect(compared).toBe(2400);
  });

  test('small steps away from it in any direction are longer: it is the optimum, not just good', () => {
    const e = Array.from({ length: 41 }, (_, i) => Math.sin(5 * i + 1));
    const input = event(5, 2, e);
    const k = 7;
    for (const m of [0.05, 0.3, 1]) {
      const best = fixedLength(input).interval(m, 0.05);
      // weights recovered from the centre, which is linear in the coefficients
      const weights = Float64Array.from({ length: k }, (_, j) => {
        const unit = new Float64Array(k);
        unit[j] = 1;
        return fixedLength({ ...input, coef: unit }).interval(m, 0.05).centre;
      });
      const half = (w: Float64Array): number => {
        let variance = 0;
        for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) variance += w[a]! * w[b]! * input.vcov[a * k + b]!;
        return foldedNormalQuantile(worstBias(w, 5, m).bias / Math.sqrt(variance), 0.05) * Math.sqrt(variance);
      };
      expect(half(weights)).toBeCloseTo(best.halfLength, 12);
      for (let i = 0; i < 4; i++)
        for (const step of [1e-3, -1e-3]) {
          const moved = weights.slice();
          moved[i]! += step;
          moved[4]! += (-5 + i) * step; // keeps Σ w t = 0
          expect(half(moved)).toBeGreaterThanOrEqual(best.halfLength - 1e-13);
        }
    }
  });

  test('covers at least as often as it claims when the trend is as bent as allowed', () => {
    const input = event(
      4,
      2,
      Array.from({ length: 41 }, (_, i) => 0.4 * Math.cos(3 * i)),
    );
    const m = 0.2;
    const unit = (j: number): number => {
      const one = new Float64Array(6);
      one[j] = 1;
      return fixedLength({ ...input, coef: one }).interval(m, 0.05).centre;
    };
    const weights = Float64Array.from({ length: 6 }, (_, j) => unit(j));
    const { bias, stdError, halfLength } = fixedLength(input).interval(m, 0.05);
    expect(worstBias(weights, 4, m).bias).toBeCloseTo(bias, 12);
    // at the worst bias the normal estimator is covered with exactly 95 %
    const covered =
      normalCdf((halfLength - bias) / stdError, 'lower') - normalCdf((-halfLength - bias) / stdError, 'lower');
    expect(covered).toBeCloseTo(0.95, 10);
  });
});
