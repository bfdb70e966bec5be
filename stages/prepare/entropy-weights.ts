/** Objective weights for the indicators of a composite index by their entropy, and the index. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnNames, Params, Reference } from '../columns/params.ts';
import { numberOf, recordOf, recordOutput } from '../columns/record.ts';
import { tableOf } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Json, type JsonRecord, type Note } from '../contract.ts';
import { differenceCoefficient } from '../kernels/entropy.ts';
import { cellFaults, INDEX_TABLE, IndexName, Indicators, indexOutput } from './indicators.ts';
import { declareWeighted, Score, type WeightedSpec, type Weighting, weightedIndex } from './weighted-index.ts';

const EntropyParams = Params({
  from: Reference(
    'the table with the indicators, normalized to values of at least zero',
    '含各指标的表，指标已标准化为非负值',
  ),
  indicators: Indicators,
  as: IndexName,
  by: Type.Optional(
    ColumnNames(
      'weights of each of these groups, e.g. the year; without it pooled over all rows',
      '分组计算权重，如按年份；不写则按全部行合并计算',
    ),
  ),
  score: Score,
  weights: Type.Optional(
    Reference(
      'weights of another index, used as they are: an earlier period, or the sample to which a counterfactual is compared',
      '直接采用另一指数的权重：较早时期的，或反事实所对比的样本的',
    ),
  ),
});

type Spec = WeightedSpec & { /** weights come from the input */ readonly given: boolean };

const FIELDS: readonly ColumnInfo[] = [
  { name: 'entropy', type: 'number', label: { en: 'Entropy', zh: '信息熵' } },
  { name: 'difference', type: 'number', label: { en: 'Difference coefficient', zh: '差异系数' } },
];

export const entropyWeights = defineStage<Static<typeof EntropyParams>, Spec>({
  type: 'entropy-weights',
  doc: {
    summary: {
      en: 'weigh indicators by how much they vary over the rows, and add them up to an index',
      zh: '熵值法：按指标的差异程度赋权并合成指数',
    },
    details: {
      en: `For indicator j with normalized values z_ij ≥ 0 in n rows, p_ij = z_ij/Σ_i z_ij,

e_j = −Σ_i p_ij ln p_ij / ln n (0·ln 0 = 0), d_j = 1 − e_j, w_j = d_j/Σ_j d_j, index_i = Σ_j w_j z_ij

(Shannon 1948, *Bell System Technical Journal* 27; Zou, Yun & Sun 2006, *Journal of Environmental Sciences* 18(5)). A sub-index \`<as>_<dimension>\` is the part of the
sum that its indicators have, so sub-indices add up to the index. \`score: topsis\` gives C_i = D⁻_i/(D⁺_i + D⁻_i) instead, the closeness of the row's w_j z_ij to the best and its
distance from the worst value of each column (Hwang & Yoon 1981, ch. 3: "entropy-TOPSIS"); sub-indices are then computed on their own columns, do not add up, and are 0 where nothing varies.

Weights are pooled over all rows, so that years can be compared; \`by: year\` computes entropies, weights and best and worst rows within each year.
\`weights: other.weights\` takes the weights of another index as they are: of a base period, or of the sample to which a counterfactual is compared. The output \`weights\` holds entropy, difference coefficient 1 − e and weight of each indicator.

Values must be at least zero: put \`normalize\` (min-max) before, where directions are turned as well. A negative value is refused with its row. An indicator that does not vary, all zeros included, has e = 1 and
weight 0, and a note says so. Rows with a missing indicator have no score and do not count. An \`offset\` of the normalization that keeps zeros out of the logarithm is not needed, and moves the weights.

**Assumptions.** Indicators that differ more between rows tell more; the scale of z is a ratio scale, so zero means none. It rewards dispersion, which is not importance: binary and mostly-zero indicators take large weights. Checked against R (formulas above) on provincial and car data, TOPSIS included.`,
      zh: `设指标 j 标准化后的取值 z_ij ≥ 0，p_ij = z_ij/Σz_ij，e_j = −Σ p ln p / ln n（0·ln 0 = 0），d_j = 1 − e_j，w_j = d_j/Σd_j，指数 = Σ w_j z_ij。
分维度指数 <as>_<维度> 为该维度指标的加权和，各维度之和等于总指数；score: topsis 则以 w·z 与最优、最劣值的距离计算贴近度（熵权 TOPSIS）。
默认对全部年份合并计算，by: year 则逐年计算。取值须非负（请先用 normalize）；无变化（含全零）的指标权重为 0 并给出附注；有缺失指标的行没有得分，也不参与计算。
熵值法奖励离散程度而非重要性：二元指标和大量取零的指标会得到较大权重。

**假设。** 行间差异越大的指标信息越多；z 为比例尺度，零表示没有。已与 R（上述公式）核对，包括 TOPSIS。`,
    },
    example: `stages:
  raw: { stage: ingest, file: indicators.csv }
  scaled:
    stage: normalize
    from: raw
    positive: [wages, colleges, patents]
    negative: [pollution]
  index:
    stage: entropy-weights
    from: scaled
    indicators:
      labour: [wages, colleges]
      environment: [pollution]
      means: [patents]
    as: npp
`,
  },
  params: EntropyParams,
  inputs: { from: { kinds: ['table'] }, weights: { kinds: ['weights'], optional: true } },
  outputs: {
    table: INDEX_TABLE,
    weights: {
      kind: 'weights',
      doc: { en: 'entropy, difference coefficient and weight of each indicator', zh: '各指标的信息熵、差异系数与权重' },
    },
  },

  declare(context) {
    const { spec, faults, reads, outputs } = declareWeighted(context, FIELDS);
    const given = context.params.weights !== undefined;
    const both = given && spec.by.length > 0 ? [error('CE2194', {}, ['weights'])] : [];
    return {
      faults: [...faults, ...both],
      spec: { ...spec, given },
      reads: given ? { ...reads, weights: ['all'] } : reads,
      outputs,
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const faults = cellFaults(table, spec, spec.given ? 'allowed' : 'refused');
    if (faults.length > 0) return { ok: false, faults };
    const [from] = spec.given ? (inputs.weights ?? []) : [];
    const weigh = (z: readonly Float64Array[], where: string): Weighting =>
      from === undefined ? byEntropy(z, where, spec) : asGiven(recordOf(from), spec);
    const index = weightedIndex(table, spec, weigh);
    if (index.faults.length > 0) return { ok: false, faults: index.faults };
    return {
      ok: true,
      outputs: {
        table: indexOutput(spec, index.scores),
        weights: recordOutput({ method: 'entropy', by: spec.by, rows: index.rows, notes: index.notes }),
      },
      notes: index.notes,
    };
  },
});

/** Faults: CE2162 when no indicator varies. Notes: CN2158 for those that do not. */
function byEntropy(z: readonly Float64Array[], group: string, spec: WeightedSpec): Weighting {
  const difference = Float64Array.from(z, differenceCoefficient);
  let total = 0;
  for (const d of difference) total += d;
  const notes: Note[] = [];
  if (total > 0)
    difference.forEach((d, j) => {
      if (d === 0) notes.push({ code: 'CN2158', args: { column: spec.indicators[j]!.name, group } });
    });
  return {
    weights: difference.map((d) => d / total),
    fields: Array.from(difference, (d) => ({ entropy: 1 - d, difference: d })),
    notes,
    faults: total > 0 ? [] : [error('CE2162', { group })],
  };
}

/** Fault CE2195: the given weights do not know an indicator, or know more than one group. */
function asGiven(record: Json, spec: WeightedSpec): Weighting {
  const rows = ((record as { readonly rows?: readonly JsonRecord[] }).rows ?? []).filter((r) => r.group === undefined);
  const known = rows.map((row) => String(row.indicator));
  const own = spec.indicators.map(({ name }) => rows.find((row) => row.indicator === name));
  const missing = spec.indicators.filter((_, j) => own[j] === undefined).map(({ name }) => name);
  return {
    weights: Float64Array.from(own, (row) => numberOf(row?.weight)),
    fields: own.map((row) => ({ entropy: numberOf(row?.entropy), difference: numberOf(row?.difference) })),
    notes: [],
    faults: missing.map((name) => error('CE2195', { name, known }, ['weights'])),
  };
}
