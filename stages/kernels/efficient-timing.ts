/**
 * The efficient estimator under random treatment timing: averages of cohorts' outcomes, with the difference of the same cohorts
 * before treatment taken out by the coefficient that leaves least variance.
 * Source: Roth & Sant'Anna (2023), J. Political Economy: Microeconomics 1(4), 669–709, eqs. 5–12.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface TimingCells {
  /** first treated time, increasing; the last may be Infinity */
  readonly cohorts: Float64Array;
  readonly times: Float64Array;
  readonly units: Float64Array;
  /** mean outcome by cohort and time: means[g*times + t] */
  readonly means: Float64Array;
  /** sample covariance over time by cohort, times×times */
  readonly covariances: readonly Float64Array[];
}

/** A weight on the effect of one cohort at one time; numbers of cohort and time. */
export interface TimingPart {
  readonly cohort: number;
  readonly time: number;
  readonly weight: number;
}

export interface TimingEstimate {
  readonly estimate: number;
  /** of the plain covariance, an upper bound */
  readonly neyman: number;
}

export interface TimingRule {
  /** `not-yet`: all cohorts treated later; `never`: the last cohort alone */
  readonly control: 'never' | 'not-yet';
  /** `did`: the coefficient is 1, the plain difference in differences; `means`: it is 0, the difference of means after treatment */
  readonly method: 'efficient' | 'did' | 'means';
}

const FIXED = { did: 1, means: 0 } as const;

/** Weights on the cohort means: those of the estimand, and those of the difference before treatment. */
interface Weights {
  readonly theta: Float64Array;
  readonly before: Float64Array;
}

export interface TimingResult {
  readonly estimates: readonly TimingEstimate[];
  readonly vcov: Float64Array;
}

/**
 * @param alone variances without covariances
 * @returns estimates with their covariance, k×k, less what the means before treatment show of effects that differ (their §4.3)
 */
export function efficientTiming(
  cells: TimingCells,
  estimands: readonly (readonly TimingPart[])[],
  rule: TimingRule,
  alone = false,
): TimingResult {
  const weights = estimands.map((parts) => weightsOf(cells, parts, rule));
  const fitted = weights.map((w) => {
    const beta = rule.method === 'efficient' ? bestCoefficient(cells, w) : FIXED[rule.method];
    return w.theta.map((v, i) => v - beta * w.before[i]!);
  });
  const k = fitted.length;
  const vcov = new Float64Array(k * k);
  const slopes = adjustments(cells, weights);
  const total = cells.units.reduce((s, n) => s + n, 0);
  for (let a = 0; a < k; a++) {
    for (let b = alone ? a : 0; b < (alone ? a + 1 : k); b++) {
      const refined = slopes === undefined ? 0 : form(slopes.average, slopes.sums[a]!, slopes.sums[b]!) / total;
      vcov[a * k + b] = quadratic(cells, fitted[a]!, fitted[b]!) - refined;
    }
  }
  const estimates = fitted.map((w) => ({
    estimate: w.reduce((s, v, i) => s + v * cells.means[i]!, 0),
    neyman: Math.sqrt(quadratic(cells, w, w)),
  }));
  return { estimates, vcov };
}

/** β* = cov(θ̂, X̂) / var(X̂), their eq. 8. */
function bestCoefficient(cells: TimingCells, { theta, before }: Weights): number {
  const variance = quadratic(cells, before, before);
  return variance > 0 ? quadratic(cells, before, theta) / variance : 0;
}

function weightsOf(cells: TimingCells, parts: readonly TimingPart[], { control }: TimingRule): Weights {
  const { cohorts, times, units } = cells;
  const periods = times.length;
  const theta = new Float64Array(cohorts.length * periods);
  const before = new Float64Array(cohorts.length * periods);
  for (const { cohort, time, weight } of parts) {
    const limit = Math.max(times[time]!, cohorts[cohort]!);
    const serves = (g: number): boolean => cohorts[g]! > limit && (control === 'not-yet' || g === cohorts.length - 1);
    let mass = 0;
    for (let g = 0; g < cohorts.length; g++) if (serves(g)) mass += units[g]!;
    let last = -1;
    for (let t = 0; t < periods; t++) if (times[t]! < cohorts[cohort]!) last = t;
    for (let g = 0; g < cohorts.length; g++) {
      const share = (g === cohort ? 1 : 0) - (serves(g) ? units[g]! / mass : 0);
      theta[g * periods + time]! += weight * share;
      if (last >= 0) before[g * periods + last]! += weight * share;
    }
  }
  return { theta, before };
}

/** Σ_g a_g S_g b_gᵀ / N_g */
function quadratic(cells: TimingCells, a: Float64Array, b: Float64Array): number {
  const periods = cells.times.length;
  let total = 0;
  cells.covariances.forEach((s, g) => {
    let sum = 0;
    for (let i = 0; i < periods; i++) {
      const left = a[g * periods + i]!;
      if (left === 0) continue;
      for (let j = 0; j < periods; j++) sum += left * s[i * periods + j]! * b[g * periods + j]!;
    }
    total += sum / cells.units[g]!;
  });
  return total;
}

function form(matrix: Matrix, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) sum += a[i]! * matrix.get(i, j) * b[j]!;
  return sum;
}

/**
 * How outcomes before anybody is treated predict each cohort's part: Σ_g (M S_g Mᵀ)⁺ M S_g a_gᵀ over cohorts from the first
 * estimated one on, and the average M S_g Mᵀ. Undefined without periods before.
 */
function adjustments(
  cells: TimingCells,
  weights: readonly Weights[],
): { readonly sums: readonly Float64Array[]; readonly average: Matrix } | undefined {
  const periods = cells.times.length;
  const used = (g: number): boolean =>
    weights.some((w) => w.theta.subarray(g * periods, (g + 1) * periods).some((v) => v !== 0));
  const first = cells.cohorts.findIndex((_, g) => used(g));
  const m = first === -1 ? 0 : cells.times.filter((t) => t < cells.cohorts[first]!).length;
  if (m === 0) return undefined;
  const from = cells.covariances.slice(first);
  const average = Matrix.zeros(m, m);
  const sums = weights.map(() => new Float64Array(m));
  from.forEach((s, k) => {
    const g = first + k;
    const early = new Matrix(m, m);
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) early.set(i, j, s[i * periods + j]!);
    average.add(early);
    const inverse = pseudoInverse(early);
    weights.forEach(({ theta }, e) => {
      const right = new Float64Array(m);
      for (let i = 0; i < m; i++)
        for (let j = 0; j < periods; j++) right[i]! += s[i * periods + j]! * theta[g * periods + j]!;
      for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) sums[e]![i]! += inverse.get(i, j) * right[j]!;
    });
  });
  return { sums, average: average.div(from.length) };
}

/** Of a symmetric matrix; eigenvalues below √ε of the largest count as 0. */
function pseudoInverse(matrix: Matrix): Matrix {
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const limit = Math.sqrt(Number.EPSILON) * Math.max(...values);
  const out = Matrix.zeros(matrix.rows, matrix.columns);
  values.forEach((value, k) => {
    if (value <= limit) return;
    const v = vectors.getColumnVector(k);
    out.add(v.mmul(v.transpose()).div(value));
  });
  return out;
}
