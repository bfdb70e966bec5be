import { Type } from '@sinclair/typebox';
import { ColumnName, means, Reference, Seed } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import {
  defineStage,
  error,
  type Fault,
  type Note,
  type OutputDecl,
  type OutputValue,
  type RecordShape,
  ROWS,
  type RunResult,
} from '../contract.ts';
import { factorOf } from './design.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { differenceTest } from './group-difference.ts';
import {
  type GroupEstimate,
  type PermutationDifference,
  type PermutationSpec,
  permutationTest,
} from './group-permutation.ts';
import { type FittedModel, fitPrepared, isFaults } from './linear-fit.ts';
import { type LinearParams, linearParams } from './linear-params.ts';
import { declareLinear } from './linear-spec.ts';
import { modelRecord } from './model-record.ts';
import { type Prepared, prepare } from './prepared.ts';
import { type Split, type SplitSpec, splitRows } from './split.ts';
import { termName } from './term.ts';

type Params = LinearParams & {
  readonly from: string;
  readonly by: string;
  readonly split?: 'median' | 'quantiles' | 'groups';
  readonly quantiles?: number;
  readonly groups?: readonly (string | number)[];
  readonly test?: 'interaction' | 'suest' | 'permutation';
  readonly draws?: number;
  readonly seed?: number;
};

type HeterogeneitySpec = PermutationSpec & {
  readonly split: SplitSpec;
  readonly test: 'interaction' | 'suest' | 'permutation';
};

/** Output names are part of references: what a reference cannot hold becomes an underscore. */
const outputName = (group: string): string => group.replace(/[^\p{L}\p{N}_-]/gu, '_');

function groupNames(params: Params): readonly string[] {
  if ((params.split ?? 'median') === 'median') return ['low', 'high'];
  if (params.split === 'quantiles') return Array.from({ length: params.quantiles ?? 4 }, (_, i) => `q${i + 1}`);
  return (params.groups ?? []).map(String);
}

/** The same regression in each group of the rows, and a test that the groups' effects are equal. */
export const heterogeneity = defineStage<Params, HeterogeneitySpec>({
  type: 'heterogeneity',
  doc: {
    summary: { en: 'A regression by group, with a test between groups', zh: '分组回归与组间差异检验' },
    details: {
      en: `Splits the estimation sample by a column (\`median\`: low is at or below it; \`quantiles\`; \`groups\`: its values, all or those listed), fits the
regression in each group, and tests whether the coefficient of the first \`x\` is the same. The models are outputs by the names of the groups; of groups that are not listed only \`test\` is one.

\`interaction\`: one model in which every regressor and every effect is interacted with the group (Chow 1960); the test is of the difference, with the covariance asked for, and \`joint\` that all
groups are equal. \`suest\`: the groups' models side by side with the robust covariance of their scores (Weesie 1999), fixed effects taken out first; clusters (or rows) times G/(G − 1), normal and χ² tests, as
Stata's command. \`permutation\`: whole units change group at random (Fisher; Lian and Liao 2017), the p value is (1 + draws with a difference at least as large)/(1 + draws). A unit that is in
different groups over time passes its whole path on. "Significant in one group and not in the other" is not a difference.

Medians and quantiles (type 7) are those of the rows that the model can use. Checked against R (split at the median, interacted difference); permutations against refits written out, suest against stacked scores.

**Assumptions.** Within each group what \`regress\` assumes; the column that splits is not moved by the treatment. The permutation takes units as exchangeable between groups under the null; \`suest\` and \`interaction\` take clusters as
many and independent.`,
      zh: `按某一列把估计样本分组（median：不高于中位数者为 low；quantiles；groups：全部或所列的取值），每组分别回归，并检验首个 x 的系数在组间是否相同。各组模型以组名为输出；未列出组名时只有 test 一个输出。

interaction：所有解释变量与固定效应都与组别交互的一个模型（Chow 1960），以所选标准误检验差异，joint 检验各组全部相等。suest：先去除固定效应，再以各组模型得分的稳健协方差联合推断（Weesie 1999），
乘以 G/(G − 1)，用正态与 χ² 检验，同 Stata 的 suest。permutation：整个个体随机换组（Fisher 组合检验；连玉君、廖俊平 2017），p 值 =（1 + 差异不小于实际值的次数）/（1 + 次数）；
随时间换组的个体连同其全部路径一起移动。“一组显著而另一组不显著”并不说明组间有差异。

中位数与分位数（第 7 类）按模型可用的行计算。已与 R 核对（按中位数分组、交互项差异）；置换检验与逐次重新回归核对，suest 与堆叠得分的计算核对。

**假设。** 每组内适用 regress 的假设；用于分组的列不受处理影响。置换检验要求原假设下个体可在组间交换；suest 与 interaction 要求聚类数量多且相互独立。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  by_income:
    stage: heterogeneity
    from: raw
    y: npp
    x: policy
    absorb: [city, year]
    cluster: city
    by: gdp
    split: median
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      ...linearParams,
      by: ColumnName('the column that splits the sample', '分组所依据的列'),
      split: Type.Optional(
        Type.Union([Type.Literal('median'), Type.Literal('quantiles'), Type.Literal('groups')], {
          default: 'median',
          ...means('how the sample is split', '分组方式：中位数、分位数，或列的取值'),
        }),
      ),
      quantiles: Type.Optional(
        Type.Integer({
          minimum: 2,
          maximum: 10,
          default: 4,
          ...means('number of quantile groups', '按分位数分成几组'),
        }),
      ),
      groups: Type.Optional(
        Type.Array(Type.Union([Type.String(), Type.Number()]), {
          minItems: 2,
          ...means(
            'values of the column, one group each; other rows are left out; default: all values',
            '各取值自成一组，其余行不参与估计；默认为全部取值',
          ),
        }),
      ),
      test: Type.Optional(
        Type.Union([Type.Literal('interaction'), Type.Literal('suest'), Type.Literal('permutation')], {
          default: 'interaction',
          ...means('test between the groups', '组间系数差异的检验方法'),
        }),
      ),
      draws: Type.Optional(
        Type.Integer({
          minimum: 19,
          maximum: 1_000_000,
          default: 500,
          ...means('draws of the permutation test', '置换检验（费舍尔组合检验）的次数'),
        }),
      ),
      seed: Seed,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  instead: ERRORS_INSTEAD,
  outputs: {
    test: {
      kind: 'test',
      doc: { en: 'difference of the first regressor between groups', zh: '首个解释变量的系数在组间的差异' },
    },
  },
  outputsFor: (params) =>
    Object.fromEntries(
      groupNames(params).map((name) => [
        outputName(name),
        { kind: 'model', doc: { en: `the model in group ${name}`, zh: `${name} 组的回归` } },
      ]),
    ),
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const linear = declareLinear(context);
    const lookup = new ColumnLookup(shape);
    const split = params.split ?? 'median';
    const by = split === 'groups' ? lookup.any(params.by, ['by']) : lookup.number(params.by, ['by']);
    const own = splitFaults(params, split);
    if (params.x === undefined) own.push(error('CE2401', { name: 'x' }));
    const names = groupNames(params);
    const model: RecordShape = { kind: 'model', columns: linear.columns, outcome: termName(linear.spec.y) };
    const value = [{ name: 'value', how: 'made' as const }];
    const outputs: Record<string, OutputDecl> = { test: { shape: { ...model, kind: 'test' }, parts: value } };
    for (const name of names)
      outputs[outputName(name)] = { shape: { ...model, facts: { ...linear.facts, group: name } }, parts: value };
    const { panel } = shape;
    const test = params.test ?? 'interaction';
    return {
      faults: [...linear.faults, ...lookup.faults, ...own],
      spec: {
        linear: linear.spec,
        split: { by: params.by, isDate: by.type === 'date', how: split, names },
        test,
        draws: test === 'permutation' ? (params.draws ?? 500) : 0,
        seed: test === 'permutation' ? (params.seed ?? 1) : 0,
        ...(panel === undefined ? {} : { panel: { unit: panel.unit, time: panel.time } }),
      },
      reads: {
        from: [
          [ROWS, ...new Set([...linear.reads, params.by, ...(panel === undefined ? [] : [panel.unit, panel.time])])],
        ],
      },
      outputs,
    };
  },
  weight: (spec) => 5 + spec.draws,
  helped: true,
  run({ spec, inputs, memo, helpers }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: heterogeneity without input');
    return estimate(tableOf(input, memo, helpers), spec);
  },
});

/** Groups that are listed and not used would be another comparison than the one that was meant. */
function splitFaults(params: Params, how: SplitSpec['how']): Fault[] {
  const unused = (['groups', 'quantiles'] as const).filter((name) => params[name] !== undefined && name !== how);
  return unused.map((name) => error('CE2444', { name, wanted: name, how }, [name]));
}

function estimate(table: Table, spec: HeterogeneitySpec): RunResult {
  const split = splitRows(table, spec.linear, spec.split);
  if (isFaults(split)) return { ok: false, faults: split };
  const { linear } = spec;
  // of groups that were found in the rows no reference can name the models
  const isNamed = spec.split.names.length > 0;
  const unit = spec.panel?.unit;
  const outputs: Record<string, OutputValue> = {};
  const faults: Fault[] = [];
  const notes: Note[] = movers(table, split, unit);
  const prepared: Prepared[] = [];
  const observed: GroupEstimate[] = [];
  let term = '';
  for (const { name, mask: own } of split.groups) {
    const made = prepare(table, linear, { mask: own });
    const model = isFaults(made) ? made : fitPrepared(made);
    if (isFaults(made) || isFaults(model)) {
      faults.push(error('CE2532', { group: name }, ['by']), ...(isFaults(model) ? model : []));
      continue;
    }
    prepared.push(made);
    term = made.x[0]?.name ?? '';
    const lost = model.dropped.find((d) => d.term === term);
    if (lost !== undefined) faults.push(error('CE2533', { name: term, group: name, reason: lost.reason }, ['by']));
    observed.push(estimateOf(model, { term, group: name }));
    if (isNamed) outputs[outputName(name)] = recordOutput({ ...modelRecord(model, linear), group: name });
    if (unit !== undefined) notes.push(sizeNote(table, unit, { group: name, rows: model.rows }));
    notes.push(...model.notes.filter((n) => !notes.some((m) => JSON.stringify(m) === JSON.stringify(n))));
  }
  if (faults.length > 0) return { ok: false, faults };
  const test =
    spec.test === 'permutation'
      ? permutationTest(table, spec, split, observed)
      : differenceTest(table, linear, split, { method: spec.test, own: prepared });
  if (isFaults(test)) return { ok: false, faults: test };
  const failed = 'failed' in test ? (test as PermutationDifference).failed : 0;
  if (failed > 0) notes.push({ code: 'CN2536', args: { failed, draws: spec.draws } });
  outputs.test = recordOutput({ by: spec.split.by, cuts: split.cuts, method: spec.test, term, ...test, notes });
  return { ok: true, outputs, notes };
}

function estimateOf(model: FittedModel, { term, group }: { term: string; group: string }): GroupEstimate {
  const at = model.names.indexOf(term);
  return { group, estimate: model.coef[at] ?? Number.NaN, std_error: model.inference.se[at] ?? Number.NaN };
}

function sizeNote(table: Table, unit: string, { group, rows }: { group: string; rows: Int32Array }): Note {
  return { code: 'CN2535', args: { group, rows: rows.length, units: factorOf(table, [unit], rows).levels } };
}

/** Units whose group changes over time. */
function movers(table: Table, split: Split, unit: string | undefined): Note[] {
  if (unit === undefined) return [];
  const rows = Int32Array.from(split.groupOf.keys()).filter((i) => (split.groupOf[i] as number) >= 0);
  const { codes, levels } = factorOf(table, [unit], rows);
  const first = new Int32Array(levels).fill(-1);
  const moves = new Uint8Array(levels);
  rows.forEach((row, i) => {
    const [u, group] = [codes[i] as number, split.groupOf[row] as number];
    if (first[u] === -1) first[u] = group;
    else if (first[u] !== group) moves[u] = 1;
  });
  const units = moves.reduce((sum, m) => sum + m, 0);
  return units === 0 ? [] : [{ code: 'CN2534', args: { units, all: levels } }];
}
