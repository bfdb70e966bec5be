/** The noncentral χ² distribution as a Poisson mixture of central ones. Source: Johnson, Kotz & Balakrishnan (1995), vol. 2, eq. 29.3. */
import { chiSquareCdf } from './chi-square.ts';
import { logGamma } from './log-gamma.ts';

/** P(X > x), degrees of freedom and noncentrality positive. */
export function noncentralChiSquareUpper(x: number, df: number, noncentrality: number): number {
  const half = noncentrality / 2;
  const middle = Math.floor(half);
  const weight = (j: number): number => Math.exp(j * Math.log(half) - half - logGamma(j + 1));
  let sum = 0;
  for (let j = middle; j >= 0; j--) {
    const w = weight(j);
    sum += w * chiSquareCdf(x, df + 2 * j, 'upper');
    if (w < 1e-20) break;
  }
  for (let j = middle + 1; ; j++) {
    const w = weight(j);
    sum += w * chiSquareCdf(x, df + 2 * j, 'upper');
    if (w < 1e-20) return sum;
  }
}

/** x that is exceeded with probability p. */
export function noncentralChiSquareQuantile(p: number, df: number, noncentrality: number): number {
  let low = 0;
  let high = df + noncentrality;
  while (noncentralChiSquareUpper(high, df, noncentrality) > p) [low, high] = [high, 2 * high];
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (noncentralChiSquareUpper(middle, df, noncentrality) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
