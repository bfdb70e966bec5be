/** The density of a sample, smoothed. */

/**
 * Gaussian kernel estimate at equally spaced places, three bandwidths beyond the sample on each side; bandwidth by Silverman's
 * rule of thumb, 0.9 min(sd, IQR/1.34) n^(−1/5) (Silverman 1986, eq. 3.31).
 */
export function density(values: readonly number[], places: number): readonly (readonly [x: number, y: number])[] {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const mean = sorted.reduce((s, v) => s + v, 0) / n;
  const sd = Math.sqrt(sorted.reduce((s, v) => s + (v - mean) ** 2, 0) / Math.max(1, n - 1));
  const at = (share: number): number => sorted[Math.min(n - 1, Math.floor(share * n))] ?? 0;
  const spread = (at(0.75) - at(0.25)) / 1.34;
  const width = 0.9 * (spread > 0 ? Math.min(sd, spread) : sd) * n ** -0.2 || 1e-9;
  const from = (sorted[0] ?? 0) - 3 * width;
  const to = (sorted[n - 1] ?? 0) + 3 * width;
  return Array.from({ length: places }, (_, i) => {
    const x = from + ((to - from) * i) / (places - 1);
    const sum = sorted.reduce((s, v) => s + Math.exp(-0.5 * ((x - v) / width) ** 2), 0);
    return [x, sum / (n * width * Math.sqrt(2 * Math.PI))] as const;
  });
}
