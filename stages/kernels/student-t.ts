/**
 * Student's t distribution through the incomplete beta function. Source: Abramowitz & Stegun (1964), 26.7.1.
 * df = Infinity is the standard normal.
 */
import { betaLogOdds, regularizedBeta } from './incomplete-beta.ts';
import { logBeta } from './log-gamma.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import type { Tail } from './tail.ts';

/** Beyond this t² overflows, and the leading term of the tail is exact. */
const HUGE = 1e150;

/** ln P(|T| > t) to leading order: ((df/t²)^(df/2)) / ((df/2) B(df/2, ½)). */
function logFarTail(t: number, df: number): number {
  return df * (0.5 * Math.log(df) - Math.log(t)) - Math.log(df / 2) - logBeta(df / 2, 0.5);
}

/** P(|T| > |t|), the two-sided p value. */
export function tTwoSided(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  const size = Math.abs(t);
  if (size === Number.POSITIVE_INFINITY) return 0;
  if (df === Number.POSITIVE_INFINITY) return 2 * normalCdf(size, 'upper');
  if (size > HUGE && df < HUGE) return Math.exp(logFarTail(size, df));
  const odds = size * (size / df); // x/y of the beta variable T²/(df + T²)
  return regularizedBeta(df / 2, 0.5, 1 / (1 + odds), odds < 1 ? odds / (1 + odds) : 1 / (1 + 1 / odds));
}

/** t at which the given tail holds probability p; ∓Infinity at p = 0 and 1, NaN outside. */
export function tQuantile(p: number, df: number, tail: Tail): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p, tail);
  if (p === 0.5) return 0;
  const smaller = p < 0.5 ? p : 1 - p;
  const positive = p < 0.5 === (tail === 'upper');
  const size =
    smaller === 0 ? Number.POSITIVE_INFINITY : Math.exp(0.5 * (Math.log(df) - betaLogOdds(2 * smaller, df / 2, 0.5)));
  return positive ? size : -size;
}
