/** Least squares: with and without absorbed effects, slopes, all errors. */
import { compareAllErrors, compareFit, compareTest, fitEach, listOf, singletonsOf } from '../model.mjs';

export const families = ['ols', 'did2x2', 'fe', 'did_twfe', 'fe_slopes', 'hac', 'conley'];

export function plan(c, lab) {
  const { spec } = c;
  const panel = spec.panel === undefined ? {} : { panel: { unit: spec.panel[0], time: spec.panel[1] } };
  const from = lab.table(panel);
  const shown = fitEach(c, lab, { from, ...modelOf(spec), ...singletonsOf(spec) });
  return (compare) => {
    const models = shown.map((s) => s.value);
    compareFit(compare, models[0]);
    compareAllErrors(compare, models);
    if (compare.has('F')) compareTest(compare, ['F'], models[0].f);
    compare.skip(['crosscheck_dummy_ols_max_rel_diff']);
  };
}

/** The model as params of `regress`: a formula where the case gives one, or where there is no constant and no effect. */
export function modelOf(spec) {
  const weights = spec.weights === undefined ? {} : { weights: spec.weights };
  const fe = listOf(spec.fe);
  if (spec.formula !== undefined)
    return { formula: fe.length > 0 ? `${spec.formula} | ${fe.join(' + ')}` : spec.formula, ...weights };
  const x = listOf(spec.x);
  if (spec.intercept === false && fe.length === 0) return { formula: `${spec.y} ~ 0 + ${x.join(' + ')}`, ...weights };
  return { y: spec.y, x, ...(fe.length > 0 ? { absorb: fe } : {}), ...weights };
}
