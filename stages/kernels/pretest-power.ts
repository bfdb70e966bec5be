/**
 * What a test of leads would see of a trend, and what estimates are expected to be when it sees nothing.
 * Source: Roth (2022), American Economic Review: Insights 4(3), 305–322, §§I–II; names of the `pretrends` package.
 */
import { chiSquareCdf, chiSquareQuantile } from './chi-square.ts';
import type { EventCoefficients } from './fixed-length-interval.ts';
import { normalQuantile } from './normal.ts';
import { type BoxMoments, boxMoments } from './normal-box.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

type Event = Omit<EventCoefficients, 'target'>;

export interface PretestPower {
  /** probability that some lead is significant when the trend is true */
  readonly power: number;
  /** the same of the joint Wald test of the leads */
  readonly joint: number;
  /** how much likelier it is to pass the test under the trend than under parallel trends */
  readonly bayesFactor: number;
  /** of the leads that were estimated, under the trend against parallel trends */
  readonly likelihoodRatio: number;
  /** expected coefficients when the trend is true, there is no effect, and no lead is significant */
  readonly expected: Float64Array;
}

export interface Pretest {
  /** probability that some lead is significant under parallel trends */
  readonly size: number;
  against(trend: Float64Array): PretestPower;
  /** the slope of a linear trend, over the periods' distances from the reference, that is seen with this probability */
  slope(power: number, distances: Float64Array): number;
}

/** @param alpha two-sided level of the test of each lead */
export function pretest(event: Event, alpha: number): Pretest {
  const { before, coef, vcov } = event;
  const k = coef.length;
  const early = Float64Array.from(
    { length: before * before },
    (_, i) => vcov[Math.floor(i / before) * k + (i % before)]!,
  );
  const critical = normalQuantile(alpha / 2, 'upper');
  const high = Float64Array.from({ length: before }, (_, i) => critical * Math.sqrt(early[i * before + i]!));
  const box = { low: high.map((v) => -v), high };
  const passing = (trend: Float64Array): BoxMoments => boxMoments(trend.slice(0, before), early, box);
  const chol = rankCholeskyInPlace(early.slice(), before, 1e-14);
  const distance = (gap: Float64Array): number => {
    const solved = gap.slice();
    solveCholeskyInPlace(chol, solved);
    return gap.reduce((s, v, i) => s + v * solved[i]!, 0);
  };
  const zero = passing(new Float64Array(k)).probability;
  const leads = coef.slice(0, before);
  const joint = chiSquareQuantile(alpha, before, 'upper');
  return {
    size: 1 - zero,
    against(trend) {
      const { probability, mean } = passing(trend);
      const shift = mean.map((v, i) => v - trend[i]!);
      const solved = shift.slice();
      solveCholeskyInPlace(chol, solved);
      const expected = trend.map((v, a) => {
        if (a < before) return mean[a]!;
        let sum = v;
        for (let b = 0; b < before; b++) sum += vcov[a * k + b]! * solved[b]!;
        return sum;
      });
      const early = trend.slice(0, before);
      return {
        power: 1 - probability,
        joint: noncentralTail(joint, before, distance(early)),
        bayesFactor: probability / zero,
        likelihoodRatio: Math.exp((distance(leads) - distance(leads.map((v, i) => v - early[i]!))) / 2),
        expected,
      };
    },
    slope(power, distances) {
      const short = (slope: number, points?: number): number =>
        1 -
        boxMoments(
          distances.slice(0, before).map((d) => slope * d),
          early,
          box,
          points,
        ).probability -
        power;
      const unit = Math.max(
        ...distances.subarray(0, before).map((d, i) => Math.sqrt(early[i * before + i]!) / Math.abs(d)),
      );
      const rough = (slope: number): number => short(slope, ROUGH);
      const near = rootBetween(rough, ...around(rough, [0, unit]));
      return rootBetween(short, ...around(short, [0.99 * near, 1.01 * near]));
    },
  };
}

/** Lattice points of a first look. */
const ROUGH = 1024;

/** Ends between which an increasing function crosses 0, from a guess. */
function around(f: (x: number) => number, [from, to]: readonly [number, number]): [number, number] {
  let [low, high] = [from, to];
  const width = to - from;
  for (let step = width; f(low) > 0 && low > 0; step *= 4) low = Math.max(0, low - step);
  for (let step = width; f(high) < 0; step *= 2) high += step;
  return [low, high];
}

/** The Illinois method: false position that halves the end which stays (Dowell & Jarratt 1971). */
function rootBetween(f: (x: number) => number, from: number, to: number): number {
  let [a, b, fa, fb] = [from, to, f(from), f(to)];
  for (let round = 0; round < 100 && Math.abs(b - a) > 1e-9 * Math.abs(b); round++) {
    const x = (a * fb - b * fa) / (fb - fa);
    const fx = f(x);
    if (fx === 0 || x === a || x === b) return x;
    if (fx * fb < 0) [a, fa] = [b, fb];
    else fa /= 2;
    [b, fb] = [x, fx];
    if (Math.abs(fx) < 1e-12) break;
  }
  return b;
}

/** P(χ²_df(λ) > x): central tails with Poisson weights of mean λ/2, from the likeliest outwards. */
function noncentralTail(x: number, df: number, lambda: number): number {
  const half = lambda / 2;
  const logWeight = (j: number): number => {
    let log = -half + (j > 0 ? j * Math.log(half) : 0);
    for (let i = 2; i <= j; i++) log -= Math.log(i);
    return log;
  };
  if (half === 0) return chiSquareCdf(x, df, 'upper');
  const mode = Math.floor(half);
  const weight = Math.exp(logWeight(mode));
  let sum = weight * chiSquareCdf(x, df + 2 * mode, 'upper');
  for (let j = mode + 1, w = weight * (half / j); w > 1e-18; j++, w *= half / j)
    sum += w * chiSquareCdf(x, df + 2 * j, 'upper');
  for (let j = mode - 1, w = (weight * mode) / half; j >= 0 && w > 1e-18; j--, w *= (j + 1) / half)
    sum += w * chiSquareCdf(x, df + 2 * j, 'upper');
  return Math.min(sum, 1);
}
