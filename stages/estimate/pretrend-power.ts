import { Type } from '@sinclair/typebox';
import { listOf, means, Reference } from '../columns/params.ts';
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
import { type EventSource, type EventTerms, eventSource, eventSourceParams, eventTerms } from './event-coefficients.ts';
import { pretrendPowerDoc } from './pretrend-power-doc.ts';

interface Params extends EventSource {
  readonly from: string;
  readonly power?: number | readonly number[];
  readonly slope?: number | readonly number[];
  readonly trend?: readonly number[];
  readonly level?: number;
}

type PowerSpec = {
  readonly trends:
    | { readonly by: 'power' | 'slope'; readonly values: readonly number[] }
    | { readonly by: 'trend'; readonly values: readonly number[] };
  readonly level: number;
  readonly source: EventSource;
};

const probability = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

/** What a test of the leads would have seen of a trend, and what passing it does to the estimates. */
export const pretrendPower = defineStage<Params, PowerSpec>({
  type: 'pretrend-power',
  doc: pretrendPowerDoc,
  params: Type.Object(
    {
      from: Reference(
        'an event study, or a regression with coefficients by period',
        '事件研究，或系数按时期排列的回归',
      ),
      power: Type.Optional(
        Type.Union([probability, Type.Array(probability, { minItems: 1 })], {
          default: [0.5, 0.8],
          ...means(
            'linear trends that some lead would show with this probability',
            '以此概率能被某个前导期检出的线性趋势',
          ),
        }),
      ),
      slope: Type.Optional(
        Type.Union(
          [Type.Number(), Type.Array(Type.Number(), { minItems: 1 })],
          means(
            'instead of power: linear trends with these slopes, per period',
            '代替 power：斜率（每期）为这些值的线性趋势',
          ),
        ),
      ),
      trend: Type.Optional(
        Type.Array(Type.Number(), {
          minItems: 1,
          ...means(
            'instead of power: one trend, its value in every estimated period in order of time (0 in the reference)',
            '代替 power：一条趋势，按时间顺序给出它在各估计期的取值（基期为 0）',
          ),
        }),
      ),
      level: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0.5,
          exclusiveMaximum: 1,
          default: 0.95,
          ...means(
            'a lead is significant when its interval of this level leaves 0 out',
            '前导期系数在此水平的置信区间不含 0 即为显著',
          ),
        }),
      ),
      ...eventSourceParams,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['model'] } },
  outputs: {
    power: {
      kind: 'test',
      doc: {
        en: 'a row per trend: power, Bayes factor, likelihood ratio; the path of each',
        zh: '每条趋势一行：功效、贝叶斯因子、似然比；各条趋势的路径',
      },
    },
  },
  declare(context) {
    const { params } = context;
    const { source, about, faults: windowFaults } = eventSource(params, context.inputs.from?.[0]?.shape);
    const faults: Fault[] = [...windowFaults];
    const given = (['power', 'slope', 'trend'] as const).filter((name) => params[name] !== undefined);
    for (const name of given.slice(1)) faults.push(error('CE2957', { given }, [name]));
    const by = given[0] ?? 'power';
    const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
    const values = by === 'trend' ? (params.trend ?? []) : sorted(listOf<number>(params[by] ?? [0.5, 0.8]));
    if (by !== 'power' && values.every((v) => v === 0)) faults.push(error('CE2958', {}, [by]));
    const test: RecordShape = {
      kind: 'test',
      ...about,
    };
    return {
      faults,
      spec: {
        trends: { by, values },
        level: params.level ?? 0.95,
        source,
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
  const terms = eventTerms(record, source);
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
