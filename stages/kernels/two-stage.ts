import { absorber } from './absorb.ts';
import { crossProducts, residualsAndDots } from './cross-products.ts';
import { assemble, takeOut } from './fit.ts';
import { type FitStatistics, squaresOf } from './fit-statistics.ts';
import { type KClass, kClassProjection, kOf, smallestRoot } from './k-class.ts';
import { leastSquares, type Projection } from './least-squares.ts';
import type { LinearFit, LinearModel, TakenOut } from './linear-model.ts';

/** A model with instruments: `x` are the exogenous regressors. */
export interface InstrumentedModel extends LinearModel {
  readonly endogenous: readonly Float64Array[];
  /** excluded instruments */
  readonly instruments: readonly Float64Array[];
  /** instead of two-stage least squares */
  readonly kind?: KClass;
}

/** Two-stage least squares and the regressions its tests need. */
export interface TwoStageFit {
  /**
   * Terms: the constant, the endogenous variables, the exogenous ones; `kept` and `dropped` count endogenous first. Residuals and all that
   * follows from them are with the endogenous variables as observed; `design` holds their fitted values.
   */
  readonly second: LinearFit;
  /** one per endogenous variable, on [exogenous, instruments] */
  readonly first: readonly LinearFit[];
  /** the outcome on [exogenous, instruments] */
  readonly reduced: LinearFit;
  /** how many instruments the first stage kept */
  readonly instruments: number;
  /** terms of the first stages that are instruments: positions in their `coef` */
  readonly instrumentTerms: Int32Array;
  readonly columns: TwoStageColumns;
  /** k of the k-class estimator: 1 for two-stage least squares */
  readonly k: number;
  /** R² of the second-stage regression, on the fitted endogenous variables, as fixest's; `second.r2` is Stata's: from the structural residuals */
  readonly secondR2: R2;
  /** with weights: what fixest 0.14 prints for it, which squares the residuals without the weights and sets them against the weighted total */
  readonly fixestR2?: R2;
}

export type R2 = Pick<FitStatistics, 'r2' | 'adjR2' | 'withinR2' | 'withinAdjR2'>;

/** Columns with constant or effects out, for the tests. */
export interface TwoStageColumns {
  readonly y: TakenOut;
  readonly endogenous: readonly TakenOut[];
  readonly exogenous: readonly TakenOut[];
  readonly instruments: readonly TakenOut[];
}

/**
 * Two-stage least squares, or another estimator of the k class, with absorbed effects and weights. Collinear exogenous regressors are dropped before instruments.
 * Undefined when fewer instruments than endogenous variables are left.
 * Source: Theil (1953); covariance with the residuals of the structural equation, Wooldridge (2010), §5.2.2.
 */
export function fitTwoStage(model: InstrumentedModel): TwoStageFit | undefined {
  const effects = model.effects ?? [];
  const n = model.y.length;
  const hasConstant = effects.length === 0 && model.intercept !== false;
  const inside =
    effects.length === 0 ? undefined : (model.absorber ?? absorber(effects, n, model.weights, model.absorb));
  const common = inside === model.absorber ? model.common : undefined;
  const out = (column: Float64Array) => {
    const make = () => takeOut(column, inside, hasConstant, model.weights);
    return common === undefined ? make() : common.takenOut(column, make);
  };
  const columns: TwoStageColumns = {
    y: out(model.y),
    endogenous: model.endogenous.map(out),
    exogenous: model.x.map(out),
    instruments: model.instruments.map(out),
  };
  const onAll = [...columns.exogenous, ...columns.instruments];
  const regress = (y: TakenOut, x: readonly TakenOut[]): LinearFit =>
    assemble(model, { y, x, inside, hasConstant, projection: project(y, x, model.weights) });
  const first = columns.endogenous.map((endogenous) => regress(endogenous, onAll));
  const instrumentTerms = termsFrom(first[0]!, columns.exogenous.length);
  if (instrumentTerms.length < columns.endogenous.length) return undefined;
  const fitted = columns.endogenous.map((endogenous, e) => withoutResiduals(endogenous, first[e]!.residuals));
  const x = [...fitted, ...columns.exogenous];
  const projection = project(columns.y, x, model.weights);
  const observed = [...columns.endogenous, ...columns.exogenous];
  const kept = Array.from(projection.kept, (j) => observed[j]!.column);
  const reduced = regress(columns.y, onAll);
  const parts = { kept, first, reduced, columns, weights: model.weights };
  const free = reduced.n - reduced.parameters;
  // without a residual degree of freedom there is no root, and no covariance either: callers refuse the fit
  const kind = free > 0 ? model.kind : undefined;
  const k = kind === undefined ? 1 : kOf(kind, limlRoot(parts), free);
  const own = kind === undefined ? observedResiduals(projection, columns.y, kept) : kClassOf(projection, x, parts, k);
  const second = assemble(model, { y: columns.y, x, inside, hasConstant, projection: own });
  return {
    second,
    first,
    reduced,
    instruments: instrumentTerms.length,
    instrumentTerms,
    columns,
    k,
    ...secondStageR2(model, second, projection),
  };
}

/** Coefficients of the second stage with the endogenous variables as observed. */
function observedResiduals(projection: Projection, y: TakenOut, kept: readonly Float64Array[]): Projection {
  const residuals = new Float64Array(y.column.length);
  residualsAndDots(residuals, y.column, kept, projection.coef);
  return { ...projection, residuals };
}

interface KClassModel {
  /** regressors of the second stage as observed */
  readonly kept: readonly Float64Array[];
  readonly first: readonly LinearFit[];
  readonly reduced: LinearFit;
  readonly columns: TwoStageColumns;
  readonly weights: Float64Array | undefined;
}

/** @param x the columns of the projection */
function kClassOf(projection: Projection, x: readonly TakenOut[], of: KClassModel, k: number): Projection {
  const { kept, first, columns, weights } = of;
  const { conditioned, ...rest } = projection;
  const hat = conditioned ?? { bread: rest.bread, design: Array.from(rest.kept, (j) => x[j]!.column) };
  const left = Array.from(projection.kept, (j) => first[j]?.residuals);
  return { ...rest, hat, ...kClassProjection({ y: columns.y.column, x: kept, left, weights, k }) };
}

function limlRoot({ first, reduced, columns, weights }: KClassModel): number {
  const without = [columns.y, ...columns.endogenous].map((c) => project(c, columns.exogenous, weights).residuals);
  return smallestRoot(crossProducts(without, weights), residualProducts([reduced, ...first]), without.length);
}

/** Another member of the k class has no second-stage regression: its R² is the structural one. */
function secondStageR2(
  { kind, weights }: InstrumentedModel,
  second: LinearFit,
  { residuals }: Projection,
): Pick<TwoStageFit, 'secondR2' | 'fixestR2'> {
  if (kind !== undefined) return { secondR2: second };
  return {
    secondR2: rescaledR2(second, squaresOf(residuals, weights)),
    ...(weights && { fixestR2: rescaledR2(second, squaresOf(residuals, undefined)) }),
  };
}

/** The R² family with another sum of squared residuals. */
function rescaledR2(fit: LinearFit, ssr: number): R2 {
  const other = (r2: number) => 1 - ((1 - r2) * ssr) / fit.ssr;
  return {
    r2: other(fit.r2),
    adjR2: other(fit.adjR2),
    withinR2: other(fit.withinR2),
    withinAdjR2: other(fit.withinAdjR2),
  };
}

/** Least squares of one column on others. */
export function project(y: TakenOut, x: readonly TakenOut[], weights?: Float64Array): Projection {
  return leastSquares(
    y.column,
    x.map((c) => c.column),
    x.map((c) => c.norm),
    weights,
  );
}

/** Positions among the terms of the kept columns numbered `from` and up. */
function termsFrom(fit: LinearFit, from: number): Int32Array {
  const shift = fit.hasConstant ? 1 : 0;
  return Int32Array.from(fit.kept.keys())
    .filter((t) => fit.kept[t]! >= from)
    .map((t) => t + shift);
}

function withoutResiduals(column: TakenOut, residuals: Float64Array): TakenOut {
  const fitted = new Float64Array(residuals.length);
  for (let i = 0; i < fitted.length; i++) fitted[i] = column.column[i]! - residuals[i]!;
  return { ...column, column: fitted };
}

/** Sum of weighted squares and products of residuals of several fits: m×m. */
export function residualProducts(fits: readonly LinearFit[]): Float64Array {
  return crossProducts(
    fits.map((fit) => fit.residuals),
    fits[0]!.weights,
  );
}
