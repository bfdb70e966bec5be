/**
 * How likely a normal vector lies in a box, and its mean there. Up to four dimensions by nested Gauss–Legendre rules (errors below 1e-9), beyond by
 * separation of variables on a lattice (about 1e-5). Deterministic: the same points each time, so that the probability is a smooth function of mean and box.
 * Source: Genz (1992), J. Comp. Graph. Stat. 1(2); Genz & Bretz (2009), Computation of Multivariate Normal and t Probabilities, §4.1–4.2.
 */
import { normalCdf, normalDensity, normalQuantile } from './normal.ts';
import { rankCholeskyInPlace } from './rank-cholesky.ts';

export interface BoxMoments {
  readonly probability: number;
  /** of the vector, given that it lies in the box; NaN when that is too unlikely for a number */
  readonly mean: Float64Array;
}

export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** With x = mean + L y, y independent: for each point of y₁ … y_{k−1} the last dimension is known. */
interface Task {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
  readonly box: Box;
  readonly y: Float64Array;
  /** Σ weight · y */
  readonly sums: Float64Array;
}

const NESTED = 4;
const POINTS = 32768;

/**
 * @param covariance k×k, positive definite
 * @param points     of the lattice: fewer for a first look
 */
export function boxMoments(mean: Float64Array, covariance: Float64Array, box: Box, points = POINTS): BoxMoments {
  const k = mean.length;
  const { factor } = rankCholeskyInPlace(covariance.slice(), k, 1e-14);
  const task: Task = { mean, factor, box, y: new Float64Array(k), sums: new Float64Array(k) };
  const probability = k <= NESTED ? nested(task, 0, 1) : onLattice(task, points);
  const out = mean.slice();
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++) out[i]! += (factor[i * k + j]! * task.sums[j]!) / probability;
  return { probability, mean: out };
}

/** Ends of the i-th dimension for y₁ … y_{i−1} as they are. */
function ends({ mean, factor, box, y }: Task, i: number): { from: number; to: number } {
  const k = mean.length;
  let centre = mean[i]!;
  for (let j = 0; j < i; j++) centre += factor[i * k + j]! * y[j]!;
  const scale = factor[i * k + i]!;
  return { from: (box.low[i]! - centre) / scale, to: (box.high[i]! - centre) / scale };
}

/** Adds a point, its last dimension integrated. */
function finish({ y, sums }: Task, weight: number, { from, to }: { from: number; to: number }): number {
  const last = y.length - 1;
  const share = between(from, to);
  const total = weight * share;
  if (!(total > 0)) return 0;
  for (let i = 0; i < last; i++) sums[i]! += total * y[i]!;
  sums[last]! += weight * (normalDensity(from) - normalDensity(to));
  return total;
}

let made: ReturnType<typeof gaussLegendre> | undefined;
/** Every process loads this module, and few come here. */
const rule = () => (made ??= gaussLegendre(40));

/** Beyond this the density is 1e-16 of its height. */
const FAR = 8.5;

function nested(task: Task, i: number, weight: number): number {
  const { from, to } = ends(task, i);
  if (i === task.y.length - 1) return finish(task, weight, { from, to });
  const start = to < -FAR ? Math.max(from, to - 5) : Math.max(from, Math.min(-FAR, to));
  const stop = from > FAR ? Math.min(to, from + 5) : Math.min(to, FAR);
  const half = (stop - start) / 2;
  if (!(half > 0)) return 0;
  let total = 0;
  const { nodes, weights } = rule();
  for (let p = 0; p < nodes.length; p++) {
    const at = start + half * (1 + nodes[p]!);
    task.y[i] = at;
    total += nested(task, i + 1, weight * half * weights[p]! * normalDensity(at));
  }
  return total;
}

function onLattice(task: Task, points: number): number {
  const k = task.y.length;
  const steps = richtmyer(k - 1);
  let total = 0;
  for (let p = 0; p < points; p++) {
    let weight = 1 / points;
    for (let i = 0; i < k - 1 && weight > 0; i++) {
      const { from, to } = ends(task, i);
      weight *= between(from, to);
      task.y[i] = pointBetween(from, to, Math.abs(2 * (((p + 0.5) * steps[i]!) % 1) - 1)); // baker's transform
    }
    if (weight > 0) total += finish(task, weight, ends(task, k - 1));
  }
  return total;
}

/** P(from < Z < to), in the tail where the digits are. */
const between = (from: number, to: number): number =>
  from > 0 ? normalCdf(from, 'upper') - normalCdf(to, 'upper') : normalCdf(to, 'lower') - normalCdf(from, 'lower');

/** The w-quantile of the standard normal between two points. */
function pointBetween(from: number, to: number, w: number): number {
  if (from > 0) {
    const top = normalCdf(from, 'upper');
    return normalQuantile(Math.max(top - w * (top - normalCdf(to, 'upper')), Number.MIN_VALUE), 'upper');
  }
  const start = normalCdf(from, 'lower');
  const p = start + w * (normalCdf(to, 'lower') - start);
  return normalQuantile(Math.min(Math.max(p, Number.MIN_VALUE), 1 - Number.EPSILON / 2), 'lower');
}

/** Fractional parts of the square roots of the first k primes. */
function richtmyer(k: number): Float64Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < k; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return Float64Array.from(primes, (p) => Math.sqrt(p) % 1);
}

/** Nodes and weights on [−1, 1]: roots of the Legendre polynomial by Newton's method. Source: Abramowitz & Stegun (1964), 25.4.29. */
function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0; round < 20; round++) {
      let [before, value] = [1, x];
      for (let j = 2; j <= n; j++) [before, value] = [value, ((2 * j - 1) * x * value - (j - 1) * before) / j];
      slope = (n * (x * value - before)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
