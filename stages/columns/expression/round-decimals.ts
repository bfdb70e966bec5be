/** Powers of ten that are doubles exactly. */
const POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * Half away from zero, as people round, of the decimals that the number is printed with: 2.675 to two places is 2.68, though the
 * double lies below. Exact in the decimals; missing where `places` is no whole number, unchanged where there is nothing to drop.
 */
export function roundDecimals(x: number, places: number): number {
  if (!Number.isInteger(places)) return Number.NaN;
  if (!Number.isFinite(x)) return x;
  const power = POWERS[Math.abs(places)];
  if (power !== undefined) {
    const size = places < 0 ? Math.abs(x) / power : Math.abs(x) * power;
    const nearest = Math.round(size);
    // the double and its decimals, and the product, are each off by less than 2^-53 of the size: farther from a half, none crosses it
    if (size < 2 ** 49 && Math.abs(Math.abs(size - nearest) - 0.5) > size * 2 ** -50)
      return Math.sign(x) * (places < 0 ? nearest * power : nearest / power);
  }
  return roundWritten(x, places);
}

function roundWritten(x: number, places: number): number {
  const [decimals = '', exponent = '0'] = String(Math.abs(x)).split('e');
  const [whole = '', behind = ''] = decimals.split('.');
  const dropped = behind.length - Number(exponent) - places;
  if (dropped <= 0) return x;
  const written = whole + behind;
  if (dropped > written.length) return 0;
  // 17 digits are more than a double counts with
  const kept = (BigInt(written) + 5n * 10n ** BigInt(dropped - 1)) / 10n ** BigInt(dropped);
  return Math.sign(x) * Number(`${kept}e${-places}`);
}
