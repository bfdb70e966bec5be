import { Type } from '@sinclair/typebox';
import { means, Reference, Seed } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type RecordShape, ROWS } from '../contract.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { type LinearParams, linearParams } from './linear-params.ts';
import { declareLinear } from './linear-spec.ts';
import { type PlaceboSpec, runPlacebo } from './placebo-run.ts';
import { termName } from './term.ts';

type Params = LinearParams & {
  readonly from: string;
  readonly draws?: number | 'all';
  readonly assign?: 'unit' | 'time' | 'both';
  readonly seed?: number;
};

/** The treatment given at random, again and again: where does the true estimate stand among the false ones? */
export const placebo = defineStage<Params, PlaceboSpec>({
  type: 'placebo',
  doc: {
    summary: { en: 'Placebo tests by random treatment', zh: '随机处理的安慰剂检验' },
    details: {
      en: `Draws the first \`x\` at random \`draws\` times, keeps all else, and re-estimates its coefficient.

\`assign: unit\` (in space): whole units swap their paths of x. \`time\`: treated units keep being treated and get random adoption periods, any but the first. \`both\`: random units get random periods (the mixed
placebo of Chen, Qi and Yan 2025, Management World 2). Without a panel the values of x are permuted over rows. \`time\` and \`both\` need a treatment that switches on once; \`unit\` takes any x, and needs a balanced
panel.

\`draws: all\` goes through every assignment of that kind, at most 200,000: the ways to swap paths (units with equal paths are alike), all adoption periods, all choices of units and periods, all
choices of treated rows.

The p value counts draws with |b| ≥ |b observed|: exact when all assignments are gone through, (1 + count)/(1 + draws) otherwise (Phipson and Smyth 2010). With errors clustered one way each draw has its own p value.
Draw r is the same on any machine and thread, and whatever the order of the rows. Effects and controls are taken out once; a draw costs one residualized column (Frisch and Waugh 1933).

Checked against R: exact p by enumeration; draws against full regressions.

**Assumptions.** The exact p holds when, with no effect on anybody, every assignment that is drawn was as likely as the real one: exchangeable units (\`unit\`), dates (\`time\`) or both. Units that differ in who could be treated break it. It tests that nobody is affected, not that the mean effect is 0.`,
      zh: `随机生成首个 x 共 draws 次，其余不变，重新估计其系数。

assign: unit（空间安慰剂）：整个个体互换 x 的路径。time（时间安慰剂）：处理个体不变，随机指定开始处理的时期（首期除外）。both：个体与时期均随机（混合安慰剂；陈强、齐霁、颜冠鹏 2025，《管理世界》第 2 期）。
没有面板结构时在行间置换 x。time 与 both 要求处理只开启一次；unit 适用于任何 x，但要求平衡面板。draws: all 遍历该方式下的全部指派，至多 200,000 种。

p 值为 |b| ≥ |实际 b| 的比例：遍历时为精确值，否则为（1 + 次数）/（1 + 抽样数）（Phipson 与 Smyth 2010）。单维聚类时每次抽样有自己的 p 值。
第 r 次抽样与机器、线程及行的次序无关。固定效应与控制变量只去除一次，每次抽样只需对一列取残差（Frisch 与 Waugh 1933）。

已与 R 的枚举（精确 p 值）核对；各次抽样与完整回归核对。

**假设。** 若处理对任何个体都没有效应，且抽取的每种指派与实际指派等可能（个体可交换、时期可交换，或二者皆可），精确 p 值成立；个体受处理的可能性不同时不成立。检验的是“无人受影响”，而非“平均效应为零”。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  placebo:
    stage: placebo
    from: raw
    y: npp
    x: policy
    absorb: [city, year]
    cluster: city
    draws: 500
    assign: both
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      ...linearParams,
      draws: Type.Optional(
        Type.Union([Type.Integer({ minimum: 1, maximum: 10_000_000 }), Type.Literal('all')], {
          default: 500,
          ...means('number of random treatments, or `all`', '随机生成处理的次数，或 `all`（穷尽所有分配）'),
        }),
      ),
      assign: Type.Optional(
        Type.Union(
          [Type.Literal('unit'), Type.Literal('time'), Type.Literal('both')],
          means(
            'what is drawn at random: units, their periods, or both. Default: both, rows where there is no panel',
            '随机生成什么：受处理的个体、处理时间，或二者。默认二者；没有面板时为行',
          ),
        ),
      ),
      seed: Seed,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  instead: ERRORS_INSTEAD,
  outputs: {
    distribution: {
      kind: 'distribution',
      doc: { en: 'the estimates of all draws, and the p value', zh: '各次抽样的估计值与 p 值' },
    },
  },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const linear = declareLinear(context);
    const own: Fault[] = params.x === undefined ? [error('CE2401', { name: 'x' })] : [];
    const draws = params.draws ?? 500;
    if (params.assign !== undefined && shape.panel === undefined)
      own.push(error('CE2430', { name: 'placebo' }, ['assign']));
    const assign = shape.panel === undefined ? 'row' : (params.assign ?? 'both');
    const panel = assign === 'row' ? undefined : shape.panel;
    const distribution: RecordShape = {
      kind: 'distribution',
      columns: linear.columns,
      outcome: termName(linear.spec.y),
      facts: { treatment: termName(linear.spec.x[0] ?? []) },
    };
    return {
      faults: [...linear.faults, ...own],
      spec: {
        linear: linear.spec,
        draws,
        assign,
        seed: draws === 'all' ? 0 : (params.seed ?? 1),
        ...(panel === undefined ? {} : { panel: { unit: panel.unit, time: panel.time } }),
      },
      reads: {
        from: [[ROWS, ...new Set([...linear.reads, ...(panel === undefined ? [] : [panel.unit, panel.time])])]],
      },
      outputs: { distribution: { shape: distribution, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  weight: (spec) => 5 + (spec.draws === 'all' ? 1000 : spec.draws / 6),
  run({ spec, inputs, memo, progress }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: placebo without input');
    const result = runPlacebo(tableOf(input, memo), spec, progress);
    if ('faults' in result) return { ok: false, faults: result.faults };
    return { ok: true, outputs: { distribution: recordOutput(result.record) }, notes: result.notes };
  },
});
