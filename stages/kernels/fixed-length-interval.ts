/**
 * The shortest fixed-length confidence interval for θ = lᵀτ under bounded second differences of the trend, Δ^SD(M): an affine estimator of the
 * event-study coefficients whose worst-case bias and standard error are traded off.
 * Source: Rambachan & Roth (2023), Rev. Econ. Stud. 90(5), §4.1 and appendix; Armstrong & Kolesár (2018), Econometrica 86(2).
 */
import { foldedNormalQuantile } from './folded-normal.ts';
import { lassoPath } from './lasso-path.ts';

/** Event-study coefficients before and after the reference period, in order of time. */
export interface EventCoefficients {
  readonly before: number;
  readonly after: number;
  /** before + after */
  readonly coef: Float64Array;
  /** row-major, positive definite */
  readonly vcov: Float64Array;
  /** weights of the effects after the reference: the target is their sum */
  readonly target: Float64Array;
}

export interface FixedLengthInterval {
  readonly centre: number;
  readonly halfLength: number;
  readonly low: number;
  readonly high: number;
  /** worst-case bias of the estimator at this M, and its standard error */
  readonly bias: number;
  readonly stdError: number;
  /** of the estimator on the coefficients */
  readonly weights: Float64Array;
}

export interface FixedLength {
  /** the interval of level 1 − alpha at this M */
  interval(m: number, alpha: number): FixedLengthInterval;
}

/** P(|X + shift| > c) = alpha, solved for c. */
export type CriticalValue = (shift: number, alpha: number) => number;

/**
 * Write a_t for the weight of the estimator on the change of the trend into period t, and v_j for their sums from the first period on. No bias from a linear
 * trend fixes the last v; the bias at M is M (b₀ + Σ|v_j|) over the free ones, b₀ from the periods after the reference alone; so bias and variance trade
 * off along a lasso path, and the best point solves one equation in λ.
 * @param critical the half length in standard errors, of the interval that is best by the exact one
 */
export function fixedLength(input: EventCoefficients, critical: CriticalValue = foldedNormalQuantile): FixedLength {
  const { before, after, coef, target } = input;
  const free = before - 1;
  const tails = tailSums(target);
  const unavoidable = tails.reduce((sum, a) => sum + Math.abs(a), 0);
  // estimator weights on the coefficients: those of the fixed part, and of each free v
  const fixedWeights = new Float64Array(before + after);
  fixedWeights.set(target, before);
  addRunningSum(fixedWeights, before, before - 1, -tails[0]!);
  const columns = Array.from({ length: free }, (_, j) => {
    const column = new Float64Array(before + after);
    addRunningSum(column, before, j, 1);
    return column;
  });
  const through = (w: Float64Array): Float64Array => symmetricProduct(input.vcov, w);
  const fixedThrough = through(fixedWeights);
  const linear = Float64Array.from(columns, (c) => dot(c, fixedThrough));
  const matrix = new Float64Array(free * free);
  columns.forEach((c, a) => {
    const own = through(c);
    columns.forEach((d, b) => {
      matrix[a * free + b] = dot(d, own);
    });
  });
  const path = lassoPath(matrix, linear);

  const estimator = (lambda: number): { weights: Float64Array; bias: number; stdError: number } => {
    const v = path.at(lambda);
    const weights = fixedWeights.slice();
    v.forEach((value, j) => {
      for (let t = 0; t < weights.length; t++) weights[t]! += value * columns[j]![t]!;
    });
    const bias = unavoidable + v.reduce((sum, value) => sum + Math.abs(value), 0);
    return { weights, bias, stdError: Math.sqrt(dot(weights, through(weights))) };
  };

  /** Negative while a larger λ (less bias, more variance) shortens the interval; from d(variance)/2 = −λ d(bias). */
  const balance = (lambda: number, m: number, alpha: number): number => {
    const { bias, stdError } = estimator(lambda);
    const shift = (m * bias) / stdError;
    const c = foldedNormalQuantile(shift, alpha);
    const pull = Math.tanh(shift * c); // derivative of the quantile
    return lambda * (c - shift * pull) - stdError * m * pull;
  };

  return {
    interval(m, alpha) {
      let [low, high] = [0, path.top];
      if (m === 0) high = 0;
      else if (free > 0 && balance(high, m, alpha) > 0)
        for (let round = 0; round < 200; round++) {
          const middle = (low + high) / 2;
          if (middle <= low || middle >= high) break;
          if (balance(middle, m, alpha) > 0) high = middle;
          else low = middle;
        }
      const { weights, bias, stdError } = estimator(high);
      const centre = dot(weights, coef);
      const halfLength = critical((m * bias) / stdError, alpha) * stdError;
      const ends = { low: centre - halfLength, high: centre + halfLength };
      return { centre, halfLength, ...ends, bias: m * bias, stdError, weights };
    },
  };
}

/** Σ_{t > r} a_t for r = 0 … after − 1, a_t = Σ_{s ≥ t} l_s. */
export function tailSums(target: Float64Array): Float64Array {
  const sums = new Float64Array(target.length);
  let weight = 0;
  let sum = 0;
  for (let t = target.length - 1; t >= 0; t--) {
    weight += target[t]!;
    sum += weight;
    sums[t] = sum;
  }
  return sums;
}

/** Raises the j-th running sum by `by`: a_j goes up and a_{j+1} down, and the weight on coefficient i is a_{i−1} − a_i. */
function addRunningSum(weights: Float64Array, before: number, j: number, by: number): void {
  weights[j]! -= by;
  if (j + 1 < before) weights[j + 1]! += 2 * by;
  if (j + 2 < before) weights[j + 2]! -= by;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function symmetricProduct(matrix: Float64Array, x: Float64Array): Float64Array {
  const k = x.length;
  const out = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a]! += matrix[a * k + b]! * x[b]!;
  return out;
}
