/**
 * Regularized incomplete gamma functions P(a, x), Q(a, x) and their inverse.
 * Sources: Abramowitz & Stegun (1964), 6.5.29 (series), 6.5.31 (continued fraction); Gautschi (1979), ACM TOMS 5(4),
 * 466–481 (small a); Loader (2000) (prefix); Lentz (1976), Applied Optics 15(3) (evaluation of the fraction).
 */
import { logGammaOnePlus, minusLog1p, stirlingError } from './log-gamma.ts';
import { logRatio } from './log-ratio.ts';
import type { Tail } from './tail.ts';

const EPSILON = 2 ** -53;
/** Steps grow like √a; this covers a up to about 1e13. */
const MAX_STEPS = 30_000_000;

/** xᵃ e⁻ˣ / Γ(a) for a, x > 0. */
function gammaPrefix(a: number, x: number): number {
  const u = (x - a) / a;
  const deviance = a * (u < -0.5 ? u - Math.log(x / a) : minusLog1p(u));
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - deviance);
}

/** P(a, x) by its series of positive terms. */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MAX_STEPS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term <= EPSILON * sum) break;
  }
  return (gammaPrefix(a, x) / a) * sum;
}

/** Q(a, x) for a < 1 and small x, where 1 − P would lose digits. */
function upperSmall(a: number, x: number): number {
  const logPower = a * Math.log(x) - logGammaOnePlus(a);
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 60; n++) {
    term *= -x / n;
    sum += term / (a + n);
    if (Math.abs(term) <= EPSILON * Math.abs(sum)) break;
  }
  return -Math.expm1(logPower) - Math.exp(logPower) * a * sum;
}

/** Q(a, x) by Legendre's continued fraction, for x ≥ a. */
function upperFraction(a: number, x: number): number {
  const prefix = gammaPrefix(a, x);
  if (prefix === 0) return 0;
  let beta = x - a + 1;
  let c = beta;
  let d = 0;
  let result = beta;
  for (let n = 1; n < MAX_STEPS; n++) {
    const alpha = -n * (n - a);
    beta += 2;
    d = 1 / (beta + alpha * d);
    c = beta + alpha / c;
    const change = c * d;
    result *= change;
    if (Math.abs(change - 1) <= 2 * EPSILON) break;
  }
  return prefix / result;
}

/** P(a, x) (`lower`) or Q(a, x) (`upper`) for finite a > 0. NaN for x < 0. */
export function incompleteGamma(a: number, x: number, tail: Tail): number {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  const lower = tail === 'lower';
  if (x === 0) return lower ? 0 : 1;
  if (x === Number.POSITIVE_INFINITY) return lower ? 1 : 0;
  if (a < 1 && x < 1.5) return lower ? Math.min(1, lowerSeries(a, x)) : upperSmall(a, x);
  if (x < a) return lower ? lowerSeries(a, x) : 1 - lowerSeries(a, x);
  return lower ? 1 - upperFraction(a, x) : upperFraction(a, x);
}

/** ln x at which P(a, x) = p: Newton on ln P against ln x, where ln P is concave. */
function lowerQuantile(p: number, a: number): number {
  const leading = (Math.log(p) + logGammaOnePlus(a)) / a;
  if (leading < -690) return Math.exp(leading);
  let at = Math.log(a);
  let next = at;
  for (let i = 0; i < 500; i++) {
    const x = Math.exp(next);
    const value = incompleteGamma(a, x, 'lower');
    if (value === 0) {
      next = 0.5 * (at + next); // jumped so far left that the value underflows
      continue;
    }
    at = next;
    const step = (logRatio(p, value) * value) / gammaPrefix(a, x);
    next = at + step;
    if (Math.abs(step) <= 1e-11) break;
  }
  return Math.exp(next);
}

/** x at which Q(a, x) = p: Newton on ln Q against x, nearly a line in the tail. */
function upperQuantile(p: number, a: number): number {
  let x = a;
  let next = a;
  for (let i = 0; i < 500; i++) {
    const value = next > 0 ? incompleteGamma(a, next, 'upper') : 1;
    if (next <= 0 || value === 0) {
      next = 0.5 * (x + Math.max(next, 0));
      continue;
    }
    x = next;
    const step = (-logRatio(p, value) * value * x) / gammaPrefix(a, x);
    next = x + step;
    if (Math.abs(step) <= 1e-11 * x) break;
  }
  return next;
}

/** x at which the given tail of the gamma distribution with shape a and scale 1 holds probability p. */
export function inverseIncompleteGamma(p: number, a: number, tail: Tail): number {
  if (!(p >= 0 && p <= 1 && a > 0)) return Number.NaN;
  const lower = tail === 'lower';
  if (p === 0) return lower ? 0 : Number.POSITIVE_INFINITY;
  if (p === 1) return lower ? Number.POSITIVE_INFINITY : 0;
  if (p <= 0.5) return lower ? lowerQuantile(p, a) : upperQuantile(p, a);
  return lower ? upperQuantile(1 - p, a) : lowerQuantile(1 - p, a);
}
