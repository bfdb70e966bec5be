import { type Absorber, absorber } from './absorb.ts';
import { NEARLY_COLLINEAR } from './conditioning.ts';
import { crossProducts } from './cross-products.ts';
import { parameterCount } from './dof.ts';
import type { Effect } from './effects.ts';
import { asInt32, type Factor } from './factor-codes.ts';
import { takeOut } from './fit.ts';
import { COLLINEAR } from './least-squares.ts';
import type { CommonColumns, TakenOut } from './linear-model.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';

/** Columns that many models choose their outcome and regressors from, on the same rows with the same effects and weights. */
export interface SharedSource {
  readonly columns: readonly Float64Array[];
  readonly effects?: readonly Effect[];
  readonly weights?: Float64Array;
  /** a constant, when there are no effects; default true */
  readonly intercept?: boolean;
  /** made before for these effects, rows and weights */
  readonly absorber?: Absorber;
  /** with `absorber`: columns without these effects, which others may have made */
  readonly common?: CommonColumns;
}

/** Effects (or the constant) taken out of every column once, and all their cross-products. */
export interface SharedColumns {
  readonly n: number;
  readonly columns: readonly TakenOut[];
  /** columns×columns */
  readonly products: Float64Array;
  readonly effects: readonly Effect[];
  readonly weights?: Float64Array;
  readonly hasConstant: boolean;
  readonly absorber?: Absorber;
}

export function sharedColumns(source: SharedSource): SharedColumns {
  const { weights } = source;
  const effects = source.effects ?? [];
  const n = source.columns[0]?.length ?? 0;
  const hasConstant = effects.length === 0 && source.intercept !== false;
  const inside = effects.length === 0 ? undefined : (source.absorber ?? absorber(effects, n, weights));
  const common = inside === source.absorber ? source.common : undefined;
  const columns = source.columns.map((column) => {
    const make = (): TakenOut => takeOut(column, inside, hasConstant, weights);
    return common === undefined ? make() : common.takenOut(column, make);
  });
  return {
    n,
    columns,
    products: crossProducts(
      columns.map((c) => c.column),
      weights,
    ),
    effects,
    hasConstant,
    ...(weights && { weights }),
    ...(inside && { absorber: inside }),
  };
}

/** One model of the family: what is needed to test one of its coefficients. */
export interface SharedFit {
  /** numbers of the kept regressors among the shared columns, in the order given */
  readonly kept: Int32Array;
  readonly dropped: readonly number[];
  readonly coef: Float64Array;
  /** the outcome's column */
  readonly y: number;
  readonly ssr: number;
  /** coefficients with the constant, if there is one */
  readonly terms: number;
  /** K: terms and absorbed levels, as fixest counts */
  readonly parameters: number;
  /** Row j of the bread (X'WX)⁻¹ over the kept regressors. */
  breadRow(j: number): Float64Array;
}

/**
 * A share of residual variance below this loses more digits in the normal equations than refinement on the rows would, and so does a
 * regressor that is nearly collinear: such a model is fitted by itself.
 */
const SMALL_RESIDUAL = 1e-5;

/**
 * Least squares of one shared column on others, from the cross-products alone: k³ work whatever the number of rows.
 * @returns undefined when the model is too near to collinear, or fits too well, to be told from cross-products
 * Source: Frisch & Waugh (1933), Econometrica 1(4), for the effects; the collinearity rule is that of `leastSquares`.
 */
export function sharedFit(shared: SharedColumns, y: number, x: readonly number[]): SharedFit | undefined {
  const { products, columns } = shared;
  const p = columns.length;
  const k = x.length;
  const root = Float64Array.from(x, (j) => Math.sqrt(columns[j]!.norm) || 1);
  const matrix = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b <= a; b++) matrix[a * k + b] = products[x[a]! * p + x[b]!]! / (root[a]! * root[b]!);
  const share = Float64Array.from({ length: k }, (_, a) => matrix[a * k + a]!);
  const chol = rankCholeskyInPlace(matrix, k, COLLINEAR, new Float64Array(k).fill(1));
  const kept: number[] = [];
  const dropped: number[] = [];
  for (let a = 0; a < k; a++) {
    if (chol.dropped[a] === 1) dropped.push(x[a]!);
    else {
      kept.push(a);
      const pivot = chol.factor[a * k + a]! ** 2;
      if (pivot < NEARLY_COLLINEAR * share[a]!) return undefined;
    }
  }
  const right = Float64Array.from(x, (j, a) => products[j * p + y]! / root[a]!);
  const solution = right.slice();
  solveCholeskyInPlace(chol, solution);
  let explained = 0;
  for (const a of kept) explained += solution[a]! * right[a]!;
  const total = products[y * p + y]!;
  const ssr = total - explained;
  if (!(ssr > SMALL_RESIDUAL * total)) return undefined;
  const terms = kept.length + (shared.hasConstant ? 1 : 0);
  return {
    kept: Int32Array.from(kept, (a) => x[a]!),
    dropped,
    coef: Float64Array.from(kept, (a) => solution[a]! / root[a]!),
    y,
    ssr,
    terms,
    parameters: parameterCount(terms, shared.effects),
    breadRow(j) {
      const at = kept[j]!;
      const row = new Float64Array(k);
      row[at] = 1;
      solveCholeskyInPlace(chol, row);
      return Float64Array.from(kept, (a) => row[a]! / (root[a]! * root[at]!));
    },
  };
}

/** Σ_g (Σ_{i∈g} z_i w_i e_i)² for the models of a family, where z = X b for a row b of the bread and e are the residuals. */
export type GroupedScores = (fit: SharedFit, bread: Float64Array) => number;

/** More numbers than this are not kept by group. */
const MOST_NUMBERS = 4e6;

/**
 * Squared sums of scores by group. With few groups the products within each group are kept, so that a model costs k² per group;
 * otherwise (or with `groups` absent: each row its own group) k per row.
 */
export function groupedScores(shared: SharedColumns, groups?: Factor): GroupedScores {
  const p = shared.columns.length;
  const dense = groups !== undefined && groups.levels * p * p <= MOST_NUMBERS && groups.levels * p <= 2 * shared.n;
  return dense ? byProducts(shared, groups) : byRows(shared, groups);
}

function byProducts(shared: SharedColumns, groups: Factor): GroupedScores {
  const p = shared.columns.length;
  const products = groupProducts(shared, groups);
  return ({ kept, coef, y }, bread) => {
    const k = kept.length;
    let sum = 0;
    for (let g = 0; g < groups.levels; g++) {
      const base = g * p * p;
      let score = 0;
      for (let a = 0; a < k; a++) {
        const row = base + kept[a]! * p;
        let inner = products[row + y]!;
        for (let b = 0; b < k; b++) inner -= products[row + kept[b]!]! * coef[b]!;
        score += bread[a]! * inner;
      }
      sum += score * score;
    }
    return sum;
  };
}

/** Cross-products of all columns within each group: groups × columns × columns. */
function groupProducts({ columns, weights, n }: SharedColumns, groups: Factor): Float64Array {
  const p = columns.length;
  const codes = asInt32(groups.codes);
  const out = new Float64Array(groups.levels * p * p);
  for (let a = 0; a < p; a++) {
    const left = columns[a]!.column;
    for (let b = 0; b <= a; b++) {
      const right = columns[b]!.column;
      const at = a * p + b;
      for (let i = 0; i < n; i++) {
        const w = weights === undefined ? 1 : weights[i]!;
        out[codes[i]! * p * p + at]! += w * left[i]! * right[i]!;
      }
    }
  }
  for (let g = 0; g < groups.levels; g++)
    for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) out[g * p * p + b * p + a] = out[g * p * p + a * p + b]!;
  return out;
}

function byRows({ columns, weights, n }: SharedColumns, groups: Factor | undefined): GroupedScores {
  const codes = groups === undefined ? undefined : asInt32(groups.codes);
  const z = new Float64Array(n);
  const e = new Float64Array(n);
  const sums = new Float64Array(groups?.levels ?? 0);
  return ({ kept, coef, y }, bread) => {
    z.fill(0);
    e.set(columns[y]!.column);
    for (let a = 0; a < kept.length; a++) {
      const column = columns[kept[a]!]!.column;
      const b = coef[a]!;
      const c = bread[a]!;
      for (let i = 0; i < n; i++) {
        e[i]! -= b * column[i]!;
        z[i]! += c * column[i]!;
      }
    }
    if (weights !== undefined) for (let i = 0; i < n; i++) e[i]! *= weights[i]!;
    let sum = 0;
    if (codes === undefined) {
      for (let i = 0; i < n; i++) sum += (z[i]! * e[i]!) ** 2;
      return sum;
    }
    sums.fill(0);
    for (let i = 0; i < n; i++) sums[codes[i]!]! += z[i]! * e[i]!;
    for (let g = 0; g < sums.length; g++) sum += sums[g]! * sums[g]!;
    return sum;
  };
}
