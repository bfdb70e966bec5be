import { Type } from '@sinclair/typebox';
import { isMissing } from '../columns/column.ts';
import { ColumnName, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note, type RecordShape, ROWS, type RunResult } from '../contract.ts';
import { fitLinear } from '../kernels/fit.ts';
import { type TwoWayWeights, twoWayWeights } from '../kernels/two-way-weights.ts';
import { droppedNotes, fitPrepared, isFaults } from './linear-fit.ts';
import { type LinearParams, linearParams } from './linear-params.ts';
import { declareLinear, type LinearSpec } from './linear-spec.ts';
import { prepare } from './prepared.ts';
import { termName } from './term.ts';

type Params = Pick<LinearParams, 'y' | 'x' | 'controls' | 'absorb' | 'weights' | 'singletons'> & {
  readonly from: string;
};

type WeightsSpec = {
  readonly linear: LinearSpec;
  readonly panel?: { readonly unit: string; readonly time: string };
};

/** How much each treated cell's effect weighs in the two-way coefficient, and how far that is from an average effect. */
export const twfeWeights = defineStage<Params, WeightsSpec>({
  type: 'twfe-weights',
  doc: {
    summary: {
      en: 'Weights of treated cells in a two-way regression',
      zh: '双向固定效应系数中各处理单元的权重（含负权重诊断）',
    },
    details: {
      en: `Under parallel trends the coefficient of a treatment D in y = βD + effects + controls + u is Σ w·ATT over treated cells, with
weights w = D·ε / Σ D·ε, ε the residual of D on effects and controls (de Chaisemartin and D'Haultfœuille 2020, AER 110(9), Theorem 1).
Some may be negative: the coefficient can then have another sign than every effect.

\`negative\` and \`positive\` count and sum them. \`weights_sd\` is their standard deviation scaled to mean 1. \`min_sd_att_zero\` = |β|/sd is
the smallest standard deviation of effects across cells with which β is compatible with an average effect of 0 (Corollary 1, i),
\`min_sd_att_opposite\` the smallest with which all effects may have the other sign (Corollary 1, ii; absent without negative weights). \`rows\` sum weights by
cohort (first treated period) and period, when the table has a panel.

Rows count as cells. Not done here: several treatments, the decomposition into pairs of cohorts (that is \`bacon\`). Checked against the
formulas of the paper computed in R on two data sets, and with a quadratic program solved step by step.

**Assumptions.** Parallel trends of untreated outcomes and no anticipation; effects may differ between cells in any way.`,
      zh: `平行趋势下，y = βD + 固定效应 + 控制变量 + u 中处理 D 的系数为 Σ w·ATT（对各处理单元求和），权重 w = D·ε / Σ D·ε，ε 为 D 对固定效应与控制变量回归的残差
（de Chaisemartin 与 D'Haultfœuille 2020，AER 110(9)，定理 1）。部分权重可能为负，系数的符号可能与所有单元的效应都相反。

negative 与 positive 为负、正权重的个数与总和；weights_sd 为标准化到均值 1 后的标准差；min_sd_att_zero = |β|/sd，是与平均效应为 0 相容的最小效应标准差（推论 1(i)）；
min_sd_att_opposite 为所有效应都可能反号的最小标准差（推论 1(ii)，无负权重时没有）。表为面板时 rows 按批次（首次处理期）与时期汇总权重。

每行为一个单元。不做多个处理变量；按批次两两分解见 bacon。已与 R 中按原文公式的计算（两组数据）及逐步求解的二次规划核对。

**假设。** 未处理结果平行变动且无预期反应；各单元的效应可以任意不同。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  weights: { stage: twfe-weights, from: raw, y: npp, x: policy }
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      y: linearParams.y,
      x: ColumnName('the treatment: one column, 0/1 or an intensity', '处理变量：一列，0/1 或处理强度'),
      controls: linearParams.controls,
      absorb: linearParams.absorb,
      weights: linearParams.weights,
      singletons: linearParams.singletons,
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    weights: {
      kind: 'weights',
      doc: { en: 'weights by cohort and period, and what they add up to', zh: '各批次各时期的权重及其汇总' },
    },
  },
  declare(context) {
    const { params } = context;
    const { panel } = tableShapeOf(context.inputs.from?.[0]);
    const absorb = params.absorb ?? (panel === undefined ? [] : [panel.unit, panel.time]);
    const { faults, spec, reads, columns } = declareLinear({ ...context, params: { ...params, absorb } });
    const treatment = spec.x[0];
    const own: Fault[] = treatment?.length === 1 && treatment[0]?.is === 'column' ? [] : [error('CE2483', {}, ['x'])];
    const { unit: _, ...linear } = spec;
    const keys = panel === undefined ? {} : { panel: { unit: panel.unit, time: panel.time } };
    const shape: RecordShape = { kind: 'weights', columns, outcome: termName(spec.y) };
    return {
      faults: [...faults, ...own],
      spec: { linear, ...keys },
      reads: { from: [[ROWS, ...new Set([...reads, ...(panel === undefined ? [] : [panel.unit, panel.time])])]] },
      outputs: { weights: { shape, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  run({ spec, inputs, memo }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: twfe-weights without input');
    return weigh(tableOf(input, memo), spec);
  },
});

function weigh(table: Table, spec: WeightsSpec): RunResult {
  const prepared = prepare(table, spec.linear);
  if (!('sample' in prepared)) return { ok: false, faults: prepared };
  const model = fitPrepared(prepared);
  if (isFaults(model)) return { ok: false, faults: model };
  const [treatment, ...controls] = prepared.x;
  const at = treatment === undefined ? -1 : model.names.indexOf(treatment.name);
  if (treatment === undefined || at === -1)
    return { ok: false, faults: [error('CE2482', { name: treatment?.name ?? '' }, ['x'])] };
  const { residuals } = fitLinear({
    y: treatment.values,
    x: controls.map((c) => c.values),
    effects: prepared.effects,
    ...(model.fit.absorber && { absorber: model.fit.absorber }),
    ...(prepared.weights === undefined ? {} : { weights: prepared.weights }),
  });
  const mass = prepared.weights ?? new Float64Array(residuals.length).fill(1);
  const found = twoWayWeights(treatment.values, residuals, { mass, coefficient: model.coef[at] as number });
  const notes: Note[] = [...prepared.sample.notes, ...droppedNotes(model)];
  if (found.negative.count > 0)
    notes.push({
      code: 'CN2469',
      args: { negative: found.negative.count, cells: found.cells, sum: Number(found.negative.sum.toPrecision(4)) },
    });
  const record = {
    outcome: termName(spec.linear.y),
    term: treatment.name,
    coefficient: model.coef[at] as number,
    std_error: model.inference.se[at] as number,
    nobs: residuals.length,
    cells: found.cells,
    positive: found.positive,
    negative: found.negative,
    weights_sd: found.sd,
    min_sd_att_zero: found.minSdZero,
    min_sd_att_opposite: found.minSdOpposite,
    rows:
      spec.panel === undefined
        ? []
        : byCohort(table, spec.panel, {
            name: treatment.name,
            rows: prepared.sample.rows,
            treatment: treatment.values,
            found,
          }),
    notes,
  };
  return { ok: true, outputs: { weights: recordOutput(record) }, notes };
}

/** Weights summed by the first treated period of the unit and the period. */
function byCohort(
  table: Table,
  panel: { unit: string; time: string },
  { name, rows, treatment, found }: { name: string; rows: Int32Array; treatment: Float64Array; found: TwoWayWeights },
): { cohort: number | string; time: number | string; cells: number; weight: number }[] {
  const text = (name: string, row: number): number | string => {
    const column = table.column(name);
    return column.kind === 'number'
      ? (column.values[row] as number)
      : (column.levels[column.codes[row] as number] as string);
  };
  const order = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);
  const first = new Map<number | string, number | string>();
  // also where the row itself is not used: its outcome may be missing
  const values = table.numbers(name);
  const periods = table.column(panel.time);
  for (let row = 0; row < values.length; row++) {
    if (!((values[row] as number) !== 0 && Number.isFinite(values[row]))) continue;
    if (isMissing(table.column(panel.unit), row) || isMissing(periods, row)) continue;
    const [unit, time] = [text(panel.unit, row), text(panel.time, row)];
    const known = first.get(unit);
    if (known === undefined || order(time, known) < 0) first.set(unit, time);
  }
  const sums = new Map<string, { cohort: number | string; time: number | string; cells: number; weight: number }>();
  rows.forEach((row, i) => {
    if (treatment[i] === 0) return;
    const cohort = first.get(text(panel.unit, row)) as number | string;
    const time = text(panel.time, row);
    const key = JSON.stringify([cohort, time]);
    const sum = sums.get(key) ?? { cohort, time, cells: 0, weight: 0 };
    sum.cells++;
    sum.weight += found.weights[i] as number;
    sums.set(key, sum);
  });
  return [...sums.values()].sort((a, b) => order(a.cohort, b.cohort) || order(a.time, b.time));
}
