import { Type } from '@sinclair/typebox';
import { listOf, Reference } from '../columns/params.ts';
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
import { type PretestPower, pretest } from '../kernels/pretest-power.ts';
import { type EventSource, type EventTerms, eventTerms } from './event-coefficients.ts';
import { pretrendPowerDoc } from './pretrend-power-doc.ts';

interface Params {
  readonly from: string;
  readonly power?: number | readonly number[];
  readonly slope?: number | readonly number[];
  readonly trend?: readonly number[];
  readonly level?: number;
  readonly reference?: number;
  readonly terms?: string;
  readonly window?: readonly [number, number];
}

type PowerSpec = {
  readonly trends:
    | { readonly by: 'power' | 'slope'; readonly values: readonly number[] }
    | { readonly by: 'trend'; readonly values: readonly number[] };
  readonly level: number;
  readonly source: {
    readonly terms?: string;
    readonly reference?: number;
    readonly window?: readonly [number, number];
  };
};

const probability = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

/** What a test of the leads would have seen of a trend, and what passing it does to the estimates. */
export const pretrendPower = defineStage<Params, PowerSpec>({
  type: 'pretrend-power',
  doc: pretrendPowerDoc,
  params: Type.Object(
    {
      from: Reference('an event study, or a regression with coefficients by period'),
      power: Type.Optional(
        Type.Union([probability, Type.Array(probability, { minItems: 1 })], {
          default: [0.5, 0.8],
          description: 'linear trends that some lead would show with this probability',
        }),
      ),
      slope: Type.Optional(
        Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 1 })], {
          description: 'instead of power: linear trends with these slopes, per period',
        }),
      ),
      trend: Type.Optional(
        Type.Array(Type.Number(), {
          minItems: 1,
          description:
            'instead of power: one trend, its value in every estimated period in order of time (0 in the reference)',
        }),
      ),
      level: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0.5,
          exclusiveMaximum: 1,
          default: 0.95,
          description: 'a lead is significant when its interval of this level leaves 0 out',
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
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['model'] } },
  outputs: { power: { kind: 'test', doc: 'a row per trend: power, Bayes factor, likelihood ratio; the path of each' } },
  declare(context) {
    const { params } = context;
    const shape = context.inputs.from?.[0]?.shape;
    const model = shape?.kind === 'model' ? shape : undefined;
    const faults: Fault[] = [];
    const given = (['power', 'slope', 'trend'] as const).filter((name) => params[name] !== undefined);
    for (const name of given.slice(1)) faults.push(error('CE2957', { given }, [name]));
    const [low = 0, high = 0] = params.window ?? [];
    if (low > high) faults.push(error('CE2432', { low, high }, ['window']));
    const by = given[0] ?? 'power';
    const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
    const values = by === 'trend' ? (params.trend ?? []) : sorted(listOf<number>(params[by] ?? [0.5, 0.8]));
    if (by !== 'power' && values.every((v) => v === 0)) faults.push(error('CE2958', {}, [by]));
    const test: RecordShape = {
      kind: 'test',
      columns: model?.columns ?? [],
      ...(model?.outcome === undefined ? {} : { outcome: model.outcome }),
    };
    return {
      faults,
      spec: {
        trends: { by, values },
        level: params.level ?? 0.95,
        source: {
          ...(params.terms === undefined ? {} : { terms: params.terms }),
          ...(params.reference === undefined ? {} : { reference: params.reference }),
          ...(params.window === undefined ? {} : { window: params.window }),
        },
      },
      reads: { from: ['all'] },
      outputs: { power: { shape: test, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  weight: () => 50,
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: pretrend-power without input');
    return powerOf(recordOf(input) as JsonRecord, spec);
  },
});

interface Trend {
  /** the probability that was asked for */
  readonly target?: number;
  readonly slope?: number;
  readonly values: Float64Array;
}

function powerOf(record: JsonRecord, { trends, level, source }: PowerSpec): RunResult {
  const terms = eventTerms(record, source as EventSource);
  if ('code' in terms) return { ok: false, faults: [terms] };
  const { before, after, reference, coef, vcov } = terms;
  const periods = [...before, ...after];
  if (trends.by === 'trend' && trends.values.length !== periods.length) {
    const args = { given: trends.values.length, periods: periods.length, known: periods.map(String) };
    return { ok: false, faults: [error('CE2959', args, ['trend'])] };
  }
  const test = pretest({ before: before.length, after: after.length, coef, vcov }, 1 - level);
  const distances = Float64Array.from(periods, (p) => p - reference);
  const sizeable = trends.by === 'power' ? trends.values.filter((p) => p > test.size) : trends.values;
  if (sizeable.length === 0) return { ok: false, faults: [error('CE2960', { size: test.size }, ['power'])] };
  const linear = (slope: number, target?: number): Trend => ({
    slope,
    values: distances.map((d) => slope * d),
    ...(target === undefined ? {} : { target }),
  });
  const list: Trend[] =
    trends.by === 'power'
      ? sizeable.map((p) => linear(test.slope(p, distances), p))
      : trends.by === 'slope'
        ? trends.values.map((s) => linear(s))
        : [{ values: Float64Array.from(trends.values) }];
  const found = list.map((trend) => ({ trend, power: test.against(trend.values) }));
  const notes: Note[] = [{ code: 'CN2956', args: { leads: before.length, size: Number(test.size.toPrecision(3)) } }];
  if (sizeable.length < trends.values.length)
    notes.push({ code: 'CN2957', args: { size: Number(test.size.toPrecision(3)) } });
  if (found.some(({ power }) => power.expected.some(Number.isNaN))) notes.push({ code: 'CN2958', args: {} });
  return {
    ok: true,
    outputs: {
      power: recordOutput({
        outcome: record.outcome,
        level,
        reference,
        before,
        after,
        size: test.size,
        rows: found.map(({ trend, power }) => ({
          ...(trend.slope === undefined ? {} : { slope: trend.slope }),
          power: power.power,
          joint_power: power.joint,
          bayes_factor: power.bayesFactor,
          likelihood_ratio: power.likelihoodRatio,
        })),
        paths: found.flatMap(({ trend, power }, i) => pathOf(terms, { trend, power, number: i + 1 })),
        notes,
      }),
    },
    notes,
  };
}

/** A row per estimated period: the estimate, the trend, and what is expected of the estimate when no lead is significant and there is no effect. */
function pathOf(
  { before, after, coef, vcov }: EventTerms,
  { trend, power, number }: { readonly trend: Trend; readonly power: PretestPower; readonly number: number },
) {
  const k = coef.length;
  return [...before, ...after].map((period, i) => ({
    trend: number,
    period,
    estimate: coef[i] as number,
    std_error: Math.sqrt(vcov[i * k + i] as number),
    hypothesized: trend.values[i] as number,
    ...(Number.isNaN(power.expected[i]) ? {} : { after_pretest: power.expected[i] as number }),
  }));
}
