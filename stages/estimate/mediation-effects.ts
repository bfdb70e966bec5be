/** The equations of a mediation on the same rows, and what they say of direct and indirect effects. */
import { recordOutput } from '../columns/record.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note, type RunResult } from '../contract.ts';
import type { Factor } from '../kernels/factor-codes.ts';
import { normalCdf, normalQuantile } from '../kernels/normal.ts';
import { orderedFactor } from './design.ts';
import { type FittedModel, fitPrepared, isFaults } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { bootstrapIndirect } from './mediation-bootstrap.ts';
import { modelRecord } from './model-record.ts';
import { type Prepared, prepare } from './prepared.ts';
import { type Term, termName } from './term.ts';

export type MediationSpec = {
  /** y on x and controls; the mediator comes in after the first term of x */
  readonly linear: LinearSpec;
  readonly mediator: string;
  readonly form: 'three-step' | 'two-step';
  /** the mediator is a component of the index that is the outcome */
  readonly overlaps: boolean;
  readonly bootstrap: number;
  readonly seed: number;
  /** whole units are drawn when the errors are not clustered */
  readonly unit?: string;
};

export function mediationEffects(table: Table, spec: MediationSpec): RunResult {
  const { linear } = spec;
  const mediator: Term = [{ is: 'column', column: spec.mediator }];
  const [treatment = [], ...controls] = linear.x;
  const outcome = prepare(table, { ...linear, x: [treatment, mediator, ...controls] });
  if (!('sample' in outcome)) return { ok: false, faults: outcome };
  // the three equations on the rows of the largest
  const mask = new Uint8Array(table.rows);
  for (const row of outcome.sample.rows) mask[row] = 1;
  const same = { ...linear, singletons: 'keep' as const };
  const onMediator = prepare(table, { ...same, y: mediator }, { mask });
  const onTotal = prepare(table, same, { mask });
  if (!('sample' in onMediator)) return { ok: false, faults: onMediator };
  if (!('sample' in onTotal)) return { ok: false, faults: onTotal };
  const [first, second, total] = [fitPrepared(onMediator), fitPrepared(outcome), fitPrepared(onTotal)];
  const faults = [first, second, total].flatMap((m) => (isFaults(m) ? m : []));
  if (isFaults(first) || isFaults(second) || isFaults(total)) return { ok: false, faults };
  return assemble({ table, spec, outcome, first, second, total });
}

interface Equations {
  readonly table: Table;
  readonly spec: MediationSpec;
  readonly outcome: Prepared;
  readonly first: FittedModel;
  readonly second: FittedModel;
  readonly total: FittedModel;
}

interface Coefficient {
  readonly estimate: number;
  readonly std_error: number;
}

function coefficient(model: FittedModel, term: string): Coefficient | undefined {
  const at = model.names.indexOf(term);
  if (at === -1) return undefined;
  return { estimate: model.coef[at] as number, std_error: model.inference.se[at] as number };
}

/** A mediator that explains more of what is left of the outcome than this may be made of it. */
const SUSPICIOUS = 0.9;

function assemble(equations: Equations): RunResult {
  const { spec, first, second, total } = equations;
  const x = termName(spec.linear.x[0] ?? []);
  const a = coefficient(first, x);
  const whole = coefficient(total, x);
  const missing = [a === undefined ? first : undefined, whole === undefined ? total : undefined];
  if (a === undefined || whole === undefined) return { ok: false, faults: [dropped(missing)] };
  const models = { first: recordOutput(modelRecord(first, spec.linear)) };
  const share = 1 - second.fit.ssr / total.fit.ssr;
  const notes: Note[] = [...(spec.form === 'two-step' ? total.notes : second.notes)];
  if (spec.overlaps) notes.push({ code: 'CN2530', args: { mediator: spec.mediator } });
  if (share > SUSPICIOUS)
    notes.push({ code: 'CN2531', args: { mediator: spec.mediator, share: `${(100 * share).toFixed(1)}%` } });
  const rows = [byT(total, x, { effect: 'total', spec }), byT(first, x, { effect: 'a', spec })];
  if (spec.form === 'two-step') {
    const all: Note[] = [...notes, { code: 'CN2532', args: {} }];
    const effects = { form: spec.form, mediator: spec.mediator, nobs: first.fit.n, rows, total: whole, a, notes: all };
    return { ok: true, outputs: { ...models, effects: recordOutput(effects) }, notes: all };
  }
  const b = coefficient(second, spec.mediator);
  const direct = coefficient(second, x);
  if (b === undefined || direct === undefined) return { ok: false, faults: [dropped([second])] };
  const third = thirdStep(equations, { a, b, direct, whole });
  const all = [...notes, ...third.notes];
  const effects = {
    form: spec.form,
    mediator: spec.mediator,
    nobs: first.fit.n,
    rows: [
      ...rows,
      byT(second, spec.mediator, { effect: 'b', spec }),
      byT(second, x, { effect: 'direct', spec }),
      ...third.rows,
    ],
    ...third.record,
    total: whole,
    direct,
    a,
    b,
    notes: all,
  };
  const outputs = { ...models, second: recordOutput(modelRecord(second, spec.linear)), effects: recordOutput(effects) };
  return { ok: true, outputs, notes: all };
}

const dropped = (models: readonly (FittedModel | undefined)[]): Fault =>
  error('CE2414', { reasons: models.flatMap((m) => m?.dropped ?? []).map((d) => `${d.term}: ${d.reason}`) });

function byT(model: FittedModel, term: string, { effect, spec }: { effect: string; spec: MediationSpec }) {
  const entry = (modelRecord(model, spec.linear).terms as readonly { term: string }[]).find((t) => t.term === term);
  return { effect, ...entry };
}

interface Paths {
  readonly a: Coefficient;
  readonly b: Coefficient;
  readonly direct: Coefficient;
  readonly whole: Coefficient;
}

/** The indirect effect with its errors, and whether it adds up with the direct one. */
function thirdStep({ table, spec, outcome, second }: Equations, { a, b, direct, whole }: Paths) {
  const { level } = spec.linear;
  const indirect = a.estimate * b.estimate;
  const squares = (b.estimate * a.std_error) ** 2 + (a.estimate * b.std_error) ** 2;
  const sobel = normalTest(indirect, Math.sqrt(squares), level);
  const goodman = normalTest(indirect, Math.sqrt(squares + (a.std_error * b.std_error) ** 2), level);
  const bootstrap = spec.bootstrap > 0 ? drawn({ table, spec, outcome, second }, indirect) : undefined;
  const notes: Note[] = [{ code: 'CN2432', args: {} }];
  const gap = whole.estimate - direct.estimate - indirect;
  if (Math.abs(gap) > 1e-8 * Math.max(Math.abs(whole.estimate), Math.abs(indirect)))
    notes.push({ code: 'CN2433', args: { difference: gap.toPrecision(3) } });
  if (bootstrap !== undefined && bootstrap.used < bootstrap.draws)
    notes.push({ code: 'CN2533', args: { failed: bootstrap.draws - bootstrap.used, draws: bootstrap.draws } });
  const interval = (method: string, [conf_low, conf_high]: readonly [number, number], std_error: number) => ({
    effect: 'indirect',
    method,
    estimate: indirect,
    std_error,
    conf_low,
    conf_high,
  });
  const rows = [
    { effect: 'indirect', method: 'sobel', ...sobel },
    { effect: 'indirect', method: 'goodman', ...goodman },
    ...(bootstrap === undefined
      ? []
      : [
          { ...interval('bootstrap', bootstrap.percentile, bootstrap.std_error), p_value: bootstrap.p_value },
          interval('bootstrap-bca', bootstrap.bca, bootstrap.std_error),
        ]),
  ];
  return { rows, notes, record: { indirect, share: indirect / whole.estimate, sobel, goodman, bootstrap } };
}

function normalTest(estimate: number, std_error: number, level: number) {
  const statistic = estimate / std_error;
  const width = normalQuantile((1 - level) / 2, 'upper') * std_error;
  return {
    estimate,
    std_error,
    statistic,
    p_value: 2 * normalCdf(Math.abs(statistic), 'upper'),
    conf_low: estimate - width,
    conf_high: estimate + width,
  };
}

function drawn({ table, spec, outcome, second }: Omit<Equations, 'first' | 'total'>, observed: number) {
  const { rows } = outcome.sample;
  const { errors, intercept, level } = spec.linear;
  const { absorber } = second.fit;
  const by = errors.type === 'cluster' ? errors.by[0] : spec.unit === undefined ? undefined : [spec.unit];
  const clusters: Factor =
    by === undefined ? { codes: Int32Array.from(rows.keys()), levels: rows.length } : orderedFactor(table, by, rows);
  const at = outcome.x.findIndex((c) => c.name === spec.mediator);
  const mediatorColumn = outcome.x[at]?.values as Float64Array;
  const data = {
    y: outcome.y,
    mediator: mediatorColumn,
    x: outcome.x.filter((_, j) => j !== at).map((c) => c.values),
    effects: outcome.effects,
    intercept,
    clusters,
    ...(absorber && { absorber }),
    ...(outcome.weights === undefined ? {} : { weights: outcome.weights }),
  };
  return bootstrapIndirect(data, { draws: spec.bootstrap, seed: spec.seed, level, observed });
}
