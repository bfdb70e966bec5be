import type { LinearFit } from './linear-model.ts';
/**
 * What the coefficients of relative periods weigh when effects differ between cohorts: each is Σ ω·(effect of a cohort in a period),
 * over its own period and over others. Source: Sun & Abraham (2021), J. Econometrics 225(2), Proposition 1 and eq. 13.
 */

export interface Contamination {
  /** Σ |ω| over cells of other periods that have a coefficient of their own */
  readonly others: number;
  /** Σ of negative ω within the own period */
  readonly negative: number;
}

/**
 * The weights are the coefficients of a regression of each cell's dummy on the same design: (XᵀWX)⁻¹ XᵀW 1{cell}, all cells in one
 * pass over the rows.
 * @param cell    cell of every row, −1 for rows that are in none
 * @param periods period of every cell; NaN for reference periods
 * @param terms   [term of the fit, its period]
 */
export function contamination(
  fit: Pick<LinearFit, 'design' | 'bread' | 'terms' | 'weights' | 'n'>,
  cell: Int32Array,
  periods: Float64Array,
  terms: readonly (readonly [number, number])[],
): Contamination[] {
  const k = fit.terms;
  const cells = periods.length;
  const sums = new Float64Array(k * cells);
  for (let j = 0; j < k; j++) {
    const column = fit.design[j]!;
    for (let i = 0; i < fit.n; i++)
      if (cell[i]! >= 0) sums[j * cells + cell[i]!]! += column[i]! * (fit.weights === undefined ? 1 : fit.weights[i]!);
  }
  return terms.map(([term, period]) => {
    let others = 0;
    let negative = 0;
    for (let c = 0; c < cells; c++) {
      if (Number.isNaN(periods[c]!)) continue;
      let weight = 0;
      for (let j = 0; j < k; j++) weight += fit.bread[term * k + j]! * sums[j * cells + c]!;
      if (periods[c] !== period) others += Math.abs(weight);
      else if (weight < 0) negative += weight;
    }
    return { others, negative };
  });
}
