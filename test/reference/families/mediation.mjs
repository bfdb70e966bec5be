/** Three-step mediation. */

import { COEF, EXACT, P, SE } from '../comparison.mjs';

export const families = ['mediation'];

export function plan(c, lab) {
  const { spec } = c;
  const from = lab.table();
  const effects = lab.show(
    lab.stage({
      stage: 'mediation',
      from,
      y: spec.y,
      x: spec.x,
      mediator: spec.mediator,
      controls: spec.controls ?? [],
      absorb: spec.absorb ?? [],
      vcov: spec.cluster === undefined ? 'iid' : { cluster: spec.cluster },
    }),
    'effects',
  );
  return (compare) => {
    const e = effects.value;
    const numbers = {
      nobs: [e.nobs, EXACT],
      a: [e.a.estimate, COEF],
      se_a: [e.a.std_error, SE],
      b: [e.b.estimate, COEF],
      se_b: [e.b.std_error, SE],
      direct: [e.direct.estimate, COEF],
      se_direct: [e.direct.std_error, SE],
      total: [e.total.estimate, COEF],
      se_total: [e.total.std_error, SE],
      indirect: [e.indirect, COEF],
      share: [e.share, COEF],
      sobel_se: [e.sobel.std_error, SE],
      sobel_z: [e.sobel.statistic, SE],
      sobel_p: [e.sobel.p_value, P],
      goodman1_se: [e.goodman.std_error, SE],
      goodman1_z: [e.goodman.statistic, SE],
      goodman1_p: [e.goodman.p_value, P],
    };
    for (const [name, [got, tolerance]] of Object.entries(numbers))
      if (compare.has(name)) compare.near([name], got, tolerance);
  };
}
