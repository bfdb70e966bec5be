/** A composite index in which every indicator, or every dimension, counts the same. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableOf } from '../columns/table.ts';
import { defineStage } from '../contract.ts';
import {
  cellFaults,
  INDEX_TABLE,
  IndexName,
  type IndexSpec,
  Indicators,
  indexOutput,
  membersOf,
} from './indicators.ts';
import { declareWeighted, Score, type WeightedSpec, weightedIndex } from './weighted-index.ts';

const EqualParams = Params({
  from: Reference('the table with the indicators, on a common scale', '含各指标的表，量纲已统一'),
  indicators: Indicators,
  as: IndexName,
  of: Type.Optional(
    Type.Union([Type.Literal('indicators'), Type.Literal('dimensions')], {
      default: 'indicators',
      ...means(
        'what counts the same: every indicator, or every dimension and every indicator within it',
        '等权的对象：所有指标等权，或各维度等权且维度内指标等权',
      ),
    }),
  ),
  by: Type.Optional(
    ColumnNames('best and worst rows of topsis within each of these groups', 'topsis 的最优与最劣方案在这些组内确定'),
  ),
  score: Score,
});

type Spec = WeightedSpec & { readonly of: 'indicators' | 'dimensions' };

export const equalWeights = defineStage<Static<typeof EqualParams>, Spec>({
  type: 'equal-weights',
  doc: {
    summary: {
      en: 'an index in which every indicator, or every dimension, counts the same',
      zh: '等权重合成指数',
    },
    details: {
      en: `index_i = Σ_j w_j z_ij with w_j = 1/k for k indicators, or with \`of: dimensions\` w_j = 1/(D k_d) for D dimensions of which the indicator's own has k_d. Sub-indices
\`<as>_<dimension>\` are the parts of the sum, and add up to it. \`score: topsis\` gives the closeness to the best row instead (Hwang & Yoon 1981, ch. 3), as in \`entropy-weights\`.

It is the plainest check of whether a result hangs on the weights of an index (OECD 2008, *Handbook on Constructing Composite Indicators*, step 6). Put \`normalize\` before: on raw units the largest unit
would decide. Negative values are allowed (z-scores). Rows with a missing indicator have no score. It does not look at correlation: two indicators of one thing count twice.
Checked against sums written out; TOPSIS, which it shares with \`entropy-weights\`, against R.`,
      zh: `指数 = Σ w_j z_ij，w_j = 1/k；of: dimensions 时各维度等权、维度内各指标等权。各维度指数之和等于总指数；score: topsis 则计算贴近度。
用于检验结论是否依赖于指数权重。请先用 normalize 统一量纲；有缺失指标的行没有得分。`,
    },
    example: `stages:
  raw: { stage: ingest, file: indicators.csv }
  scaled: { stage: normalize, from: raw, positive: [wages, colleges, patents] }
  index:
    stage: equal-weights
    from: scaled
    indicators: [wages, colleges, patents]
    as: npp_equal
`,
  },
  params: EqualParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: INDEX_TABLE,
    weights: { kind: 'weights', doc: { en: 'weight of each indicator', zh: '各指标的权重' } },
  },

  declare(context) {
    const { params } = context;
    const { spec, ...declared } = declareWeighted(context, []);
    return {
      ...declared,
      spec: {
        ...spec,
        // a sum is the same in whatever group a row stands
        by: spec.score === 'topsis' ? spec.by : [],
        // without dimensions both mean the same
        of: spec.dimensions.length === 0 ? 'indicators' : (params.of ?? 'indicators'),
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const faults = cellFaults(table, spec, 'allowed');
    if (faults.length > 0) return { ok: false, faults };
    const weights = equal(spec, spec.of);
    const index = weightedIndex(table, spec, () => ({ weights, fields: [], notes: [], faults: [] }));
    if (index.faults.length > 0) return { ok: false, faults: index.faults };
    return {
      ok: true,
      outputs: {
        table: indexOutput(spec, index.scores),
        weights: recordOutput({ method: 'equal', by: spec.by, rows: index.rows, notes: index.notes }),
      },
      notes: index.notes,
    };
  },
});

function equal(spec: IndexSpec, of: Spec['of']): Float64Array {
  const k = spec.indicators.length;
  if (of === 'indicators') return new Float64Array(k).fill(1 / k);
  const used = spec.dimensions.filter((d) => membersOf(spec, d).length > 0).length;
  return Float64Array.from(spec.indicators, ({ dimension }) => 1 / (used * membersOf(spec, dimension).length));
}
