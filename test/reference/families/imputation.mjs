/** Borusyak, Jaravel and Spiess's imputation. */
import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['bjs_imputation'];

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table();
  const params = {
    stage: 'event-study',
    estimator: 'imputation',
    from,
    y: spec.y,
    cohort: spec.cohort,
    unit: spec.id,
    time: spec.time,
    never: spec.never_treated_code ?? 0,
    controls: spec.first_stage_x ?? spec.x ?? [],
    ...(spec.fe === undefined ? {} : { absorb: spec.fe }),
    ...(spec.weights === undefined ? {} : { weights: spec.weights }),
    ...(spec.cluster === undefined ? {} : { cluster: spec.cluster }),
    ...(Array.isArray(spec.pretrends) ? { pretrends: spec.pretrends } : {}),
  };
  // the program fits its first stage with feols, which drops singletons; the cross-check keeps them
  const shown = lab.show(lab.stage({ ...params, singletons: 'drop' }), 'model');
  const kept = lab.show(lab.stage({ ...params, singletons: 'keep' }), 'model');
  return (compare) => {
    const model = shown.value;
    compare.near(['static', 'est'], model.att.estimate, COEF);
    compare.near(['static', 'se'], model.att.std_error, SE);
    const byPeriod = new Map(model.terms.map((t) => [String(t.period), t]));
    results.event_study.term.forEach((period, i) => {
      const term = byPeriod.get(String(period)) ?? { estimate: null, std_error: null };
      compare.near(['event_study', 'term', i], period);
      compare.near(['event_study', 'est', i], term.estimate, COEF);
      compare.near(['event_study', 'se', i], term.std_error, SE);
    });
    compare.near(['n_treated_obs_used'], model.treated_rows + model.treated_rows_left_out, EXACT);
    compare.near(['crosscheck_from_scratch_att'], kept.value.att.estimate, COEF);
  };
}
