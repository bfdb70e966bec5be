/** Roth and Sant'Anna's efficient estimator. */
import { COEF, SE } from '../comparison.mjs';

export const families = ['staggered_roth_santanna'];

/** Estimands of the case: which average, and by which rule. */
const RULES = {
  simple: ['att', {}],
  cohort: ['att_group', {}],
  calendar: ['att_calendar', {}],
  simple_cs: ['att', { method: 'did' }],
  simple_sa: ['att', { method: 'did', control: 'never' }],
};
const KIND = { att: 'simple', att_group: 'group', att_calendar: 'calendar' };

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table({ panel: { unit: spec.id, time: spec.time } });
  const shown = Object.fromEntries(
    Object.keys(results).map((name) => [
      name,
      lab.show(
        lab.stage({
          stage: 'event-study',
          estimator: 'roth-santanna',
          from,
          y: spec.y,
          cohort: spec.cohort,
          never: spec.never_treated_code ?? 0,
          ...RULES[name][1],
        }),
        'model',
      ),
    ]),
  );
  return (compare) => {
    for (const name of Object.keys(results)) {
      const model = shown[name].value;
      const key = RULES[name][0];
      const { overall } = model.aggregates[KIND[key]];
      compare.near([name, 'estimate'], overall.estimate, COEF);
      compare.near([name, 'se'], overall.std_error, SE);
      compare.near([name, 'se_neyman'], model.neyman[key], SE);
    }
  };
}
