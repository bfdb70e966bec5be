/** Least squares with all dummies in pairs of doubles (32 digits): the slow way that rounding cannot reach. */

/** high + low, |low| ≤ ½ ulp(high). Sources: Dekker (1971), Numer. Math. 18; Knuth, TAOCP 2, §4.2.2. */
export type Long = readonly [number, number];

export const long = (x: number): Long => [x, 0];

function twoSum(a: number, b: number): Long {
  const s = a + b;
  const back = s - a;
  return [s, a - (s - back) + (b - back)];
}

function twoProduct(a: number, b: number): Long {
  const split = (x: number): Long => {
    const t = x * (2 ** 27 + 1);
    const high = t - (t - x);
    return [high, x - high];
  };
  const p = a * b;
  const [a1, a2] = split(a);
  const [b1, b2] = split(b);
  return [p, a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2];
}

export function plus(a: Long, b: Long): Long {
  const [high, low] = twoSum(a[0], b[0]);
  const [high2, low2] = twoSum(high, low + a[1] + b[1]);
  return [high2, low2];
}

export const minus = (a: Long, b: Long): Long => plus(a, [-b[0], -b[1]]);

export function times(a: Long, b: Long): Long {
  const [p, e] = twoProduct(a[0], b[0]);
  return twoSum(p, e + a[0] * b[1] + a[1] * b[0]);
}

export function over(a: Long, b: Long): Long {
  let quotient = long(a[0] / b[0]);
  for (let round = 0; round < 2; round++) {
    const left = minus(a, times(quotient, b));
    quotient = plus(quotient, long(left[0] / b[0]));
  }
  return quotient;
}

const sum = (values: readonly Long[]): Long => values.reduce(plus, long(0));

export interface LongFit {
  readonly coef: readonly number[];
  /** standard errors without small-sample factors: iid (over n − parameters), HC0, clustered */
  readonly iid: readonly number[];
  readonly robust: readonly number[];
  readonly clustered: readonly number[];
}

/**
 * Weighted least squares of y on x and dummies (given as columns), through the normal equations.
 * @param dummies linearly independent, a constant in their span
 * @returns coefficients and errors of x alone
 */
export function longFit({
  y,
  x,
  dummies,
  weights,
  clusters,
}: {
  readonly y: Float64Array;
  readonly x: readonly Float64Array[];
  readonly dummies: readonly Float64Array[];
  readonly weights?: Float64Array;
  readonly clusters: Int32Array;
}): LongFit {
  // the dummies add up to a constant: values may be counted from the first, and need to be, to have digits for what is small beside it
  const fromFirst = (c: Float64Array): Long[] => Array.from(c, (value) => twoSum(value, -c[0]!));
  const columns = [...dummies.map((c) => Array.from(c, long)), ...x.map(fromFirst)];
  const outcome = fromFirst(y);
  const k = columns.length;
  const w = (i: number): Long => long(weights?.[i] ?? 1);
  const product = (a: readonly Long[], b: readonly Long[]): Long => {
    let total = long(0);
    for (let i = 0; i < a.length; i++)
      if (a[i]![0] !== 0 && b[i]![0] !== 0) total = plus(total, times(w(i), times(a[i]!, b[i]!)));
    return total;
  };
  // L D Lᵀ, then the last rows of the inverse
  const matrix = columns.map((a, i) => columns.slice(0, i + 1).map((b) => product(a, b)));
  const diagonal: Long[] = [];
  for (let i = 0; i < k; i++) {
    const row = matrix[i]!;
    for (let j = 0; j < i; j++) {
      for (let l = 0; l < j; l++) row[j] = minus(row[j]!, times(row[l]!, matrix[j]![l]!)); // row[l] = L_il D_l here
    }
    let pivot = row[i]!;
    for (let j = 0; j < i; j++) {
      const unscaled = row[j]!;
      row[j] = over(unscaled, diagonal[j]!);
      pivot = minus(pivot, times(row[j]!, unscaled));
    }
    diagonal.push(pivot);
  }
  const solve = (right: readonly Long[]): Long[] => {
    const out = [...right];
    for (let i = 0; i < k; i++) for (let l = 0; l < i; l++) out[i] = minus(out[i]!, times(matrix[i]![l]!, out[l]!));
    for (let i = 0; i < k; i++) out[i] = over(out[i]!, diagonal[i]!);
    for (let i = k - 1; i >= 0; i--)
      for (let l = i + 1; l < k; l++) out[i] = minus(out[i]!, times(matrix[l]![i]!, out[l]!));
    return out;
  };
  const coef = solve(columns.map((c) => product(c, outcome)));
  const along = (row: readonly Long[], i: number): Long =>
    sum(columns.flatMap((c, j) => (c[i]![0] === 0 ? [] : [times(row[j]!, c[i]!)])));
  const residuals = outcome.map((value, i) => minus(value, along(coef, i)));
  const ssr = sum(residuals.map((e, i) => times(w(i), times(e, e))));
  const levels = Math.max(...clusters) + 1;
  const own = x.map((_, a) => {
    const row = solve(columns.map((_c, j) => long(j === dummies.length + a ? 1 : 0)));
    const scores = residuals.map((e, i) => {
      return times(w(i), times(along(row, i), e));
    });
    const byCluster = Array.from({ length: levels }, () => long(0));
    scores.forEach((s, i) => {
      byCluster[clusters[i]!] = plus(byCluster[clusters[i]!]!, s);
    });
    const squares = (values: readonly Long[]): number => Math.sqrt(sum(values.map((s) => times(s, s)))[0]);
    return {
      iid: Math.sqrt(times(row[dummies.length + a]!, ssr)[0] / (y.length - k)),
      robust: squares(scores),
      clustered: squares(byCluster),
    };
  });
  return {
    coef: coef.slice(dummies.length).map((b) => b[0]),
    iid: own.map((o) => o.iid),
    robust: own.map((o) => o.robust),
    clustered: own.map((o) => o.clustered),
  };
}
