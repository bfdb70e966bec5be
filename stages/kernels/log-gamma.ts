/**
 * Logarithms of the gamma and beta functions, and the two corrections that let binomial and Poisson terms be computed
 * without subtracting large logarithms.
 * Sources: Abramowitz & Stegun (1964), 6.1.33 (series about 1 and 2), 6.1.40–6.1.41 (Stirling);
 * Loader (2000), "Fast and accurate computation of binomial probabilities" (saddle-point form);
 * Didonato & Morris (1992), ACM TOMS 18(3), 360–373 (beta of large arguments).
 */

const LOG_SQRT_2PI = 0.91893853320467274178;
const ONE_MINUS_EULER = 0.42278433509846713939;

/** ζ(k) − 1 for k = 2, 3, … (Abramowitz & Stegun, table 23.3); terms shrink like 4⁻ᵏ for |z| ≤ ½. */
const ZETA_MINUS_ONE = [
  0.64493406684822643647, 0.2020569031595942854, 0.082323233711138191516, 0.036927755143369926331,
  0.017343061984449139715, 0.0083492773819228268398, 0.0040773561979443393787, 0.0020083928260822144179,
  9.9457512781808533715e-4, 4.941886041194645587e-4, 2.4608655330804829864e-4, 1.2271334757848914675e-4,
  6.1248135058704829259e-5, 3.0588236307020493552e-5, 1.5282259408651871733e-5, 7.6371976378997622736e-6,
  3.8172932649998398565e-6, 1.9082127165539389257e-6, 9.5396203387279611315e-7, 4.7693298678780646312e-7,
  2.3845050272773299e-7, 1.1921992596531107307e-7, 5.9608189051259479612e-8, 2.9803503514652280186e-8,
  1.4901554828365041235e-8, 7.450711789835429492e-9, 3.7253340247884570548e-9,
];

/** B₂ₖ / (2k(2k−1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** Above this the Stirling series with seven terms is exact to double precision. */
const STIRLING_FROM = 15;

function stirlingSeries(x: number): number {
  const inverseSquare = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + STIRLING[k]!;
  return sum / x;
}

/** ln Γ(2 + z) for |z| ≤ ½, with full relative accuracy at z = 0. */
function logGammaAboutTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_ONE.length - 1; k >= 0; k--) {
    const coefficient = ZETA_MINUS_ONE[k]! / (k + 2);
    sum = sum * z + (k % 2 === 0 ? coefficient : -coefficient);
  }
  return z * (ONE_MINUS_EULER + z * sum);
}

/** ln Γ(1 + z) for z > −1, with full relative accuracy at z = 0. */
export function logGammaOnePlus(z: number): number {
  if (Math.abs(z) <= 0.5) return logGammaAboutTwo(z) - Math.log1p(z);
  return logGamma(1 + z);
}

/** ln Γ(x) for x > 0; NaN below 0, Infinity at 0. */
export function logGamma(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x === 0) return Number.POSITIVE_INFINITY;
  if (x < 0.5) return logGammaOnePlus(x) - Math.log(x);
  if (x <= 1.5) return logGammaOnePlus(x - 1);
  if (x <= 2.5) return logGammaAboutTwo(x - 2);
  if (x < STIRLING_FROM) {
    let product = 1;
    let rest = x;
    while (rest > 2.5) {
      rest -= 1;
      product *= rest;
    }
    return Math.log(product) + logGammaAboutTwo(rest - 2);
  }
  return (x - 0.5) * (Math.log(x) - 1) - 0.5 + LOG_SQRT_2PI + (x < 1e17 ? stirlingSeries(x) : 0);
}

/** Error of Stirling's formula, ln Γ(x+1) − (x + ½) ln x + x − ½ ln 2π, for x > 0 (Loader 2000, eq. 4). */
export function stirlingError(x: number): number {
  if (x >= STIRLING_FROM) return stirlingSeries(x);
  return logGammaOnePlus(x) - (x + 0.5) * Math.log(x) + x - LOG_SQRT_2PI;
}

/** u − ln(1 + u) for u > −1, without cancellation near 0: with r = u/(2+u), ln(1+u) = 2 artanh r. */
export function minusLog1p(u: number): number {
  if (Math.abs(u) > 0.5) return u - Math.log1p(u);
  const r = u / (2 + u);
  const w = r * r;
  let sum = 0;
  for (let k = 35; k >= 3; k -= 2) sum = sum * w + 1 / k;
  return r * (u - 2 * w * sum);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (!(p > 0)) return p === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (q === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (q < STIRLING_FROM) {
    // ln Γ(q) − ln Γ(p+q) cancels when p is tiny: go through Γ(1+·), which is flat there
    return logGammaOnePlus(p) + logGamma(q) - logGamma(p + q) - Math.log(p);
  }
  const gap = stirlingSeries(q) - stirlingSeries(p + q);
  const tail = (q - 0.5) * Math.log1p(-p / (p + q));
  if (p < STIRLING_FROM) return logGamma(p) + gap + p - p * Math.log(p + q) + tail;
  const shape = (p - 0.5) * Math.log(p / (p + q)) - 0.5 * Math.log(p + q);
  return LOG_SQRT_2PI + stirlingSeries(p) + gap + shape + tail;
}
