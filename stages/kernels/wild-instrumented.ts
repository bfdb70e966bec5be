import { scoreMaps } from './cluster-score-map.ts';
import { crossProducts, dotsWith } from './cross-products.ts';
import { asInt32, compact, type Factor } from './factor-codes.ts';
import { leastSquares } from './least-squares.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import { MOST_WILD_CLUSTERS, type WildModel, type WildTest } from './wild-bootstrap.ts';
import { intervalEnd, type TailShares, tailShares, type WildRule, wildVectors } from './wild-weights.ts';

/** `x` is endogenous, `controls` are exogenous; all columns have means or effects out. */
export interface InstrumentedWildModel extends Omit<WildModel, 'hypothesis'> {
  /** excluded, none collinear with others or with the controls */
  readonly instruments: readonly Float64Array[];
}

/**
 * Wild restricted efficient bootstrap of one endogenous regressor by two-stage least squares. Under the null b: û the residuals of y − b x on the
 * exogenous columns; x on instruments, exogenous columns and û gives π̃ and ṽ = x − Z π̃ (what û explains stays in ṽ); a draw is
 * x* = Z π̃ + w ṽ, y* = b x* + w û with one weight w a cluster, and its statistic t* of b. With exogenous columns out, t* follows from sums by
 * cluster, θ = (ZᵀZ)⁻¹Zᵀx*: b* − b = θᵀZᵀû* / θᵀZᵀx*, scores θᵀ(z_hᵀû* − (b* − b) z_hᵀx*).
 * @returns undefined when there are more clusters than MOST_WILD_CLUSTERS
 * Source: Davidson & MacKinnon (2010), JBES 28(1), §4, clustered as in Roodman et al. (2019), Stata J. 19(1), §6.
 */
export function wildInstrumented(
  model: InstrumentedWildModel,
  rule: WildRule,
  uniform: () => number,
): WildTest | undefined {
  const groups = compact(model.clusters);
  const size = groups.levels;
  if (size > MOST_WILD_CLUSTERS) return undefined;
  const source = wildVectors(rule, size, uniform);
  const vectors = Array.from({ length: source.draws }, (_, draw) => {
    const vector = new Float64Array(size);
    source.next(vector, draw);
    return vector;
  });
  const parts = partialled(model, groups);
  const { estimate, se } = observed(parts, 0);
  const shares = (b: number) => sharesOf(parts, vectors, b);
  return {
    estimate,
    t: estimate / se,
    ...shares(0),
    draws: source.draws,
    enumerated: source.enumerated,
    clusters: size,
    interval: (level) => {
      const end = (side: number) =>
        intervalEnd((b) => shares(b).p, { estimate, se, side, alpha: 1 - level, steps: HALVINGS });
      return [end(-1), end(1)];
    },
  };
}

/** Each needs all draws again: to 10⁻⁷ of a standard error. */
const HALVINGS = 25;

interface Parts {
  readonly groups: Factor;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly z: readonly Float64Array[];
  readonly weights: Float64Array | undefined;
  /** solves ZᵀWZ b = r in place */
  solve(b: Float64Array): void;
  /** Σ_{i in h} w z_i u_i by cluster and instrument, u a column */
  sums(u: Float64Array): Float64Array[];
  /** the same of what exogenous columns leave of weights × u */
  map(u: Float64Array): (vector: Float64Array, out: readonly Float64Array[]) => void;
}

function partialled(model: InstrumentedWildModel, groups: Factor): Parts {
  const { controls, weights } = model;
  const norms = controls.map((c) => crossProducts([c], weights)[0]!);
  const out = (column: Float64Array) => leastSquares(column, controls, norms, weights).residuals;
  const z = model.instruments.map(out);
  const gram = rankCholeskyInPlace(crossProducts(z, weights), z.length, 0);
  const codes = asInt32(groups.codes);
  const mapsOf = z.map((x) => scoreMaps(model, { x, design: controls, groups }));
  return {
    groups,
    y: out(model.y),
    x: out(model.x),
    z,
    weights,
    solve: (b) => solveCholeskyInPlace(gram, b),
    sums: (u) =>
      z.map((column) => {
        const sums = new Float64Array(groups.levels);
        for (let i = 0; i < u.length; i++)
          sums[codes[i]!]! += column[i]! * u[i]! * (weights === undefined ? 1 : weights[i]!);
        return sums;
      }),
    map(u) {
      const maps = mapsOf.map((of) => of(u));
      return (vector, sums) => {
        maps.forEach((m, l) => {
          m.apply(vector, sums[l]!);
        });
      };
    },
  };
}

/** Estimate and error of b, and its statistic, from sums by cluster of z x and of z (y − b x). */
function twoStage(
  { solve }: Parts,
  zx: readonly Float64Array[],
  zu: readonly Float64Array[],
): { gap: number; se: number } {
  const total = (sums: Float64Array) => sums.reduce((s, v) => s + v, 0);
  const theta = Float64Array.from(zx, total);
  const strength = theta.slice();
  solve(theta);
  let explained = 0;
  let crossed = 0;
  theta.forEach((t, l) => {
    explained += t * strength[l]!;
    crossed += t * total(zu[l]!);
  });
  const gap = crossed / explained;
  let squares = 0;
  for (let h = 0; h < zx[0]!.length; h++) {
    let score = 0;
    for (let l = 0; l < theta.length; l++) score += theta[l]! * (zu[l]![h]! - gap * zx[l]![h]!);
    squares += score * score;
  }
  return { gap, se: Math.sqrt(squares) / explained };
}

function observed(parts: Parts, b: number): { estimate: number; se: number } {
  const { gap, se } = twoStage(parts, parts.sums(parts.x), parts.sums(parts.y.map((v, i) => v - b * parts.x[i]!)));
  return { estimate: b + gap, se };
}

function sharesOf(parts: Parts, vectors: readonly Float64Array[], b: number): TailShares {
  const { x, z, groups } = parts;
  const u = parts.y.map((v, i) => v - b * x[i]!);
  const pi = efficient(parts, u);
  const fitted = new Float64Array(x.length);
  z.forEach((column, l) => {
    for (let i = 0; i < fitted.length; i++) fitted[i]! += pi[l]! * column[i]!;
  });
  const start = parts.sums(fitted);
  const [mapV, mapU] = [parts.map(x.map((v, i) => v - fitted[i]!)), parts.map(u)];
  const empty = () => z.map(() => new Float64Array(groups.levels));
  const [zx, zu] = [empty(), empty()];
  const tOf = (vector: Float64Array): number => {
    mapV(vector, zx);
    mapU(vector, zu);
    zx.forEach((sums, l) => {
      for (let h = 0; h < sums.length; h++) sums[h]! += start[l]![h]!;
    });
    const { gap, se } = twoStage(parts, zx, zu);
    return gap / se;
  };
  // the sample itself, as a draw is computed: among all vectors it must not fall short of itself by rounding
  const statistic = tOf(new Float64Array(groups.levels).fill(1));
  return tailShares(statistic, vectors.length, (draw) => tOf(vectors[draw]!));
}

/** First-stage coefficients of the instruments with the restricted residuals among the regressors. */
function efficient({ x, z, weights }: Parts, u: Float64Array): Float64Array {
  const columns = [...z, u];
  const k = columns.length;
  const products = crossProducts(columns, weights);
  const root = Float64Array.from({ length: k }, (_, a) => Math.sqrt(products[a * (k + 1)]!) || 1);
  const scaled = products.map((v, c) => v / (root[Math.floor(c / k)]! * root[c % k]!));
  const solved = dotsWith(columns, x, weights).map((v, a) => v / root[a]!);
  solveCholeskyInPlace(rankCholeskyInPlace(scaled, k, 1e-14), solved);
  return solved.map((v, a) => v / root[a]!);
}
