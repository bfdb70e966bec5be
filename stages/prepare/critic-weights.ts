/** A composite index whose weights reward what an indicator tells and the others do not. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnNames, Params, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableOf } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Note } from '../contract.ts';
import { critic } from '../kernels/critic.ts';
import { cellFaults, INDEX_TABLE, IndexName, Indicators, indexOutput } from './indicators.ts';
import { declareWeighted, Score, type WeightedSpec, type Weighting, weightedIndex } from './weighted-index.ts';

const CriticParams = Params({
  from: Reference('the table with the indicators, on a common scale', '含各指标的表，量纲已统一'),
  indicators: Indicators,
  as: IndexName,
  by: Type.Optional(
    ColumnNames(
      'weights within each of these groups, e.g. year by year; without it pooled',
      '分组计算权重，如逐年；不写则合并计算',
    ),
  ),
  score: Score,
});

const FIELDS: readonly ColumnInfo[] = [
  { name: 'sd', type: 'number', label: { en: 'Contrast (sd)', zh: '对比强度（标准差）' } },
  { name: 'conflict', type: 'number', label: { en: 'Conflict', zh: '冲突性' } },
  { name: 'information', type: 'number', label: { en: 'Information', zh: '信息量' } },
];

export const criticWeights = defineStage<Static<typeof CriticParams>, WeightedSpec>({
  type: 'critic-weights',
  doc: {
    summary: {
      en: 'an index with CRITIC weights: dispersion times what the other indicators do not say',
      zh: 'CRITIC 法合成指数：对比强度与冲突性共同决定权重',
    },
    details: {
      en: `w_j = C_j/ΣC with C_j = σ_j Σ_k (1 − r_jk): the standard deviation of indicator j times how little it goes with the others, r their correlations (Diakoulaki, Mavrotas and
Papayannakis 1995, Computers & Operations Research 22(7)). The index is Σ_j w_j z_ij; sub-indices \`<as>_<dimension>\` add up to it; \`score: topsis\` gives the closeness to the best row instead.

Put \`normalize\` before (min-max, as in the source): on raw units the largest unit would decide. Unlike \`entropy-weights\` it counts two indicators of one thing about once. An indicator that does not vary has weight 0,
with a note. Rows with a missing indicator have no score and take no part. Weights are those of all rows together, or of each group with \`by\`.

**Assumptions.** Indicators that differ more between rows, and go less with others, tell more; all are on one scale.

Checked against R (the formula, on arrests by state).`,
      zh: `w_j = C_j/ΣC，C_j = σ_j Σ_k (1 − r_jk)：指标 j 的标准差（对比强度）乘以其与其他指标的不相关程度（冲突性）（Diakoulaki 等 1995）。指数 = Σ w_j z_ij；分维度指数之和等于总指数；
score: topsis 则计算贴近度。请先用 normalize（min-max）统一量纲。与熵值法不同，反映同一事物的两个指标大致只算一次。无变化的指标权重为 0 并给出附注；有缺失指标的行没有得分，也不参与计算。
by: year 为逐年计算权重。

**假设。** 行间差异越大、与其他指标相关越低的指标信息越多；各指标量纲相同。已与 R（上述公式）核对。`,
    },
    example: `stages:
  raw: { stage: ingest, file: indicators.csv }
  scaled: { stage: normalize, from: raw, positive: [wages, colleges, patents], negative: [pollution] }
  index:
    stage: critic-weights
    from: scaled
    indicators: [wages, colleges, patents, pollution]
    as: npp_critic
`,
  },
  params: CriticParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: INDEX_TABLE,
    weights: {
      kind: 'weights',
      doc: {
        en: 'standard deviation, conflict, information and weight of each indicator',
        zh: '各指标的标准差、冲突性、信息量与权重',
      },
    },
  },

  declare: (context) => declareWeighted(context, FIELDS),

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const faults = cellFaults(table, spec, 'allowed');
    if (faults.length > 0) return { ok: false, faults };
    const index = weightedIndex(table, spec, (z, group) => byCritic(z, group, spec));
    if (index.faults.length > 0) return { ok: false, faults: index.faults };
    return {
      ok: true,
      outputs: {
        table: indexOutput(spec, index.scores),
        weights: recordOutput({ method: 'critic', by: spec.by, rows: index.rows, notes: index.notes }),
      },
      notes: index.notes,
    };
  },
});

/** Faults: CE2162 when no indicator varies. Notes: CN2158 for those that do not. */
function byCritic(z: readonly Float64Array[], group: string, spec: WeightedSpec): Weighting {
  const { sd, conflict, information } = critic(z);
  const varying = sd.reduce((count, s) => count + (s > 0 ? 1 : 0), 0);
  let total = 0;
  for (const c of information) total += c;
  const notes = spec.indicators.flatMap(({ name }, j): Note[] =>
    varying > 0 && sd[j] === 0 ? [{ code: 'CN2158', args: { column: name, group } }] : [],
  );
  return {
    // one alone, or several that are the same up to scale, have nothing that tells them apart
    weights: sd.map((s, j) => (total > 0 ? information[j]! / total : s > 0 ? 1 / varying : 0)),
    fields: Array.from(sd, (s, j) => ({ sd: s, conflict: conflict[j]!, information: information[j]! })),
    notes,
    faults: varying > 0 ? [] : [error('CE2162', { group })],
  };
}
