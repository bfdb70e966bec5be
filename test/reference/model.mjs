/** What the families of linear models share: errors and small-sample rules of an `inference` entry, and a model's numbers. */
import { COEF, EXACT, P, R2, SE } from './comparison.mjs';

export const listOf = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Terms in one spelling: `factor(cyl)6:wt` and `wt:cyl::6` are the same, and so are `I(I((a + b)^2))` and `(a + b)^2`. */
export const canonical = (term) => {
  const plain = term
    .replaceAll(/[`\s]/g, '')
    .replaceAll(/(?:factor|as\.factor|(?<![\p{L}\p{N}_.])i)\(([^()]+)\)([^:]+)/gu, '$1::$2');
  return plain
    .split(/(?<!:):(?!:)/)
    .map(bare)
    .sort()
    .join(':');
};

/** Without an `I()` or parentheses around all of it. */
function bare(part) {
  const inside = /^I?\((.*)\)$/.exec(part)?.[1];
  if (inside === undefined) return part;
  let depth = 0;
  for (const c of inside) {
    depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    if (depth < 0) return part;
  }
  return bare(inside);
}

/** The term of a model with that name, whatever its spelling. */
export function finder(model) {
  const byName = new Map(model.terms.map((term) => [canonical(term.term), term]));
  return (name) => byName.get(canonical(name));
}

/** Names of terms that the reference does not have. */
export const beyond = (model, names) => {
  const known = new Set(Object.keys(names).map(canonical));
  return model.terms.map((t) => t.term).filter((term) => !known.has(canonical(term)));
};

/** `vcov` of an entry: its `vcov_type` as fixest prints it, or its label. */
export function vcovOf({ label, vcov_type }, columns, { lat, lon } = {}) {
  const type = vcov_type ?? label;
  if (/^iid$/i.test(type)) return 'iid';
  if (/^hetero/i.test(type)) return 'HC1';
  if (/^HC\d$/.test(type)) return type;
  const lag = /default/.test(label) ? 'auto' : Number(/L=(\d+)/.exec(type)?.[1]);
  if (/^Driscoll/.test(type)) return { 'driscoll-kraay': lag };
  if (/^Newey/.test(type)) return { 'newey-west': lag };
  if (/^Conley/.test(type)) {
    const named = (pattern) => columns.find((name) => pattern.test(name));
    const distance = /spher/.test(label) ? 'spherical' : 'triangular';
    const km = Number(/\(([\d.]+) ?km/.exec(type)?.[1]);
    return { conley: { lat: lat ?? named(/^lat/i), lon: lon ?? named(/^(lon|lng)/i), km, distance } };
  }
  const inside = /^Clustered \((.*)\)$/.exec(type)?.[1];
  if (inside === undefined) throw new Error(`errors of unknown type: ${type}`);
  return {
    cluster: inside
      .split(' & ')
      .map((name) => (/^combine_fixef_keep_names\((.*)\)$/.exec(name)?.[1] ?? name).split(/, |\^/).join('^')),
  };
}

/** `ssc` of an entry; fixest's default where the entry says nothing. */
export function sscOf({ ssc }) {
  if (ssc === undefined || ssc === null) return {};
  const settings = {
    k_adj: ssc.K_adj,
    k_fixef: ssc.K_fixef,
    k_exact: ssc.K_exact,
    g_adj: ssc.G_adj,
    g_df: ssc.G_df,
    t_df: ssc.t_df,
  };
  return { ssc: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) };
}

/** Singletons, as the case says. */
export const singletonsOf = ({ singleton_and_perfect_fit_removal: removal }) =>
  removal === 'none' ? { singletons: 'keep' } : {};

/** One regression for each entry of `inference`, each with its own errors. */
export function fitEach(c, lab, model, extra = () => ({})) {
  const columns = lab.columns();
  return c.results.inference.map((entry) =>
    lab.show(
      lab.stage({
        stage: 'regress',
        ...model,
        vcov: vcovOf(entry, columns, c.spec),
        ...sscOf(entry),
        ...extra(entry),
      }),
      'model',
    ),
  );
}

/** Everything that does not depend on the errors. `r2` of `fields` may rename what the record calls it. */
export function compareFit(compare, model, { prefix = [] } = {}) {
  const term = finder(model);
  const coef = compare.want(...prefix, 'coef');
  compare.each([...prefix, 'coef'], (name) => term(name)?.estimate, COEF, beyond(model, coef));
  // with weights and instruments fixest's sum of squared residuals is another, which the whole family of R² shares
  const slip = model.iv?.fixest_r2 === undefined ? 1 : (1 - model.iv.fixest_r2) / (1 - model.r2);
  const r2Of = (r2) => 1 - (1 - r2) * slip;
  const numbers = {
    nobs: [model.nobs, EXACT],
    nobs_original: [model.rows, EXACT],
    n_params_K: [model.parameters, EXACT],
    n_dropped_collinear: [model.dropped.length, EXACT],
    r2: [r2Of(model.r2), R2],
    adj_r2: [r2Of(model.adj_r2), R2],
    within_r2: [r2Of(model.within_r2), R2],
    within_adj_r2: [r2Of(model.within_adj_r2), R2],
    rmse_ssr_over_n: [model.rmse, COEF],
    sigma: [model.sigma, COEF],
    sigma2: [model.sigma ** 2, COEF],
    ssr: [model.ssr, COEF],
    // fixest leaves the weights out of the likelihood, R's lm does not
    loglik: [compare.has(...prefix, 'n_params_K') ? model.loglik_unweighted : model.loglik, COEF],
    aic: [model.aic, COEF],
    bic: [model.bic, COEF],
  };
  for (const [name, [got, tolerance]] of Object.entries(numbers))
    if (compare.has(...prefix, name)) compare.near([...prefix, name], got, tolerance);
  const levels = Object.fromEntries(model.absorbed.map((e) => [e.name.replace(/\[.*/, ''), e.levels]));
  if (compare.has(...prefix, 'fe_sizes')) compare.each([...prefix, 'fe_sizes'], (name) => levels[name], EXACT);
  const dropped = compare.want(...prefix, 'dropped_collinear');
  if (dropped !== undefined) {
    const got = model.dropped.map((d) => d.term);
    const same = (names) => JSON.stringify(names.map(canonical).sort());
    if (same(got) !== same(listOf(dropped))) compare.fail('dropped_collinear', got, dropped);
  }
}

/** One entry of `inference` (or the top level of a case, which repeats the primary one). */
export function compareErrors(compare, model, path) {
  const term = finder(model);
  const parts = { se: ['std_error', SE], t: ['statistic', SE], p: ['p_value', P] };
  const bounds = { ci95_low: ['conf_low', P], ci95_high: ['conf_high', P] };
  for (const [name, [field, tolerance]] of Object.entries({ ...parts, ...bounds }))
    if (compare.has(...path, name)) compare.each([...path, name], (key) => term(key)?.[field], tolerance);
  if (compare.has(...path, 'df_t')) compare.near([...path, 'df_t'], model.df_t);
  if (compare.has(...path, 'df_K')) compare.near([...path, 'df_K'], model.df_k);
  if (compare.has(...path, 'G')) compare.near([...path, 'G'], Math.min(...model.groups));
  if (compare.has(...path, 'vcov')) compare.matrix([...path, 'vcov'], inOrder(compare, model, path), 1e-7);
}

/** The covariance with rows and columns as the entry names its errors. */
function inOrder(compare, model, path) {
  const names = model.terms.map((t) => canonical(t.term));
  const order = Object.keys(compare.want(...path, 'se') ?? {}).map((name) => names.indexOf(canonical(name)));
  return order.map((a) => order.map((b) => model.vcov[a]?.[b]));
}

/** All entries of `inference` and their repetition at the top level. */
export function compareAllErrors(compare, models) {
  const primary = compare.want('primary_inference');
  models.forEach((model, i) => {
    compareErrors(compare, model, ['inference', i]);
    if (compare.want('inference', i, 'label') === primary) compareErrors(compare, model, []);
  });
}

/** `{ stat, p, df1, df2 }` or `{ F, … }` or `{ stat_F, … }` against a test of a record. */
export function compareTest(compare, path, test) {
  for (const [key, field, tolerance] of [
    ['stat', 'statistic', SE],
    ['F', 'statistic', SE],
    ['stat_F', 'statistic', SE],
    ['p', 'p_value', P],
    ['df1', 'df1', EXACT],
    ['df2', 'df2', EXACT],
    ['df', 'df', EXACT],
  ])
    if (compare.has(...path, key)) compare.near([...path, key], test?.[field], tolerance);
}
