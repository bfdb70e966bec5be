/** Inputs that leave an estimator nothing to work with, or less than was asked for. */
import { error, type Fault, type Note } from '../../contract.ts';
import { leastSquares } from '../../kernels/least-squares.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { termName } from '../term.ts';

/** An outcome that never moves has estimates of 0 and errors of 0, and no test. */
export function constantOutcome(y: Float64Array, { linear }: EventStudySpec): Fault | undefined {
  const first = y[0];
  if (y.some((v) => v !== first)) return undefined;
  return error('CE2415', { name: termName(linear.y), nobs: y.length }, ['y']);
}

/** Numbers of the columns that are constant or a combination of the constant and the columns before them. */
export function dependentColumns(columns: readonly Float64Array[], weights: Float64Array): readonly number[] {
  if (columns.length === 0) return [];
  const mass = weights.reduce((s, w) => s + w, 0);
  const centred = columns.map((column) => {
    const mean = column.reduce((s, v, i) => s + v * (weights[i] as number), 0) / mass;
    return column.map((v) => v - mean);
  });
  const norms = columns.map((column) => column.reduce((s, v, i) => s + v * v * (weights[i] as number), 0));
  const { dropped } = leastSquares(new Float64Array(weights.length), centred, norms, weights);
  return dropped.map((d) => d.column);
}

export const idleCovariates = (terms: readonly string[]): Note[] =>
  terms.length === 0 ? [] : [{ code: 'CN2670', args: { terms } }];
