import { Type } from '@sinclair/typebox';
import { ColumnName, listOf, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note, type RecordShape, ROWS, type RunResult } from '../contract.ts';
import { fCdf } from '../kernels/f.ts';
import { tTwoSided } from '../kernels/student-t.ts';
import { waldF } from '../kernels/wald.ts';
import type { DesignColumn } from './design.ts';
import { type FittedModel, fitSpec, isFaults, termName } from './linear-fit.ts';
import { declareLinear, type LinearParams, type LinearSpec, linearParams, withLabel } from './linear-spec.ts';
import { modelRecord } from './model-record.ts';

type Params = LinearParams & {
  readonly from: string;
  readonly cohort?: string;
  readonly rel_time?: string;
  readonly reference?: number | readonly number[];
  readonly window?: readonly [number, number];
};

export type EventStudySpec = {
  readonly linear: LinearSpec;
  /** relative time is a column, or the panel's time less the cohort */
  readonly relative: { readonly column: string } | { readonly cohort: string; readonly time: string };
  readonly reference: readonly number[];
  readonly window: readonly [number, number] | 'all';
};

const { x: _x, ...withoutX } = linearParams;

/**
 * Leads and lags of a staggered treatment by two-way fixed effects: one coefficient per relative period.
 * Out: `model`; its terms are `rel_time::k`, each with `period`; the reference periods are listed and not estimated.
 */
export const eventStudy = defineStage<Params, EventStudySpec>({
  type: 'event-study',
  doc: {
    summary: { en: 'Leads and lags of a staggered treatment', zh: '事件研究：处理前后各期的动态效应' },
    details: {
      en: `Estimates y_it = α_i + λ_t + Σ_k β_k·1[t − g_i = k] + controls + u_it, k over the relative periods but the reference.
Units without a cohort are never treated: all their dummies are 0. Periods beyond \`window\` are binned at its ends, as the
literature advises (Schmidheiny and Siegloch 2023, J. Appl. Econometrics 38). \`pretrend\` is the joint Wald test that every lead is 0,
with the covariance asked for; \`average_post\` is the plain mean of the lags with its delta-method error.

With staggered adoption and effects that differ between cohorts, these coefficients mix cohorts, also with negative weights
(Sun and Abraham 2021, J. Econometrics 225). Checked against fixest 0.14 (\`i(rel, ref = …) | unit + time\`).`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends:
    stage: event-study
    from: raw
    y: npp
    cohort: cohort
    reference: -1
    window: [-5, 5]
    absorb: [city, year]
    cluster: city
`,
  },
  params: Type.Object(
    {
      from: Reference('the table'),
      ...withoutX,
      cohort: Type.Optional(ColumnName('first treated period of the unit; missing: never treated')),
      rel_time: Type.Optional(ColumnName('relative time, instead of a cohort; missing: never treated')),
      reference: Type.Optional(
        Type.Union([Type.Integer(), Type.Array(Type.Integer(), { minItems: 1 })], {
          default: -1,
          description: 'periods left out, to which the others are compared',
        }),
      ),
      window: Type.Optional(
        Type.Unsafe<readonly [number, number]>({
          type: 'array',
          items: { type: 'integer' },
          minItems: 2,
          maxItems: 2,
          description: 'first and last relative period; what lies beyond is binned there. Default: all periods',
        }),
      ),
      estimator: Type.Optional(Type.Literal('twfe', { default: 'twfe', description: 'two-way fixed effects' })),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: { model: { kind: 'model', doc: 'coefficients by relative period, joint tests' } },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const own: Fault[] = [];
    const relative = relativeOf(params, shape.panel?.time, own);
    const reference = [...listOf<number>(params.reference ?? -1)].sort((a, b) => a - b);
    const window = params.window ?? 'all';
    if (window !== 'all') {
      const [low, high] = window;
      if (low > high) own.push(error('CE2432', { low, high }, ['window']));
      for (const value of reference)
        if (low <= high && (value < low || value > high))
          own.push(error('CE2433', { value, low, high }, ['reference']));
    }
    const absorb = params.absorb ?? (shape.panel === undefined ? [] : [shape.panel.unit, shape.panel.time]);
    const linear = declareLinear({ ...context, params: { ...params, absorb } });
    const names = 'column' in relative ? [relative.column] : [relative.cohort, relative.time];
    for (const name of names.filter((n) => n !== ''))
      if (!shape.open && !shape.columns.some((c) => c.name === name))
        own.push(
          error('CE2001', { name, known: shape.columns.map((c) => c.name) }, [
            'column' in relative ? 'rel_time' : 'cohort',
          ]),
        );
    const rel = withLabel({ name: 'rel_time', type: 'integer' }, context.labels);
    const model: RecordShape = {
      kind: 'model',
      columns: [...linear.columns, rel],
      outcome: termName(linear.spec.y),
      facts: { reference },
    };
    return {
      faults: [...linear.faults, ...own],
      spec: { linear: linear.spec, relative, reference, window },
      reads: { from: [[ROWS, ...new Set([...linear.reads, ...names])]] },
      outputs: { model: { shape: model, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: event-study without input');
    return estimate(tableOf(input), spec);
  },
});

function relativeOf(params: Params, time: string | undefined, faults: Fault[]): EventStudySpec['relative'] {
  if ((params.cohort === undefined) === (params.rel_time === undefined)) faults.push(error('CE2431', {}));
  if (params.rel_time !== undefined) return { column: params.rel_time };
  if (time === undefined) faults.push(error('CE2430', { name: 'event-study' }));
  return { cohort: params.cohort ?? '', time: time ?? '' };
}

/** Relative time of every row, NaN where never treated. */
function relativeTimes(table: Table, relative: EventStudySpec['relative']): Float64Array {
  if ('column' in relative) return table.numbers(relative.column);
  const cohort = table.numbers(relative.cohort);
  return table.numbers(relative.time).map((t, i) => t - (cohort[i] as number));
}

function estimate(table: Table, spec: EventStudySpec): RunResult {
  const times = relativeTimes(table, spec.relative);
  const odd = times.findIndex((t) => Number.isFinite(t) && !Number.isInteger(t));
  if (odd >= 0) return { ok: false, faults: [error('CE2434', { value: times[odd] as number, row: odd + 1 })] };
  const notes: Note[] = [];
  const lead = (rows: Int32Array): readonly DesignColumn[] => dummies(times, rows, spec, notes);
  const model = fitSpec(table, spec.linear, { lead });
  if (isFaults(model)) return { ok: false, faults: model };
  const periods = new Map(
    model.names.flatMap((name) =>
      name.startsWith(PREFIX) ? [[name, Number(name.slice(PREFIX.length))] as const] : [],
    ),
  );
  if (periods.size === 0) return { ok: false, faults: [error('CE2435', {})] };
  const extras = new Map([...periods].map(([name, period]) => [name, { period }]));
  const all = { ...model, notes: [...model.notes, ...notes] };
  const record = {
    ...modelRecord(all, spec.linear, extras),
    reference: spec.reference,
    pretrend: joint(model, periods, (k) => k < 0),
    posttrend: joint(model, periods, (k) => k >= 0),
    average_post: averagePost(model, periods),
  };
  return { ok: true, outputs: { model: recordOutput(record) }, notes: all.notes };
}

const PREFIX = 'rel_time::';

function dummies(times: Float64Array, rows: Int32Array, spec: EventStudySpec, notes: Note[]): DesignColumn[] {
  const [low, high] = spec.window === 'all' ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : spec.window;
  const binned = Float64Array.from(rows, (r) => Math.min(Math.max(times[r] as number, low), high));
  const treated = binned.filter((t) => !Number.isNaN(t));
  const before = rows.reduce((n, r) => n + ((times[r] as number) < low ? 1 : 0), 0);
  const after = rows.reduce((n, r) => n + ((times[r] as number) > high ? 1 : 0), 0);
  if (before + after > 0) notes.push({ code: 'CN2431', args: { rows: before, after, low, high } });
  if (treated.length === binned.length) notes.push({ code: 'CN2430', args: {} });
  const periods = [...new Set(treated)].sort((a, b) => a - b).filter((k) => !spec.reference.includes(k));
  return periods.map((k) => ({ name: `${PREFIX}${k}`, values: binned.map((t) => (t === k ? 1 : 0)) }));
}

function joint(model: FittedModel, periods: ReadonlyMap<string, number>, wanted: (period: number) => boolean) {
  const chosen = Int32Array.from(
    model.names.flatMap((name, j) => (periods.has(name) && wanted(periods.get(name) as number) ? [j] : [])),
  );
  if (chosen.length === 0) return undefined;
  const { stat, df1 } = waldF(model.coef, model.vcov, chosen);
  const df2 = model.inference.dfT;
  return { statistic: stat, df1, df2, p_value: fCdf(stat, df1, df2, 'upper') };
}

function averagePost(model: FittedModel, periods: ReadonlyMap<string, number>) {
  const chosen = model.names.flatMap((name, j) => ((periods.get(name) ?? -1) >= 0 ? [j] : []));
  if (chosen.length === 0) return undefined;
  const k = model.names.length;
  const m = chosen.length;
  const estimate = chosen.reduce((s, j) => s + (model.coef[j] as number), 0) / m;
  const variance =
    chosen.reduce((s, a) => s + chosen.reduce((t, b) => t + (model.vcov[a * k + b] as number), 0), 0) / (m * m);
  const std_error = Math.sqrt(variance);
  const statistic = estimate / std_error;
  return { estimate, std_error, statistic, p_value: tTwoSided(statistic, model.inference.dfT) };
}
