/**
 * Student's t distribution through the incomplete beta function. Source: Abramowitz & Stegun (1964), 26.7.1.
 * df = Infinity is the standard normal.
 */
import { betaLogOdds, betaPrefix, regularizedBeta } from './incomplete-beta.ts';
import { logBeta } from './log-gamma.ts';
import { normalCdf, normalDensity, normalQuantile } from './normal.ts';
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

/** P(|T| ≤ |t|), to full relative accuracy for small t. */
function tWithin(t: number, df: number): number {
  const odds = t * (t / df);
  return regularizedBeta(0.5, df / 2, odds / (1 + odds), 1 / (1 + odds));
}

/** P(T ≤ t) or P(T > t); df positive, Infinity allowed. */
export function tCdf(t: number, df: number, tail: Tail): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalCdf(t, tail);
  const far = tail === 'upper' ? t > 0 : t < 0;
  if (far) return 0.5 * tTwoSided(t, df);
  return Math.abs(t) > 1 ? 1 - 0.5 * tTwoSided(t, df) : 0.5 + 0.5 * tWithin(t, df);
}

/** Density at t. */
export function tDensity(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  const size = Math.abs(t);
  if (df === Number.POSITIVE_INFINITY) return normalDensity(t);
  if (size < 1e-150) return Math.exp(-0.5 * Math.log(df) - logBeta(0.5, df / 2));
  if (size > HUGE) return size === Number.POSITIVE_INFINITY ? 0 : (Math.exp(logFarTail(size, df)) / size) * (df / 2);
  const odds = size * (size / df);
  return betaPrefix(0.5, df / 2, odds < 1 ? odds / (1 + odds) : 1 / (1 + 1 / odds), 1 / (1 + odds)) / size;
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
