import { Type } from '@sinclair/typebox';
import { ColumnName, means, Reference, Seed } from '../columns/params.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import {
  defineStage,
  error,
  type Fault,
  type InputShape,
  type OutputDecl,
  type OutputInfo,
  type RecordShape,
  ROWS,
} from '../contract.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { type LinearParams, linearParams } from './linear-params.ts';
import { declareLinear } from './linear-spec.ts';
import { type MediationSpec, mediationEffects } from './mediation-effects.ts';
import { termColumns, termName } from './term.ts';

type Params = LinearParams & {
  readonly from: string;
  readonly mediator: string;
  readonly form?: 'three-step' | 'two-step';
  readonly index?: string;
  readonly bootstrap?: number;
  readonly seed?: number;
};

/** Mediation by steps with fixed effects: Sobel and Goodman errors and a cluster bootstrap of the indirect effect, or the two-step form. */
export const mediation = defineStage<Params, MediationSpec>({
  type: 'mediation',
  doc: {
    summary: {
      en: 'Mediation in three steps with a bootstrap of the indirect effect, or in two',
      zh: '三步法中介效应检验与间接效应自助法，或两步法机制检验',
    },
    details: {
      en: `**Three steps** (default), on the same rows: y on x (total effect c); m on x (\`first\`, a); y on x and m (\`second\`, direct c′ and b). The indirect effect is a·b, and c = c′ + a·b
exactly; a note says so when it is not (a weighted or instrumented model of other form).

Errors of a·b: Sobel (1982) sqrt(b²s_a² + a²s_b²); Goodman (1960) adds s_a²s_b². \`bootstrap\` draws whole clusters (Cameron, Gelbach and Miller 2008; units when errors are not
clustered) and gives the percentile interval (\`bootstrap\`), the bias-corrected and the bias-corrected and accelerated one (\`bootstrap-bca\`; Efron 1987, the acceleration from leaving out a cluster at a
time). Draw r is the same on any machine and thread.

**Two steps** (\`form: two-step\`): only c and a. The third step takes the mediator as good as random given the treatment, which panel studies rarely can defend; Jiang (2022, China Industrial
Economics 5) asks to show that the treatment moves the mediator and to argue the rest.

A mediator that is the outcome or among the regressors is a fault. \`index\` names the weights of an index (\`entropy-weights\`) that is the outcome: a mediator among its indicators or its sub-indices gets a
note, and so does one that explains more than 90 % of what is left of the outcome.

Checked against R (lm by hand): coefficients, errors, Sobel and Goodman; intervals against a written-out bootstrap.

**Assumptions.** Given controls and effects nothing else moves both treatment and mediator, treatment and outcome, or — for b and so for a·b — mediator and outcome (sequential ignorability; Imai, Keele and Yamamoto 2010); effects are linear and the treatment does not
change what the mediator does. The two-step form needs only the first two.`,
      zh: `**三步法**（默认），使用相同的行：y 对 x（总效应 c）；m 对 x（first，系数 a）；y 对 x 与 m（second，直接效应 c′ 与 b）。间接效应为 a·b，且恰有 c = c′ + a·b；不成立时给出附注。

a·b 的标准误：Sobel (1982) 为 sqrt(b²s_a² + a²s_b²)，Goodman (1960) 再加 s_a²s_b²。bootstrap 整群重抽样（未聚类时为个体），给出百分位区间 bootstrap，以及偏差校正与 BCa 区间 bootstrap-bca（Efron 1987）。
第 r 次抽样在任何机器与线程上都相同。

**两步法**（form: two-step）：只估计 c 与 a。第三步要求给定处理后中介变量近似随机，面板研究一般难以成立；江艇（2022，《中国工业经济》第 5 期）建议只证明处理影响中介变量，其余由理论与文献说明。

中介变量等于被解释变量或已在解释变量之中时报错。index 指明被解释变量所用指数的权重（entropy-weights）：中介变量属于其指标或分维度指数，或解释了被解释变量剩余变异的 90% 以上时，给出附注。

已与 R（逐式 lm）核对系数、标准误、Sobel 与 Goodman；区间与直接写出的自助法核对。

**假设。** 给定控制变量与固定效应，没有其他因素同时影响处理与中介、处理与结果，以及（对 b 与 a·b 而言）中介与结果（序贯可忽略性；Imai、Keele 与 Yamamoto 2010）；效应为线性，处理不改变中介变量的作用。两步法只需前两条。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  mechanism:
    stage: mediation
    from: raw
    y: npp
    x: policy
    mediator: innovate
    absorb: [city, year]
    cluster: city
    bootstrap: 1000
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      ...linearParams,
      mediator: ColumnName('the mediator', '中介变量'),
      form: Type.Optional(
        Type.Union([Type.Literal('three-step'), Type.Literal('two-step')], {
          default: 'three-step',
          ...means(
            'three-step: direct and indirect effects; two-step: the effect on the mediator only (Jiang 2022)',
            'three-step：三步法，给出直接效应与间接效应；two-step：只估计处理对中介变量的作用（江艇，2022）',
          ),
        }),
      ),
      index: Type.Optional(
        Reference(
          'weights of the index that is the outcome: tells whether the mediator is a part of it',
          '被解释变量为指数时其权重：用来判断中介变量是否为该指数的组成部分',
        ),
      ),
      bootstrap: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1_000_000,
          default: 0,
          ...means('draws of the cluster bootstrap; 0: none', '整群自助法的抽样次数；0 为不做'),
        }),
      ),
      seed: Seed,
    },
    { additionalProperties: false },
  ),
  instead: ERRORS_INSTEAD,
  inputs: { from: { kinds: ['table'] }, index: { kinds: ['weights'], optional: true } },
  outputs: {
    first: { kind: 'model', doc: { en: 'the mediator on the treatment', zh: '处理对中介变量的回归' } },
    effects: { kind: 'effects', doc: { en: 'total, direct and indirect effects', zh: '总效应、直接效应与间接效应' } },
  },
  outputsFor: ({ form }): Readonly<Record<string, OutputInfo>> =>
    form === 'two-step'
      ? {}
      : {
          second: {
            kind: 'model',
            doc: { en: 'the outcome on treatment and mediator', zh: '被解释变量对处理与中介变量的回归' },
          },
        },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const found = lookup.number(params.mediator, ['mediator']);
    const linear = declareLinear(context);
    const own: Fault[] = params.x === undefined ? [error('CE2401', { name: 'x' })] : [];
    if (termColumns(linear.spec.y).includes(params.mediator))
      own.push(error('CE2530', { mediator: params.mediator }, ['mediator']));
    if (linear.spec.x.some((term) => termName(term) === params.mediator))
      own.push(error('CE2531', { mediator: params.mediator }, ['mediator']));
    const form = params.form ?? 'three-step';
    const value = [{ name: 'value', how: 'made' as const }];
    const outcome = termName(linear.spec.y);
    const model = (of: string): RecordShape => ({
      kind: 'model',
      columns: [...linear.columns, found],
      outcome: of,
      facts: linear.facts,
    });
    const outputs: Record<string, OutputDecl> = {
      first: { shape: model(params.mediator), parts: value },
      ...(form === 'two-step' ? {} : { second: { shape: model(outcome), parts: value } }),
      effects: { shape: { ...model(outcome), kind: 'effects' }, parts: value },
    };
    const bootstrap = form === 'two-step' ? 0 : (params.bootstrap ?? 0);
    const unit = shape.panel?.unit;
    const index = context.inputs.index?.[0];
    return {
      faults: [...linear.faults, ...lookup.faults, ...own],
      spec: {
        linear: linear.spec,
        mediator: params.mediator,
        form,
        overlaps: index !== undefined && isPart(index, params.mediator, outcome),
        bootstrap,
        seed: bootstrap > 0 ? (params.seed ?? 1) : 0,
        ...(unit === undefined ? {} : { unit }),
      },
      reads: {
        from: [[ROWS, ...new Set([...linear.reads, params.mediator, ...(unit === undefined ? [] : [unit])])]],
        ...(index === undefined ? {} : { index: [[]] }),
      },
      outputs,
    };
  },
  weight: (spec) => 5 + spec.bootstrap / 9,
  run({ spec, inputs, memo }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: mediation without input');
    return mediationEffects(tableOf(input, memo), spec);
  },
});

/** Whether a column is an indicator of the index, or the sub-index of one of its dimensions. */
const isPart = ({ shape }: InputShape, column: string, index: string): boolean =>
  shape.kind !== 'document' && shape.columns.some((c) => c.name === column || `${index}_${c.name}` === column);
