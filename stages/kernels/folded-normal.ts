import { normalsOfR } from './mersenne-twister.ts';
import { normalCdf, normalDensity, normalQuantile } from './normal.ts';
import { quantile } from './quantile.ts';

/** Rounds of Newton's method; from where it starts, 4 to 6 reach the last bit. */
const ROUNDS = 30;
/** HonestDiD: numSims = 10^6. */
const SIMULATIONS = 1_000_000;

/**
 * c with P(|X + shift| > c) = alpha, X standard normal: half the length of an interval, in standard errors, whose centre is biased by at most
 * `shift` standard errors. Newton's method from the left, where the tail is convex: it never oversteps.
 * Source: Armstrong & Kolesár (2018), Econometrica 86(2), §2.2 (cv_α); the quantile itself is that of the folded normal.
 */
export function foldedNormalQuantile(shift: number, alpha: number): number {
  const b = Math.abs(shift);
  let c = Math.max(b + normalQuantile(alpha, 'upper'), normalQuantile(alpha / 2, 'upper'));
  for (let round = 0; round < ROUNDS; round++) {
    const gap = normalCdf(c - b, 'upper') + normalCdf(c + b, 'upper') - alpha;
    const step = gap / (normalDensity(c - b) + normalDensity(c + b));
    c += step;
    if (Math.abs(step) <= 1e-15 * c) break;
  }
  return c;
}

/**
 * The same quantile by simulation, as the HonestDiD package has it: the (1 − alpha) quantile (type 7) of |z + shift| over 10⁶ draws of R's generator.
 * Off by about 1e-3 of itself; for results that are to agree with printed digits.
 */
export function simulatedFoldedNormal(): (shift: number, alpha: number) => number {
  const draws = normalsOfR(SIMULATIONS, 0);
  return (shift, alpha) => quantile(draws.map((z) => Math.abs(z + shift)).sort(), 1 - alpha);
}
