/**
 * Difference coefficient d = 1 − e of one indicator, with e = −Σ p ln p / ln n its entropy over n rows and p = z/Σz.
 * Written as d = Σ p ln(n p) / ln n: the terms of an even column are small, so nothing is lost in 1 − e when e is near 1.
 * 0·ln 0 counts as 0. A column that does not vary, all zeros included, has e = 1 and d = 0.
 * Source: Shannon (1948), Bell System Technical Journal 27, 379–423; Zou, Yun & Sun (2006), J. Environ. Sci. 18(5), 1020–1023.
 * @param z n ≥ 2 finite values of at least zero
 */
export function differenceCoefficient(z: Float64Array): number {
  const n = z.length;
  let total = 0;
  let varies = false;
  for (let i = 0; i < n; i++) {
    total += z[i]!;
    if (z[i] !== z[0]) varies = true;
  }
  if (!varies) return 0;
  let sum = 0;
  let lost = 0; // what the additions dropped (Neumaier 1974)
  for (let i = 0; i < n; i++) {
    if (z[i] === 0) continue;
    const p = z[i]! / total;
    // a share so small that it is lost (or denormal): its term is 0 in the limit
    const term = p === 0 ? 0 : p * Math.log(n * p);
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return Math.min(1, Math.max(0, (sum + lost) / Math.log(n)));
}
