/** Cluster bootstrap of the indirect effect a·b. */

import type { Absorber } from '../kernels/absorb.ts';
import { clusterProducts, coefficientsFromProducts } from '../kernels/cluster-products.ts';
import type { Effect } from '../kernels/effects.ts';
import { compact, type Factor } from '../kernels/factor-codes.ts';
import { fitLinear } from '../kernels/fit.ts';
import { quantile } from '../kernels/quantile.ts';
import { stream } from '../kernels/random.ts';
import { acceleration, tails } from './bootstrap-interval.ts';

export interface MediationArrays {
  readonly y: Float64Array;
  readonly mediator: Float64Array;
  /** the treatment first, then the controls */
  readonly x: readonly Float64Array[];
  readonly effects: readonly Effect[];
  readonly intercept: boolean;
  readonly weights?: Float64Array;
  readonly clusters: Factor;
  /** made before for these effects, rows and weights */
  readonly absorber?: Absorber;
}

export interface BootstrapInterval {
  readonly draws: number;
  /** draws that could be estimated */
  readonly used: number;
  readonly clusters: number;
  readonly std_error: number;
  readonly percentile: readonly [number, number];
  /** bias-corrected percentile interval (Efron 1987) */
  readonly bias_corrected: readonly [number, number];
  /** bias-corrected and accelerated; the acceleration from leaving out one cluster at a time */
  readonly bca: readonly [number, number];
  readonly acceleration: number;
  readonly p_value: number;
}

/** a·b of the sample with cluster g drawn `times[g]` times. */
type Indirect = (times: Uint32Array) => number;

export function bootstrapIndirect(
  data: MediationArrays,
  options: { draws: number; seed: number; level: number; observed: number },
): BootstrapInterval {
  const clusters = compact(data.clusters);
  const indirect = fastIndirect({ ...data, clusters }) ?? slowIndirect({ ...data, clusters });
  const values: number[] = [];
  const times = new Uint32Array(clusters.levels);
  for (let draw = 0; draw < options.draws; draw++) {
    const random = stream(options.seed, draw);
    times.fill(0);
    for (let g = 0; g < clusters.levels; g++) times[random.below(clusters.levels)]! += 1;
    const value = indirect(times);
    if (Number.isFinite(value)) values.push(value);
  }
  const left = Float64Array.from({ length: clusters.levels }, (_, out) => {
    times.fill(1);
    times[out] = 0;
    return indirect(times);
  });
  return {
    draws: options.draws,
    used: values.length,
    clusters: clusters.levels,
    ...summarize(Float64Array.from(values).sort(), { ...options, skew: acceleration(left) }),
  };
}

/** Estimates closer than this share of their size and spread are the same. */
const ROUNDING = 1e-10;

interface Observed {
  readonly level: number;
  readonly observed: number;
  readonly skew: number;
}

function summarize(sorted: Float64Array, { level, observed, skew }: Observed) {
  const n = sorted.length;
  const mean = sorted.reduce((s, v) => s + v, 0) / n;
  const std_error = Math.sqrt(sorted.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1));
  const alpha = (1 - level) / 2;
  // a draw of every cluster once is the sample: however it rounds, it is not below itself
  const least = observed - ROUNDING * (Math.abs(observed) + std_error);
  const below = sorted.reduce((s, v) => s + (v < least ? 1 : 0), 0) / n;
  const negative = sorted.reduce((s, v) => s + (v <= 0 ? 1 : 0), 0);
  const between = (bias: readonly [number, number]) => [quantile(sorted, bias[0]), quantile(sorted, bias[1])] as const;
  return {
    std_error,
    percentile: [quantile(sorted, alpha), quantile(sorted, 1 - alpha)] as const,
    bias_corrected: between(tails(below, alpha, 0)),
    bca: between(tails(below, alpha, skew)),
    acceleration: skew,
    p_value: Math.min(1, (2 * (Math.min(negative, n - negative) + 1)) / (n + 1)),
  };
}

/** Through per-cluster cross-products; undefined when they cannot be had. */
function fastIndirect(data: MediationArrays): Indirect | undefined {
  const { x, mediator, y, effects, intercept, clusters, weights } = data;
  const products = clusterProducts({
    columns: [...x, mediator, y],
    effects,
    intercept,
    clusters,
    ...(data.absorber && { absorber: data.absorber }),
    ...(weights === undefined ? {} : { weights }),
  });
  if (products === undefined) return undefined;
  const k = x.length;
  const p = k + 2;
  const treatments = x.map((_, j) => j);
  return (times) => {
    const full = products.resampled(times);
    const a = coefficientsFromProducts(full, p, k, treatments)[0]!;
    const b = coefficientsFromProducts(full, p, k + 1, [...treatments, k])[k]!;
    return a * b;
  };
}

/** By refitting with the multiplicities as weights. */
function slowIndirect(data: MediationArrays): Indirect {
  const { codes } = data.clusters;
  return (times) => {
    const rows = Int32Array.from(codes.keys()).filter((i) => times[codes[i]!]! > 0);
    const on = (column: Float64Array): Float64Array => Float64Array.from(rows, (i) => column[i]!);
    const weights = Float64Array.from(rows, (i) => times[codes[i]!]! * (data.weights?.[i] ?? 1));
    const effects = data.effects.map(
      (e): Effect => ({
        ...compact({ codes: Int32Array.from(rows, (i) => e.codes[i]!), levels: e.levels }),
        ...(e.slopes === undefined ? {} : { slopes: e.slopes.map(on), slopeOnly: e.slopeOnly ?? false }),
      }),
    );
    const x = data.x.map(on);
    const model = { weights, effects, intercept: data.intercept };
    const toMediator = fitLinear({ ...model, y: on(data.mediator), x });
    const toOutcome = fitLinear({ ...model, y: on(data.y), x: [...x, on(data.mediator)] });
    const coefficient = (fit: typeof toMediator, column: number): number => {
      const at = fit.kept.indexOf(column);
      return at === -1 ? Number.NaN : fit.coef[at + (fit.hasConstant ? 1 : 0)]!;
    };
    return coefficient(toMediator, 0) * coefficient(toOutcome, x.length);
  };
}
