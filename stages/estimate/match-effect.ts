import { normalCdf } from '../kernels/normal.ts';
import type { MatchedRows } from './match-balance.ts';

/**
 * The mean effect on the treated: mean outcome of matched treated rows less the weighted mean of their controls. Variance
 * s²_t/N + s²_c Σw²/N², weights taken as fixed, one variance on each side.
 * @param other a standard error in the place of that one
 * Source: Lechner (2001), in Econometric Evaluation of Labour Market Policies, eq. 11.
 */
export function treatedMeans(y: Float64Array, { treated, weight }: MatchedRows, other?: number) {
  let n = 0;
  let sumT = 0;
  let sumC = 0;
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight[i]!;
    if (treated[i] === 1 && w > 0) {
      n++;
      sumT += y[i]!;
    } else if (w > 0) {
      sumC += w * y[i]!;
      squares += w * w;
    }
  }
  const estimate = (sumT - sumC) / n;
  const on = (d: number): number => variance(y.filter((_, i) => treated[i] === d && weight[i]! > 0));
  const std_error = other ?? Math.sqrt(on(1) / n + (on(0) * squares) / (n * n));
  const statistic = estimate / std_error;
  return {
    estimate,
    std_error,
    statistic,
    p_value: 2 * normalCdf(-Math.abs(statistic), 'lower'),
    mean_treated: sumT / n,
    mean_control: sumC / n,
  };
}

function variance(values: Float64Array): number {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  return values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1);
}
