/**
 * The two-way difference-in-differences estimate of a staggered treatment as a weighted mean of all its 2×2 comparisons.
 * Source: Goodman-Bacon (2021), J. Econometrics 225(2), 254–277, theorem 1.
 */

/** A balanced panel by cohort: units that start in the same period are alike. */
export interface CohortPanel {
  readonly periods: number;
  /** index of the first treated period, increasing: 0 is always treated, `periods` never treated */
  readonly starts: Int32Array;
  /** units of each cohort, or the sum of their weights */
  readonly units: Float64Array;
  /** mean outcome of the cohort by period, cohort by cohort (means[c * periods + t]) */
  readonly means: Float64Array;
}

/** One 2×2 comparison. Weights of all comparisons sum to 1. */
export interface Comparison {
  /** index of the cohort that changes treatment */
  readonly treated: number;
  /** index of the cohort that does not, in the periods compared */
  readonly control: number;
  readonly estimate: number;
  readonly weight: number;
}

/**
 * All comparisons, by treated cohort and then control. A cohort that starts later is compared until it starts, one that started earlier from its
 * start on; always-treated units are controls only.
 */
export function comparisons(panel: CohortPanel): Comparison[] {
  const { periods, starts } = panel;
  const found: Comparison[] = [];
  for (let k = 0; k < starts.length; k++) {
    const start = starts[k]!;
    if (start === 0 || start === periods) continue;
    for (let u = 0; u < starts.length; u++) {
      if (u === k) continue;
      const other = starts[u]!;
      const [from, end] = other > start ? [0, other] : [other, periods];
      found.push({
        treated: k,
        control: u,
        estimate: change(panel, k, { from, start, end }) - change(panel, u, { from, start, end }),
        weight: rawWeight(panel.units[k]!, panel.units[u]!, { from, start, end }),
      });
    }
  }
  const total = found.reduce((sum, c) => sum + c.weight, 0);
  return found.map((c) => ({ ...c, weight: c.weight / total }));
}

interface Window {
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** Mean outcome of cohort c in [start, end) less that in [from, start). */
function change({ periods, means }: CohortPanel, c: number, { from, start, end }: Window): number {
  let before = 0;
  let after = 0;
  for (let t = from; t < start; t++) before += means[c * periods + t]!;
  for (let t = start; t < end; t++) after += means[c * periods + t]!;
  return after / (end - start) - before / (start - from);
}

/** (rows of the comparison)² × the variance of the treatment left after unit and period effects; equations 10e–10g up to a common factor. */
function rawWeight(treated: number, control: number, { from, start, end }: Window): number {
  const share = treated / (treated + control);
  const after = (end - start) / (end - from);
  return ((treated + control) * (end - from)) ** 2 * share * (1 - share) * after * (1 - after);
}
