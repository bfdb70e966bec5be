/**
 * The F distribution through the incomplete beta function. Source: Abramowitz & Stegun (1964), 26.6.2.
 * df2 = Infinity is χ²(df1)/df1, df1 = Infinity is df2/χ²(df2), both infinite a point mass at 1.
 */
import { chiSquareCdf, chiSquareQuantile } from './chi-square.ts';
import { betaLogOdds, regularizedBeta } from './incomplete-beta.ts';
import type { Tail } from './tail.ts';

const INFINITE = Number.POSITIVE_INFINITY;
const other = (tail: Tail): Tail => (tail === 'lower' ? 'upper' : 'lower');

/** P(X ≤ f) or P(X > f); degrees of freedom positive, Infinity allowed; f below 0 counts as 0. */
export function fCdf(f: number, df1: number, df2: number, tail: Tail): number {
  if (!(df1 > 0 && df2 > 0) || Number.isNaN(f)) return Number.NaN;
  const at = Math.max(f, 0);
  if (at === 0 || at === INFINITE) return (at === 0) === (tail === 'lower') ? 0 : 1;
  if (df1 === INFINITE && df2 === INFINITE) return at >= 1 === (tail === 'lower') ? 1 : 0;
  if (df2 === INFINITE) return chiSquareCdf(at * df1, df1, tail);
  if (df1 === INFINITE) return chiSquareCdf(df2 / at, df2, other(tail));
  const odds = (df1 / df2) * at;
  const x = odds < 1 ? odds / (1 + odds) : 1 / (1 + 1 / odds);
  const y = 1 / (1 + odds);
  return tail === 'lower' ? regularizedBeta(df1 / 2, df2 / 2, x, y) : regularizedBeta(df2 / 2, df1 / 2, y, x);
}

/** f at which the given tail holds probability p. */
export function fQuantile(p: number, df1: number, df2: number, tail: Tail): number {
  if (!(p >= 0 && p <= 1 && df1 > 0 && df2 > 0)) return Number.NaN;
  if (p === 0) return tail === 'lower' ? 0 : INFINITE;
  if (p === 1) return tail === 'lower' ? INFINITE : 0;
  if (df1 === INFINITE && df2 === INFINITE) return 1;
  if (df2 === INFINITE) return chiSquareQuantile(p, df1, tail) / df1;
  if (df1 === INFINITE) return df2 / chiSquareQuantile(p, df2, other(tail));
  const logOdds = tail === 'lower' ? betaLogOdds(p, df1 / 2, df2 / 2) : -betaLogOdds(p, df2 / 2, df1 / 2);
  return Math.exp(logOdds) * (df2 / df1);
}
