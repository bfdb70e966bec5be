import { type TSchema, Type } from '@sinclair/typebox';
import { periodsOf } from '../columns/expression/panel-index.ts';
import { means, Params, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type RecordShape, ROWS } from '../contract.ts';
import { ERRORS_INSTEAD, VcovParam } from './errors-spec.ts';
import { type LinearParams, linearParams } from './linear-params.ts';
import { type CurveSpec, countModels, declareAxes, type VaryParam } from './spec-axes.ts';
import { runCurve } from './spec-curve-run.ts';
import { termName } from './term.ts';

const Names = Type.Union([Type.String(), Type.Array(Type.String())]);

/** A list of choices, or choices by name. */
const Choices = (choice: TSchema, ...meaning: Parameters<typeof means>) =>
  Type.Optional(
    Type.Union(
      [Type.Array(choice, { minItems: 1 }), Type.Record(Type.String(), choice, { minProperties: 1 })],
      means(...meaning),
    ),
  );

const Subsets = Type.Object(
  {
    subsets: Type.Array(Names, {
      minItems: 1,
      maxItems: 20,
      ...means('columns, or lists that go together', '列，或须一同进入的若干列'),
    }),
    always: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], means('in every model', '每个模型都包含')),
    ),
    least: Type.Optional(Type.Integer({ minimum: 0, default: 0, ...means('smallest number of them', '最少取几个') })),
    most: Type.Optional(
      Type.Integer({ minimum: 0, ...means('largest number of them; default: all', '最多取几个；默认全部') }),
    ),
  },
  { additionalProperties: false },
);

const Vary = Params({
  y: Choices(Type.String(), 'outcomes', '被解释变量'),
  x: Choices(Names, 'regressors of interest', '核心解释变量'),
  controls: Type.Optional(
    Type.Union(
      [Type.Array(Names, { minItems: 1 }), Subsets, Type.Record(Type.String(), Names, { minProperties: 1 })],
      means(
        'sets of controls: a list of them, sets by name, or `{ subsets: [a, b, c] }` for all 2ⁿ subsets',
        '控制变量的组合：逐一列出、按名称给出，或用 `{ subsets: [a, b, c] }` 取全部 2ⁿ 个子集',
      ),
    ),
  ),
  absorb: Choices(Names, 'sets of fixed effects; `[]` for none', '固定效应的组合；`[]` 为没有'),
  cluster: Choices(Names, 'clusters; `[]` for none', '聚类变量；`[]` 为不聚类'),
  vcov: Choices(VcovParam, 'covariances, as in `regress`', '协方差，写法同 `regress`'),
  weights: Choices(
    Type.Union([Type.String(), Type.Literal(false)]),
    'columns of weights; `false` for none',
    '权重列；`false` 为不加权',
  ),
  where: Choices(
    Type.Union([Type.String(), Type.Boolean()]),
    'row conditions; `true` for all rows',
    '样本条件；`true` 为全样本',
  ),
});

type CurveParams = LinearParams & {
  readonly from: string;
  readonly vary: VaryParam;
  readonly sample?: 'own' | 'common';
};

/** More models than this are a mistake in the choices. */
const MOST_MODELS = 200_000;

/** Every reasonable way to run one regression, side by side. */
export const specCurve = defineStage<CurveParams, CurveSpec>({
  type: 'spec-curve',
  doc: {
    summary: {
      en: 'A specification curve: one regression under all combinations of reasonable choices',
      zh: '设定曲线：同一回归在各种合理设定组合下的估计结果',
    },
    details: {
      en: `Fits the regression for every combination of the choices in \`vary\` and reports the coefficient of the first \`x\` in each, with the share
of models in which it is significant and has the sign of the median (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4; Young and Holsteen 2017).

\`vary\` takes \`y\`, \`x\`, \`controls\`, \`absorb\`, \`cluster\` or \`vcov\`, \`weights\` and \`where\`, each a list of choices or choices by name; what does not vary
stands beside it as in \`regress\`. \`controls: { subsets: [a, b, c] }\` runs all 2ⁿ subsets; a list inside \`subsets\` goes in and out together. The
models are numbered in the order in which they are written, the last axis fastest; model 1 takes the first choice of each.

Each model is the same as the \`regress\` stage would give: its own estimation sample, unless \`sample: common\` keeps to the rows that every model can use, its own
singletons, collinear terms and degrees of freedom. A model in which the coefficient does not exist has a missing estimate and a \`reason\`. A model that is an earlier one once its collinear terms
are gone has that one's number as \`same_as\`; a note counts them.

Models with the same rows, effects and weights share the sample, the demeaned columns and their cross-products, by cluster too, so a model costs
microseconds (Frisch and Waugh 1933). Models near collinearity, and errors other than iid, HC0, HC1 and one-way clusters, are computed on the demeaned rows.

It does not test the curve as a whole: p values of overlapping models are not independent. Checked against single regressions, model by model.

**Assumptions.** Each model makes what \`regress\` assumes its own; the curve assumes that all choices are defensible answers to one question. Models share their data, so their tests are not independent and shares of significant models have no size.`,
      zh: `对 vary 中各项选择的全部组合逐一回归，报告首个 x 的系数，并汇总中位数、显著比例与同号比例（Simonsohn 等 2020）。
controls: { subsets: [a, b, c] } 表示遍历所有子集。每个模型与单独的 regress 结果完全一致；无法估计的模型给出缺失值与原因；剔除共线项后与前面某模型相同者以 same_as 标明该模型的编号，并在附注中计数。

**假设。** 每个模型各自适用 regress 的假设；曲线假定所有选择都是对同一问题的合理回答。各模型共用数据，检验并不独立，显著比例没有检验水平的含义。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  curve:
    stage: spec-curve
    from: raw
    y: npp
    x: policy
    vary:
      controls: { subsets: [open, fin, gdp] }
      absorb: [[city, year], [city, "province^year"]]
      cluster: [city, province]
      where: { all: true, before 2020: year < 2020 }
`,
  },
  params: Params({
    from: Reference('the table', '输入的表'),
    ...linearParams,
    vary: {
      ...Vary,
      ...means(
        'the choices: a list, or choices by name, for each param that varies',
        '各种设定：对每个要变化的参数，列出取值，或按名称给出',
      ),
    },
    sample: Type.Optional(
      Type.Union([Type.Literal('own'), Type.Literal('common')], {
        default: 'own',
        ...means(
          'each model uses the rows it can, or only the rows that all can',
          '各模型用各自可用的行，或只用所有模型都可用的行',
        ),
      }),
    ),
  }),
  inputs: { from: { kinds: ['table'] } },
  instead: ERRORS_INSTEAD,
  outputs: {
    curve: {
      kind: 'curve',
      doc: {
        en: 'an estimate per model, with its choices, and how they agree',
        zh: '每个模型的估计值及其设定，以及各模型是否一致',
      },
    },
  },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const { faults, common, base, axes, reads, columns } = declareAxes(context);
    const own: Fault[] = [];
    const models = countModels(axes);
    if (axes.length === 0) own.push(error('CE2570', {}, ['vary']));
    else if (models > MOST_MODELS) own.push(error('CE2573', { models, limit: MOST_MODELS }, ['vary']));
    if (params.x === undefined && params.vary.x === undefined) own.push(error('CE2401', { name: 'x' }));
    const panel = periodsOf(shape);
    const usesPanel = panel !== undefined && reads.includes(panel.unit) && reads.includes(panel.time);
    const curve: RecordShape = {
      kind: 'curve',
      columns,
      outcome: termName(base.y),
      facts: { treatment: termName(base.x[0] ?? []), axes: axes.map((a) => a.param) },
    };
    return {
      faults: [...faults, ...own],
      spec: {
        common,
        base,
        axes,
        sample: params.sample ?? 'own',
        ...(usesPanel ? { panel } : {}),
      },
      reads: { from: [[ROWS, ...reads]] },
      outputs: { curve: { shape: curve, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  weight: (spec) => 5 + countModels(spec.axes) / 10,
  run({ spec, inputs, memo, progress }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: spec-curve without input');
    const result = runCurve(tableOf(input, memo), spec, progress);
    if ('faults' in result) return { ok: false, faults: result.faults };
    return { ok: true, outputs: { curve: recordOutput(result.record) }, notes: result.notes };
  },
});
