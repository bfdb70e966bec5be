/** Two-stage least squares with the tests of instruments. */
import { COEF, SE } from '../comparison.mjs';
import { beyond, compareAllErrors, compareFit, compareTest, finder, fitEach, listOf } from '../model.mjs';
import { modelOf } from './linear.mjs';

export const families = ['iv'];

export function plan(c, lab) {
  const { spec, results } = c;
  const endogenous = listOf(spec.endogenous);
  const model = { from: lab.table(), ...modelOf(spec), iv: { endogenous, instruments: spec.instruments } };
  const shown = fitEach(c, lab, model);
  const own = (vcov) => lab.stage({ stage: 'regress', ...model, vcov });
  const [iid, robust] = [own('iid'), own('HC1')];
  const clustered = spec.cluster === undefined ? undefined : own({ cluster: spec.cluster });
  const first = endogenous.map((name) => lab.show(iid, `first_${name.replace(/[^\p{L}\p{N}_-]/gu, '_')}`));
  const [iidModel, robustModel, clusterModel] = [iid, robust, clustered].map((n) => n && lab.show(n, 'model'));
  return (compare) => {
    const models = shown.map((s) => s.value);
    compareFit(compare, models[0]);
    compareAllErrors(compare, models);
    const { iv } = iidModel.value;
    const stageOf = (tests, name) => tests.first_stage.find((s) => s.term === name.replace(/^ivf\d+::/, ''));
    for (const path of ['first_stage_F', 'iv_f_all'])
      for (const name of Object.keys(results[path] ?? {})) compareTest(compare, [path, name], stageOf(iv, name).f);
    for (const [path, of] of [
      ['first_stage_F_hetero', robustModel],
      ['first_stage_F_cluster', clusterModel],
    ])
      for (const name of Object.keys(results[path] ?? {}))
        compareTest(compare, [path, name], stageOf(of.value.iv, name).robust_f);
    compareTest(compare, ['wu_hausman', 'wh'], iv.wu_hausman);
    compareTest(compare, ['sargan', 'sargan'], iv.sargan);
    if (compare.has('cragg_donald_F')) compare.near(['cragg_donald_F'], iv.cragg_donald, SE);
    const term = finder(first[0].value);
    if (compare.has('first_stage_coef')) {
      const extra = beyond(first[0].value, results.first_stage_coef);
      compare.each(['first_stage_coef'], (name) => term(name)?.estimate, COEF, extra);
      compare.each(['first_stage_se_iid'], (name) => term(name)?.std_error, SE);
    }
    compareOther(compare, iidModel.value, iv);
    compare.skip(['crosscheck_AER_ivreg_rel_diff']);
  };
}

/** R's AER::ivreg: the same tests in another program's words. */
function compareOther(compare, model, iv) {
  const tests = { 'Weak instruments': iv.first_stage[0].f, 'Wu-Hausman': iv.wu_hausman, Sargan: iv.sargan };
  const aer = compare.want('AER_diagnostics') ?? {};
  for (const [name, want] of Object.entries(aer)) {
    const label = iv.endogenous.find((e) => name === `Weak instruments (${e})`);
    const test = label === undefined ? tests[name] : iv.first_stage.find((s) => s.term === label).f;
    if (want.statistic === null) {
      if (test !== undefined) compare.fail(`AER_diagnostics › ${name}`, test.statistic, null);
      compare.skip(['AER_diagnostics', name]);
      continue;
    }
    compare.near(['AER_diagnostics', name, 'statistic'], test?.statistic, SE);
    compare.near(['AER_diagnostics', name, 'p-value'], test?.p_value, { relative: 1e-6 });
    compare.near(['AER_diagnostics', name, 'df1'], test?.df1 ?? test?.df);
    if (want.df2 !== null) compare.near(['AER_diagnostics', name, 'df2'], test?.df2);
  }
  const term = finder(model);
  if (compare.has('AER_se_iid'))
    compare.each(['AER_se_iid'], (name) => (term(`fit_${name}`) ?? term(name))?.std_error, SE);
}
