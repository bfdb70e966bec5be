/** De Chaisemartin and D'Haultfœuille: weights of the two-way coefficient, and DID_M. */
import { COEF, EXACT } from '../comparison.mjs';

export const families = ['dechaisemartin'];

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table({ panel: { unit: spec.id, time: spec.time } });
  const weights = lab.show(
    lab.stage({ stage: 'twfe-weights', from, y: spec.y, x: spec.treatment, singletons: 'keep' }),
    'weights',
  );
  const study = lab.show(
    lab.stage({
      stage: 'event-study',
      estimator: 'chaisemartin-dhaultfoeuille',
      from,
      y: spec.y,
      treatment: spec.treatment,
    }),
    'model',
  );
  return (compare) => {
    const w = weights.value;
    const m = study.value;
    const numbers = {
      twfe_coef: [w.coefficient, COEF],
      n_treated_cells: [w.cells, EXACT],
      n_negative_weights: [w.negative.count, EXACT],
      sum_negative_weights: [w.negative.sum, { relative: 1e-8, absolute: 1e-13 }],
      sum_positive_weights: [w.positive.sum, COEF],
      weights_sd: [w.weights_sd, COEF],
      min_sd_att_zero: [w.min_sd_att_zero, COEF],
      did_m: [m.att.estimate, COEF],
      n_switchers_used: [m.switchers, EXACT],
    };
    for (const [name, [got, tolerance]] of Object.entries(numbers))
      if (compare.has(name)) compare.near([name], got, tolerance);
    const cell = (time, direction) => m.by_period.find((p) => p.time === time && p.direction === direction);
    results.by_period.time.forEach((time, i) => {
      compare.near(['by_period', 'time', i], time);
      compare.near(['by_period', 'n_join', i], cell(time, 'join')?.switchers ?? 0);
      compare.near(['by_period', 'n_leave', i], cell(time, 'leave')?.switchers ?? 0);
      compare.near(['by_period', 'did_plus', i], cell(time, 'join')?.estimate ?? null, COEF);
      compare.near(['by_period', 'did_minus', i], cell(time, 'leave')?.estimate ?? null, COEF);
    });
  };
}
