/** Callaway and Sant'Anna's group-time effects and their averages. */
import { COEF, EXACT, SE } from '../comparison.mjs';

export const families = ['callaway_santanna'];

/** A probability that the program printed with five decimals. */
const FIVE_DECIMALS = { absolute: 5.0001e-6 };
/** Averages near 0 are sums of larger effects: the same sum in another order. */
const NEAR_ZERO = { relative: 1e-8, absolute: 1e-12 };

export function plan(c, lab) {
  const { spec } = c;
  const from = lab.table();
  const controls = spec.xformla
    .replace(/^~\s*/, '')
    .split('+')
    .map((x) => x.trim())
    .filter((x) => x !== '1');
  const shown = lab.show(
    lab.stage({
      stage: 'event-study',
      estimator: 'callaway-santanna',
      from,
      y: spec.y,
      cohort: spec.group,
      time: spec.time,
      ...(spec.id === undefined ? {} : { unit: spec.id }),
      ...(spec.never_treated_code === undefined ? {} : { never: spec.never_treated_code }),
      controls,
      control: /^not/.test(spec.control_group) ? 'not-yet' : 'never',
      method: spec.est_method,
      base: spec.base_period,
      anticipation: spec.anticipation ?? 0,
      sampling: spec.panel === false ? 'cross-section' : spec.allow_unbalanced_panel ? 'unbalanced' : 'panel',
      ...(spec.weights === undefined ? {} : { weights: spec.weights }),
      ...(spec.cluster === undefined ? {} : { cluster: spec.cluster }),
    }),
    'model',
  );
  return (compare) => {
    const model = shown.value;
    compare.near(['n_units'], model.units, EXACT);
    const cells = new Map(model.cells.map((cell) => [`${cell.cohort} ${cell.time}`, cell]));
    const { group, time } = compare.want('att_gt');
    group.forEach((g, i) => {
      // a cell that cannot be had is left out here, and missing there
      const cell =
        cells.get(`${g} ${time[i]}`) ??
        (model.reference.includes(time[i] - g)
          ? { estimate: 0, std_error: null }
          : { estimate: null, std_error: null });
      compare.near(['att_gt', 'group', i], cell.cohort ?? g);
      compare.near(['att_gt', 'time', i], cell.time ?? time[i]);
      compare.near(['att_gt', 'att', i], cell.estimate, NEAR_ZERO);
      compare.near(['att_gt', 'se', i], cell.std_error, SE);
    });
    if (compare.has('pretest_wald_W'))
      compare.near(['pretest_wald_W'], (model.pretrend_all ?? model.pretrend)?.statistic, SE);
    if (compare.has('pretest_p'))
      compare.near(['pretest_p'], (model.pretrend_all ?? model.pretrend)?.p_value, FIVE_DECIMALS);
    for (const [kind, key] of [
      ['simple', undefined],
      ['dynamic', 'period'],
      ['group', 'cohort'],
      ['calendar', 'time'],
    ]) {
      const name = `aggte_${kind}`;
      if (!compare.has(name)) continue;
      const { overall, terms } = model.aggregates[kind];
      compare.near([name, 'overall_att'], overall.estimate, COEF);
      compare.near([name, 'overall_se'], overall.std_error, SE);
      const byKey = new Map((terms ?? []).map((t) => [t[key], t]));
      (compare.want(name, 'egt') ?? []).forEach((e, i) => {
        const t =
          byKey.get(e) ?? (kind === 'dynamic' && model.reference.includes(e) ? { estimate: 0, std_error: null } : {});
        compare.near([name, 'egt', i], t[key] ?? e);
        compare.near([name, 'att', i], t.estimate, NEAR_ZERO);
        compare.near([name, 'se', i], t.std_error, SE);
      });
    }
  };
}
