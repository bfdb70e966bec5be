/**
 * A column with given moments from normal scores: x = h(μ + σz) + shift, h increasing, with μ and σ solved for so that mean and
 * standard deviation of the sample are as asked. The shift is what is added on the column's own scale (a trend, an effect); h keeps
 * within the bounds less the shift, so that nothing is ever cut off and a shift arrives whole.
 */
export interface Bounds {
  /** −Infinity where there is none */
  readonly low: number;
  /** Infinity where there is none */
  readonly high: number;
}

export interface Wanted {
  readonly mean: number;
  /** n − 1 */
  readonly sd: number;
  readonly bounds: Bounds;
}

export interface Marginal {
  /** h(μ + σz), or what puts the row at a bound: without the shift */
  readonly base: Float64Array;
  readonly mean: number;
  readonly sd: number;
  /** mean and sd are as wanted, to `TOLERANCE` of the sd */
  readonly reached: boolean;
}

const TOLERANCE = 1e-9;
const MOST_STEPS = 200;

/** Bounds of the part that is not shifted; undefined when the shift leaves no room. */
export function innerBounds({ low, high }: Bounds, shift: Float64Array): Bounds | undefined {
  const inner = { low: low - extreme(shift, -1), high: high - extreme(shift, 1) };
  return inner.low < inner.high ? inner : undefined;
}

const extreme = (values: Float64Array, sign: 1 | -1): number => {
  let best = Number.NEGATIVE_INFINITY;
  for (const v of values) if (v * sign > best) best = v * sign;
  return best * sign;
};

/**
 * @param z     scores that vary
 * @param shift as long as z
 * @param inner from `innerBounds`
 */
export function marginal(z: Float64Array, shift: Float64Array, wanted: Wanted, inner: Bounds): Marginal {
  const pins = pinned(z, wanted.bounds);
  const base = new Float64Array(z.length);
  let at = start(z, wanted, inner);
  let here = evaluate(at, base, z, shift, wanted, inner, pins);
  for (let step = 0; step < MOST_STEPS && !close(here); step++) {
    const next = newton(at, here);
    let length = 1;
    let found: Evaluation | undefined;
    // backtracking: half the step until the moments come nearer (Dennis & Schnabel 1996, §6.3)
    for (; length > 1e-6; length /= 2) {
      const trial: Point = { mu: at.mu + length * next.mu, logSigma: at.logSigma + length * next.logSigma };
      found = evaluate(trial, base, z, shift, wanted, inner, pins);
      if (found.distance < here.distance) {
        at = trial;
        break;
      }
      found = undefined;
    }
    if (found === undefined) break;
    here = found;
  }
  here = evaluate(at, base, z, shift, wanted, inner, pins);
  return { base, mean: here.mean, sd: here.sd, reached: close(here) };
}

interface Point {
  readonly mu: number;
  readonly logSigma: number;
}

interface Evaluation {
  readonly mean: number;
  readonly sd: number;
  /** distances of mean (in sds) and log sd from what is wanted, their derivatives by μ and ln σ */
  readonly off: readonly [number, number];
  readonly jacobian: readonly [number, number, number, number];
  readonly distance: number;
}

const close = ({ off }: Evaluation): boolean => Math.abs(off[0]) < TOLERANCE && Math.abs(off[1]) < TOLERANCE;

/** Rows that stand at the bounds, so that the sample has the range asked for; −1 where there is no bound. */
interface Pins {
  readonly low: number;
  readonly high: number;
}

/**
 * The lowest and the highest score, whatever their shift: rows chosen by their shift (treated late, say) would be raised more often than
 * others, and an estimate of the effect would find it.
 */
function pinned(z: Float64Array, { low, high }: Bounds): Pins {
  let [least, most] = [0, 0];
  for (let i = 1; i < z.length; i++) {
    if (z[i]! < z[least]!) least = i;
    if (z[i]! > z[most]!) most = i;
  }
  return { low: low === -Infinity ? -1 : least, high: high === Infinity || most === least ? -1 : most };
}

/** Where the delta method puts the solution. */
function start(z: Float64Array, { mean, sd }: Wanted, { low, high }: Bounds): Point {
  const own = spread(z);
  if (low === -Infinity && high === Infinity) return { mu: mean, logSigma: Math.log(sd / own) };
  if (low === -Infinity || high === Infinity) {
    const gap = low === -Infinity ? high - mean : mean - low;
    const variance = Math.log1p((sd / gap) ** 2); // of the log of a log-normal variable
    const mu = Math.log(gap) - variance / 2;
    return { mu: low === -Infinity ? -mu : mu, logSigma: Math.log(Math.sqrt(variance) / own) };
  }
  const share = Math.min(0.999, Math.max(0.001, (mean - low) / (high - low)));
  const slope = (high - low) * share * (1 - share);
  return { mu: Math.log(share / (1 - share)), logSigma: Math.log(Math.min(3, sd / slope) / own) };
}

function spread(z: Float64Array): number {
  let sum = 0;
  for (const v of z) sum += v;
  const mean = sum / z.length;
  let squares = 0;
  for (const v of z) squares += (v - mean) ** 2;
  return Math.sqrt(squares / (z.length - 1));
}

function evaluate(
  { mu, logSigma }: Point,
  base: Float64Array,
  z: Float64Array,
  shift: Float64Array,
  wanted: Wanted,
  inner: Bounds,
  pins: Pins,
): Evaluation {
  const n = z.length;
  const sigma = Math.exp(logSigma);
  const { low, high } = inner;
  const kind = low === -Infinity ? (high === Infinity ? 0 : 2) : high === Infinity ? 1 : 3;
  let [sum, sum1, sum2] = [0, 0, 0];
  // values around the wanted mean, so that their squares lose nothing
  let [sq, sq1, sq2] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const t = sigma * z[i]!;
    const s = mu + t;
    let h: number;
    let slope: number;
    if (kind === 0) {
      h = s;
      slope = 1;
    } else if (kind === 1) {
      slope = Math.exp(s);
      h = low + slope;
    } else if (kind === 2) {
      slope = Math.exp(-s);
      h = high - slope;
    } else {
      const p = 1 / (1 + Math.exp(-s));
      h = low + (high - low) * p;
      slope = (high - low) * p * (1 - p);
    }
    if (i === pins.low) {
      h = wanted.bounds.low - shift[i]!;
      slope = 0;
    } else if (i === pins.high) {
      h = wanted.bounds.high - shift[i]!;
      slope = 0;
    }
    base[i] = h;
    const d = h + shift[i]! - wanted.mean;
    sum += d;
    sum1 += slope;
    sum2 += slope * t;
    sq += d * d;
    sq1 += d * slope;
    sq2 += d * slope * t;
  }
  const off = sum / n;
  const variance = Math.max((sq - n * off * off) / (n - 1), Number.MIN_VALUE);
  const sd = Math.sqrt(variance);
  const residual: [number, number] = [off / wanted.sd, Math.log(sd / wanted.sd)];
  const scale = 1 / (variance * (n - 1)); // d ln sd = Σ (d − d̄) dh / ((n − 1) var)
  return {
    mean: wanted.mean + off,
    sd,
    off: residual,
    jacobian: [sum1 / n / wanted.sd, sum2 / n / wanted.sd, (sq1 - off * sum1) * scale, (sq2 - off * sum2) * scale],
    distance: Number.isFinite(sd) ? Math.hypot(residual[0], residual[1]) : Infinity,
  };
}

/** A Newton step, no longer than is sensible on these scales. */
function newton({ logSigma }: Point, { off, jacobian: [a, b, c, d] }: Evaluation): Point {
  const det = a * d - b * c;
  const singular = !(Math.abs(det) > 1e-300);
  const mu = singular ? -off[0] / (a || 1) : -(d * off[0] - b * off[1]) / det;
  const ls = singular ? 0 : -(a * off[1] - c * off[0]) / det;
  const shrink = Math.min(1, 1.5 / Math.abs(ls || 1), (5 * Math.exp(Math.max(0, logSigma))) / Math.abs(mu || 1));
  return { mu: mu * shrink, logSigma: ls * shrink };
}
