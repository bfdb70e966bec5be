import { type AdjustedClusters, adjustedClusters } from './bell-mccaffrey.ts';
import { carriedBack } from './conditioning.ts';
import { absorbedParameters, fixestRule, type SmallSample } from './dof.ts';
import { toCoefficients } from './fit.ts';
import { leverages } from './leverage.ts';
import type { LinearFit } from './linear-model.ts';
import { repairCovariance } from './positive-definite.ts';
import { clusterMeatOfSums, type Errors, type Meat, sandwichMeat, scale } from './sandwich-meat.ts';
import { tQuantile, tTwoSided } from './student-t.ts';

/** Covariance of the coefficients and what it rests on. */
export interface Inference {
  /** terms×terms, row-major, for `coef` */
  readonly vcov: Float64Array;
  readonly se: Float64Array;
  /** degrees of freedom of t and of the denominator of F */
  readonly dfT: number;
  /** of t for each coefficient, where they differ; NaN where the error is 0 */
  readonly dfOf?: Float64Array;
  /** K of the small-sample factor */
  readonly dfK: number;
  /** levels of each cluster dimension, or periods; empty otherwise */
  readonly groups: readonly number[];
  /** lag of errors over time */
  readonly lag?: number;
  /** the covariance was not positive definite and was repaired */
  readonly repaired: boolean;
  /** rows that are fitted perfectly whatever their outcome, which HC2 and HC3 leave out */
  readonly certain?: number;
}

/**
 * Covariance of a fit; undefined only for HC2, HC3 and corrected clusters where the effects' share of the hat matrix cannot be had. Errors are NaN when no residual degree of
 * freedom is left, and not finite with a single cluster.
 */
export function inference(fit: LinearFit, errors: Errors, rule: SmallSample = fixestRule): Inference | undefined {
  const meat = meatOf(fit, errors, rule);
  if (meat === undefined && errors.type !== 'iid') return undefined;
  const { conditioned } = fit;
  const { bread } = conditioned ?? fit;
  const own = meat === undefined ? scale(bread, fit.ssr / (fit.n - 1)) : sandwich(bread, meat.matrix, fit.terms);
  const raw = conditioned === undefined ? own : carriedBack(conditioned.map, own);
  const { factor, dfK, dfT } = smallSample(fit, errors, meat?.groups ?? [], rule);
  const inverse = toCoefficients(fit, fit.bread);
  const plain = toCoefficients(fit, scale(raw, factor));
  const sizes = (): Float64Array =>
    Float64Array.from({ length: fit.terms }, (_, j) => (inverse[j * (fit.terms + 1)]! * fit.ssr) / fit.n);
  const found = mayBeIndefinite(errors)
    ? repairCovariance(plain, fit.terms, sizes())
    : { vcov: plain, repaired: false };
  const vcov = found.repaired ? found.vcov : withoutRounding(found.vcov, inverse, fit, errors);
  return {
    vcov,
    repaired: found.repaired,
    se: Float64Array.from({ length: fit.terms }, (_, j) => Math.sqrt(vcov[j * fit.terms + j]!)),
    dfT,
    dfK,
    groups: meat?.groups ?? [],
    ...(meat?.lag !== undefined && { lag: meat.lag }),
    ...(meat?.certain && { certain: meat.certain }),
    ...(meat?.degreesOf && {
      dfOf: degreesOfTerms(fit, meat.degreesOf).map((df, j) => (vcov[j * (fit.terms + 1)] === 0 ? Number.NaN : df)),
    }),
  };
}

/** The other estimators are sums of squares, or Bartlett's kernel. */
const mayBeIndefinite = (errors: Errors): boolean =>
  errors.type === 'conley' || (errors.type === 'cluster' && errors.by.length > 1);

/** One number for all coefficients: the smallest, where they differ. */
export const commonDf = ({ dfT, dfOf }: Pick<Inference, 'dfT' | 'dfOf'>): number =>
  dfOf?.some((df) => df > 0) ? Math.min(...dfOf.filter((df) => df > 0)) : dfT;

/** By coefficient: the direction of coefficient j is B Tᵀ e_j, T the map from the design's coordinates to the coefficients'. */
function degreesOfTerms(fit: LinearFit, degreesOf: (direction: Float64Array) => number): Float64Array {
  const { terms: k, hasConstant, means, conditioned } = fit;
  const { bread } = conditioned ?? fit;
  return Float64Array.from({ length: k }, (_, j) => {
    const own = new Float64Array(k);
    own[j] = 1;
    if (hasConstant && j === 0) for (let a = 1; a < k; a++) own[a] = -means[a - 1]!;
    const weights = conditioned === undefined ? own : transposedMap(conditioned.map, own);
    return degreesOf(
      Float64Array.from({ length: k }, (_u, a) => weights.reduce((sum, v, b) => sum + bread[a * k + b]! * v, 0)),
    );
  });
}

/** mapᵀ × vector */
function transposedMap(map: Float64Array, vector: Float64Array): Float64Array {
  const k = vector.length;
  const out = new Float64Array(k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[b]! += map[a * k + b]! * vector[a]!;
  return out;
}

/** A standard error below this share of √(bread × total sum of squares) is what rounding leaves of zero. */
const ROUNDING = 1e-13;
/** A variance below this share of what it would be with errors alike and independent is rounding of the products that it is made of. */
const ROUNDING_OF_PRODUCTS = 1e-14;
/** The same where it is a difference of sums, or of inflated residuals. */
const ROUNDING_OF_DIFFERENCES = 1e-13;

/**
 * Whether a variance is zero but for rounding: of a model that fits perfectly, or of a coefficient whose scores add up to zero in every cluster.
 * @param bread its entry of (XᵀWX)⁻¹
 * @param total Σ w (y − mean)²
 * @param rest  mean squared residual
 */
export function isRounding(
  variance: number,
  { bread, total, rest, errors }: { bread: number; total: number; rest: number; errors: Errors },
): boolean {
  const size = Math.abs(variance);
  if (size <= ROUNDING * ROUNDING * bread * total) return true;
  if (errors.type === 'iid') return false;
  const share =
    mayBeIndefinite(errors) || errors.type === 'bell-mccaffrey' ? ROUNDING_OF_DIFFERENCES : ROUNDING_OF_PRODUCTS;
  return size <= share * bread * rest;
}

/** Variances that are rounding are 0, and so are their covariances. */
function withoutRounding(vcov: Float64Array, inverse: Float64Array, fit: LinearFit, errors: Errors): Float64Array {
  const k = fit.terms;
  const of = { total: fit.sst, rest: fit.ssr / fit.n, errors };
  const isZero = (j: number): boolean => isRounding(vcov[j * (k + 1)]!, { ...of, bread: inverse[j * (k + 1)]! });
  const zero = Array.from({ length: k }, (_, j) => isZero(j));
  return zero.includes(true) ? vcov.map((v, c) => (zero[Math.floor(c / k)] || zero[c % k] ? 0 : v)) : vcov;
}

function meatOf(
  fit: LinearFit,
  errors: Errors,
  rule: SmallSample,
): (Meat & { readonly degreesOf?: AdjustedClusters['degreesOf']; readonly certain?: number }) | undefined {
  if (errors.type === 'iid') return undefined;
  if (errors.type === 'bell-mccaffrey') {
    const found = adjustedClusters(fit, errors.clusters, errors.correction);
    return found && { matrix: found.meat, groups: [found.groups], degreesOf: found.degreesOf };
  }
  const [only] = errors.type === 'cluster' && errors.by.length === 1 ? errors.by : [];
  const within = fit.conditioned ?? fit; // its design may be made when asked for: not before it is needed
  const sums = only && within.scores?.get(only);
  if (only !== undefined && sums !== undefined) return clusterMeatOfSums(sums, only, rule);
  const e = weightedResiduals(fit);
  if (errors.type !== 'hc' || errors.variant < 2) return sandwichMeat(within.design, e, errors, rule);
  const h = leverages(fit);
  if (h === undefined) return undefined;
  const certain = inflate(e, h, errors.variant === 2 ? 0.5 : 1);
  return { ...sandwichMeat(within.design, e, errors, rule), certain };
}

/** The rule's (n − 1)/(n − K), K and the degrees of freedom of t. */
export function smallSample(
  fit: Pick<LinearFit, 'n' | 'terms' | 'effects'>,
  errors: Errors,
  groups: readonly number[],
  rule: SmallSample,
): { readonly factor: number; readonly dfK: number; readonly dfT: number } {
  const dfK = absorbedParameters(fit.terms, fit.effects, errors.type === 'cluster' ? errors.by : [], rule);
  const sandwichAlone = errors.type === 'bell-mccaffrey' || (errors.type === 'hc' && errors.variant !== 1);
  const residual = Math.max(fit.n - dfK, 1);
  const byGroups = groups.length > 0 && rule.t === 'min';
  return {
    factor: rule.adjustK && !sandwichAlone ? (fit.n > dfK ? (fit.n - 1) / (fit.n - dfK) : Number.NaN) : 1,
    dfK,
    dfT: typeof rule.t === 'number' ? rule.t : byGroups ? Math.max(Math.min(...groups) - 1, 1) : residual,
  };
}

/** Weight times residual. */
export function weightedResiduals(fit: Pick<LinearFit, 'residuals' | 'weights'>): Float64Array {
  const e = fit.residuals.slice();
  if (fit.weights !== undefined) for (let i = 0; i < e.length; i++) e[i]! *= fit.weights[i]!;
  return e;
}

/** Returns how many rows have leverage 1: they have no residual to inflate, and R's sandwich gives NaN there. */
function inflate(e: Float64Array, h: Float64Array, power: number): number {
  let certain = 0;
  for (let i = 0; i < e.length; i++) {
    const left = 1 - h[i]!;
    if (left > 1e-12) e[i] = e[i]! / left ** power;
    else {
      e[i] = 0;
      certain++;
    }
  }
  return certain;
}

/** B M B */
export function sandwich(bread: Float64Array, meat: Float64Array, k: number): Float64Array {
  return product(product(bread, meat, k), bread, k);
}

function product(a: Float64Array, b: Float64Array, k: number): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let l = 0; l < k; l++) {
      const value = a[i * k + l]!;
      for (let j = 0; j < k; j++) out[i * k + j]! += value * b[l * k + j]!;
    }
  }
  return out;
}

/** Estimate by error; NaN where the error is 0 (see `isRounding`), which tests nothing. */
export const tStatistic = (estimate: number, error: number): number => (error === 0 ? Number.NaN : estimate / error);

/** t statistics, two-sided p values and interval bounds of the coefficients. */
export interface CoefficientTests {
  readonly t: Float64Array;
  readonly p: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Tests of each coefficient against 0 and its interval of the given level. */
export function coefficientTests(
  coef: Float64Array,
  of: Pick<Inference, 'se' | 'dfT' | 'dfOf'>,
  level = 0.95,
): CoefficientTests {
  const t = coef.map((b, j) => tStatistic(b, of.se[j]!));
  const df = (j: number): number => of.dfOf?.[j] || of.dfT;
  const common = of.dfOf === undefined ? tQuantile((1 - level) / 2, of.dfT, 'upper') : undefined;
  const width = (j: number): number => common ?? tQuantile((1 - level) / 2, df(j), 'upper');
  return {
    t,
    p: t.map((value, j) => tTwoSided(value, df(j))),
    low: coef.map((b, j) => b - width(j) * of.se[j]!),
    high: coef.map((b, j) => b + width(j) * of.se[j]!),
  };
}
