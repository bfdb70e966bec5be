import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionalTest, type TestSize } from '../../stages/kernels/conditional-test.ts';
import { type EventCoefficients, fixedLength, tailSums } from '../../stages/kernels/fixed-length-interval.ts';
import { quantile } from '../../stages/kernels/quantile.ts';
import { coefficientNoise } from '../../stages/kernels/robust-interval.ts';
import { trendReach } from '../../stages/kernels/trend-reach.ts';
import {
  type Restriction,
  relativeMagnitudes,
  relativeSmoothness,
  smoothness,
  type TrendShape,
} from '../../stages/kernels/trend-restrictions.ts';
import { truncatedNormalTail } from '../../stages/kernels/truncated-normal.ts';

const share = fc.integer({ min: -1000, max: 1000 }).map((v) => v / 1000);
const noise = fc.array(share, { minLength: 37, maxLength: 37 });

function eventOf(before: number, after: number, e: readonly number[]): EventCoefficients {
  const k = before + after;
  const vcov = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++) {
      vcov[a * k + b] = a === b ? 0.3 : 0.1;
      for (let c = 0; c < k; c++) vcov[a * k + b]! += e[(a * 5 + c) % 37]! * e[(b * 5 + c) % 37]!;
    }
  return {
    before,
    after,
    coef: Float64Array.from({ length: k }, (_, j) => 2 * e[30 + j]!),
    vcov,
    target: after === 1 ? Float64Array.of(1) : Float64Array.of(0.7, 0.3),
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i]!, 0);

/**
 * The test written out for one or two periods after the reference, over all vertices of the dual: γ = e_i / σ_i with one, pairs that cancel the nuisance
 * effect with two. Moments are not standardized and no program is solved.
 */
function oracle(
  event: EventCoefficients,
  { rows, matrix, bound }: Restriction,
  theta: number,
  { kappa, within }: Pick<TestSize, 'kappa' | 'within'>,
  draws: Float64Array,
): boolean {
  const { before, after, coef, vcov, target } = event;
  const k = before + after;
  const row = (i: number): number[] => Array.from(matrix.subarray(i * k, (i + 1) * k));
  const timesV = (x: readonly number[]): number[] =>
    Array.from({ length: k }, (_, a) => x.reduce((s, v, b) => s + vcov[a * k + b]! * v, 0));
  const sd = Array.from({ length: rows }, (_, i) => Math.sqrt(dot(row(i), timesV(row(i)))));
  // τ = (θ/l_1 − l_2 t/l_1, t): the nuisance is t
  const moment = (i: number): { y: number; x: number } => {
    const a = row(i);
    const first = a[before]!;
    if (after === 1) return { y: dot(a, Array.from(coef)) - bound[i]! - first * theta, x: 0 };
    return {
      y: dot(a, Array.from(coef)) - bound[i]! - (first * theta) / target[0]!,
      x: a[before + 1]! - (first * target[1]!) / target[0]!,
    };
  };
  const gammas: number[][] = [];
  for (let i = 0; i < rows; i++)
    for (let j = i; j < rows; j++) {
      const [xi, xj] = [moment(i).x, moment(j).x];
      const g = new Array<number>(rows).fill(0);
      if (i === j) {
        if (Math.abs(xi) > 1e-12) continue;
        g[i] = 1 / sd[i]!;
      } else {
        if (xi * xj >= 0) continue;
        const share = -xi / (xj - xi); // g_i ∝ 1 − share, g_j ∝ share
        const size = (1 - share) * sd[i]! + share * sd[j]!;
        g[i] = (1 - share) / size;
        g[j] = share / size;
      }
      gammas.push(g);
    }
  const best = (y: readonly number[]): { eta: number; at: number[] } =>
    gammas.reduce((top, g) => (dot(g, y) > top.eta ? { eta: dot(g, y), at: g } : top), {
      eta: Number.NEGATIVE_INFINITY,
      at: [] as number[],
    });
  const off = within === undefined ? 0 : dot(Array.from(within.weights), Array.from(coef)) - theta;
  if (within !== undefined && Math.abs(off) > within.halfLength) return false;
  let first = Number.POSITIVE_INFINITY;
  if (kappa > 0 && within === undefined) {
    const etas = Array.from({ length: draws.length / k }, (_, r) => {
      const one = Array.from(draws.subarray(r * k, (r + 1) * k));
      return best(Array.from({ length: rows }, (_u, i) => dot(row(i), one))).eta;
    });
    first = quantile(Float64Array.from(etas).sort(), 1 - kappa);
  }
  const y = Array.from({ length: rows }, (_, i) => moment(i).y);
  const { eta, at } = best(y);
  if (eta > first) return false;
  const combination = (g: readonly number[]): number[] =>
    Array.from({ length: k }, (_, a) => g.reduce((s, v, i) => s + v * row(i)[a]!, 0));
  const variance = dot(combination(at), timesV(combination(at)));
  if (variance < 1e-14) return eta <= 1e-10; // moments that cancel leave nothing to chance
  let low = Number.NEGATIVE_INFINITY;
  let high = first;
  for (const g of gammas) {
    const along = dot(combination(g), timesV(combination(at))) / variance;
    const rest = dot(g, y) - along * eta;
    if (1 - along > 1e-9) low = Math.max(low, rest / (1 - along));
    else if (1 - along < -1e-9) high = Math.min(high, rest / (1 - along));
  }
  if (within !== undefined) {
    // where the interval still holds θ when γᵀy moves and what is independent of it stays
    const slope = dot(Array.from(within.weights), timesV(combination(at))) / variance;
    const ends = [-1, 1].map((sign) => eta + (sign * within.halfLength - off) / slope).sort((a, b) => a - b);
    low = Math.max(low, ends[0]!);
    high = Math.min(high, ends[1]!);
  }
  const s = Math.sqrt(variance);
  if (eta <= 0) return true;
  return truncatedNormalTail(eta / s, low / s, high / s) >= (0.05 - kappa) / (1 - kappa);
}

const SHAPES: readonly TrendShape[] = [
  {},
  { bias: 'positive' },
  { bias: 'negative' },
  { monotonicity: 'increasing' },
  { monotonicity: 'decreasing' },
];

describe('conditional test', () => {
  for (const stage of ['no', 'a least favourable', 'a fixed-length'] as const)
    test(`agrees with all vertices written out, with ${stage} first stage`, () => {
      const kappa = stage === 'no' ? 0 : 0.005;
      const cases = fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(1, 2),
        noise,
        fc.double({ min: 0, max: 2, noNaN: true }),
        stage === 'a fixed-length' ? fc.constant(true) : fc.boolean(),
        fc.constantFrom(...SHAPES),
      );
      let rejected = 0;
      let asked = 0;
      fc.assert(
        fc.property(cases, ([before, after, e, m, smooth, shape]) => {
          const event = eventOf(before, after, e);
          const draws = stage === 'a least favourable' ? coefficientNoise(event, 300, 3) : new Float64Array();
          const all = smooth ? [smoothness(event, m, shape)] : relativeMagnitudes(event, m, shape);
          const size =
            stage === 'a fixed-length' ? { kappa, within: fixedLength(event).interval(m, kappa) } : { kappa };
          for (const restriction of all.slice(0, 3)) {
            const fast = conditionalTest(event, restriction, { alpha: 0.05, ...size }, draws)!;
            for (const theta of [-4, -1.3, 0.2, 1.1, 2.7, 6]) {
              const want = oracle(event, restriction, theta, size, draws);
              expect(fast.accepts(theta), `θ ${theta}, m ${m}, ${before}+${after}`).toBe(want);
              asked++;
              if (!want) rejected++;
            }
          }
        }),
        { numRuns: 120 },
      );
      expect(rejected).toBeGreaterThan(asked / 20);
      expect(rejected).toBeLessThan((19 * asked) / 20);
    });

  test('does not depend on the units of the outcome', () => {
    fc.assert(
      fc.property(noise, fc.double({ min: -3, max: 3, noNaN: true }), (e, theta) => {
        const event = eventOf(3, 2, e);
        const scaled = { ...event, coef: event.coef.map((v) => 1e-4 * v), vcov: event.vcov.map((v) => 1e-8 * v) };
        const [own, other] = [event, scaled].map(
          (x) =>
            conditionalTest(
              x,
              relativeMagnitudes(event, 1)[2]!,
              { alpha: 0.05, kappa: 0.005 },
              coefficientNoise(x, 200, 1),
            )!,
        );
        expect(other!.accepts(1e-4 * theta)).toBe(own!.accepts(theta));
      }),
      { numRuns: 60 },
    );
  });
});

const holds = (r: Restriction, trend: readonly number[]): boolean => {
  const k = trend.length;
  return Array.from(
    { length: r.rows },
    (_, i) => dot(Array.from(r.matrix.subarray(k * i, k * (i + 1))), trend) <= r.bound[i]! + 1e-12,
  ).every(Boolean);
};

describe('restrictions', () => {
  const two = { before: 2, after: 2 };

  test('relative magnitudes hold for a trend that is as large after as before, and no longer when it grows', () => {
    const trend = [0.3, 0.1, 0.4, 0.7]; // two before, the reference 0, two after: changes −0.2, −0.1, 0.4, 0.3
    const own = (m: number): boolean[] => relativeMagnitudes(two, m).map((r) => holds(r, trend));
    expect(own(2).some(Boolean)).toBe(true);
    expect(own(1.99).some(Boolean)).toBe(false);
    expect(own(2).filter(Boolean)).toHaveLength(1);
  });

  test('smoothness bounds the bend from the reference on', () => {
    expect(holds(smoothness(two, 0), [-2, -1, 1, 2])).toBe(true);
    expect(holds(smoothness(two, 0.5), [-2, -1, 1.5, 2])).toBe(false); // bends by 0.5 and then by −1
    expect(holds(smoothness(two, 1), [-2, -1, 1.5, 2])).toBe(true);
  });

  test('relative smoothness compares bends with those before, the reference at their end', () => {
    const trend = [-3, -1, 2, 4.5]; // slopes 2, 1, 2, 2.5: bends −1 before, 1 and 0.5 from the reference on
    const own = (m: number): boolean => relativeSmoothness(two, m).some((r) => holds(r, trend));
    expect(own(1)).toBe(true);
    expect(own(0.99)).toBe(false);
    expect(relativeSmoothness({ before: 1, after: 2 }, 1)).toHaveLength(0);
    expect(relativeSmoothness({ before: 4, after: 1 }, 1)).toHaveLength(6);
  });

  test('sign and direction are about the periods after the reference', () => {
    const up = [-5, 3, 1, 2];
    const dip = [0, 0, 2, 1];
    for (const of of [
      (s: TrendShape) => smoothness(two, 100, s),
      (s: TrendShape) => relativeMagnitudes(two, 100, s)[0]!,
    ]) {
      expect(holds(of({ bias: 'positive' }), up)).toBe(true);
      expect(holds(of({ bias: 'negative' }), up)).toBe(false);
      expect(holds(of({ monotonicity: 'increasing' }), up)).toBe(true);
      expect(holds(of({ monotonicity: 'decreasing' }), up)).toBe(false);
    }
    expect(holds(smoothness(two, 100, { bias: 'positive' }), dip)).toBe(true);
    expect(holds(smoothness(two, 100, { monotonicity: 'increasing' }), dip)).toBe(false);
  });

  test('the reach of a flat start is the sum of the bends, cut off by a sign', () => {
    for (const target of [Float64Array.of(1, 0), Float64Array.of(0.5, 0.5), Float64Array.of(-1, 1)]) {
      const event = { before: 3, after: 2, target };
      const all = 0.4 * tailSums(target).reduce((s, v) => s + Math.abs(v), 0);
      const free = trendReach(event, smoothness(event, 0.4));
      expect(free.most).toBeCloseTo(all, 12);
      expect(free.least).toBeCloseTo(-all, 12);
    }
    const event = { before: 3, after: 2, target: Float64Array.of(0.5, 0.5) };
    const up = trendReach(event, smoothness(event, 0.4, { bias: 'positive' }));
    expect(up.most).toBeCloseTo(0.5 * (0.4 + 1.2), 12);
    expect(up.least).toBeCloseTo(0, 12);
  });
});
