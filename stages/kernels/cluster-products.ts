import type { Absorber } from './absorb.ts';
import type { Effect } from './effects.ts';
import { asInt32, compact, type Factor } from './factor-codes.ts';
import { type RankCholesky, rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import { sweepInPlace } from './sweep.ts';
import { arrange, type SweepLayout, sweepLayout } from './sweep-layout.ts';

/** Columns whose cross-products are to be had for any resample of clusters. */
export interface ClusteredColumns {
  /** outcomes, regressors, mediators: any column of any equation on these rows */
  readonly columns: readonly Float64Array[];
  readonly effects?: readonly Effect[];
  readonly weights?: Float64Array;
  /** a constant, when there are no effects; default true */
  readonly intercept?: boolean;
  readonly clusters: Factor;
  /** an absorber made before for the same effects, rows and weights */
  readonly absorber?: Pick<Absorber, 'layout'>;
}

/** Cross-products by cluster, from which a resample's regressions follow without touching the rows. */
export interface ClusterProducts {
  readonly clusters: number;
  readonly columns: number;
  /**
   * Cross-products of the columns with effects (or the constant) out, in the sample where cluster g is there `times[g]` times.
   * A cluster drawn twice counts as two clusters, whose levels of the widest effect (the units) are new ones; levels of the other effects
   * (years) are shared. columns×columns, row-major.
   */
  resampled(times: ArrayLike<number>): Float64Array;
}

/** More numbers than this are not kept: refit on rows instead. */
const MOST_NUMBERS = 4e7;

/**
 * Prepares a pairs cluster bootstrap. Every unit of the effect with the most levels must lie in one cluster; repeating a unit then only
 * repeats its within-unit products, because its own mean does not change, so a draw is a weighted sum of small matrices and
 * one elimination of the other effects' columns.
 * @returns undefined when units cross clusters or the products would need too much memory
 * Source: Cameron, Gelbach & Miller (2008), REStat 90(3), §II.C (pairs); the algebra is Frisch & Waugh's by unit.
 */
export function clusterProducts(source: ClusteredColumns): ClusterProducts | undefined {
  const n = source.clusters.codes.length;
  const clusters = compact(source.clusters);
  const effects = source.effects ?? [];
  const layout =
    effects.length > 0
      ? (source.absorber?.layout ?? sweepLayout(effects, n, source.weights))
      : constantLayout(source, n);
  const owner = clusterOfLevel(layout, clusters);
  if (owner === undefined) return undefined;
  const parts = collectParts(layout, owner, source, clusters.levels);
  if (parts === undefined) return undefined;
  const rest = layout.restColumns;
  const size = rest + source.columns.length;
  const alike = alikeParts(parts, rest, size);
  const total = new Float64Array(size * size); // of one sample, overwritten by the next
  let lead: { readonly drawn: number; readonly factor: RankCholesky } | undefined;
  return {
    clusters: clusters.levels,
    columns: source.columns.length,
    resampled(times) {
      if (alike !== undefined) {
        const drawn = addAlike(total, alike, times);
        if (!alike.sharesLead) return eliminate(total, size, factorOf(total, size, rest));
        // the other effects' block is the same in every sample of so many clusters
        if (lead?.drawn !== drawn) lead = { drawn, factor: factorOf(total, size, rest) };
        return eliminate(total, size, lead.factor);
      }
      total.fill(0);
      for (let g = 0; g < parts.length; g++) {
        const weight = times[g]!;
        if (weight !== 0) addPart(total, size, parts[g]!, weight);
      }
      return eliminate(total, size, factorOf(total, size, rest));
    },
  };
}

/** Clusters that all meet every rest column, as in a balanced panel: products over the same places, of which many are the same in every cluster. */
interface AlikeParts {
  /** places of the lower triangle whose product differs between clusters */
  readonly places: Int32Array;
  /** their products, cluster by cluster */
  readonly values: Float64Array;
  /** products of the other places, the same in every cluster */
  readonly shared: Float64Array;
  /** no product among the other effects' columns differs */
  readonly sharesLead: boolean;
  /** overwritten with every sample */
  readonly sums: Float64Array;
}

function alikeParts(parts: readonly Part[], rest: number, size: number): AlikeParts | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  if (parts.some((part) => part.index.length !== rest)) return undefined;
  const common = spread(first, size);
  const differs = new Uint8Array(size * size);
  for (const part of parts) {
    const products = spread(part, size);
    for (let i = 0; i < differs.length; i++) if (products[i] !== common[i]) differs[i] = 1;
  }
  const places = Int32Array.from(differs.keys()).filter((place) => differs[place] === 1);
  const values = new Float64Array(parts.length * places.length);
  parts.forEach((part, g) => {
    const products = spread(part, size);
    for (let i = 0; i < places.length; i++) values[g * places.length + i] = products[places[i]!]!;
  });
  const sharesLead = places.every((place) => Math.floor(place / size) >= rest);
  return { places, values, shared: common, sharesLead, sums: new Float64Array(places.length) };
}

/** The products of a part over all columns, rest columns in their own order. */
function spread(part: Part, size: number): Float64Array {
  const out = new Float64Array(size * size);
  addPart(out, size, part, 1);
  return out;
}

/** total ← Σ_g times[g] × products of g; returns the number of clusters drawn. */
function addAlike(total: Float64Array, { places, values, shared, sums }: AlikeParts, times: ArrayLike<number>): number {
  const width = places.length;
  sums.fill(0);
  const drawn = new Int32Array(times.length);
  let count = 0;
  let all = 0;
  for (let g = 0; g < times.length; g++) {
    if (times[g] === 0) continue;
    drawn[count++] = g;
    all += times[g]!;
  }
  // four clusters share each load of a sum
  let d = 0;
  for (; d + 3 < count; d += 4) addFour(sums, values, times, drawn, d);
  for (; d < count; d++) {
    const weight = times[drawn[d]!]!;
    const row = drawn[d]! * width;
    for (let i = 0; i < width; i++) sums[i]! += weight * values[row + i]!;
  }
  for (let place = 0; place < total.length; place++) total[place] = all * shared[place]!;
  for (let i = 0; i < width; i++) total[places[i]!] = sums[i]!;
  return all;
}

function addFour(
  sums: Float64Array,
  values: Float64Array,
  times: ArrayLike<number>,
  drawn: Int32Array,
  d: number,
): void {
  const width = sums.length;
  const [g0, g1, g2, g3] = [drawn[d]!, drawn[d + 1]!, drawn[d + 2]!, drawn[d + 3]!];
  const [w0, w1, w2, w3] = [times[g0]!, times[g1]!, times[g2]!, times[g3]!];
  const [r0, r1, r2, r3] = [g0 * width, g1 * width, g2 * width, g3 * width];
  for (let i = 0; i < width; i++)
    sums[i]! += w0 * values[r0 + i]! + w1 * values[r1 + i]! + (w2 * values[r2 + i]! + w3 * values[r3 + i]!);
}

/** Rows each a level of their own with nothing swept, and the constant, if any, as the one other column. */
function constantLayout(source: ClusteredColumns, n: number): SweepLayout {
  const constant = source.intercept !== false;
  return {
    n,
    swept: -1,
    starts: Int32Array.from({ length: n + 1 }, (_, i) => i),
    mass: new Float64Array(n).fill(1),
    hasLevel: false,
    bases: [],
    ...(source.weights && { weights: source.weights }),
    rest: constant
      ? [{ first: 0, columns: 1, codes: new Int32Array(n), ...(source.weights && { loads: source.weights }) }]
      : [],
    restColumns: constant ? 1 : 0,
    plainRest: [],
  };
}

function clusterOfLevel(layout: SweepLayout, clusters: Factor): Int32Array | undefined {
  const codes = asInt32(clusters.codes);
  const owner = new Int32Array(layout.mass.length);
  for (let u = 0; u < owner.length; u++) {
    const at = (i: number) => codes[layout.order === undefined ? i : layout.order[i]!]!;
    owner[u] = at(layout.starts[u]!);
    for (let i = layout.starts[u]! + 1; i < layout.starts[u + 1]!; i++) if (at(i) !== owner[u]) return undefined;
  }
  return owner;
}

/** One cluster's products: over the rest columns it meets (`index`) and then the columns, dense, lower triangle. */
interface Part {
  readonly index: Int32Array;
  readonly products: Float64Array;
}

function collectParts(
  layout: SweepLayout,
  owner: Int32Array,
  source: ClusteredColumns,
  clusters: number,
): Part[] | undefined {
  const swept = source.columns.map((column) => {
    const sorted = arrange(column, layout.order).slice();
    if (layout.hasLevel || layout.bases.length > 0) sweepInPlace(sorted, layout, new Float64Array(layout.restColumns));
    return sorted;
  });
  const levels: number[][] = Array.from({ length: clusters }, () => []);
  for (let u = 0; u < owner.length; u++) levels[owner[u]!]!.push(u);
  const place = new Int32Array(layout.restColumns).fill(-1);
  const parts: Part[] = [];
  let numbers = 0;
  for (const members of levels) {
    const index = restColumnsOf(layout, members, place);
    numbers += (index.length + swept.length) ** 2;
    if (numbers > MOST_NUMBERS) return undefined;
    parts.push({ index, products: partProducts(layout, members, { place, index, swept }) });
    for (const c of index) place[c] = -1;
  }
  return parts;
}

function restColumnsOf(layout: SweepLayout, levels: readonly number[], place: Int32Array): Int32Array {
  const found: number[] = [];
  for (const u of levels) {
    for (const { codes } of layout.rest) {
      for (let i = layout.starts[u]!; i < layout.starts[u + 1]!; i++) {
        const c = codes[i]!;
        if (place[c] !== -1) continue;
        place[c] = found.length;
        found.push(c);
      }
    }
  }
  return Int32Array.from(found);
}

interface PartSource {
  readonly place: Int32Array;
  readonly index: Int32Array;
  readonly swept: readonly Float64Array[];
}

function partProducts(
  layout: SweepLayout,
  levels: readonly number[],
  { place, index, swept }: PartSource,
): Float64Array {
  const r = index.length;
  const size = r + swept.length;
  const products = new Float64Array(size * size);
  const sums = new Float64Array(r);
  const put = (a: number, b: number, value: number) => {
    products[a >= b ? a * size + b : b * size + a]! += value;
  };
  for (const u of levels) {
    const from = layout.starts[u]!;
    const end = layout.starts[u + 1]!;
    for (let i = from; i < end; i++) {
      const w = layout.weights === undefined ? 1 : layout.weights[i]!;
      for (let g = 0; g < layout.rest.length; g++) {
        const a = layout.rest[g]!;
        const load = a.loads === undefined ? 1 : a.loads[i]!;
        const row = place[a.codes[i]!]!;
        for (let h = 0; h <= g; h++) {
          const b = layout.rest[h]!;
          put(row, place[b.codes[i]!]!, load * (b.values === undefined ? 1 : b.values[i]!));
        }
        for (let j = 0; j < swept.length; j++) put(r + j, row, load * swept[j]![i]!);
      }
      for (let j = 0; j < swept.length; j++) {
        for (let l = 0; l <= j; l++) put(r + j, r + l, w * swept[j]![i]! * swept[l]![i]!);
      }
    }
    if (layout.hasLevel) subtractLevel(layout, u, { place, sums, put });
    for (const basis of layout.bases) subtractLevel(layout, u, { place, sums, put, basis });
  }
  return products;
}

function subtractLevel(
  layout: SweepLayout,
  u: number,
  by: {
    readonly place: Int32Array;
    readonly sums: Float64Array;
    readonly put: (a: number, b: number, value: number) => void;
    readonly basis?: Float64Array;
  },
): void {
  const { place, sums, put, basis } = by;
  sums.fill(0);
  for (const { codes, loads } of layout.rest) {
    for (let i = layout.starts[u]!; i < layout.starts[u + 1]!; i++) {
      sums[place[codes[i]!]!]! += (loads === undefined ? 1 : loads[i]!) * (basis === undefined ? 1 : basis[i]!);
    }
  }
  const mass = basis === undefined ? layout.mass[u]! : 1;
  for (let a = 0; a < sums.length; a++) {
    if (sums[a] !== 0) for (let b = 0; b <= a; b++) put(a, b, (-sums[a]! * sums[b]!) / mass);
  }
}

function addPart(total: Float64Array, size: number, { index, products }: Part, weight: number): void {
  const r = index.length;
  const own = Math.sqrt(products.length);
  const rest = size - (own - r);
  for (let a = 0; a < own; a++) {
    const row = a < r ? index[a]! : rest + a - r;
    for (let b = 0; b <= a; b++) {
      const column = b < r ? index[b]! : rest + b - r;
      total[row >= column ? row * size + column : column * size + row]! += weight * products[a * own + b]!;
    }
  }
}

/** Factor of the leading block. */
function factorOf(total: Float64Array, size: number, lead: number): RankCholesky {
  const block = new Float64Array(lead * lead);
  for (let a = 0; a < lead; a++) for (let b = 0; b <= a; b++) block[a * lead + b] = total[a * size + b]!;
  const scale = Float64Array.from({ length: lead }, (_, a) => block[a * lead + a]!);
  return rankCholeskyInPlace(block, lead, 1e-11, scale);
}

/** Schur complement of the leading block: products of the last columns with those before out. */
function eliminate(total: Float64Array, size: number, chol: RankCholesky): Float64Array {
  const lead = chol.size;
  const k = size - lead;
  const products = new Float64Array(k * k);
  const solved = new Float64Array(lead);
  for (let j = 0; j < k; j++) {
    const row = (lead + j) * size;
    for (let a = 0; a < lead; a++) solved[a] = total[row + a]!;
    solveCholeskyInPlace(chol, solved);
    for (let l = 0; l <= j; l++) {
      const other = (lead + l) * size;
      let value = total[row + lead + l]!;
      for (let a = 0; a < lead; a++) value -= solved[a]! * total[other + a]!;
      products[j * k + l] = products[l * k + j] = value;
    }
  }
  for (let j = 0; j < k; j++) {
    if (products[j * k + j]! > NOTHING_LEFT * total[(lead + j) * size + lead + j]!) continue;
    for (let l = 0; l < k; l++) products[j * k + l] = products[l * k + j] = 0; // no variation left in this resample
  }
  return products;
}

const NOTHING_LEFT = 1e-11;

/**
 * Coefficients of column `y` on columns `x`, from cross-products; NaN for collinear ones.
 * @param products columns×columns, row-major
 */
export function coefficientsFromProducts(
  products: Float64Array,
  columns: number,
  y: number,
  x: readonly number[],
): Float64Array {
  const k = x.length;
  const root = x.map((j) => Math.sqrt(products[j * columns + j]!) || 1);
  const matrix = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) matrix[a * k + b] = products[x[a]! * columns + x[b]!]! / (root[a]! * root[b]!);
  }
  const coef = Float64Array.from(x, (j, a) => products[j * columns + y]! / root[a]!);
  const chol = rankCholeskyInPlace(matrix, k, 1e-12, new Float64Array(k).fill(1));
  solveCholeskyInPlace(chol, coef);
  return coef.map((value, a) => (chol.dropped[a] === 1 ? Number.NaN : value / root[a]!));
}
