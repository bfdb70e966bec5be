/** Placebo tests: all assignments of a treatment. */
import { COEF, EXACT, P } from '../comparison.mjs';

export const families = ['placebo'];

export function plan(c, lab) {
  const { spec } = c;
  const { y, x, controls = [], absorb = [], draws, assign } = spec;
  const panel = spec.panel === undefined ? {} : { panel: { unit: spec.panel[0], time: spec.panel[1] } };
  const from = lab.table(panel);
  const name = lab.stage({ stage: 'placebo', from, y, x, controls, absorb, draws, ...(assign ? { assign } : {}) });
  const distribution = lab.show(name, 'distribution');
  return (compare) => {
    const d = distribution.value;
    compare.near(['observed'], d.observed, COEF);
    compare.near(['assignments'], d.assignments, EXACT);
    compare.near(['p_two_sided'], d.p_value, P);
    compare.near(['min'], d.min, COEF);
    compare.near(['max'], d.max, COEF);
  };
}
