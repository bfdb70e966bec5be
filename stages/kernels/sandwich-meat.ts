import type { ClusterCorrection } from './bell-mccaffrey.ts';
import { conleyMeat, type Places, type SpatialDistance } from './conley.ts';
import type { SmallSample } from './dof.ts';
import { combine, compact, type Factor, levelCounts } from './factor-codes.ts';
import { clusterMeat, driscollKraayMeat, neweyWestMeat, outerProducts, robustMeat } from './meat.ts';

/** How errors may be related: the formula of the covariance. */
export type Errors =
  | { readonly type: 'iid' }
  /** 1 takes its n/(n − K) from the small-sample rule; 0, 2 and 3 leave the rule out, as fixest and R's sandwich do */
  | { readonly type: 'hc'; readonly variant: 0 | 1 | 2 | 3 }
  /** one to four dimensions, by inclusion–exclusion */
  | { readonly type: 'cluster'; readonly by: readonly Factor[] }
  /** `time` codes in order of time; default lag floor(T^¼) */
  | { readonly type: 'driscoll-kraay'; readonly time: Factor; readonly lag?: number }
  /** a unit has a period at most once (see `repeatedPeriod`); one unit for a single time series */
  | { readonly type: 'newey-west'; readonly unit: Factor; readonly time: Factor; readonly lag?: number }
  /** one dimension, residuals corrected for what the fit takes from them; a rule's factors do not apply */
  | { readonly type: 'bell-mccaffrey'; readonly clusters: Factor; readonly correction: ClusterCorrection }
  | { readonly type: 'conley'; readonly places: Places; readonly cutoff: number; readonly distance: SpatialDistance };

/** A meat with the rule's G part, without its K part. */
export interface Meat {
  readonly matrix: Float64Array;
  /** levels of each cluster dimension, or periods; empty otherwise */
  readonly groups: readonly number[];
  readonly lag?: number;
}

/** Errors whose covariance is a sandwich of scores. */
export type SandwichErrors = Exclude<Errors, { readonly type: 'iid' | 'bell-mccaffrey' }>;

/**
 * Meat of the scores design × e under the errors and the rule's factors for groups.
 * @param e weight × residual; for HC2 and HC3 inflated by the leverages before
 */
export function sandwichMeat(
  design: readonly Float64Array[],
  e: Float64Array,
  errors: SandwichErrors,
  rule: SmallSample,
): Meat {
  const perGroup = (g: number) => (rule.adjustG ? g / (g - 1) : 1);
  switch (errors.type) {
    case 'hc':
      return { matrix: scale(robustMeat(design, e), errors.variant === 1 ? perGroup(e.length) : 1), groups: [] };
    case 'cluster':
      return multiwayMeat(design, e, errors.by, rule);
    case 'driscoll-kraay': {
      const time = compact(errors.time);
      const lag = errors.lag ?? defaultLag(time.levels);
      const matrix = scale(driscollKraayMeat(design, e, time, lag), perGroup(time.levels));
      return { matrix, groups: [time.levels], lag };
    }
    case 'newey-west': {
      const time = compact(errors.time);
      const lag = errors.lag ?? defaultLag(time.levels);
      const matrix = scale(neweyWestMeat(design, e, { unit: errors.unit, time }, lag), perGroup(time.levels));
      return { matrix, groups: [time.levels], lag };
    }
    case 'conley':
      return { matrix: scale(conleyMeat(design, e, errors.places, errors), perGroup(e.length)), groups: [] };
  }
}

/** One cluster dimension whose sums of scores are there already. @param sums row-major by level */
export function clusterMeatOfSums(sums: Float64Array, clusters: Factor, rule: SmallSample): Meat {
  const counts = levelCounts(clusters);
  const levels = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const k = sums.length / clusters.levels;
  return { matrix: scale(outerProducts(sums, k), rule.adjustG ? levels / (levels - 1) : 1), groups: [levels] };
}

/** fixest's rule of thumb for panels. */
function defaultLag(periods: number): number {
  return Math.floor(periods ** 0.25 + 1e-12);
}

/** Σ over non-empty sets of dimensions of (−1)^(size + 1) times the meat by their intersection. */
function multiwayMeat(
  design: readonly Float64Array[],
  e: Float64Array,
  by: readonly Factor[],
  rule: SmallSample,
): Meat {
  const factors = by.map(compact);
  const k = design.length;
  const total = new Float64Array(k * k);
  const conventional = rule.adjustG && rule.clusterG === 'conventional';
  for (let set = 1; set < 1 << factors.length; set++) {
    const members = factors.filter((_, d) => (set >> d) & 1);
    const groups = members.length === 1 ? members[0]! : combine(members);
    const sign = members.length % 2 === 1 ? 1 : -1;
    const factor = sign * (conventional ? groups.levels / (groups.levels - 1) : 1);
    const part = clusterMeat(design, e, groups);
    for (let c = 0; c < total.length; c++) total[c]! += factor * part[c]!;
  }
  const sizes = factors.map((f) => f.levels);
  const least = Math.min(...sizes);
  return { matrix: rule.adjustG && !conventional ? scale(total, least / (least - 1)) : total, groups: sizes };
}

/** A matrix times a number. */
export function scale(matrix: Float64Array, factor: number): Float64Array {
  return factor === 1 ? matrix : matrix.map((x) => x * factor);
}
