/** The χ² distribution: a gamma distribution of shape df/2 and scale 2. Source: Abramowitz & Stegun (1964), 26.4. */
import { incompleteGamma, inverseIncompleteGamma } from './incomplete-gamma.ts';
import type { Tail } from './tail.ts';

/** P(X ≤ x) or P(X > x) for finite df > 0; x below 0 counts as 0. */
export function chiSquareCdf(x: number, df: number, tail: Tail): number {
  return incompleteGamma(df / 2, x < 0 ? 0 : x / 2, tail);
}

/** x at which the given tail holds probability p. */
export function chiSquareQuantile(p: number, df: number, tail: Tail): number {
  return 2 * inverseIncompleteGamma(p, df / 2, tail);
}
