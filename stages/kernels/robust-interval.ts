/** Confidence sets by test inversion on a grid: the least and the largest value that some restriction accepts. */
import { type ConditionalTest, conditionalTest, type TestSize } from './conditional-test.ts';
import type { EventCoefficients } from './fixed-length-interval.ts';
import { stream } from './random.ts';
import { rankCholeskyInPlace } from './rank-cholesky.ts';
import type { Restriction } from './trend-restrictions.ts';

export interface Grid {
  readonly low: number;
  readonly high: number;
  readonly points: number;
}

export interface RobustInterval {
  /** NaN when every value is rejected */
  readonly low: number;
  readonly high: number;
  /** the interval reaches the end of the grid: it may be longer */
  readonly open: boolean;
}

export function testsOf(
  event: EventCoefficients,
  restrictions: readonly Restriction[],
  size: TestSize,
  noise: Float64Array,
): ConditionalTest[] {
  return restrictions.map((restriction) => {
    const test = conditionalTest(event, restriction, size, noise);
    if (test === undefined) throw new Error('ceteris bug: a restriction without bounds');
    return test;
  });
}

/**
 * The union over the tests, from the outermost grid values inwards: each test is asked only about values beyond those accepted so far.
 */
export function robustInterval(tests: readonly ConditionalTest[], grid: Grid): RobustInterval {
  const step = (grid.high - grid.low) / (grid.points - 1);
  const at = (i: number): number => (i === grid.points - 1 ? grid.high : grid.low + i * step);
  let last = -1;
  let first = grid.points;
  for (const test of tests) {
    for (let i = grid.points - 1; i > last; i--) {
      if (!test.accepts(at(i))) continue;
      last = i;
      break;
    }
    for (let i = 0; i < first; i++) {
      if (!test.accepts(at(i))) continue;
      first = i;
      break;
    }
  }
  if (last < 0) return { low: Number.NaN, high: Number.NaN, open: false };
  return { low: at(first), high: at(last), open: first === 0 || last === grid.points - 1 };
}

/** Draws of normal noise with the coefficients' covariance, draw by draw: draw r is the same whatever the number of draws. */
export function coefficientNoise({ coef, vcov }: EventCoefficients, draws: number, seed: number): Float64Array {
  const k = coef.length;
  const { factor } = rankCholeskyInPlace(vcov.slice(), k, 1e-12);
  const out = new Float64Array(draws * k);
  const normal = new Float64Array(k);
  for (let r = 0; r < draws; r++) {
    const random = stream(seed, r);
    for (let j = 0; j < k; j++) normal[j] = random.normal();
    for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) out[r * k + a]! += factor[a * k + b]! * normal[b]!;
  }
  return out;
}
