/** Two-way event studies: by relative time, or by period and group through `i(period, treated, ref = …)`. */
import { COEF, SE } from '../comparison.mjs';
import { compareAllErrors, compareFit, compareTest, listOf, singletonsOf, sscOf, vcovOf } from '../model.mjs';

export const families = ['event_study'];

export function plan(c, lab) {
  const { spec, results } = c;
  const from = lab.table();
  const joint = Object.fromEntries(
    Object.entries(results).flatMap(([name, test]) =>
      test?.terms_regex === undefined ? [] : [[name.replace(/_joint.*/, ''), termsOf(c, test.terms_regex)]],
    ),
  );
  const relative = spec.event_time !== undefined;
  const common = {
    from,
    y: spec.y,
    absorb: spec.fe,
    ...(spec.weights === undefined ? {} : { weights: spec.weights }),
    ...singletonsOf(spec),
  };
  const own = relative
    ? {
        stage: 'event-study',
        rel_time: spec.event_time,
        reference: listOf(spec.reference_periods ?? spec.reference_period ?? -1),
        ...(spec.x === undefined ? {} : { controls: spec.x }),
      }
    : {
        stage: 'regress',
        x: [`i(${spec.period}, ${spec.treated}, ref = ${listOf(spec.reference_period).join(', ')})`, ...listOf(spec.x)],
        joint,
      };
  const columns = lab.columns();
  const shown = results.inference.map((entry) =>
    lab.show(lab.stage({ ...common, ...own, vcov: vcovOf(entry, columns), ...sscOf(entry) }), 'model'),
  );
  return (compare) => {
    const models = shown.map(({ value }) => (relative ? renamed(value, spec.event_time) : value));
    compareFit(compare, models[0]);
    compareAllErrors(compare, models);
    const withErrors = (label) => models[results.inference.findIndex((i) => i.label === label)];
    for (const name of Object.keys(results).filter((key) => results[key]?.terms_regex !== undefined)) {
      const model = withErrors(/_iid$/.test(name) ? 'iid' : `cluster_${spec.cluster}`);
      const test = relative
        ? /^pre/.test(name)
          ? model.pretrend
          : model.posttrend
        : model.joint[name.replace(/_joint.*/, '')];
      compareTest(compare, [name], test);
      compare.skip([name, 'periods'], [name, 'rel_values']);
    }
    if (compare.has('avg_post')) {
      const { average_post: average } = withErrors(`cluster_${spec.cluster}`);
      compare.near(['avg_post', 'est'], average.estimate, COEF);
      compare.near(['avg_post', 'se'], average.std_error, SE);
    }
  };
}

const termsOf = (c, regex) => Object.keys(c.results.coef).filter((term) => new RegExp(regex).test(term));

/** The stage names relative time `rel_time` whatever the column. */
const renamed = (model, column) => ({
  ...model,
  terms: model.terms.map((t) => ({ ...t, term: t.term.replace(/^rel_time::/, `${column}::`) })),
});
