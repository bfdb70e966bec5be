/** Correlations of columns without missing values. Columns are of one length n; matrices are k×k, row-major. */
import { leastSquares } from './least-squares.ts';
import { tTwoSided } from './student-t.ts';
import { powerOfTwo } from './summary.ts';

/** The column around its mean, in a unit of its own, and its squared norm; a column that does not vary is zeros, whatever the rounding of its mean. */
function centred(column: Float64Array): { readonly values: Float64Array; readonly norm: number } {
  const n = column.length;
  const out = new Float64Array(n);
  let varies = false;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += column[i]!;
    if (column[i] !== column[0]) varies = true;
  }
  if (!varies) return { values: out, norm: 0 };
  const rough = sum / n;
  let off = 0;
  for (let i = 0; i < n; i++) off += column[i]! - rough;
  const mean = rough + off / n;
  let reach = 0;
  for (let i = 0; i < n; i++) {
    out[i] = column[i]! - mean;
    reach = Math.max(reach, Math.abs(out[i]!));
  }
  const scale = powerOfTwo(reach);
  let norm = 0;
  for (let i = 0; i < n; i++) {
    out[i] = out[i]! / scale;
    norm += out[i]! * out[i]!;
  }
  return { values: out, norm };
}

/** Pearson's r between all columns; 1 on the diagonal, NaN for a column that does not vary. */
export function correlations(columns: readonly Float64Array[]): Float64Array {
  const k = columns.length;
  const around = columns.map(centred);
  const out = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) {
      let product = 0;
      const [x, y] = [around[a]!, around[b]!];
      for (let i = 0; i < x.values.length; i++) product += x.values[i]! * y.values[i]!;
      const r = product / Math.sqrt(x.norm * y.norm);
      out[a * k + b] = out[b * k + a] = a === b && x.norm > 0 ? 1 : Math.min(1, Math.max(-1, r));
    }
  return out;
}

/** Two-sided p value of r from n rows under normality: t = r √((n − 2)/(1 − r²)) with n − 2 degrees of freedom. */
export function correlationP(r: number, n: number): number {
  if (n < 3 || Number.isNaN(r)) return Number.NaN;
  return tTwoSided(r * Math.sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2);
}

/** Ranks 1 … n; equal values share the mean of their ranks: Pearson's r of them is Spearman's ρ. */
export function ranks(column: Float64Array): Float64Array {
  const order = Uint32Array.from(column.keys()).sort((a, b) => column[a]! - column[b]! || a - b);
  const out = new Float64Array(column.length);
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    while (end < order.length && column[order[end]!] === column[order[i]!]) end++;
    for (let j = i; j < end; j++) out[order[j]!] = (i + 1 + end) / 2;
    i = end;
  }
  return out;
}

/**
 * Variance inflation of each column, 1/(1 − R²) of its regression on the others and a constant. Infinite when the others give it
 * exactly, NaN when it does not vary. Source: Marquardt (1970), Technometrics 12(3), 591–612, §6.
 */
export function varianceInflation(columns: readonly Float64Array[]): Float64Array {
  const around = columns.map(centred);
  return Float64Array.from(around, ({ values, norm }, j) => {
    if (norm === 0) return Number.NaN;
    const others = around.filter((_, i) => i !== j);
    const { residuals } = leastSquares(
      values,
      others.map((o) => o.values),
      others.map((o) => o.norm),
    );
    let left = 0;
    for (let i = 0; i < residuals.length; i++) left += residuals[i]! * residuals[i]!;
    return left <= EXACT * norm ? Infinity : norm / left;
  });
}

/** Share of the variance that rounding alone may leave unexplained. */
const EXACT = 1e-12;
