/**
 * Regularized incomplete beta function I_x(a, b) and its inverse. Arguments come as a pair (x, y), x + y = 1, so that
 * neither tail loses digits to 1 − x.
 * Sources: Didonato & Morris (1992), ACM TOMS 18(3), 360–373, eq. 9 (continued fraction); Loader (2000) (prefix);
 * Abramowitz & Stegun (1964), 26.5.4 (series); Lentz (1976), Applied Optics 15(3) (evaluation of the fraction).
 */
import { logBeta, minusLog1p, stirlingError } from './log-gamma.ts';
import { logRatio } from './log-ratio.ts';

const EPSILON = 2 ** -53;
/** Steps grow like √max(a, b); this covers parameters up to about 1e13. */
const MAX_STEPS = 30_000_000;
const TINY = 1e-300;

/** a − (a + b) x, from whichever of x and y is the smaller. */
function lambdaOf(a: number, b: number, x: number, y: number): number {
  return x <= y ? a - (a + b) * x : (a + b) * y - b;
}

/** a·(r − 1 − ln r) for r = 1 + u, where r is also known directly as `ratio` (needed when u is near −1). */
function deviance(a: number, u: number, ratio: number): number {
  return a * (u < -0.5 ? ratio - 1 - Math.log(ratio) : minusLog1p(u));
}

/** xᵃ yᵇ / B(a, b) for x, y > 0. */
function betaPrefix(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const lambda = lambdaOf(a, b, x, y);
  const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const exponent = deviance(a, -lambda / a, (x * n) / a) + deviance(b, lambda / b, (y * n) / b);
  return Math.sqrt((a / n) * (b / (2 * Math.PI))) * Math.exp(correction - exponent);
}

/** I_x(a,b) / (prefix/a) as the series of positive terms Σ (a+b)ₙ/(a+1)ₙ xⁿ. */
function series(a: number, b: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MAX_STEPS; n++) {
    term *= ((a + b + n) / (a + 1 + n)) * x;
    sum += term;
    if (term <= EPSILON * sum) break;
  }
  return sum;
}

/** I_x(a,b) / prefix as a continued fraction, for x at most the mean a/(a+b). */
function fraction(a: number, b: number, x: number, y: number): number {
  const lambda = lambdaOf(a, b, x, y);
  let c = (a / (a + 1)) * (lambda + 1); // β₁
  let result = c;
  let d = 0;
  for (let n = 1; n < MAX_STEPS; n++) {
    const odd = a + 2 * n - 1;
    const step = n * (b - n) * x;
    const alpha = ((a + n - 1) / odd) * ((a + b + n - 1) / odd) * step * x;
    const beta = n + step / odd + ((a + n) / (odd + 2)) * (lambda + 1 + n * (1 + y));
    d = beta + alpha * d;
    c = beta + alpha / c;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    const change = c * d;
    result *= change;
    if (Math.abs(change - 1) <= 2 * EPSILON) break;
  }
  return 1 / result;
}

/** I_x(a, b) for x at most the mean. */
function belowMean(a: number, b: number, x: number, y: number): number {
  const prefix = betaPrefix(a, b, x, y);
  if (prefix === 0) return 0;
  const firstRatio = ((a + b) * x) / (a + 1);
  if (x <= 0.5 && firstRatio <= 0.5) return (prefix / a) * series(a, b, x);
  // the fraction is slow when b is small and y too; the complement is then not small
  if (b < 1 && y < 0.5 && (a + b) * y < 1) return 1 - (prefix / b) * series(b, a, y);
  return Math.min(1, prefix * fraction(a, b, x, y));
}

/** I_x(a, b) where y = 1 − x is given to full precision; a, b positive and finite. I_y(b, a) is the other tail. */
export function regularizedBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  return lambdaOf(a, b, x, y) >= 0 ? belowMean(a, b, x, y) : 1 - belowMean(b, a, y, x);
}

/**
 * ln(x/y) at which I_x(a, b) = p, for 0 < p < 1. The density of the log-odds is log-concave, so Newton's method on
 * ln I converges from anywhere; near 0 the leading term (x/y)ᵃ / (a B(a, b)) is exact.
 */
export function betaLogOdds(p: number, a: number, b: number): number {
  if (p > 0.5) return -betaLogOdds(1 - p, b, a);
  const leading = (Math.log(p) + Math.log(a) + logBeta(a, b)) / a;
  if (leading < -690) return leading;
  let at = Math.log(a / b);
  let next = at;
  for (let i = 0; i < 500; i++) {
    const x = 1 / (1 + Math.exp(-next));
    const y = 1 / (1 + Math.exp(next));
    const value = regularizedBeta(a, b, x, y);
    if (value === 0) {
      next = 0.5 * (at + next); // jumped so far left that the value underflows
      continue;
    }
    at = next;
    const step = (logRatio(p, value) * value) / betaPrefix(a, b, x, y);
    next = at + step;
    if (Math.abs(step) <= 1e-11) break;
  }
  return next;
}
