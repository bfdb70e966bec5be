/**
 * Linear interpolation of one series over time. Source: the two-point form; the ends follow Stata's `ipolate, epolate`.
 * @param times  strictly increasing, finite
 * @param values one per time, NaN is missing; written in place, and only where missing
 */
export interface FillOptions {
  readonly ends: 'none' | 'hold' | 'extrapolate';
  /** longest run of periods without a value that is filled; Infinity: any */
  readonly limit: number;
  /** length of a period in units of `times` */
  readonly step: number;
}

export interface Filled {
  readonly inside: number;
  readonly ends: number;
}

export function fillSeriesInPlace(times: Float64Array, values: Float64Array, options: FillOptions): Filled {
  const n = values.length;
  const known: number[] = [];
  for (let i = 0; i < n; i++) if (!Number.isNaN(values[i]!)) known.push(i);
  let inside = 0;
  for (let k = 1; k < known.length; k++) inside += fillGap(times, values, known[k - 1]!, known[k]!, options);
  return { inside, ends: options.ends === 'none' ? 0 : fillEnds(times, values, known, options) };
}

const line = (times: Float64Array, values: Float64Array, a: number, b: number, i: number): number => {
  const share = (times[i]! - times[a]!) / (times[b]! - times[a]!);
  return values[a]! + share * (values[b]! - values[a]!);
};

function fillGap(times: Float64Array, values: Float64Array, a: number, b: number, options: FillOptions): number {
  if (b - a < 2 || !Number.isFinite(values[a]!) || !Number.isFinite(values[b]!)) return 0;
  if (Math.round((times[b]! - times[a]!) / options.step) - 1 > options.limit) return 0;
  for (let i = a + 1; i < b; i++) values[i] = line(times, values, a, b, i);
  return b - a - 1;
}

function fillEnds(times: Float64Array, values: Float64Array, known: readonly number[], options: FillOptions): number {
  const hold = options.ends === 'hold';
  if (known.length < (hold ? 1 : 2)) return 0;
  const first = known[0]!;
  const last = known[known.length - 1]!;
  let filled = 0;
  const fill = (i: number, from: number, second: number): void => {
    if (Math.round(Math.abs(times[i]! - times[from]!) / options.step) > options.limit) return;
    const value = hold ? values[from]! : line(times, values, from, second, i);
    if (!Number.isFinite(value)) return;
    values[i] = value;
    filled++;
  };
  for (let i = 0; i < first; i++) fill(i, first, known[1] ?? first);
  for (let i = last + 1; i < values.length; i++) fill(i, last, known[known.length - 2] ?? last);
  return filled;
}
