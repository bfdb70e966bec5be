/**
 * How far apart two points are: along the great circle of a sphere of 6376 km, or on a plane where a degree of latitude is 111 km and
 * longitude is shrunk at the mean latitude of the two (fixest's default). Both radii are fixest's.
 */
export type SpatialDistance = 'spherical' | 'triangular';

export interface Places {
  /** degrees, one a row */
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
}

const KM_PER_DEGREE = 111;
const RADIUS_KM = 6376;
/** Fixest writes π so: places whose distance is the cutoff to the sixth digit are too far. */
const ROUGH_PI = Math.floor(Math.PI * 1e5) / 1e5;

/**
 * Σ over pairs of rows within `cutoff` km of s_i s_jᵀ, the rows themselves included: Conley's estimator with a uniform kernel.
 * Rows are sorted by latitude, so a row meets only those in its band; as in fixest, the cutoff in degrees also bounds latitude and
 * longitude where the distance is along the great circle.
 * Source: Conley (1999), J. Econometrics 92(1), eq. 3.13; the planar distance as in fixest.
 */
export function conleyMeat(
  design: readonly Float64Array[],
  e: Float64Array,
  places: Places,
  rule: { readonly cutoff: number; readonly distance: SpatialDistance },
): Float64Array {
  const k = design.length;
  const n = e.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => places.latitude[a]! - places.latitude[b]! || places.longitude[a]! - places.longitude[b]! || a - b,
  );
  const scores = new Float64Array(n * k);
  for (let r = 0; r < n; r++) for (let j = 0; j < k; j++) scores[r * k + j] = design[j]![order[r]!]! * e[order[r]!]!;
  const near = neighbourSums(scores, k, order, places, rule);
  const meat = new Float64Array(k * k);
  for (let r = 0; r < n * k; r += k) {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) meat[a * k + b]! += scores[r + a]! * near[r + b]! + near[r + a]! * scores[r + b]!;
    }
  }
  return meat;
}

/** Half of each row's own score plus the scores of later rows in its reach. */
function neighbourSums(
  scores: Float64Array,
  k: number,
  order: Int32Array,
  places: Places,
  rule: { readonly cutoff: number; readonly distance: SpatialDistance },
): Float64Array {
  const n = order.length;
  const latitude = Float64Array.from(order, (i) => radians(places.latitude[i]!));
  const longitude = Float64Array.from(order, (i) => radians(places.longitude[i]!));
  const planar = rule.distance === 'triangular';
  const band = radians(rule.cutoff / KM_PER_DEGREE) * (ROUGH_PI / Math.PI);
  const sums = scores.map((s) => s / 2);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const up = latitude[j]! - latitude[i]!;
      if (up > band) break;
      const turn = Math.abs(longitude[j]! - longitude[i]!);
      const across = (turn < Math.PI ? turn : 2 * Math.PI - turn) * Math.cos((latitude[i]! + latitude[j]!) / 2);
      if (across > band) continue;
      const near = planar
        ? up * up + across * across <= band * band
        : RADIUS_KM * greatCircle(latitude[i]!, latitude[j]!, turn) <= rule.cutoff;
      if (near) for (let c = 0; c < k; c++) sums[i * k + c]! += scores[j * k + c]!;
    }
  }
  return sums;
}

/** The angle between two points of a sphere; all in radians. */
function greatCircle(from: number, to: number, turn: number): number {
  const a = Math.sin((to - from) / 2) ** 2 + Math.cos(from) * Math.cos(to) * Math.sin(turn / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(a)));
}

function radians(degrees: number): number {
  return (degrees / 180) * Math.PI;
}
