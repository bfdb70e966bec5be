/** Goodman-Bacon decompositions: every comparison, sums by type, the two-way estimate. */
import { COEF, EXACT } from '../comparison.mjs';
import { listOf } from '../model.mjs';

export const families = ['bacon'];

/** `Later vs Always Treated` → `later_vs_always`. */
const typeOf = (name) =>
  ({ 'Both Treated': 'both_treated' })[name] ??
  name
    .toLowerCase()
    .replaceAll(' ', '_')
    .replace(/_treated$/, '');

export function plan(c, lab) {
  const { spec, results } = c;
  const name = lab.stage({
    stage: 'bacon',
    from: lab.table({ panel: { unit: spec.id, time: spec.time } }),
    y: spec.y,
    x: spec.treatment ?? spec.x,
    ...(spec.controls === undefined ? {} : { controls: listOf(spec.controls) }),
  });
  const shown = lab.show(name, 'decomposition');
  return (compare) => {
    const d = shown.value;
    const pairs = d.rows.filter((row) => row.type !== 'within');
    const within = d.rows.find((row) => row.type === 'within');
    if (pairs.length !== results.table.treated.length)
      compare.fail('comparisons', pairs.length, results.table.treated.length);
    results.table.treated.forEach((treated, i) => {
      const control = results.table.untreated[i];
      const type = typeOf(results.table.type[i]);
      // without controls a pair of cohorts stands twice, in either role; the always treated may stand on either side
      const row =
        pairs.find((r) => r.treated === treated && r.control === control && r.type === type) ??
        pairs.find((r) => r.treated === control && r.control === treated && r.type === type);
      if (row === undefined) return compare.fail(`${treated} against ${control}`, 'absent', type);
      compare.near(['table', 'treated', i], treated, EXACT);
      if (typeof control === 'number') compare.near(['table', 'untreated', i], control, EXACT);
      compare.near(['table', 'estimate', i], row.estimate, COEF);
      // pairs weigh 1 in all beside a part within cohorts
      compare.near(['table', 'weight', i], row.weight / (1 - (within?.weight ?? 0)), COEF);
    });
    (results.by_type?.type ?? []).forEach((type, i) => {
      const own = d.by_type.find((t) => t.type === typeOf(type));
      compare.near(['by_type', 'weight', i], own?.weight, COEF);
      compare.near(['by_type', 'avg_estimate', i], own?.estimate, COEF);
    });
    if (compare.has('Omega')) compare.near(['Omega'], within?.weight ?? 0, COEF);
    if (compare.has('beta_hat_w')) compare.near(['beta_hat_w'], within?.estimate, COEF);
    for (const [key, got] of [
      ['twfe_coef', d.twfe],
      ['weighted_sum', d.weighted_sum],
      ['sum_weights', d.sum_weights],
    ])
      if (compare.has(key)) compare.near([key], got, COEF);
  };
}
