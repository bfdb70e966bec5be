/** The parts of a two-way estimate, with names, and their sums by type. */
import { comparisons } from '../kernels/bacon.ts';
import { pairParts, withinPart } from '../kernels/bacon-controls.ts';
import { type Cohorts, cohortMeans } from './cohort-panel.ts';

export type PartType =
  | 'treated_vs_untreated'
  | 'earlier_vs_later'
  | 'later_vs_earlier'
  | 'later_vs_always'
  | 'both_treated'
  | 'within';

/** Comparisons whose control is treated already: biased when effects grow or fade. */
export const forbidden: ReadonlySet<PartType> = new Set(['later_vs_earlier', 'later_vs_always']);

export interface Part {
  readonly type: PartType;
  /** first treated period; absent for the part within cohorts */
  readonly treated?: number | string;
  /** first treated period of the control; null: never treated */
  readonly control?: number | string | null;
  readonly estimate: number;
  readonly weight: number;
}

export interface TypeSummary {
  readonly type: PartType;
  readonly comparisons: number;
  readonly weight: number;
  /** weighted mean of the estimates of this type */
  readonly estimate: number;
}

/** Columns of the sample, one value per row. */
export interface SampleColumns {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly controls: readonly Float64Array[];
}

export function parts(cohorts: Cohorts, outcome: Float64Array): Part[] {
  const periods = cohorts.grid.periods;
  const panel = { periods, starts: cohorts.starts, units: cohorts.mass, means: cohortMeans(cohorts, outcome) };
  return comparisons(panel).map(({ treated, control, estimate, weight }) => {
    const own = cohorts.starts[treated] as number;
    const other = cohorts.starts[control] as number;
    const type =
      other === periods
        ? 'treated_vs_untreated'
        : other === 0
          ? 'later_vs_always'
          : other > own
            ? 'earlier_vs_later'
            : 'later_vs_earlier';
    return {
      type,
      treated: cohorts.periods[own] as number | string,
      control: periodAt(cohorts, other),
      estimate,
      weight,
    };
  });
}

const periodAt = ({ periods, grid }: Cohorts, start: number): number | string | null =>
  start === grid.periods ? null : (periods[start] as number | string);

/**
 * With controls: one part within cohorts and one per pair of cohorts.
 * @param residual treatment with the controls and both effects out, one value per row
 */
export function controlledParts(cohorts: Cohorts, columns: SampleColumns, residual: Float64Array): Part[] {
  const { grid, cohortOf, starts } = cohorts;
  const mean = (values: Float64Array): Float64Array => cohortMeans(cohorts, values);
  const between = mean(residual);
  const spread = residual.map(
    (_, i) => between[(cohortOf[i] as number) * grid.periods + (grid.periodOf[i] as number)] as number,
  );
  const within = withinPart(columns.outcome, residual, { between: spread, weights: cohorts.weights });
  const treatment = mean(columns.treatment);
  const pairs = pairParts({
    periods: grid.periods,
    units: cohorts.mass,
    treatment,
    outcome: mean(columns.outcome),
    controls: columns.controls.map(mean),
    predicted: treatment.map((d, c) => d - (between[c] as number)),
  });
  const own: Part[] = within.share > 0 ? [{ type: 'within', estimate: within.estimate, weight: within.share }] : [];
  return [
    ...own,
    ...pairs.map(({ first, second, estimate, weight }): Part => {
      const [early, late] = [starts[first] as number, starts[second] as number];
      const type = late === grid.periods ? 'treated_vs_untreated' : early === 0 ? 'later_vs_always' : 'both_treated';
      // an always-treated cohort is the control of the other
      const [one, other] = type === 'later_vs_always' ? [late, early] : [early, late];
      return {
        type,
        treated: cohorts.periods[one] as number | string,
        control: periodAt(cohorts, other),
        estimate,
        weight: weight * (1 - within.share),
      };
    }),
  ];
}

const ORDER: readonly PartType[] = [
  'treated_vs_untreated',
  'earlier_vs_later',
  'later_vs_earlier',
  'later_vs_always',
  'both_treated',
  'within',
];

export function byType(found: readonly Part[]): TypeSummary[] {
  return ORDER.flatMap((type) => {
    const own = found.filter((p) => p.type === type);
    if (own.length === 0) return [];
    const weight = own.reduce((s, p) => s + p.weight, 0);
    return [{ type, comparisons: own.length, weight, estimate: weightedSum(own) / weight }];
  });
}

export const weightedSum = (found: readonly Part[]): number =>
  found.reduce((s, p) => s + (p.weight === 0 ? 0 : p.weight * p.estimate), 0);
