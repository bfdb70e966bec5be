/**
 * The decomposition of the two-way estimate with time-varying controls: a within-cohort part and one part per pair of cohorts.
 * Source: Goodman-Bacon (2021), J. Econometrics 225(2), 254–277, §5.2, equations 23–25.
 */
import { leastSquares } from './least-squares.ts';

/** Cohort means by period (cohort by cohort, [c * periods + t]) of a balanced panel. */
export interface ControlledPanel {
  readonly periods: number;
  readonly units: Float64Array;
  /** 0/1 treatment */
  readonly treatment: Float64Array;
  readonly outcome: Float64Array;
  readonly controls: readonly Float64Array[];
  /** the part of the treatment that controls and both effects predict */
  readonly predicted: Float64Array;
}

export interface PairPart {
  readonly first: number;
  readonly second: number;
  readonly estimate: number;
  /** among the pairs; sums to 1 */
  readonly weight: number;
}

/** The parts between cohorts: each pair of cohorts once, over all periods. */
export function pairParts(panel: ControlledPanel): PairPart[] {
  const count = panel.units.length;
  const found: PairPart[] = [];
  for (let k = 0; k < count; k++) for (let l = k + 1; l < count; l++) found.push(pairPart(panel, k, l));
  const total = found.reduce((sum, p) => sum + p.weight, 0);
  return found.map((p) => ({ ...p, weight: p.weight / total }));
}

/**
 * With two cohorts, taking unit and period effects out of a cohort-level column leaves a multiple of the difference between the cohorts around
 * its mean over time: each regression of the pair is one of such differences.
 */
function pairPart(panel: ControlledPanel, k: number, l: number): PairPart {
  const { periods, units } = panel;
  const gap = (column: Float64Array): Float64Array => centredGap(column, periods, k, l);
  const treatment = gap(panel.treatment);
  const outcome = gap(panel.outcome);
  const predicted = gap(panel.predicted);
  const controls = panel.controls.map(gap);
  const norms = controls.map(dot2);
  const onControls = leastSquares(treatment, controls, norms);
  const left = dot2(onControls.residuals); // (1 − R²)·V(D)
  const drift = predicted.map((p, t) => treatment[t]! - onControls.residuals[t]! - p);
  const spread = dot2(drift);
  // treatment that the controls explain fully carries no weight of its own
  const alone = left > 1e-12 * dot2(treatment) ? dot(onControls.residuals, outcome) : 0;
  const variance = (left > 1e-12 * dot2(treatment) ? left : 0) + spread;
  const both = units[k]! + units[l]!;
  const scale = (units[k]! * units[l]!) / (both * both) / periods;
  return {
    first: k,
    second: l,
    estimate: variance > 0 ? (alone + dot(drift, outcome)) / variance : Number.NaN,
    weight: (both * periods) ** 2 * scale * variance,
  };
}

function centredGap(column: Float64Array, periods: number, k: number, l: number): Float64Array {
  const gap = Float64Array.from({ length: periods }, (_, t) => column[k * periods + t]! - column[l * periods + t]!);
  const mean = gap.reduce((s, v) => s + v, 0) / periods;
  return gap.map((v) => v - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t]! * b[t]!;
  return sum;
}

const dot2 = (a: Float64Array): number => dot(a, a);

/** The part within cohorts: how much of the treatment's left-over variance it is, and its coefficient (NaN when there is none). */
export interface WithinPart {
  readonly share: number;
  readonly estimate: number;
}

/**
 * @param residual treatment of each row with controls and effects out
 * @param between  its mean over the row's cohort and period
 */
export function withinPart(
  outcome: Float64Array,
  residual: Float64Array,
  { between, weights }: { readonly between: Float64Array; readonly weights: Float64Array | undefined },
): WithinPart {
  const within = residual.map((d, i) => d - between[i]!);
  const product = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, v, i) => sum + (weights === undefined ? 1 : weights[i]!) * v * b[i]!, 0);
  const variance = product(within, within);
  return {
    share: variance / product(residual, residual),
    estimate: variance > 0 ? product(within, outcome) / variance : Number.NaN,
  };
}
