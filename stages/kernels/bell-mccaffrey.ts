import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { compact, type Factor, rowsByLevel } from './factor-codes.ts';
import { type HatRows, hatRows } from './hat-rows.ts';
import type { LinearFit } from './linear-model.ts';

/** CR2: residuals of a cluster times (I − H_gg)^(−½), unbiased when errors are alike and independent; CR3: times (I − H_gg)⁻¹. */
export type ClusterCorrection = 'CR2' | 'CR3';

/** Multiplications beyond which it is refused: minutes. */
const MOST_WORK = 3e10;

/** Eigenvalues of I − H_gg below this are zero: the cluster fits its effects perfectly. */
const SINGULAR = 1e-10;

export interface AdjustedClusters {
  /** terms×terms, in the coordinates of the fit's design */
  readonly meat: Float64Array;
  readonly groups: number;
  /** Satterthwaite's degrees of freedom of the combination `direction` (terms) of B × scores */
  degreesOf(direction: Float64Array): number;
}

/**
 * Scores by cluster of residuals corrected for what the fit takes from them, absorbed effects included, and the degrees of freedom that
 * follow under independent errors of one variance (of variance 1/weight with weights). With H = Φ Φᵀ (`hatRows`) a cluster's block is known
 * by the few entries of its rows: powers of I − H_gg come from the smaller of the two products of Φ_g.
 * @returns undefined when it would take too long (`MOST_WORK`)
 * Source: Bell & McCaffrey (2002), Survey Methodology 28(2), eq. 6–8; Pustejovsky & Tipton (2018), JBES 36(4), eq. 11–14, Theorem 1.
 */
export function adjustedClusters(
  fit: LinearFit,
  by: Factor,
  correction: ClusterCorrection,
): AdjustedClusters | undefined {
  const hat = hatRows(fit);
  const clusters = compact(by);
  if (hat === undefined || workOf(hat, fit, clusters) > MOST_WORK) return undefined;
  const shared = sharedLevels(hat, clusters);
  const { starts, rows } = rowsByLevel(clusters);
  const k = fit.terms;
  const meat = new Float64Array(k * k);
  const parts: ClusterPart[] = [];
  const { design } = fit.conditioned ?? fit;
  for (let g = 0; g < clusters.levels; g++) {
    const members = rows.subarray(starts[g]!, starts[g + 1]!);
    const phi = featuresOf(hat, members);
    const x = design.map((column) => scaled(column, members, fit.weights));
    const e = scaled(fit.residuals, members, fit.weights);
    const adjusted = adjustedColumns(phi, x, correction, fit.weights && unevenWeights(members, fit.weights));
    const score = adjusted.map((column) => dot(column, e));
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) meat[a * k + b]! += score[a]! * score[b]!;
    parts.push(partOf(phi, adjusted, { hat, shared }));
  }
  const width = hat.shared + shared.count * hat.perLevel;
  return { meat, groups: clusters.levels, degreesOf: (direction) => satterthwaite(parts, width, direction) };
}

/** Values of rows times the roots of their weights. */
const scaled = (column: Float64Array, members: Int32Array, weights: Float64Array | undefined): Float64Array =>
  Float64Array.from(members, (i) => column[i]! * (weights === undefined ? 1 : Math.sqrt(weights[i]!)));

/** Levels of the swept effect that lie in several clusters, numbered; −1 for those that lie in one. */
interface SharedLevels {
  readonly number: Int32Array;
  readonly count: number;
}

function sharedLevels({ levelOf, levels }: HatRows, { codes }: Factor): SharedLevels {
  const home = new Int32Array(levels).fill(-1);
  const number = new Int32Array(levels).fill(-1);
  let count = 0;
  for (let i = 0; i < levelOf.length; i++) {
    const u = levelOf[i]!;
    if (u < 0) continue;
    if (home[u] === -1) home[u] = codes[i]!;
    else if (home[u] !== codes[i] && number[u] === -1) number[u] = count++;
  }
  return { number, count };
}

function workOf(hat: HatRows, fit: LinearFit, clusters: Factor): number {
  const { codes, levels: groups } = clusters;
  const counts = new Int32Array(groups);
  const met = Array.from({ length: groups }, () => new Set<number>());
  for (let i = 0; i < codes.length; i++) {
    counts[codes[i]!]! += 1;
    met[codes[i]!]!.add(hat.levelOf[i]!);
  }
  const powers = counts.reduce((sum, n, g) => {
    const width = hat.shared + met[g]!.size * hat.perLevel;
    return sum + 10 * Math.min(n, width) ** 3 + n * width * Math.min(n, width);
  }, 0);
  const width = hat.shared + hat.perLevel * sharedLevels(hat, clusters).count;
  const degrees = fit.terms * width * groups * Math.min(width, groups);
  const rest = hat.shared - fit.terms;
  return powers + degrees + (fit.n * rest * rest) / 2;
}

/** Φ of a cluster's rows: columns of all rows, then those of the levels it meets. */
interface Features {
  readonly rows: number;
  /** rows × width, row-major */
  readonly values: Float64Array;
  readonly width: number;
  /** levels of the swept effect, in the order of their columns */
  readonly levels: readonly number[];
}

function featuresOf(hat: HatRows, members: Int32Array): Features {
  const place = new Map<number, number>();
  for (const row of members) {
    const u = hat.levelOf[row]!;
    if (u >= 0 && !place.has(u)) place.set(u, place.size);
  }
  const width = hat.shared + place.size * hat.perLevel;
  const values = new Float64Array(members.length * width);
  const one = new Float64Array(hat.shared + hat.perLevel);
  members.forEach((row, i) => {
    hat.write(row, one, 0);
    values.set(one.subarray(0, hat.shared), i * width);
    const at = place.get(hat.levelOf[row]!);
    if (at !== undefined) values.set(one.subarray(hat.shared), i * width + hat.shared + at * hat.perLevel);
  });
  return { rows: members.length, values, width, levels: [...place.keys()] };
}

/** (I − Φ Φᵀ)^(−½ or −1) times columns, the inverse generalized. */
function adjustedColumns(
  phi: Features,
  columns: readonly Float64Array[],
  correction: ClusterCorrection,
  weights: Float64Array | undefined,
): Float64Array[] {
  const left = (share: number): number => {
    const rest = 1 - share;
    if (rest <= SINGULAR) return 0;
    return correction === 'CR2' ? 1 / Math.sqrt(rest) : 1 / rest;
  };
  if (correction === 'CR2' && weights !== undefined) return throughWeightedRows(phi, columns, weights);
  return phi.rows <= phi.width ? throughRows(phi, columns, left) : throughFeatures(phi, columns, left);
}

/** Weights of a cluster's rows, of mean 1; undefined when they are all the same. */
function unevenWeights(members: Int32Array, weights: Float64Array): Float64Array | undefined {
  const own = Float64Array.from(members, (i) => weights[i]!);
  if (own.every((w) => w === own[0])) return undefined;
  const mean = own.reduce((sum, w) => sum + w, 0) / own.length;
  return own.map((w) => w / mean);
}

/** W⁻¹ (W⁻¹ (I − Φ Φᵀ) W⁻¹)^(−½) times columns: equation 11 of Pustejovsky and Tipton, with D = W^(−½), in scaled coordinates. */
function throughWeightedRows(phi: Features, columns: readonly Float64Array[], w: Float64Array): Float64Array[] {
  const { rows } = phi;
  const product = rowProducts(phi);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) {
      const at = i * rows + j;
      product[at] = ((i === j ? 1 : 0) - product[at]!) / (w[i]! * w[j]!);
    }
  const { vectors, shares } = eigen(product, rows);
  // what they could be at most, not what they are: of a cluster that is fitted perfectly they are all rounding
  const most = w.reduce((a, b) => Math.max(a, b ** -2), 0);
  const root = shares.map((s) => (s > SINGULAR * most ? 1 / Math.sqrt(s) : 0));
  return throughVectors(vectors, root, columns).map((column) => column.map((value, i) => value / w[i]!));
}

/** V f(λ) Vᵀ of the rows' own product. */
function throughRows(phi: Features, columns: readonly Float64Array[], left: (share: number) => number): Float64Array[] {
  const { vectors, shares } = eigen(rowProducts(phi), phi.rows);
  return throughVectors(vectors, shares.map(left), columns);
}

/** V diag(factors) Vᵀ times columns. */
function throughVectors(
  vectors: readonly number[][],
  factors: readonly number[],
  columns: readonly Float64Array[],
): Float64Array[] {
  return columns.map((x) => {
    const out = new Float64Array(x.length);
    vectors.forEach((v, j) => {
      const along = dot(v, x) * factors[j]!;
      for (let i = 0; i < out.length; i++) out[i]! += along * v[i]!;
    });
    return out;
  });
}

/** Φ Φᵀ */
function rowProducts({ rows, width, values }: Features): Float64Array {
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += values[i * width + c]! * values[j * width + c]!;
      product[i * rows + j] = product[j * rows + i] = sum;
    }
  return product;
}

/** x + Φ V (f(λ) − 1)/λ Vᵀ Φᵀ x: what Φ does not reach stays as it is. */
function throughFeatures(
  phi: Features,
  columns: readonly Float64Array[],
  left: (share: number) => number,
): Float64Array[] {
  const { rows, width, values } = phi;
  const product = new Float64Array(width * width);
  for (let i = 0; i < rows; i++)
    for (let a = 0; a < width; a++) {
      const value = values[i * width + a]!;
      if (value !== 0) for (let b = 0; b <= a; b++) product[a * width + b]! += value * values[i * width + b]!;
    }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) product[b * width + a] = product[a * width + b]!;
  const { vectors, shares } = eigen(product, width);
  return columns.map((x) => {
    const reached = transposed(phi, x);
    const change = new Float64Array(width);
    vectors.forEach((v, j) => {
      if (shares[j]! < 1e-14) return;
      const along = (dot(v, reached) * (left(shares[j]!) - 1)) / shares[j]!;
      for (let c = 0; c < width; c++) change[c]! += along * v[c]!;
    });
    const out = x.slice();
    for (let i = 0; i < rows; i++) for (let c = 0; c < width; c++) out[i]! += values[i * width + c]! * change[c]!;
    return out;
  });
}

function eigen(product: Float64Array, size: number): { vectors: readonly number[][]; shares: readonly number[] } {
  const matrix = Matrix.from1DArray(size, size, product);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return { shares: realEigenvalues, vectors: realEigenvalues.map((_, j) => eigenvectorMatrix.getColumn(j)) };
}

/** Φᵀ x */
function transposed({ rows, width, values }: Features, x: Float64Array): Float64Array {
  const out = new Float64Array(width);
  for (let i = 0; i < rows; i++) for (let c = 0; c < width; c++) out[c]! += values[i * width + c]! * x[i]!;
  return out;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** What a cluster's corrected regressors A_g X_g leave for degrees of freedom; all linear or quadratic in the direction. */
interface ClusterPart {
  /** (A X)ᵀ (A X) less the part of levels that lie in this cluster alone */
  readonly own: Float64Array;
  /** columns of Φ that other clusters have too: their numbers, and Φᵀ A X for each (terms) */
  readonly at: readonly number[];
  readonly shared: readonly Float64Array[];
}

function partOf(
  phi: Features,
  adjusted: readonly Float64Array[],
  { hat, shared }: { hat: HatRows; shared: SharedLevels },
): ClusterPart {
  const k = adjusted.length;
  const own = new Float64Array(k * k);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) own[a * k + b] = dot(adjusted[a]!, adjusted[b]!);
  const reached = adjusted.map((column) => transposed(phi, column));
  const at: number[] = [];
  const common: Float64Array[] = [];
  for (let c = 0; c < phi.width; c++) {
    const values = Float64Array.from(reached, (r) => r[c]!);
    const inLevel = c - hat.shared;
    const number = inLevel < 0 ? 0 : shared.number[phi.levels[Math.floor(inLevel / hat.perLevel)]!]!;
    if (number >= 0) {
      at.push(inLevel < 0 ? c : hat.shared + number * hat.perLevel + (inLevel % hat.perLevel));
      common.push(values);
    } else for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) own[a * k + b]! -= values[a]! * values[b]!;
  }
  return { own, at, shared: common };
}

/**
 * (tr M)²/tr M² with M_gh = u_gᵀ (I − H)_gh u_h, u_g = A_g X_g d. M = D − P Pᵀ, D diagonal and P clusters × common columns, so that the
 * second trace needs the smaller of P Pᵀ and Pᵀ P alone.
 * Source: Bell & McCaffrey (2002), eq. 9; Pustejovsky & Tipton (2018), §3.1.
 */
function satterthwaite(parts: readonly ClusterPart[], width: number, direction: Float64Array): number {
  const k = direction.length;
  let trace = 0;
  let squares = 0;
  const common = parts.map(({ own, at, shared }) => {
    const p = new Float64Array(width);
    at.forEach((c, i) => {
      p[c]! += dot(shared[i]!, direction);
    });
    let d = 0;
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) d += direction[a]! * own[a * k + b]! * direction[b]!;
    const norm = dot(p, p);
    trace += d - norm;
    squares += d * d - 2 * d * norm;
    return p;
  });
  return trace ** 2 / (squares + squaredProducts(common, width));
}

/** Sum of squares of the entries of P Pᵀ, or of Pᵀ P, which is the same. */
function squaredProducts(rows: readonly Float64Array[], width: number): number {
  let sum = 0;
  if (rows.length <= width) {
    rows.forEach((a, g) => {
      for (let h = 0; h < g; h++) sum += 2 * dot(a, rows[h]!) ** 2;
      sum += dot(a, a) ** 2;
    });
    return sum;
  }
  const product = new Float64Array(width * width);
  for (const row of rows)
    for (let a = 0; a < width; a++) {
      const value = row[a]!;
      if (value !== 0) for (let b = 0; b < width; b++) product[a * width + b]! += value * row[b]!;
    }
  return dot(product, product);
}
