/** Round numbers on an axis, and where values stand on it. */
import { fixed } from './decimal.ts';
import { MINUS } from './document.ts';

export type Range = readonly [low: number, high: number];

/** Place of a value on the paper. */
export type Scale = (value: number) => number;

export const scaleOf =
  ([low, high]: Range, [from, to]: Range): Scale =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from);

/** The range that holds all finite values and `include`, wider by a share on each side; never empty. */
export function rangeOf(values: readonly number[], include: readonly number[] = [], share = 0.06): Range {
  const finite = [...values, ...include].filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (low > high) return [0, 1];
  const pad = high > low ? (high - low) * share : Math.abs(low) * 0.1 || 1;
  return [low - pad, high + pad];
}

export interface Ticks {
  readonly values: readonly number[];
  /** decimals that tell them apart */
  readonly digits: number;
}

/** Multiples of 1, 2 or 5 times a power of ten, about as many as asked for. Source: Heckbert (1990), Graphics Gems, 61–63. */
export function ticksIn([low, high]: Range, about: number): Ticks {
  const rough = (high - low) / Math.max(about, 1);
  const power = Math.floor(Math.log10(rough));
  const share = rough / 10 ** power;
  const [factor, carry] = share < 1.5 ? [1, 0] : share < 3.5 ? [2, 0] : share < 7.5 ? [5, 0] : [1, 1];
  const exponent = power + carry;
  // whole multiples, so that no tick is 0.30000000000000004
  const at = (k: number): number => Number(`${k * factor}e${exponent}`);
  const step = at(1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    values: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => at(first + i)),
    digits: Math.max(0, -exponent),
  };
}

/** A number on a figure: true minus sign, and no sign before zero. */
export const numberText = (x: number, digits: number): string => {
  const text = fixed(x, digits);
  return (/^-[0.]*$/.test(text) ? text.slice(1) : text).replace('-', MINUS);
};

/** As many decimals as show three significant digits of a number, and not more than six. */
export const digitsFor = (x: number): number =>
  x === 0 || !Number.isFinite(x) ? 3 : Math.min(6, Math.max(3, 2 - Math.floor(Math.log10(Math.abs(x)))));
