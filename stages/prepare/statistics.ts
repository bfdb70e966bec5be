/** The statistics of `describe` by name. */
import { quantile } from '../kernels/quantile.ts';
import { type Moments, moments, sortedPresent } from '../kernels/summary.ts';

/** Names that are not quantiles, in the order in which they are listed to people. */
export const STATISTICS = [
  'n',
  'missing',
  'mean',
  'sd',
  'sd_between',
  'sd_within',
  'min',
  'max',
  'median',
  'sum',
  'skewness',
  'kurtosis',
  'iqr',
  'cv',
  'distinct',
] as const;

const QUANTILE = /^p(100|\d{1,2}(?:\.\d+)?)$/;

export const isStatistic = (name: string): boolean =>
  (STATISTICS as readonly string[]).includes(name) || QUANTILE.test(name);

export const needsPanel = (name: string): boolean => name === 'sd_between' || name === 'sd_within';

/** What a column's statistics are computed from. */
export interface Described {
  readonly values: Float64Array;
  /** unit of each value, codes in [0, levels), −1 for a row without one; absent where there is no panel */
  readonly unit?: { readonly codes: ArrayLike<number>; readonly levels: number };
}

/** Statistics in the order asked for; what does not exist is NaN. */
export function statistics(of: Described, names: readonly string[]): Record<string, number> {
  const own = moments(of.values);
  let sorted: Float64Array | undefined;
  const at = (p: number): number => quantile((sorted ??= sortedPresent(of.values)), p);
  return Object.fromEntries(names.map((name) => [name, statistic(name, of, own, at)]));
}

function statistic(name: string, of: Described, own: Moments, at: (p: number) => number): number {
  switch (name) {
    case 'n':
      return own.n;
    case 'missing':
      return of.values.length - own.n;
    case 'mean':
    case 'sd':
    case 'min':
    case 'max':
    case 'sum':
    case 'skewness':
    case 'kurtosis':
      return own[name];
    case 'median':
      return at(0.5);
    case 'iqr':
      return at(0.75) - at(0.25);
    case 'cv':
      return own.sd / own.mean;
    case 'distinct':
      return new Set(of.values.filter((v) => !Number.isNaN(v))).size;
    case 'sd_between':
      return betweenWithin(of).between;
    case 'sd_within':
      return betweenWithin(of).within;
    default: {
      const share = QUANTILE.exec(name)?.[1];
      if (share === undefined) throw new Error(`ceteris bug: statistic '${name}'`);
      return at(Number(`${share}e-2`));
    }
  }
}

/**
 * Standard deviation of the units' means, and of the values around them (n − 1): Stata's `xtsum`.
 * Source: StataCorp, *Longitudinal-Data Reference Manual*, [XT] xtsum, methods and formulas.
 */
function betweenWithin({ values, unit }: Described): { between: number; within: number } {
  if (unit === undefined) return { between: Number.NaN, within: Number.NaN };
  const { codes, levels } = unit;
  const isOfUnit = (i: number): boolean => codes[i]! >= 0 && !Number.isNaN(values[i]!);
  const sums = new Float64Array(levels);
  const counts = new Float64Array(levels);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    if (!isOfUnit(i)) continue;
    sums[codes[i]!]! += values[i]!;
    counts[codes[i]!]! += 1;
    n++;
  }
  const means = sums.map((s, u) => s / counts[u]!);
  let squares = 0;
  for (let i = 0; i < values.length; i++) if (isOfUnit(i)) squares += (values[i]! - means[codes[i]!]!) ** 2;
  return { between: moments(means).sd, within: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN };
}
