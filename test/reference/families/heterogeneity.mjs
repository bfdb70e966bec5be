/** Split samples and the difference between two groups. */

import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['heterogeneity'];

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table();
  const params = {
    stage: 'heterogeneity',
    from,
    y: spec.y,
    x: spec.x,
    controls: spec.controls ?? [],
    absorb: spec.absorb ?? [],
    by: spec.by,
    split: spec.split,
    singletons: 'keep',
  };
  const name = lab.stage({ ...params, vcov: 'iid' });
  const clustered = spec.cluster === undefined ? name : lab.stage({ ...params, cluster: spec.cluster });
  const test = lab.show(name, 'test');
  const groups = Object.keys(results).filter(
    (key) => typeof results[key] === 'object' && results[key].estimate !== undefined,
  );
  const models = groups.map((group) => lab.show(name, group));
  const clusteredTest = lab.show(clustered, 'test');
  const clusteredModels = groups.map((group) => lab.show(clustered, group));
  return (compare) => {
    groups.forEach((group, i) => {
      const model = models[i].value;
      const term = model.terms.find((t) => t.term === spec.x);
      compare.near([group, 'estimate'], term.estimate, COEF);
      compare.near([group, 'se_iid'], term.std_error, SE);
      compare.near([group, 'n'], model.nobs, EXACT);
      const robust = clusteredModels[i].value.terms.find((t) => t.term === spec.x);
      if (compare.has(group, 'se_cluster')) compare.near([group, 'se_cluster'], robust.std_error, SE);
    });
    if (compare.has('median')) compare.near(['median'], test.value.cuts[0], COEF);
    compare.near(['difference'], test.value.difference, COEF);
    compare.near(['difference_se_iid'], test.value.std_error, SE);
    if (compare.has('difference_se_cluster'))
      compare.near(['difference_se_cluster'], clusteredTest.value.std_error, SE);
  };
}
