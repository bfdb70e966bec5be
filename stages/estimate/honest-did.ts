import { Type } from '@sinclair/typebox';
import { listOf, means, Reference, Seed } from '../columns/params.ts';
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
import {
  type EventSource,
  type EventTerms,
  eventSource,
  eventSourceParams,
  eventTerms,
  targeted,
} from './event-coefficients.ts';
import { honestDidDoc } from './honest-did-doc.ts';
import {
  breakdown,
  type IntervalKind,
  original,
  type Setting,
  sensitivity,
  smoothnessGrid,
  type TrendMethod,
} from './sensitivity.ts';

interface Params extends EventSource {
  readonly from: string;
  readonly method?: TrendMethod;
  readonly bias?: 'positive' | 'negative';
  readonly monotonicity?: 'increasing' | 'decreasing';
  readonly grid?: number | readonly number[];
  readonly interval?: IntervalKind;
  readonly quantile?: 'exact' | 'simulated';
  readonly period?: number | 'first' | 'average';
  readonly weights?: readonly number[];
  readonly level?: number;
  readonly points?: number;
  readonly draws?: number;
  readonly seed?: number;
}

export type HonestDidSpec = {
  readonly method: TrendMethod;
  readonly shape: { readonly bias?: 'positive' | 'negative'; readonly monotonicity?: 'increasing' | 'decreasing' };
  readonly interval: IntervalKind;
  readonly quantile: 'exact' | 'simulated';
  readonly grid: readonly number[] | 'auto';
  readonly target: number | 'first' | 'average' | readonly number[];
  readonly level: number;
  readonly source: EventSource;
  readonly points: number;
  readonly draws: number;
  readonly seed: number;
};

/** How far an event study's effect survives violations of parallel trends. */
export const honestDid = defineStage<Params, HonestDidSpec>({
  type: 'honest-did',
  doc: honestDidDoc,
  params: Type.Object(
    {
      from: Reference(
        'an event study, or a regression with coefficients by period',
        '事件研究，或系数按时期排列的回归',
      ),
      method: Type.Optional(
        Type.Union(
          [Type.Literal('relative-magnitudes'), Type.Literal('smoothness'), Type.Literal('relative-smoothness')],
          {
            default: 'relative-magnitudes',
            ...means(
              'what the trend may do: change as much as before, bend by at most m, or bend as much as before (times m)',
              '对趋势偏离的限制：变化幅度不超过此前的 m 倍、斜率每期变化不超过 m，或斜率变化不超过此前的 m 倍',
            ),
          },
        ),
      ),
      bias: Type.Optional(
        Type.Union(
          [Type.Literal('positive'), Type.Literal('negative')],
          means(
            'sign of the trend in every period after the reference, where it is known',
            '基期之后各期偏离的符号（已知时填写）',
          ),
        ),
      ),
      monotonicity: Type.Optional(
        Type.Union(
          [Type.Literal('increasing'), Type.Literal('decreasing')],
          means(
            'direction of the trend from the reference on, where it is known; not together with bias',
            '自基期起偏离的方向（已知时填写）；不可与 bias 同用',
          ),
        ),
      ),
      grid: Type.Optional(
        Type.Union(
          [Type.Number({ minimum: 0 }), Type.Array(Type.Number({ minimum: 0 }), { minItems: 1 })],
          means(
            'values of m; default: 0 to 2 by 0.5, for smoothness ten values up to what the pre-trend does not rule out',
            'm 的取值；默认 0 至 2、步长 0.5，smoothness 为十个值，直至事前趋势所不能排除者',
          ),
        ),
      ),
      interval: Type.Optional(
        Type.Union(
          [Type.Literal('flci'), Type.Literal('c-f'), Type.Literal('c-lf'), Type.Literal('conditional')],
          means(
            'kind of confidence interval; flci and c-f are for smoothness. Default: c-lf; for smoothness flci, with bias or monotonicity c-f',
            '置信区间的类型；flci 与 c-f 用于 smoothness。默认 c-lf；smoothness 为 flci，另设 bias 或 monotonicity 时为 c-f',
          ),
        ),
      ),
      quantile: Type.Optional(
        Type.Union([Type.Literal('exact'), Type.Literal('simulated')], {
          default: 'exact',
          ...means(
            'flci: the critical value, exact or as the HonestDiD package simulates it, which gives its printed digits',
            'flci 的临界值：精确计算，或按 HonestDiD 包的方式模拟（可逐位重现其结果）',
          ),
        }),
      ),
      period: Type.Optional(
        Type.Union([Type.Integer(), Type.Literal('first'), Type.Literal('average')], {
          default: 'first',
          ...means(
            'the effect that is bounded: a period after the reference, the first, or the average of all',
            '关心哪一期的效应：基期之后的某一期、第一期，或各期平均',
          ),
        }),
      ),
      weights: Type.Optional(
        Type.Array(Type.Number(), {
          minItems: 1,
          ...means(
            'instead of period: weights of the effects after the reference, in order of time',
            '代替 period：基期之后各期效应的权重，按时间顺序',
          ),
        }),
      ),
      level: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0.5,
          exclusiveMaximum: 1,
          default: 0.95,
          ...means('level of the intervals', '置信区间的置信水平'),
        }),
      ),
      ...eventSourceParams,
      points: Type.Optional(
        Type.Integer({
          minimum: 50,
          maximum: 100_000,
          default: 1000,
          ...means('grid of the test inversion', '检验反演的网格点数'),
        }),
      ),
      draws: Type.Optional(
        Type.Integer({
          minimum: 1000,
          maximum: 1_000_000,
          default: 10_000,
          ...means('draws for the least favourable critical value', '最不利临界值的抽样次数'),
        }),
      ),
      seed: Seed,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['model'] } },
  outputs: {
    bounds: {
      kind: 'bounds',
      doc: {
        en: 'an interval per value of m, the original interval, the breakdown value',
        zh: '每个 m 的区间、原置信区间、临界偏离程度（breakdown）',
      },
    },
  },
  declare(context) {
    const { params } = context;
    const method = params.method ?? 'relative-magnitudes';
    const { bias, monotonicity } = params;
    const shaped = bias !== undefined || monotonicity !== undefined;
    const interval = params.interval ?? (method !== 'smoothness' ? 'c-lf' : shaped ? 'c-f' : 'flci');
    const { source, about, faults: windowFaults } = eventSource(params, context.inputs.from?.[0]?.shape);
    const faults: Fault[] = [...windowFaults];
    if ((interval === 'flci' || interval === 'c-f') && method !== 'smoothness')
      faults.push(error('CE2522', { interval }, ['interval']));
    if (interval === 'flci' && shaped) faults.push(error('CE2951', {}, ['interval']));
    if (bias !== undefined && monotonicity !== undefined) faults.push(error('CE2950', {}, ['monotonicity']));
    if (params.quantile !== undefined && interval !== 'flci') faults.push(error('CE2952', { interval }, ['quantile']));
    if (params.period !== undefined && params.weights !== undefined) faults.push(error('CE2521', {}, ['weights']));
    if (params.weights?.every((w) => w === 0)) faults.push(error('CE2523', {}, ['weights']));
    const listed = [...new Set(listOf<number>(params.grid))].sort((a, b) => a - b);
    const simulated = interval === 'c-lf';
    const inverted = interval !== 'flci';
    const bounds: RecordShape = {
      kind: 'bounds',
      ...about,
      facts: { method, interval },
    };
    return {
      faults,
      spec: {
        method,
        shape: { ...(bias === undefined ? {} : { bias }), ...(monotonicity === undefined ? {} : { monotonicity }) },
        interval,
        quantile: params.quantile ?? 'exact',
        grid: listed.length > 0 ? listed : method === 'smoothness' ? 'auto' : [0, 0.5, 1, 1.5, 2],
        target: params.weights ?? params.period ?? 'first',
        level: params.level ?? 0.95,
        source,
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
  const terms = eventTerms(record, spec.source);
  if ('code' in terms) return { ok: false, faults: [terms] };
  if (spec.method === 'relative-smoothness' && terms.before.length < 2)
    return { ok: false, faults: [error('CE2953', { before: terms.before.map(String) }, ['method'])] };
  const target = targetOf(terms, spec.target);
  if (!(target instanceof Float64Array)) return { ok: false, faults: [target] };
  const event = targeted(terms, target);
  const setting: Setting = { ...spec, alpha: 1 - spec.level };
  const found = sensitivity(event, setting);
  const grid = spec.grid === 'auto' ? smoothnessGrid(event) : spec.grid;
  const rows = grid.map((m) => found.bound(m));
  const broken = breakdown(found, spec.interval === 'flci' ? 1e-12 : 1e-4);
  const notes = [...remarks(record, terms), ...found.notes, ...breakdownNote(broken, found.notes)];
  return {
    ok: true,
    outputs: {
      bounds: recordOutput({
        outcome: record.outcome,
        method: spec.method,
        ...spec.shape,
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

/** An effect that no value can have differs from 0 in a way that says nothing of it. */
function breakdownNote({ value, tried }: ReturnType<typeof breakdown>, earlier: readonly Note[]): Note[] {
  if (value === undefined)
    return earlier.some((n) => n.code === 'CN2515')
      ? []
      : [{ code: 'CN2514', args: { m: Number(tried.toPrecision(4)) } }];
  return value === 0
    ? [{ code: 'CN2513', args: {} }]
    : [{ code: 'CN2512', args: { breakdown: Number(value.toPrecision(4)) } }];
}
