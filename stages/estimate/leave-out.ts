import { Type } from '@sinclair/typebox';
import { datesAmong } from '../columns/cell-text.ts';
import { ColumnName, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { ColumnLookup, findColumn, tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type RecordShape, ROWS } from '../contract.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { type LeaveOutSpec, runLeaveOut } from './leave-out-run.ts';
import { formulaParam, type LinearParams, linearParams } from './linear-params.ts';
import { declareLinear, type LinearSpec } from './linear-spec.ts';
import { termName } from './term.ts';

type Params = LinearParams & { readonly from: string; readonly by?: string };

/** One regression again and again, each time without one group of rows: does a single city or province carry the result? */
export const leaveOut = defineStage<Params, LeaveOutSpec>({
  type: 'leave-out',
  doc: {
    summary: {
      en: 'The regression without each cluster in turn: which one carries the result',
      zh: '逐一剔除检验：每次剔除一个聚类（城市、省份等）重新回归',
    },
    details: {
      en: `Fits the regression on all rows and then without each group of \`by\`, and reports the coefficient of the first \`x\`: the estimate and its test
without the group, and \`influence\`, the full estimate less that one. Every fit is a regression of its own, with its own singletons and
collinear terms. \`by\` may name a combination (\`province^year\`); without it, the groups are the clusters of the errors, else the panel's units.

The summary has the range, the group with the most influence, the groups without which the sign or the significance changes, and the jackknife
error sqrt((G − 1)/G Σ_g (b_(g) − b)²) (MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38, CV3), which is also
\`vcov: { jackknife: … }\` of \`regress\`.

Rows in which \`by\` is missing belong to no group and are never left out. Groups are not left out two at a time.

**Assumptions.** What \`regress\` assumes, in every sample that is left. A large influence is a description, not a reason to leave a group out. Checked against regressions on the rows that are left.`,
      zh: `先用全样本回归，再逐一剔除 by 的每个组重新估计首个 x 的系数，报告剔除后的估计值、检验与 influence（全样本估计值减剔除后的估计值）。
缺省按标准误的聚类，否则按面板个体。汇总给出估计值范围、影响最大的组、剔除后符号或显著性改变的组，以及刀切法标准误（CV3）。

**假设。** 每个剔除后的样本均适用 regress 的假设。影响大仅是描述，不是剔除该组的理由。已与剔除后样本的回归逐一核对。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  one_province_less:
    stage: leave-out
    from: raw
    y: npp
    x: policy
    absorb: [city, year]
    cluster: city
    by: province
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      ...linearParams,
      ...formulaParam,
      by: Type.Optional(
        ColumnName(
          'the groups to leave out, or a combination `a^b`; default: the clusters, else the panel’s units',
          '依次剔除的组，或组合 `a^b`；默认为聚类变量，没有聚类则为面板的个体',
        ),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  instead: ERRORS_INSTEAD,
  outputs: {
    curve: {
      kind: 'curve',
      doc: { en: 'an estimate per group left out, and how they agree', zh: '每剔除一组的估计值，以及是否一致' },
    },
  },
  declare(context) {
    const { params } = context;
    const shape = tableShapeOf(context.inputs.from?.[0]);
    const linear = declareLinear(context);
    const lookup = new ColumnLookup(shape);
    const own: Fault[] = [];
    if (params.formula === undefined && params.x === undefined) own.push(error('CE2401', { name: 'x' }));
    if (linear.spec.endogenous.length > 0) own.push(error('CE2581', {}, ['formula']));
    const by = groupsOf(params.by, linear.spec, shape.panel?.unit);
    if (by === undefined) own.push(error('CE2580', {}));
    // others are named elsewhere, where one that is not there is told of
    const keys = (by ?? []).flatMap((name) =>
      params.by === undefined ? (findColumn(shape, name) ?? []) : lookup.any(name, ['by']),
    );
    const curve: RecordShape = {
      kind: 'curve',
      columns: linear.columns,
      outcome: termName(linear.spec.y),
      facts: { treatment: termName(linear.spec.x[0] ?? []) },
    };
    return {
      faults: [...linear.faults, ...lookup.faults, ...own],
      spec: { linear: { ...linear.spec, constant: false }, by: by ?? [], dates: datesAmong(keys) },
      reads: { from: [[ROWS, ...new Set([...linear.reads, ...(by ?? [])])]] },
      outputs: { curve: { shape: curve, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  weight: () => 200,
  run({ spec, inputs, memo, progress }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: leave-out without input');
    const result = runLeaveOut(tableOf(input, memo), spec, progress);
    if ('faults' in result) return { ok: false, faults: result.faults };
    return { ok: true, outputs: { curve: recordOutput(result.record) }, notes: result.notes };
  },
});

function groupsOf(
  written: string | undefined,
  { errors }: LinearSpec,
  unit: string | undefined,
): readonly string[] | undefined {
  if (written !== undefined) return written.split('^').map((name) => name.trim());
  if (errors.type === 'cluster' && errors.by.length === 1) return errors.by[0];
  return unit === undefined ? undefined : [unit];
}
