/** A linear model and its fit, and what fits of models have in common. */
import type { Absorbed, Absorber, AbsorbOptions } from './absorb.ts';
import type { Conditioned, HatFactor } from './conditioning.ts';
import type { DemeanedBlocks } from './demeaned-blocks.ts';
import type { Effect } from './effects.ts';
import type { Factor } from './factor-codes.ts';
import type { FitStatistics } from './fit-statistics.ts';
import type { DroppedColumn, Solved } from './least-squares.ts';
import type { RunParts } from './panel-passes.ts';
import type { ResidualSums } from './residual-pass.ts';

/** One linear model. All columns have n entries and no missing values; rows of singletons have been taken out by the caller. */
export interface LinearModel {
  readonly y: Float64Array;
  /** regressors, without the constant */
  readonly x: readonly Float64Array[];
  /** analytic weights, all positive */
  readonly weights?: Float64Array;
  /** effects to absorb; a constant is then in their span */
  readonly effects?: readonly Effect[];
  /** a constant, when there are no effects; default true */
  readonly intercept?: boolean;
  /** an absorber made before for the same effects, rows and weights */
  readonly absorber?: Absorber;
  readonly absorb?: AbsorbOptions;
  /** with `absorber`: what other models of the same rows may have found out already */
  readonly common?: CommonColumns;
  /** clusters whose sums of scores will be asked for: they come with the residuals where that saves a pass */
  readonly scoresBy?: readonly Factor[];
  /** parts of passes over the rows on other threads, where there are any */
  readonly run?: RunParts;
}

/** Keeps columns without their effects, and cross-products, of models that have rows, effects and weights in common. */
export interface CommonColumns {
  takenOut(column: Float64Array, make: () => TakenOut): TakenOut;
  products(columns: readonly Float64Array[], make: () => StreamedProducts): StreamedProducts;
  /** of columns of a large panel: the last is regressed on the others */
  solved(columns: readonly Float64Array[], make: () => StreamedSolution): StreamedSolution;
}

/** A regressor or outcome with constant or effects out. */
export interface TakenOut {
  readonly column: Float64Array;
  readonly mean: number;
  /** Σ w (x − mean)² before; Σ w x² without constant and effects */
  readonly squares: number;
  /** what collinearity is judged against */
  readonly norm: number;
  readonly absorbed?: Absorbed;
}

/** What one or two passes over the columns tell of them. */
export interface StreamedProducts {
  readonly blocks: DemeanedBlocks;
  /** columns×columns, all effects out */
  readonly products: Float64Array;
}

/** The last column regressed on the others. */
export interface StreamedSolution {
  readonly solved: Solved;
  readonly products: Float64Array;
  readonly sums: ResidualSums;
  readonly residuals: Float64Array;
}

/**
 * A fitted linear model. Terms are the constant first, if there is one, then the kept regressors in their order.
 * Covariances are computed in the coordinates of `design` (constant and centred columns) and carried over to `coef` by
 * `toCoefficients`, so that a constant far from the data costs no digits.
 */
export interface LinearFit extends FitStatistics {
  readonly n: number;
  readonly terms: number;
  readonly hasConstant: boolean;
  readonly coef: Float64Array;
  /** input column of each kept regressor */
  readonly kept: Int32Array;
  readonly dropped: readonly DroppedColumn[];
  /** y minus fit, effects included in the fit */
  readonly residuals: Float64Array;
  /** sums of scores by cluster, row-major by level; for factors of `scoresBy` only */
  readonly scores?: ReadonlyMap<Factor, Float64Array>;
  /** one column per term: ones for the constant, regressors with means or effects taken out; may be made when first asked for */
  readonly design: readonly Float64Array[];
  /** terms×terms, row-major: (designᵀ W design)⁻¹ */
  readonly bread: Float64Array;
  /** of a design that is nearly collinear: where its covariances are computed, so that they keep their digits */
  readonly conditioned?: Conditioned & Pick<LinearFit, 'scores'>;
  /** the projection that leverages come from, where it is not that of `design` and `bread` */
  readonly hat?: HatFactor;
  /** means of the kept regressors when there is a constant */
  readonly means: Float64Array;
  /** K: terms + absorbed levels, as fixest counts */
  readonly parameters: number;
  readonly effects: readonly Effect[];
  readonly weights?: Float64Array;
  readonly absorber?: Absorber;
  /** worst of all columns; absent without effects */
  readonly absorbed?: Absorbed;
}
