/**
 * The standard normal distribution.
 * Sources: Cody (1969), Mathematics of Computation 23, 631–637 (cumulative, rational approximations);
 * Wichura (1988), Applied Statistics 37(3), 477–484, algorithm AS 241, PPND16 (quantile).
 */
import type { Tail } from './tail.ts';

const SQRT_2PI = 2.50662827463100050242;
const INVERSE_SQRT_2PI = 0.39894228040143267794;
const SQRT_32 = Math.sqrt(32);

// Cody's coefficients scaled to the normal integral; numerator and denominator from the highest power down.
const CENTRE_P = [
  0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249,
];
const CENTRE_Q = [1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956];
const MIDDLE_P = [
  1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226,
  2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218,
];
const MIDDLE_Q = [
  1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091,
  34900.952721145977266, 38912.003286093271411, 19685.429676859990727,
];
const FAR_P = [
  0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807, 0.001421619193227893466,
  2.9112874951168792e-5,
];
const FAR_Q = [
  1, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244, 7.29751555083966205e-5,
];

// Wichura's coefficients, highest power first.
const PPND_A = [
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
  1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
];
const PPND_B = [
  5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
  687.1870074920579083, 42.313330701600911252, 1,
];
const PPND_C = [
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
];
const PPND_D = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
  0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
];
const PPND_E = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
  0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
];
const PPND_F = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
];

function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  let p = 0;
  let q = 0;
  for (let i = 0; i < numerator.length; i++) {
    p = p * x + numerator[i]!;
    q = q * x + denominator[i]!;
  }
  return p / q;
}

/** exp(−x²/2) with x split at 1/16 so that the square loses nothing (Cody 1969). */
function expHalfSquare(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (x - head) * (x + head));
}

/** P(X > z) for z ≥ 0.67448975. */
function farTail(z: number): number {
  if (z <= SQRT_32) return expHalfSquare(z) * ratio(MIDDLE_P, MIDDLE_Q, z);
  if (z > 39) return 0;
  const w = 1 / (z * z);
  return (expHalfSquare(z) * (INVERSE_SQRT_2PI - w * ratio(FAR_P, FAR_Q, w))) / z;
}

/** P(X ≤ x) or P(X > x), accurate in relative terms in both tails. */
export function normalCdf(x: number, tail: Tail): number {
  const z = tail === 'upper' ? x : -x; // P(X > z)
  if (Math.abs(z) <= 0.67448975) return 0.5 - z * ratio(CENTRE_P, CENTRE_Q, z * z);
  return z > 0 ? farTail(z) : 1 - farTail(-z);
}

/** Density of the standard normal. */
export function normalDensity(x: number): number {
  return expHalfSquare(Math.abs(x)) / SQRT_2PI;
}

/** x at which the given tail holds probability p; ∓Infinity at p = 0 and 1, NaN outside. */
export function normalQuantile(p: number, tail: Tail): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const sign = tail === 'lower' ? 1 : -1;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return sign * q * ratio(PPND_A, PPND_B, 0.180625 - q * q);
  const smaller = q < 0 ? p : 1 - p;
  if (smaller === 0) return sign * q * Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(smaller));
  const size = r <= 5 ? ratio(PPND_C, PPND_D, r - 1.6) : ratio(PPND_E, PPND_F, r - 5);
  return q < 0 ? -sign * size : sign * size;
}
