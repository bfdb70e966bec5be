import { Type } from '@sinclair/typebox';
import { ColumnName, ColumnNames, listOf, means, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { findColumn, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note, type RecordShape, ROWS, type RunResult } from '../contract.ts';
import { fitLinear } from '../kernels/fit.ts';
import { balancedGrid, type Cohorts, cohortsOf, completeUnits, type PanelKeys } from './cohort-panel.ts';
import { byType, controlledParts, forbidden, type Part, parts, weightedSum } from './decomposition.ts';
import { droppedNotes, fitPrepared, isFaults } from './linear-fit.ts';
import { declareLinear, type LinearSpec } from './linear-spec.ts';
import { type Prepared, prepare } from './prepared.ts';
import { termName } from './term.ts';

interface Params {
  readonly from: string;
  readonly y: string;
  readonly x: string;
  readonly controls?: string | readonly string[];
  readonly weights?: string;
  readonly unbalanced?: 'error' | 'drop';
}

export type BaconSpec = {
  /** y on x and controls with unit and period effects */
  readonly linear: LinearSpec;
  readonly panel: PanelKeys;
  readonly unbalanced: 'error' | 'drop';
};

/** What a staggered two-way estimate is made of: every 2×2 comparison of cohorts, its estimate and its weight. */
export const bacon = defineStage<Params, BaconSpec>({
  type: 'bacon',
  doc: {
    summary: {
      en: 'Goodman-Bacon decomposition of a two-way estimate',
      zh: '双向固定效应估计的 Goodman-Bacon 分解',
    },
    details: {
      en: `The coefficient of a 0/1 treatment with unit and period effects is a weighted mean of all comparisons of two cohorts, one of which changes
treatment while the other does not (Goodman-Bacon 2021, J. Econometrics 225, theorem 1):

b = Σ_k s_kU b_kU + Σ_{k<l} (s_kl^k b_kl^k + s_kl^l b_kl^l)

Each row of \`decomposition\` is one comparison: \`treated\` and \`control\` are the first treated periods of the two cohorts (a missing control is never treated),
\`estimate\` the difference in differences, \`weight\` its share. Types: \`treated_vs_untreated\`, \`earlier_vs_later\`, and the two whose controls are treated already,
\`later_vs_earlier\` and \`later_vs_always\`; these are biased when effects change over time. \`by_type\` sums the weights and averages the estimates with them.
The weighted sum is compared with the two-way estimate, and a note states both.

**With controls** the comparisons are those of his §5.2 (equations 23–25): one part \`within\` cohorts (the controls move units of a cohort apart) and one part per pair of
cohorts over all periods, where earlier-against-later and later-against-earlier cannot be told apart (\`both_treated\`).

The panel must be balanced after rows with missing values are gone: with gaps the parts do not add up. \`unbalanced: drop\` leaves the units with gaps out, with a note.
A treatment that switches off is a fault. Units treated in all periods are controls only. \`weights\` must be those of units, the same in all rows of one: means and shares of cohorts count them.

Checked against bacondecomp 0.1.3 (R): estimates, weights and sums by type; with controls against the identity that the parts add up, with weights against units that stand several times.

**Assumptions.** The decomposition is algebra and assumes nothing. Its parts are effects when untreated outcomes of all cohorts move in parallel, and those against units treated already only when effects do not change over time.`,
      zh: `0/1 处理变量在个体与时期双固定效应下的系数，是全部两组比较（一组处理状态改变、另一组不变）的加权平均（Goodman-Bacon 2021，定理 1）。
decomposition 每行一个比较：treated 与 control 为两组首次处理的时期（control 缺失表示从未处理），estimate 为双重差分估计，weight 为权重。
类型：treated_vs_untreated（处理组对从未处理组）、earlier_vs_later（先处理对后处理）、later_vs_earlier 与 later_vs_always（以已处理个体为对照，效应随时间变化时有偏）。
by_type 汇总各类权重与加权平均估计；附注给出加权和与双向估计的差。含 controls 时按原文 §5.2 分解为组内部分（within）与组间部分。
要求平衡面板且处理一经开始即保持；unbalanced: drop 剔除缺期的个体。weights 须为个体权重，在其各行相同：批次的均值与份额按权重计。

**假设。** 分解本身是恒等式。各部分可解释为处理效应，须各批次未处理结果平行变动；以已处理者为对照的部分还须效应不随时间变化。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  parts:
    stage: bacon
    from: raw
    y: npp
    x: policy
`,
  },
  params: Type.Object(
    {
      from: Reference('the table, with its panel', '输入的表，须声明面板'),
      y: ColumnName(
        'the outcome: a column, or a function of one such as log(gdp)',
        '被解释变量：一列，或一列的函数，如 log(gdp)',
      ),
      x: ColumnName('the treatment: 0 before, 1 from its first period on', '处理变量：处理前为 0，自首次处理期起为 1'),
      controls: Type.Optional(ColumnNames('time-varying controls, globs allowed', '随时间变化的控制变量，可用通配符')),
      weights: Type.Optional(
        ColumnName('weights of the units, the same in all their rows', '个体权重，同一个体各行相同'),
      ),
      unbalanced: Type.Optional(
        Type.Union([Type.Literal('error'), Type.Literal('drop')], {
          default: 'error',
          ...means(
            'what to do with units that lack a period: fail, or leave them out',
            '如何处理缺期的个体：报错，或剔除',
          ),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    decomposition: {
      kind: 'decomposition',
      doc: {
        en: 'a row per comparison, sums by type, the two-way estimate',
        zh: '每个比较一行、按类型汇总、双向固定效应估计值',
      },
    },
  },
  declare(context) {
    const { params } = context;
    const table = tableShapeOf(context.inputs.from?.[0]);
    const { panel } = table;
    const own: Fault[] = panel === undefined ? [error('CE2430', { name: 'bacon' })] : [];
    const keys = panel === undefined ? { unit: '', time: '' } : { unit: panel.unit, time: panel.time };
    const isDate = panel !== undefined && findColumn(table, panel.time)?.type === 'date';
    const linear = declareLinear({
      ...context,
      params: {
        y: params.y,
        x: params.x,
        ...(params.controls === undefined ? {} : { controls: listOf(params.controls) }),
        ...(params.weights === undefined ? {} : { weights: params.weights }),
        ...(panel === undefined ? {} : { absorb: [keys.unit, keys.time], cluster: keys.unit }),
        singletons: 'keep' as const,
      },
    });
    if (linear.spec.x[0]?.some((atom) => atom.is === 'factor')) own.push(error('CE2437', { name: 'x' }, ['x']));
    const shape: RecordShape = {
      kind: 'decomposition',
      columns: linear.columns,
      outcome: termName(linear.spec.y),
      facts: { treatment: termName(linear.spec.x[0] ?? []) },
    };
    return {
      faults: [...linear.faults, ...own],
      spec: { linear: linear.spec, panel: { ...keys, isDate }, unbalanced: params.unbalanced ?? 'error' },
      reads: { from: [[ROWS, ...linear.reads]] },
      outputs: { decomposition: { shape, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  run({ spec, inputs, memo }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: bacon without input');
    return decompose(tableOf(input, memo), spec);
  },
});

function decompose(table: Table, spec: BaconSpec): RunResult {
  const prepared = balance(table, spec);
  if (!('made' in prepared)) return { ok: false, faults: prepared };
  const { made, notes } = prepared;
  const treatment = made.x[0];
  if (treatment === undefined) throw new Error('ceteris bug: bacon without treatment');
  const { rows } = made.sample;
  const grid = balancedGrid(table, spec.panel, rows);
  if ('code' in grid) return { ok: false, faults: [grid] };
  const weights =
    made.weights === undefined ? {} : { weights: { name: spec.linear.weights ?? '', values: made.weights } };
  const cohorts = cohortsOf(table, spec.panel, { rows, grid, treatment, ...weights });
  if (isFaults(cohorts)) return { ok: false, faults: cohorts };
  const unusable = identified(cohorts, treatment.name);
  if (unusable !== undefined) return { ok: false, faults: [unusable] };
  const model = fitPrepared(made);
  if (isFaults(model)) return { ok: false, faults: model };
  const at = model.names.indexOf(treatment.name);
  if (at === -1)
    return { ok: false, faults: [error('CE2414', { reasons: model.dropped.map((d) => `${d.term}: ${d.reason}`) })] };
  const found =
    made.x.length === 1 ? parts(cohorts, made.y) : controlledParts(cohorts, columnsOf(made), leftOver(made, treatment));
  const twfe = model.coef[at] as number;
  const sum = weightedSum(found);
  const all = [...notes, ...droppedNotes(model), ...checked(cohorts, found, { twfe, sum })];
  const record = {
    outcome: model.outcome,
    treatment: treatment.name,
    nobs: rows.length,
    units: cohorts.grid.units,
    periods: cohorts.grid.periods,
    cohorts: Array.from(cohorts.starts, (start, c) => ({
      start: start === grid.periods ? null : cohorts.periods[start],
      units: cohorts.units[c] as number,
    })),
    controls: made.x.slice(1).map((c) => c.name),
    ...(spec.linear.weights === undefined ? {} : { weights: spec.linear.weights }),
    twfe,
    weighted_sum: sum,
    sum_weights: found.reduce((s, p) => s + p.weight, 0),
    by_type: byType(found),
    rows: found,
    notes: all,
  };
  return { ok: true, outputs: { decomposition: recordOutput(record) }, notes: all };
}

/** The sample, without the units that lack periods when those may be left out. */
function balance(
  table: Table,
  spec: BaconSpec,
): { readonly made: Prepared; readonly notes: readonly Note[] } | readonly Fault[] {
  const made = prepare(table, spec.linear);
  if (!('sample' in made)) return made;
  const { rows, notes } = made.sample;
  if (spec.unbalanced === 'error') return { made, notes };
  const { mask, dropped } = completeUnits(table, spec.panel, rows);
  if (dropped === 0) return { made, notes };
  if (!mask.includes(1)) return { made, notes }; // no unit is complete: the fault says so
  const left = prepare(table, spec.linear, { mask });
  if (!('sample' in left)) return left;
  const lost = rows.length - left.sample.rows.length;
  return { made: left, notes: [...notes, { code: 'CN2504', args: { units: dropped, rows: lost } }] };
}

function identified({ starts, grid, periods }: Cohorts, name: string): Fault | undefined {
  const changing = Array.from(starts).filter((s) => s > 0 && s < grid.periods);
  if (changing.length === 0) return starts.includes(0) ? error('CE2497', { name }, ['x']) : error('CE2435', {}, ['x']);
  return starts.length > 1
    ? undefined
    : error('CE2503', { period: periods[changing[0] as number] as number | string }, ['x']);
}

const columnsOf = (made: Prepared) => ({
  outcome: made.y,
  treatment: made.x[0]?.values as Float64Array,
  controls: made.x.slice(1).map((c) => c.values),
});

/** Residuals of the treatment on controls and effects. */
const leftOver = (made: Prepared, treatment: { readonly values: Float64Array }): Float64Array =>
  fitLinear({
    y: treatment.values,
    x: made.x.slice(1).map((c) => c.values),
    effects: made.effects,
    ...(made.weights === undefined ? {} : { weights: made.weights }),
    intercept: true,
  }).residuals;

function checked(cohorts: Cohorts, found: readonly Part[], { twfe, sum }: { twfe: number; sum: number }): Note[] {
  const { starts, units, grid, periods } = cohorts;
  const notes: Note[] = [];
  const digits = (v: number): string => String(Number(v.toPrecision(6)));
  notes.push({
    code: 'CN2500',
    args: {
      comparisons: found.length,
      sum: digits(sum),
      estimate: digits(twfe),
      difference: sum === twfe ? '0' : Math.abs(sum - twfe).toExponential(1),
    },
  });
  const share = found.reduce((s, p) => s + (forbidden.has(p.type) ? p.weight : 0), 0);
  if (share > 0) notes.push({ code: 'CN2501', args: { share: `${(100 * share).toFixed(1)}%` } });
  if (starts.at(-1) !== grid.periods) notes.push({ code: 'CN2502', args: {} });
  if (starts[0] === 0) notes.push({ code: 'CN2503', args: { units: units[0] as number } });
  const changing = Array.from(starts).filter((s) => s > 0 && s < grid.periods);
  if (changing.length === 1 && starts.length === 2)
    notes.push({ code: 'CN2505', args: { period: periods[changing[0] as number] as number | string } });
  return notes;
}
