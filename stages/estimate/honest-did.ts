import { Type } from '@sinclair/typebox';
import { listOf, Reference, Seed } from '../columns/params.ts';
import { recordOf, recordOutput } from '../columns/record.ts';
import {
  defineStage,
  error,
  type Fault,
  type JsonRecord,
  type Note,
  type RecordShape,
  type RunResult,
} from '../contract.ts';
import { type EventSource, type EventTerms, eventTerms, targeted } from './event-coefficients.ts';
import { breakdown, type IntervalKind, original, type Setting, sensitivity, smoothnessGrid } from './sensitivity.ts';

interface Params {
  readonly from: string;
  readonly method?: 'relative-magnitudes' | 'smoothness';
  readonly grid?: number | readonly number[];
  readonly interval?: IntervalKind;
  readonly period?: number | 'first' | 'average';
  readonly weights?: readonly number[];
  readonly level?: number;
  readonly reference?: number;
  readonly terms?: string;
  readonly window?: readonly [number, number];
  readonly points?: number;
  readonly draws?: number;
  readonly seed?: number;
}

export type HonestDidSpec = {
  readonly method: 'relative-magnitudes' | 'smoothness';
  readonly interval: IntervalKind;
  readonly grid: readonly number[] | 'auto';
  readonly target: number | 'first' | 'average' | readonly number[];
  readonly level: number;
  readonly source: {
    readonly terms?: string;
    readonly reference?: number;
    readonly window?: readonly [number, number];
  };
  readonly points: number;
  readonly draws: number;
  readonly seed: number;
};

/** How far an event study's effect survives violations of parallel trends. */
export const honestDid = defineStage<Params, HonestDidSpec>({
  type: 'honest-did',
  doc: {
    summary: {
      en: 'Sensitivity of an event study to violations of parallel trends',
      zh: '事件研究对平行趋势偏离的敏感性（Rambachan–Roth 界限）',
    },
    details: {
      en: `The coefficients of an event study are β = τ + δ: effects (0 before treatment) and a trend δ that parallel trends would make 0. Rambachan and Roth (2023, Rev. Econ.
Stud. 90) bound δ instead and give confidence intervals for θ = Σ l_s τ_s that hold under the bound.

\`relative-magnitudes\` (Δ^RM): no change of δ from one period to the next after the reference is larger than m times the largest one before it. \`smoothness\` (Δ^SD): the
slope of δ changes by at most m from one period to the next; m = 0 extrapolates a line.

**Intervals.** \`flci\` (smoothness, its default): the shortest fixed-length interval around an affine estimator; the trade-off of bias and variance is followed exactly along a
lasso path and the quantile of the folded normal is exact. \`c-lf\` (default of relative magnitudes): conditional test of Andrews, Roth and Pakes (2023) after a first stage with
least favourable critical value of size α/10, inverted on a grid; \`conditional\`: that test alone. The grid is that of the HonestDiD package: \`points\` values within 20 standard errors of
0 (wider when an interval reaches its end); the interval is the smallest to the largest value that is not rejected. Only restrictions on periods after the reference enter the test.

\`breakdown\` is the largest m at which 0 is excluded, found by bisection on m itself; \`original\` is the normal interval of the estimate as it is.

The model may be an \`event-study\` or a \`regress\` with terms such as \`year::2014:treated\`; coefficients must be relative to one reference and neighbours in time.
\`period\` (or \`weights\`, one per period after the reference) says which effect is meant: the first one unless told otherwise.

Not done: sign and monotonicity restrictions, bounds on deviations from a linear trend relative to those before (Δ^SDRM), the hybrid of conditional test and fixed-length interval.

Checked against the page of the HonestDiD package (Medicaid example): the relative-magnitude intervals agree in every printed digit with its 1000-point grid (releases up to 2024-03; the page
was later printed on another grid, 4e-4 away); the fixed-length intervals differ by up to 1e-4, because the package simulates the folded normal's quantile. Draws here come from another generator.

**Assumptions.** The true violation lies in the set that \`method\` and m name: no larger after treatment than m times the largest before it, or with a slope that changes by no more than m each period. Estimates are jointly normal with the covariance given.`,
      zh: `事件研究系数 β = τ + δ：效应（处理前为 0）加上平行趋势成立时为 0 的趋势 δ。本步骤限制 δ，给出在该限制下仍有效的置信区间（Rambachan 与 Roth 2023）。
relative-magnitudes：参照期之后的逐期变化不超过此前最大逐期变化的 m 倍；smoothness：趋势斜率每期变化不超过 m，m = 0 即线性外推。
区间：flci（smoothness 的默认，最短固定长度区间）、c-lf（relative-magnitudes 的默认，先以最不利临界值检验，再作条件检验，在网格上反演）、conditional（仅条件检验）。
breakdown 为仍能排除 0 的最大 m；original 为原始区间。period 或 weights 指定目标效应，默认为参照期后的第一期。
输入可为 event-study，或含 i(year, treated, ref = …) 的 regress；各系数须相对于同一参照期且时间连续。

**假设。** 真实偏离属于 method 与 m 所限定的集合：处理后偏离不超过处理前最大值的 m 倍，或斜率每期变化不超过 m。估计量联合正态，协方差如所给。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends: { stage: event-study, from: raw, y: npp, cohort: cohort, window: [-5, 5], cluster: city }
  bounds:
    stage: honest-did
    from: trends
    method: relative-magnitudes
    grid: [0.5, 1, 1.5, 2]
`,
  },
  params: Type.Object(
    {
      from: Reference('an event study, or a regression with coefficients by period'),
      method: Type.Optional(
        Type.Union([Type.Literal('relative-magnitudes'), Type.Literal('smoothness')], {
          default: 'relative-magnitudes',
          description: 'what the trend may do',
        }),
      ),
      grid: Type.Optional(
        Type.Union([Type.Number({ minimum: 0 }), Type.Array(Type.Number({ minimum: 0 }), { minItems: 1 })], {
          default: '0 to 2 by 0.5; for smoothness ten values up to what the pre-trend does not rule out',
          description: 'values of m',
        }),
      ),
      interval: Type.Optional(
        Type.Union([Type.Literal('flci'), Type.Literal('c-lf'), Type.Literal('conditional')], {
          default: 'c-lf; flci for smoothness',
          description: 'kind of confidence interval',
        }),
      ),
      period: Type.Optional(
        Type.Union([Type.Integer(), Type.Literal('first'), Type.Literal('average')], {
          default: 'first',
          description: 'the effect that is bounded: a period after the reference, the first, or the average of all',
        }),
      ),
      weights: Type.Optional(
        Type.Array(Type.Number(), {
          minItems: 1,
          description: 'instead of period: weights of the effects after the reference, in order of time',
        }),
      ),
      level: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0.5,
          exclusiveMaximum: 1,
          default: 0.95,
          description: 'level of the intervals',
        }),
      ),
      reference: Type.Optional(
        Type.Integer({ default: 'as in the event study, or the one gap', description: 'the reference period' }),
      ),
      terms: Type.Optional(
        Type.String({
          pattern: '^[^*]*\\*[^*]*$',
          description:
            'which coefficients, * for the period: `year::*:treated`; needed when a regression has several sets',
        }),
      ),
      window: Type.Optional(
        Type.Unsafe<readonly [number, number]>({
          type: 'array',
          items: { type: 'integer' },
          minItems: 2,
          maxItems: 2,
          description: 'first and last period to use; default: all',
        }),
      ),
      points: Type.Optional(
        Type.Integer({ minimum: 50, maximum: 100_000, default: 1000, description: 'grid of the test inversion' }),
      ),
      draws: Type.Optional(
        Type.Integer({
          minimum: 1000,
          maximum: 1_000_000,
          default: 10_000,
          description: 'draws for the least favourable critical value',
        }),
      ),
      seed: Seed,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['model'] } },
  outputs: {
    bounds: { kind: 'bounds', doc: 'an interval per value of m, the original interval, the breakdown value' },
  },
  declare(context) {
    const { params } = context;
    const shape = context.inputs.from?.[0]?.shape;
    const model = shape?.kind === 'model' ? shape : undefined;
    const method = params.method ?? 'relative-magnitudes';
    const interval = params.interval ?? (method === 'smoothness' ? 'flci' : 'c-lf');
    const faults: Fault[] = [];
    if (interval === 'flci' && method !== 'smoothness') faults.push(error('CE2522', {}, ['interval']));
    if (params.period !== undefined && params.weights !== undefined) faults.push(error('CE2521', {}, ['weights']));
    if (params.weights?.every((w) => w === 0)) faults.push(error('CE2523', {}, ['weights']));
    const [low = 0, high = 0] = params.window ?? [];
    if (low > high) faults.push(error('CE2432', { low, high }, ['window']));
    const listed = [...new Set(listOf<number>(params.grid))].sort((a, b) => a - b);
    const simulated = interval === 'c-lf';
    const inverted = interval !== 'flci';
    const bounds: RecordShape = {
      kind: 'bounds',
      columns: model?.columns ?? [],
      ...(model?.outcome === undefined ? {} : { outcome: model.outcome }),
      facts: { method, interval },
    };
    return {
      faults,
      spec: {
        method,
        interval,
        grid: listed.length > 0 ? listed : method === 'smoothness' ? 'auto' : [0, 0.5, 1, 1.5, 2],
        target: params.weights ?? params.period ?? 'first',
        level: params.level ?? 0.95,
        source: {
          ...(params.terms === undefined ? {} : { terms: params.terms }),
          ...(params.reference === undefined ? {} : { reference: params.reference }),
          ...(params.window === undefined ? {} : { window: params.window }),
        },
        points: inverted ? (params.points ?? 1000) : 0,
        draws: simulated ? (params.draws ?? 10_000) : 0,
        seed: simulated ? (params.seed ?? 1) : 0,
      },
      reads: { from: ['all'] },
      outputs: { bounds: { shape: bounds, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  weight: (spec) => (spec.interval === 'flci' ? 20 : 500),
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: honest-did without input');
    return bound(recordOf(input) as JsonRecord, spec);
  },
});

function bound(record: JsonRecord, spec: HonestDidSpec): RunResult {
  const terms = eventTerms(record, spec.source as EventSource);
  if ('code' in terms) return { ok: false, faults: [terms] };
  const target = targetOf(terms, spec.target);
  if (!(target instanceof Float64Array)) return { ok: false, faults: [target] };
  const event = targeted(terms, target);
  const setting: Setting = { ...spec, alpha: 1 - spec.level };
  const found = sensitivity(event, setting);
  const grid = spec.grid === 'auto' ? smoothnessGrid(event) : spec.grid;
  const rows = grid.map((m) => found.bound(m));
  const broken = breakdown(found, spec.interval === 'flci' ? 1e-12 : 1e-4);
  const notes = [...remarks(record, terms), ...found.notes, breakdownNote(broken)];
  return {
    ok: true,
    outputs: {
      bounds: recordOutput({
        outcome: record.outcome,
        method: spec.method,
        interval: spec.interval,
        level: spec.level,
        reference: terms.reference,
        before: terms.before,
        after: terms.after.map((period, i) => ({ period, weight: target[i] as number })),
        original: original(event, setting.alpha),
        breakdown: broken.value,
        rows,
        notes,
      }),
    },
    notes,
  };
}

function targetOf({ after }: EventTerms, wanted: HonestDidSpec['target']): Float64Array | Fault {
  if (wanted === 'average') return new Float64Array(after.length).fill(1 / after.length);
  const known = after.map(String);
  if (typeof wanted !== 'number' && wanted !== 'first')
    return wanted.length === after.length
      ? Float64Array.from(wanted)
      : error('CE2519', { given: wanted.length, after: after.length, known }, ['weights']);
  const at = wanted === 'first' ? 0 : after.indexOf(wanted);
  if (at === -1) return error('CE2520', { value: wanted, known }, ['period']);
  return Float64Array.from(after, (_, i) => (i === at ? 1 : 0));
}

function remarks(record: JsonRecord, terms: EventTerms): Note[] {
  const notes: Note[] = [];
  if (terms.before.length === 1) notes.push({ code: 'CN2516', args: {} });
  const earlier = (record.notes ?? []) as readonly { readonly code?: string }[];
  if (earlier.some((n) => n.code === 'CN2431')) notes.push({ code: 'CN2511', args: {} });
  return notes;
}

function breakdownNote({ value, tried }: ReturnType<typeof breakdown>): Note {
  if (value === undefined) return { code: 'CN2514', args: { m: Number(tried.toPrecision(4)) } };
  return value === 0
    ? { code: 'CN2513', args: {} }
    : { code: 'CN2512', args: { breakdown: Number(value.toPrecision(4)) } };
}
