/** Restricted wild cluster bootstrap, every sign vector once. */
import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['wild_cluster_bootstrap'];

export function plan(c, lab) {
  const { spec, results } = c;
  const draws = spec.enumerate ? Math.max(results.vectors, 19) : spec.draws; // 19 is the least the stage takes
  const named = ['rademacher', 'webb'].includes(spec.weights);
  const wild = { cluster: spec.cluster, draws, ...(named ? { weights: spec.weights } : {}) };
  const weights = spec.weights === undefined || named ? {} : { weights: spec.weights };
  const { y, x, controls = [], absorb = [] } = spec;
  const shown = lab.show(
    lab.stage({ stage: 'regress', from: lab.table(), y, x, controls, absorb, ...weights, vcov: { wild }, ssc: 'none' }),
    'model',
  );
  return (compare) => {
    const model = shown.value;
    const term = model.terms.find((t) => t.term === x);
    compare.near(['nobs'], model.nobs, EXACT);
    compare.near(['G'], model.clusters[0].levels, EXACT);
    compare.near(['estimate'], term.estimate, COEF);
    compare.near(['t_cr0'], term.statistic, SE);
    compare.near(['vectors'], model.resampling.draws, EXACT);
    compare.near(['p_two_sided_symmetric'], term.p_value, { relative: 1e-6 });
  };
}
