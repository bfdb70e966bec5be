/** What a fit says of its quality. Sums of squares are weighted. */
export interface FitStatistics {
  readonly ssr: number;
  /** Σ e² without the weights */
  readonly ssrUnweighted: number;
  /** of y around its weighted mean (around zero without constant and effects) */
  readonly sst: number;
  /** of y after the effects are taken out; `sst` without effects */
  readonly sstWithin: number;
  readonly r2: number;
  readonly adjR2: number;
  /** NaN without effects */
  readonly withinR2: number;
  readonly withinAdjR2: number;
  /** ssr / (n − K) */
  readonly sigma2: number;
  /** sqrt(ssr / Σ w) */
  readonly rmse: number;
  /** Gaussian, weights as in R's lm: ½ (Σ log w − n (log 2π + 1 − log n + log ssr)) */
  readonly logLik: number;
  /** as fixest's logLik, which leaves the weights out: −n/2 (log 2π + 1 + log(Σ e² / n)); the same without weights */
  readonly logLikUnweighted: number;
  /** of the slopes together, errors taken as independent with one variance; NaN without slopes */
  readonly f: { readonly stat: number; readonly df1: number; readonly df2: number };
}

/** What collinearity is judged against: a constant's centred norm is rounding, so it is judged by its size. */
export const normOf = (squares: number, raw: number): number => Math.max(squares, raw * 1e-14);

/** Numbers of a fit's columns and parameters. */
export interface Counts {
  readonly n: number;
  readonly terms: number;
  readonly slopes: number;
  readonly parameters: number;
  /** 1 when a constant is in the model or in the span of its effects */
  readonly constant: 0 | 1;
}

/** All that follows from sums of squares and counts. */
export function statistics(
  { ssr, ssrUnweighted, sst, sstWithin }: Pick<FitStatistics, 'ssr' | 'ssrUnweighted' | 'sst' | 'sstWithin'>,
  { n, terms, slopes, parameters, constant }: Counts,
  { weights, hasEffects }: { readonly weights: Float64Array | undefined; readonly hasEffects: boolean },
): FitStatistics {
  const r2 = 1 - ssr / sst;
  const withinR2 = hasEffects ? 1 - ssr / sstWithin : Number.NaN;
  const free = n - parameters;
  const explained = (hasEffects ? sstWithin : sst) - ssr;
  return {
    ssr,
    ssrUnweighted,
    sst,
    sstWithin,
    r2,
    adjR2: 1 - ((1 - r2) * (n - constant)) / free,
    withinR2,
    withinAdjR2: hasEffects ? 1 - ((1 - withinR2) * (n - (parameters - terms))) / free : Number.NaN,
    sigma2: ssr / free,
    rmse: Math.sqrt(ssr / totalWeight(n, weights)),
    logLik: 0.5 * (sumOfLogs(weights) - n * (Math.log(2 * Math.PI) + 1 - Math.log(n) + Math.log(ssr))),
    logLikUnweighted: (-n / 2) * (Math.log(2 * Math.PI) + 1 + Math.log(ssrUnweighted / n)),
    f: { stat: slopes === 0 ? Number.NaN : explained / slopes / (ssr / free), df1: slopes, df2: free },
  };
}

/** The same, of a fit. */
export const statisticsOf = (fit: FitStatistics): FitStatistics => ({
  ssr: fit.ssr,
  ssrUnweighted: fit.ssrUnweighted,
  sst: fit.sst,
  sstWithin: fit.sstWithin,
  r2: fit.r2,
  adjR2: fit.adjR2,
  withinR2: fit.withinR2,
  withinAdjR2: fit.withinAdjR2,
  sigma2: fit.sigma2,
  rmse: fit.rmse,
  logLik: fit.logLik,
  logLikUnweighted: fit.logLikUnweighted,
  f: fit.f,
});

/** Σ w x², compensated. */
export function squaresOf(column: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < column.length; i++) {
    const term = (weights === undefined ? 1 : weights[i]!) * column[i]! * column[i]! - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

function sumOfLogs(weights: Float64Array | undefined): number {
  let sum = 0;
  if (weights !== undefined) for (let i = 0; i < weights.length; i++) sum += Math.log(weights[i]!);
  return sum;
}

/** A spread of this share of a column's size is what rounding leaves of a constant. */
const ROUNDING_OF_A_CONSTANT = 1e-15;

/**
 * Whether a column varies by no more than rounding.
 * @param squares Σ w (v − mean)²
 * @param level   any of its values, or their mean
 */
export const isSteady = (squares: number, level: number, mass: number): boolean =>
  squares <= mass * (ROUNDING_OF_A_CONSTANT * level) ** 2;

export function totalWeight(n: number, weights: Float64Array | undefined): number {
  return weights === undefined ? n : weights.reduce((sum, w) => sum + w, 0);
}
