import { normalCdf, normalQuantile } from '../kernels/normal.ts';

/**
 * Quantile levels of the bias-corrected percentile interval: Φ(2 z₀ ± z_α), z₀ from the share of draws below the estimate.
 * Source: Efron (1987), J. Am. Stat. Assoc. 82(397), eq. 2.3 with acceleration 0.
 */
export function tails(below: number, alpha: number): readonly [number, number] {
  const share = Math.min(Math.max(below, 1e-6), 1 - 1e-6);
  const z0 = normalQuantile(share, 'lower');
  const z = normalQuantile(alpha, 'lower');
  return [normalCdf(2 * z0 + z, 'lower'), normalCdf(2 * z0 - z, 'lower')];
}
