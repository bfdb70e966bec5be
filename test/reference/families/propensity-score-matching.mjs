/** Propensity-score matching: the score model, the matched sample, the effect on the treated, the balance. */
import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['propensity_score_matching'];

/** A bias after matching may be zero: it is a share of a standard deviation, so it is compared absolutely too. */
const BIAS = { relative: 1e-8, absolute: 1e-9 };
/** Params of the stage that a case may state. */
const OWN = ['method', 'replace', 'caliper', 'neighbours', 'kernel', 'bandwidth', 'score', 'support', 'by'];

export function plan(c, lab) {
  const { spec } = c;
  const given = Object.fromEntries(OWN.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));
  const name = lab.stage({
    stage: 'match',
    from: lab.table(),
    treated: spec.treated,
    on: spec.on,
    y: spec.y,
    ...given,
  });
  const balance = lab.show(name, 'balance');
  return (compare) => {
    const b = balance.value;
    const [model] = b.models;
    const term = (key) => model.terms.find((t) => t.term === key);
    compare.near(['nobs'], b.nobs, EXACT);
    compare.near(['treated'], b.treated, EXACT);
    compare.near(['matched_treated'], b.matched_treated, EXACT);
    compare.near(['distinct_controls'], b.matched_controls, EXACT);
    for (const link of ['logit', 'probit']) {
      compare.each([link], (key) => term(key)?.estimate, COEF);
      compare.each([`${link}_se`], (key) => term(key)?.std_error, SE);
    }
    compare.near(['loglik'], model.loglik, COEF);
    compare.near(['ps_mean_treated'], b.score_mean_treated, COEF);
    compare.near(['ps_mean_control'], b.score_mean_control, COEF);
    compare.near(['att'], b.effects[0].estimate, COEF);
    for (const row of b.rows) {
      compare.near(['balance', row.variable, 'before'], row.bias_before, BIAS);
      compare.near(['balance', row.variable, 'after'], row.bias_after, BIAS);
    }
  };
}
