/** Sun and Abraham's event study. */
import { COEF, EXACT, P, R2, SE } from '../comparison.mjs';
import { listOf } from '../model.mjs';

export const families = ['sunab'];

export function plan(c, lab) {
  const { spec } = c;
  const plain = listOf(spec.fe).filter((name) => !/[\^[]/.test(name));
  const unit = plain.find((name) => name !== spec.period);
  const from = lab.table();
  const reference = spec.reference_periods ?? spec.reference_period ?? spec['ref.p'] ?? spec.ref_p;
  const common = {
    stage: 'event-study',
    estimator: 'sun-abraham',
    from,
    y: spec.y,
    cohort: spec.cohort,
    unit,
    time: spec.period ?? plain[1],
    controls: listOf(spec.x),
    absorb: spec.fe,
    ...(reference === undefined ? {} : { reference }),
    ...(spec.weights === undefined ? {} : { weights: spec.weights }),
  };
  const clustered = lab.show(lab.stage({ ...common, cluster: spec.cluster }), 'model');
  const iid = lab.show(lab.stage({ ...common, vcov: 'iid' }), 'model');
  return (compare) => {
    const model = clustered.value;
    for (const [name, got, tolerance] of [
      ['nobs', model.nobs, EXACT],
      ['df_t', model.df_t, EXACT],
      ['df_K', model.df_k, EXACT],
      ['r2', model.r2, R2],
      ['within_r2', model.within_r2, R2],
    ])
      if (compare.has(name)) compare.near([name], got, tolerance);
    const levels = Object.fromEntries(model.absorbed.map((e) => [e.name, e.levels]));
    compare.each(['fe_sizes'], (name) => levels[name], EXACT);
    const cells = (of) => new Map([...of.terms, ...of.cells].map((t) => [t.term, t]));
    list(compare, 'cohort_period', cells(model), {
      est: ['estimate', COEF],
      se_cluster: ['std_error', SE],
      p_cluster: ['p_value', P],
    });
    list(compare, 'cohort_period', cells(iid.value), { se_iid: ['std_error', SE] });
    const usual = { est: ['estimate', COEF], se: ['std_error', SE], t: ['statistic', SE], p: ['p_value', P] };
    const { group } = model.aggregates;
    list(compare, 'by_period', new Map(model.terms.map((t) => [t.term, t])), usual);
    list(compare, 'by_cohort', new Map([...model.terms, ...group.terms].map((t) => [t.term, t])), usual);
    list(compare, 'att', new Map(model.terms.map((t) => [t.term, t])), usual);
  };
}

/** `year::-9:cohort::2009` is `rel_time::-9:cohort::2009` here, `ATT` is `att`. */
const ours = (name) =>
  name
    .replace(/^[^:]+::(-?\d+)(?=$|:cohort)/, (all, k) => (all.startsWith('cohort') ? all : `rel_time::${k}`))
    .replace(/^ATT$/, 'att');

function list(compare, name, byTerm, fields) {
  const { names } = compare.want(name);
  for (const [key, [field, tolerance]] of Object.entries(fields))
    names.forEach((term, i) => compare.near([name, key, i], byTerm.get(ours(term))?.[field], tolerance));
}
