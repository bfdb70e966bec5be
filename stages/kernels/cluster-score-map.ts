import type { Absorber } from './absorb.ts';
import { crossProducts } from './cross-products.ts';
import { isStreamable } from './demeaned-blocks.ts';
import { asInt32, type Factor } from './factor-codes.ts';
import { leastSquares } from './least-squares.ts';
import { rankCholeskyInPlace, solveCholeskyInPlace } from './rank-cholesky.ts';
import { arrange } from './sweep-layout.ts';
import { sweepLevels } from './swept-products.ts';

/** Columns with means or effects out, and what took them out. */
export interface ScoredModel {
  readonly weights?: Float64Array;
  readonly absorber?: Absorber;
  /** columns were centred for a constant */
  readonly hasConstant?: boolean;
}

export interface Scored {
  /** the regressor whose scores are wanted, free of the rest of the design */
  readonly x: Float64Array;
  /** the whole design, x's column included */
  readonly design: readonly Float64Array[];
  readonly groups: Factor;
}

/** s = A v: scores of x by cluster h in the full model's residuals of Σ_g v_g u_g, u_g a column's part in cluster g. */
export interface ScoreMap {
  apply(vector: Float64Array, out: Float64Array): void;
}

/** A map for a column u. Its rank is small where the swept effect lies within clusters, and then a step costs clusters × rank. */
export type ScoreMapOf = (u: Float64Array) => ScoreMap;

export function scoreMaps(model: ScoredModel, scored: Scored): ScoreMapOf {
  return lowRankMaps(model, scored) ?? ((u) => tableMap(scoreTable(model, scored, u), scored.groups.levels));
}

/** More columns of other effects than this are not kept by cluster. */
const MOST_KEPT = 4e6;

/**
 * x is free of the design X and, level by level, of the swept effect; so what a cluster's column leaves in another cluster's scores goes
 * through X and the other effects R alone: A_hg = [h = g] c_g − (x_hᵀ X_h)(Xᵀ X)⁻¹(X_gᵀ u_g) − (x_hᵀ R_h) S⁻ (R_gᵀ M u_g).
 */
function lowRankMaps(model: ScoredModel, { x, design, groups }: Scored): ScoreMapOf | undefined {
  const { absorber, weights } = model;
  const effects = otherEffects(model, groups);
  if (effects === undefined) return undefined;
  const k = design.length;
  const gram = rankCholeskyInPlace(crossProducts(design, weights), k, 0);
  const rank = k + effects.columns;
  const left = new Float64Array(groups.levels * rank);
  addProducts(left, rank, design, x, groups, weights);
  effects.add(left, rank, k, x, false);
  return (u) => {
    const right = new Float64Array(groups.levels * rank);
    addProducts(right, rank, design, u, groups, weights);
    effects.add(right, rank, k, u, absorber !== undefined);
    for (let g = 0; g < groups.levels; g++) {
      solveCholeskyInPlace(gram, right.subarray(g * rank, g * rank + k));
      effects.solve(right.subarray(g * rank + k, (g + 1) * rank));
    }
    const own = new Float64Array(groups.levels);
    addProducts(own, 1, [x], u, groups, weights);
    return lowRankMap({ own, left, right, rank });
  };
}

interface LowRank {
  readonly own: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly rank: number;
}

function lowRankMap({ own, left, right, rank }: LowRank): ScoreMap {
  const through = new Float64Array(rank);
  return {
    apply(vector, out) {
      through.fill(0);
      for (let g = 0; g < vector.length; g++) {
        const v = vector[g]!;
        for (let r = 0, at = g * rank; r < rank; r++, at++) through[r]! += right[at]! * v;
      }
      for (let h = 0; h < vector.length; h++) {
        let sum = own[h]! * vector[h]!;
        for (let r = 0, at = h * rank; r < rank; r++, at++) sum -= left[at]! * through[r]!;
        out[h] = sum;
      }
    },
  };
}

/** sums[g, j] += Σ_{i in g} w c_j z */
function addProducts(
  sums: Float64Array,
  width: number,
  columns: readonly Float64Array[],
  z: Float64Array,
  groups: Factor,
  weights: Float64Array | undefined,
): void {
  const codes = asInt32(groups.codes);
  columns.forEach((column, j) => {
    for (let i = 0; i < z.length; i++)
      sums[codes[i]! * width + j]! += column[i]! * z[i]! * (weights === undefined ? 1 : weights[i]!);
  });
}

/** The effects other than the swept one, or the constant: their columns' products with a column by cluster, and S⁻. */
interface OtherEffects {
  readonly columns: number;
  add(sums: Float64Array, width: number, at: number, column: Float64Array, sweep: boolean): void;
  solve(b: Float64Array): void;
}

function otherEffects({ absorber, hasConstant, weights }: ScoredModel, groups: Factor): OtherEffects | undefined {
  const codes = asInt32(groups.codes);
  if (absorber === undefined) {
    if (hasConstant !== true) return { columns: 0, add: () => {}, solve: () => {} };
    const mass = weights === undefined ? codes.length : weights.reduce((sum, w) => sum + w, 0);
    return {
      columns: 1,
      add(sums, width, at, column) {
        for (let i = 0; i < column.length; i++)
          sums[codes[i]! * width + at]! += column[i]! * (weights === undefined ? 1 : weights[i]!);
      },
      solve(b) {
        b[0]! /= mass;
      },
    };
  }
  const { layout, schur } = absorber;
  if (!isStreamable(absorber) || groups.levels * layout.restColumns > MOST_KEPT) return undefined;
  const clusters = new Int32Array(layout.n);
  for (let i = 0; i < layout.n; i++) clusters[i] = codes[layout.order === undefined ? i : layout.order[i]!]!;
  for (let u = 0; u < layout.mass.length; u++)
    for (let i = layout.starts[u]!; i < layout.starts[u + 1]!; i++)
      if (clusters[i] !== clusters[layout.starts[u]!]) return undefined;
  return {
    columns: layout.restColumns,
    add(sums, width, at, column, sweep) {
      const f = sweep ? arrange(column, layout.order).slice() : arrange(column, layout.order);
      if (sweep) sweepLevels(f, layout, 0, layout.mass.length);
      for (const { codes: level, loads } of layout.rest)
        for (let i = 0; i < f.length; i++)
          sums[clusters[i]! * width + at + level[i]!]! += f[i]! * (loads === undefined ? 1 : loads[i]!);
    },
    solve(b) {
      if (schur !== undefined) solveCholeskyInPlace(schur, b);
    },
  };
}

function tableMap(table: Float64Array, size: number): ScoreMap {
  return {
    apply(vector, out) {
      for (let h = 0; h < size; h++) {
        let sum = 0;
        const row = h * size;
        for (let g = 0; g < size; g++) sum += table[row + g]! * vector[g]!;
        out[h] = sum;
      }
    },
  };
}

/** Column g: scores by cluster of x with the full model's residuals of u's part in cluster g. */
function scoreTable(model: ScoredModel, { x, design, groups }: Scored, u: Float64Array): Float64Array {
  const size = groups.levels;
  const codes = asInt32(groups.codes);
  const norms = design.map((c) => crossProducts([c], model.weights)[0]!);
  const table = new Float64Array(size * size);
  const alone = new Float64Array(x.length);
  for (let g = 0; g < size; g++) {
    for (let i = 0; i < alone.length; i++) alone[i] = codes[i] === g ? u[i]! : 0;
    if (model.absorber !== undefined) model.absorber.residualizeInPlace(alone);
    else if (model.hasConstant === true) centre(alone, model.weights);
    const { residuals } = leastSquares(alone, design, norms, model.weights);
    const scores = new Float64Array(size);
    addProducts(scores, 1, [x], residuals, groups, model.weights);
    for (let h = 0; h < size; h++) table[h * size + g] = scores[h]!;
  }
  return table;
}

function centre(column: Float64Array, weights: Float64Array | undefined): void {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!;
    mass += w;
    sum += w * column[i]!;
  }
  const mean = sum / mass;
  for (let i = 0; i < column.length; i++) column[i]! -= mean;
}
