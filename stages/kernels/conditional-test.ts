/**
 * Tests whether a value of θ = lᵀτ agrees with a restriction on the trend, with the other effects free: the conditional test of moment inequalities with
 * nuisance parameters, alone or after a first stage: with least favourable critical value, or by a fixed-length interval.
 * Source: Andrews, Roth & Pakes (2023), Rev. Econ. Stud. 90(6), §§4–6; Rambachan & Roth (2023), Rev. Econ. Stud. 90(5), §3.
 */
import type { EventCoefficients } from './fixed-length-interval.ts';
import { quantile } from './quantile.ts';
import { type Program, program } from './simplex.ts';
import type { Restriction } from './trend-restrictions.ts';
import { truncatedNormalTail } from './truncated-normal.ts';

export interface TestSize {
  readonly alpha: number;
  /** size of the first stage; 0: none */
  readonly kappa: number;
  /** the first stage is whether θ lies in this interval of level 1 − kappa, in place of the least favourable critical value */
  readonly within?: FirstInterval;
}

/** weightsᵀ β̂ ± halfLength. */
export interface FirstInterval {
  readonly weights: Float64Array;
  readonly halfLength: number;
}

export interface ConditionalTest {
  /** whether θ agrees with the restriction */
  accepts(theta: number): boolean;
}

/** Variance of a combination of moments, in units of theirs, that counts as none. */
const NO_VARIANCE = 1e-14;
const TOLERANCE = 1e-10;
/** Correlation that is 0 but for rounding: at an end of the first stage's interval it would decide, and by chance. */
const NO_CORRELATION = 1e-10;

/**
 * Moments over their standard deviations: y(θ) = A β̂ − d − (A Γ⁻¹)₁ θ, X the nuisance columns (A Γ⁻¹)₂. The statistic is
 * η = max γᵀy over γ ≥ 0 with Xᵀγ = 0, Σγ = 1.
 * @param noise draws of β̂ − β (draw by draw, coefficients × draws numbers), for the first stage
 * @returns undefined when the restriction does not bound the moments (never for the restrictions of this project)
 */
export function conditionalTest(
  event: EventCoefficients,
  restriction: Restriction,
  { alpha, kappa, within }: TestSize,
  noise: Float64Array,
): ConditionalTest | undefined {
  const moments = standardized(event, restriction);
  const { rows, free, atZero, slope, correlation } = moments;
  const constraint = new Float64Array((free + 1) * rows).fill(1, 0, rows);
  constraint.set(moments.nuisance, rows);
  const target = new Float64Array(free + 1);
  target[0] = 1;
  const duals = program(constraint, target, rows);
  if (duals === undefined) return undefined;
  const size = (alpha - kappa) / (1 - kappa);
  let first = kappa > 0 && within === undefined ? undefined : Number.POSITIVE_INFINITY;
  const interval = within === undefined ? undefined : firstInterval(event, moments, within);
  const y = new Float64Array(rows);
  return {
    accepts(theta) {
      if (interval?.holds(theta) === false) return false;
      for (let i = 0; i < rows; i++) y[i] = atZero[i]! - slope[i]! * theta;
      const { value: eta, x } = duals.maximize(y);
      if (eta <= TOLERANCE) return true; // the critical value is never negative
      if (first !== undefined && eta > first) return false;
      const gamma = x.slice();
      const along = multiply(correlation, gamma);
      const variance = dot(gamma, along);
      if (variance < NO_VARIANCE) return false;
      const optimal = truncation(duals, { y, eta, along: along.map((v) => v / variance) });
      const inside = interval?.bounds(theta, { gamma, eta, variance });
      const low = Math.max(optimal.low, inside?.low ?? Number.NEGATIVE_INFINITY);
      const high = Math.min(optimal.high, inside?.high ?? Number.POSITIVE_INFINITY);
      const tail = (end: number): number => {
        const deviation = Math.sqrt(variance);
        return truncatedNormalTail(eta / deviation, low / deviation, Math.min(high, end) / deviation);
      };
      // the first stage can only shorten the tail: what is rejected without it is rejected with it, at no simulation
      if (tail(Number.POSITIVE_INFINITY) < size) return false;
      first ??= leastFavourable(moments, duals, noise, kappa);
      return eta <= first && tail(first) >= size;
    },
  };
}

/**
 * The first stage by a fixed-length interval, and the values c of γᵀy for which it holds when the part of the interval's centre that does not depend on
 * γᵀy is held: |w₀ + κ c − θ| ≤ half, κ = cov(centre, γᵀy)/var(γᵀy) (Rambachan & Roth 2023, appendix: the hybrid with the FLCI).
 */
function firstInterval({ coef, vcov }: EventCoefficients, moments: Moments, { weights, halfLength }: FirstInterval) {
  const { rows, loadings, coefficients: k } = moments;
  const centre = dot(weights, coef);
  const through = multiply(vcov, weights);
  const noise = NO_CORRELATION * Math.sqrt(dot(weights, through));
  // the interval's own ends are in it, however centre ± half rounds
  const reach = halfLength + 2 * Number.EPSILON * (Math.abs(centre) + halfLength);
  const covariances = Float64Array.from({ length: rows }, (_, i) =>
    dot(loadings.subarray(i * k, (i + 1) * k), through),
  );
  return {
    holds: (theta: number): boolean => Math.abs(centre - theta) <= reach,
    bounds(theta: number, at: { readonly gamma: Float64Array; readonly eta: number; readonly variance: number }) {
      const covariance = dot(at.gamma, covariances);
      if (Math.abs(covariance) <= noise * Math.sqrt(at.variance))
        return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
      const slope = covariance / at.variance;
      const rest = centre - theta - slope * at.eta;
      const ends = [(-halfLength - rest) / slope, (halfLength - rest) / slope] as const;
      return { low: Math.min(...ends), high: Math.max(...ends) };
    },
  };
}

interface Moments {
  readonly rows: number;
  /** nuisance parameters */
  readonly free: number;
  /** y(0) and its fall with θ */
  readonly atZero: Float64Array;
  readonly slope: Float64Array;
  /** free × rows */
  readonly nuisance: Float64Array;
  readonly correlation: Float64Array;
  /** rows × coefficients: A over the standard deviations */
  readonly loadings: Float64Array;
  readonly coefficients: number;
}

/**
 * Γ has lᵀ as its first row and unit rows for all periods after the reference but one with l ≠ 0: then θ comes first, and the effects of the other periods are
 * the nuisance. With j the left-out period, column t of A becomes A_t − A_j l_t/l_j, and that of θ A_j / l_j.
 */
function standardized(event: EventCoefficients, { rows, matrix, bound }: Restriction): Moments {
  const { before, after, coef, vcov, target } = event;
  const k = before + after;
  const pivot = target.reduce((best, l, t) => (Math.abs(l) > Math.abs(target[best]!) ? t : best), 0);
  const loadings = new Float64Array(rows * k);
  const atZero = new Float64Array(rows);
  const slope = new Float64Array(rows);
  const nuisance = new Float64Array((after - 1) * rows);
  for (let i = 0; i < rows; i++) {
    const row = matrix.subarray(i * k, (i + 1) * k);
    const deviation = Math.sqrt(dot(row, multiply(vcov, row)));
    for (let j = 0; j < k; j++) loadings[i * k + j] = row[j]! / deviation;
    atZero[i] = (dot(row, coef) - bound[i]!) / deviation;
    slope[i] = row[before + pivot]! / target[pivot]! / deviation;
    for (let t = 0, at = 0; t < after; t++) {
      if (t === pivot) continue;
      nuisance[at++ * rows + i] = row[before + t]! / deviation - slope[i]! * target[t]!;
    }
  }
  const correlation = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    const own = multiply(vcov, loadings.subarray(a * k, (a + 1) * k));
    for (let b = 0; b < rows; b++) correlation[a * rows + b] = dot(own, loadings.subarray(b * k, (b + 1) * k));
  }
  rescaleRows(nuisance, after - 1, rows);
  return { rows, free: after - 1, atZero, slope, nuisance, correlation, loadings, coefficients: k };
}

/** Rows of about unit size, for the solver: a nuisance parameter in other units is the same parameter. */
function rescaleRows(matrix: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    let most = 0;
    for (let j = 0; j < columns; j++) most = Math.max(most, Math.abs(matrix[i * columns + j]!));
    if (most > 0) for (let j = 0; j < columns; j++) matrix[i * columns + j]! /= most;
  }
}

/** The 1 − κ quantile of η when every moment is 0 in truth, by simulation (ARP §6.2). */
function leastFavourable(moments: Moments, duals: Program, noise: Float64Array, kappa: number): number {
  const { rows, loadings, coefficients: k } = moments;
  const draws = noise.length / k;
  const etas = new Float64Array(draws);
  const y = new Float64Array(rows);
  for (let r = 0; r < draws; r++) {
    const one = noise.subarray(r * k, (r + 1) * k);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += loadings[i * k + j]! * one[j]!;
      y[i] = sum;
    }
    etas[r] = duals.maximize(y).value;
  }
  return quantile(etas.sort(), 1 - kappa);
}

interface Binding {
  readonly y: Float64Array;
  readonly eta: number;
  /** covariance of the moments with γᵀy over its variance */
  readonly along: Float64Array;
}

/**
 * The values of γᵀy for which γ stays optimal when the part of y that does not depend on it is held: with s = y − along·η, all c at which
 * max γᵀ(s + along·c) = c. That maximum less c is convex and piecewise linear in c and 0 between the bounds, so Newton's steps from either end stop at them.
 */
function truncation(duals: Program, { y, eta, along }: Binding): { low: number; high: number } {
  const rest = y.map((v, i) => v - along[i]! * eta);
  const bound = (sign: 1 | -1): number => {
    // far out the slope alone decides; then the line of the best vertex is followed to where it meets c
    let { x } = duals.maximize(along.map((v) => sign * v));
    let c = sign * Number.POSITIVE_INFINITY;
    for (let round = 0; round < 200; round++) {
      const steep = sign * (dot(x, along) - 1);
      if (!(steep > TOLERANCE)) return c;
      const next = -dot(x, rest) / (dot(x, along) - 1);
      if (sign * (c - next) <= TOLERANCE * Math.max(1, Math.abs(next))) return next;
      c = sign * Math.max(sign * next, sign * eta);
      const at = c;
      const best = duals.maximize(rest.map((v, i) => v + along[i]! * at));
      if (best.value - c <= TOLERANCE * Math.max(1, Math.abs(c))) return c;
      ({ x } = best);
    }
    return c;
  };
  return { low: bound(-1), high: bound(1) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const k = x.length;
  const out = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a]! += matrix[a * k + b]! * x[b]!;
  return out;
}
