/** Intervals for an effect under growing violations of parallel trends, and where its sign is lost. */
import { type Note, unreachable } from '../contract.ts';
import { conditionalTest, type TestSize } from '../kernels/conditional-test.ts';
import { type EventCoefficients, fixedLength } from '../kernels/fixed-length-interval.ts';
import { simulatedFoldedNormal } from '../kernels/folded-normal.ts';
import { normalQuantile } from '../kernels/normal.ts';
import { coefficientNoise, type Grid, robustInterval, testsOf } from '../kernels/robust-interval.ts';
import { trendReach } from '../kernels/trend-reach.ts';
import {
  type Restriction,
  relativeMagnitudes,
  relativeSmoothness,
  smoothness,
  type TrendShape,
} from '../kernels/trend-restrictions.ts';

export type TrendMethod = 'relative-magnitudes' | 'smoothness' | 'relative-smoothness';
export type IntervalKind = 'flci' | 'c-f' | 'c-lf' | 'conditional';

export interface Setting {
  readonly method: TrendMethod;
  readonly interval: IntervalKind;
  readonly shape: TrendShape;
  readonly quantile: 'exact' | 'simulated';
  readonly alpha: number;
  readonly points: number;
  readonly draws: number;
  readonly seed: number;
}

export interface Bound {
  readonly m: number;
  readonly low: number;
  readonly high: number;
  readonly method: IntervalKind;
  /** of a fixed-length interval: its centre, worst-case bias and standard error */
  readonly centre?: number;
  readonly max_bias?: number;
  readonly std_error?: number;
}

export interface Sensitivity {
  bound(m: number): Bound;
  /** whether 0 is outside of the interval at m */
  excludesZero(m: number): boolean;
  /** about the size of m that matters, in its own units */
  readonly unit: number;
  readonly notes: Note[];
}

/** Size of the first stage of hybrid tests, as a share of alpha. Rambachan & Roth (2023), §5: α/10. */
const FIRST_STAGE = 0.1;

export function sensitivity(event: EventCoefficients, setting: Setting): Sensitivity {
  return setting.interval === 'flci' ? byFixedLength(event, setting) : byInversion(event, setting);
}

export interface Original {
  readonly estimate: number;
  readonly std_error: number;
  readonly low: number;
  readonly high: number;
}

/** The effect as estimated, with its normal interval. */
export function original({ before, after, coef, vcov, target }: EventCoefficients, alpha: number): Original {
  const k = before + after;
  let estimate = 0;
  let variance = 0;
  for (let a = 0; a < after; a++) {
    estimate += (target[a] as number) * (coef[before + a] as number);
    for (let b = 0; b < after; b++)
      variance += (target[a] as number) * (target[b] as number) * (vcov[(before + a) * k + before + b] as number);
  }
  const std_error = Math.sqrt(variance);
  const width = normalQuantile(alpha / 2, 'upper') * std_error;
  return { estimate, std_error, low: estimate - width, high: estimate + width };
}

function byFixedLength(event: EventCoefficients, { alpha, quantile }: Setting): Sensitivity {
  const shortest = quantile === 'exact' ? fixedLength(event) : fixedLength(event, simulatedFoldedNormal());
  return {
    unit: original(event, alpha).std_error,
    notes: [],
    bound(m) {
      const { low, high, centre, bias, stdError } = shortest.interval(m, alpha);
      return { m, low, high, method: 'flci', centre, max_bias: bias, std_error: stdError };
    },
    excludesZero(m) {
      const { low, high } = shortest.interval(m, alpha);
      return low > 0 || high < 0;
    },
  };
}

function byInversion(event: EventCoefficients, setting: Setting): Sensitivity {
  const { alpha, interval, points } = setting;
  const kappa = interval === 'conditional' ? 0 : FIRST_STAGE * alpha;
  const noise = interval === 'c-lf' ? coefficientNoise(event, setting.draws, setting.seed) : new Float64Array();
  const shortest = interval === 'c-f' ? fixedLength(event) : undefined;
  const own = original(event, alpha);
  const sizeAt = (m: number): TestSize =>
    shortest === undefined ? { alpha, kappa } : { alpha, kappa, within: shortest.interval(m, kappa) };
  const notes: Note[] = [];
  let likely = 0; // the restriction that accepted 0 last time
  return {
    unit: setting.method === 'smoothness' ? own.std_error : 1,
    notes,
    bound(m) {
      const tests = testsOf(event, restrictionsOf(event, setting, m), sizeAt(m), noise);
      // beyond a fixed-length interval of the first stage all is rejected
      const only = shortest === undefined ? undefined : { ...shortest.interval(m, kappa), points };
      const centre = farCentre(own);
      let grid = only ?? firstGrid(event, setting, { own, m, centre });
      for (let widening = 0; ; widening++) {
        const found = robustInterval(tests, grid);
        const open = found.open && only === undefined;
        if (!open || widening === MOST_WIDENINGS) {
          if (open) notes.push({ code: 'CN2510', args: { m } });
          if (Number.isNaN(found.low)) notes.push({ code: 'CN2515', args: { m } });
          return { m, low: found.low, high: found.high, method: interval };
        }
        // the same step
        grid = { low: 2 * grid.low - centre, high: 2 * grid.high - centre, points: 2 * grid.points - 1 };
      }
    },
    excludesZero(m) {
      const all = restrictionsOf(event, setting, m);
      const size = sizeAt(m);
      for (let i = 0; i < all.length; i++) {
        const at = (likely + i) % all.length;
        if (conditionalTest(event, all[at] as Restriction, size, noise)?.accepts(0) !== true) continue;
        likely = at;
        return false;
      }
      return true;
    },
  };
}

/** The sets whose union the trend lies in. */
function restrictionsOf(event: EventCoefficients, { method, shape }: Setting, m: number): readonly Restriction[] {
  switch (method) {
    case 'smoothness':
      return [smoothness(event, m, shape)];
    case 'relative-magnitudes':
      return relativeMagnitudes(event, m, shape);
    case 'relative-smoothness':
      return relativeSmoothness(event, m, shape);
    default:
      return unreachable(method);
  }
}

const MOST_WIDENINGS = 5;

/** Standard errors on each side of the grid. */
const REACH = 20;

/** Where the grid lies: at 0 as in the HonestDiD package, or at an estimate that its reach would not hold. */
const farCentre = ({ estimate, std_error }: Original): number =>
  Math.abs(estimate) + 4 * std_error > REACH * std_error ? estimate : 0;

/** The grid of the HonestDiD package: the bounds under a flat pre-trend and 20 standard errors on each side. */
function firstGrid(
  event: EventCoefficients,
  { method, shape, points }: Setting,
  { own, m, centre }: { readonly own: Original; readonly m: number; readonly centre: number },
): Grid {
  const flat = method === 'smoothness' ? trendReach(event, smoothness(event, m, shape)) : { least: 0, most: 0 };
  const reach = REACH * own.std_error;
  return { low: centre - flat.most - reach, high: centre - flat.least + reach, points };
}

/** Doublings of m in search of the value that breaks the effect down. */
const DOUBLINGS = 6;

/** The largest m whose interval excludes 0: 0 when none does, undefined when all tried do (`tried` is the largest). */
export function breakdown(found: Sensitivity, precision: number): { readonly value?: number; readonly tried: number } {
  if (!found.excludesZero(0)) return { value: 0, tried: 0 };
  let low = 0;
  let high = found.unit;
  for (let i = 0; found.excludesZero(high); i++) {
    if (i === DOUBLINGS) return { tried: high };
    low = high;
    high *= 2;
  }
  while (high - low > precision * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (found.excludesZero(middle)) low = middle;
    else high = middle;
  }
  return { value: (low + high) / 2, tried: high };
}

/**
 * Ten values of m from 0 to what the pre-trend itself does not rule out: the largest second difference before the reference plus 1.645 standard errors. Its size
 * in the one-period case is the error of that period.
 */
export function smoothnessGrid({ before, after, coef, vcov }: EventCoefficients): number[] {
  const k = before + after;
  let most = Math.sqrt(vcov[0] as number);
  if (before > 1) {
    most = 0;
    for (let i = 0; i + 1 < before; i++) {
      const row = new Float64Array(k);
      row[i] = 1;
      row[i + 1] = -2;
      if (i + 2 < before) row[i + 2] = 1;
      let value = 0;
      let variance = 0;
      for (let a = 0; a < k; a++) {
        value += (row[a] as number) * (coef[a] as number);
        for (let b = 0; b < k; b++) variance += (row[a] as number) * (row[b] as number) * (vcov[a * k + b] as number);
      }
      most = Math.max(most, Math.abs(value) + normalQuantile(0.05, 'upper') * Math.sqrt(variance));
    }
  }
  return Array.from({ length: 10 }, (_, i) => (most * i) / 9);
}
