/** Gardner's two-stage difference in differences. */
import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['did2s'];

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table();
  const shown = lab.show(
    lab.stage({
      stage: 'event-study',
      estimator: 'two-stage',
      from,
      y: spec.y,
      cohort: spec.cohort,
      unit: spec.id,
      time: spec.time,
      never: spec.never_treated_code ?? 0,
      controls: spec.first_stage_x ?? [],
      ...(spec.weights === undefined ? {} : { weights: spec.weights }),
      cluster: spec.cluster,
    }),
    'model',
  );
  return (compare) => {
    const model = shown.value;
    compare.near(['static', 'est'], model.att.estimate, COEF);
    compare.near(['static', 'se'], model.att.std_error, SE);
    compare.near(['static', 'nobs'], model.nobs, EXACT);
    const byPeriod = new Map(model.terms.map((t) => [String(t.period), t]));
    results.event_study.rel.forEach((period, i) => {
      compare.near(['event_study', 'rel', i], period);
      compare.near(['event_study', 'est', i], byPeriod.get(String(period))?.estimate, COEF);
      compare.near(['event_study', 'se', i], byPeriod.get(String(period))?.std_error, SE);
    });
  };
}
