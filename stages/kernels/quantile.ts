/** A decimal p and the product round by no more than this share: 100 × 0.07 stands for 7, not for a value beyond the seventh. */
const FUZZ = 4 * Number.EPSILON;

function withoutRounding(h: number): number {
  const nearest = Math.round(h);
  return Math.abs(h - nearest) < FUZZ * Math.max(1, h) ? nearest : h;
}

/**
 * Sample quantile of type 7: with h = (n − 1)p, x₍⌊h⌋₊₁₎ + (h − ⌊h⌋)(x₍⌊h⌋₊₂₎ − x₍⌊h⌋₊₁₎).
 * Source: Hyndman & Fan (1996), The American Statistician 50(4), 361–365, definition 7; the default of R and NumPy.
 * @param sorted n values in increasing order, none missing
 * @param p      probability in [0, 1]
 * @returns      NaN when there are no values
 */
export function quantile(sorted: Float64Array, p: number): number {
  const n = sorted.length;
  if (n === 0 || !(p >= 0 && p <= 1)) return Number.NaN;
  const h = withoutRounding((n - 1) * p);
  const below = Math.floor(h);
  const low = sorted[below]!;
  const share = h - below;
  // equal or infinite neighbours: no arithmetic on them
  if (share === 0 || below + 1 >= n || sorted[below + 1] === low) return low;
  const high = sorted[below + 1]!;
  // as R: whatever the share, what is partly minus infinity is minus infinity
  return low === -Infinity ? low + high : low + share * (high - low);
}
