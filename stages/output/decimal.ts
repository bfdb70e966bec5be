/** A decimal number kept exactly: `units × 10^-scale`. `scale` is the number of decimals written; negative after `4e2`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
  /** kept apart, so that `-0.000` keeps its sign */
  readonly negative: boolean;
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** No double needs more; a longer exponent in a file would only fill the memory. */
const EXPONENT_LIMIT = 1100;

/** The decimal that a text spells (`-0.070`, `.5`, `4.1e-05`), or nothing. Trailing zeros count: they are digits that were printed. */
export function decimalOf(text: string): Decimal | undefined {
  const m = FORM.exec(text);
  if (m === null) return undefined;
  const whole = m[2] ?? '';
  const fraction = m[3] ?? '';
  const exponent = Number(m[4] ?? 0);
  if (whole + fraction === '' || Math.abs(exponent) > EXPONENT_LIMIT) return undefined;
  const negative = m[1] === '-';
  const size = BigInt(whole + fraction);
  return { units: negative ? -size : size, scale: fraction.length - exponent, negative };
}

/** The shortest decimal that stands for a finite double: the one that `show --json` prints. */
export function decimalOfDouble(x: number): Decimal {
  const found = decimalOf(String(x));
  if (found === undefined) throw new Error(`ceteris bug: ${x} has no decimal form`);
  return found;
}

const power = (n: number): bigint => 10n ** BigInt(n);
const size = (n: bigint): bigint => (n < 0n ? -n : n);

/** The number in units of `10^-digits`, halves away from zero. */
function roundedUnits(x: Decimal, digits: number): bigint {
  const shift = digits - x.scale;
  if (shift >= 0) return x.units * power(shift);
  const one = power(-shift);
  const rounded = (2n * size(x.units) + one) / (2n * one);
  return x.units < 0n ? -rounded : rounded;
}

/**
 * A double with a fixed number of decimals, halves away from zero on its shortest decimal: 1.005 gives 1.01, as by hand.
 * (`toFixed` gives 1.00, for it rounds the binary value 1.00499999999999989…) The sign of a small negative number stays.
 */
export function fixed(x: number, digits: number): string {
  const decimal = decimalOfDouble(x);
  const text = size(roundedUnits(decimal, digits))
    .toString()
    .padStart(digits + 1, '0');
  const cut = text.length - digits;
  const sign = decimal.units < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, cut)}.${text.slice(cut)}`;
}

/**
 * Whether a computed number, rounded to the digits that were printed, is what was printed. Exact; a tie may have been
 * rounded either way, for programs differ in that (half to even, half away, or by the binary value).
 */
export function roundsTo(computed: number, printed: Decimal): boolean {
  if (!Number.isFinite(computed)) return false;
  const value = decimalOfDouble(computed);
  const scale = Math.max(value.scale, printed.scale);
  const apart = value.units * power(scale - value.scale) - printed.units * power(scale - printed.scale);
  return 2n * size(apart) <= power(scale - printed.scale);
}

/** The double nearest to a decimal. */
export const doubleOf = (x: Decimal): number => Number(`${x.units}e${-x.scale}`);
