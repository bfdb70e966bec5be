import { normalCdf, normalQuantile } from '../kernels/normal.ts';

/**
 * Quantile levels of the bias-corrected and accelerated percentile interval: Φ(z₀ + (z₀ ± z_α)/(1 − a(z₀ ± z_α))), z₀ from the share of draws below the
 * estimate. Acceleration 0 gives the bias-corrected interval.
 * Source: Efron (1987), J. Am. Stat. Assoc. 82(397), eq. 2.3 and 6.8.
 */
export function tails(below: number, alpha: number, acceleration: number): readonly [number, number] {
  const share = Math.min(Math.max(below, 1e-6), 1 - 1e-6);
  const z0 = normalQuantile(share, 'lower');
  const level = (z: number): number => normalCdf(z0 + (z0 + z) / (1 - acceleration * (z0 + z)), 'lower');
  const z = normalQuantile(alpha, 'lower');
  return [level(z), level(-z)];
}

/**
 * Acceleration from estimates that leave out one independent unit each: a sixth of the skewness of their influence.
 * @param left the estimates; those that are not finite are passed over
 * Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, eq. 14.15.
 */
export function acceleration(left: ArrayLike<number>): number {
  const good = Array.from(left).filter(Number.isFinite);
  const mean = good.reduce((s, v) => s + v, 0) / good.length;
  const squares = good.reduce((s, v) => s + (mean - v) ** 2, 0);
  return squares > 0 ? good.reduce((s, v) => s + (mean - v) ** 3, 0) / (6 * squares ** 1.5) : 0;
}
