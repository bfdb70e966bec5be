/** A composite index from principal components of its indicators. */
import { type Static, Type } from '@sinclair/typebox';
import { means, Params, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { tableOf } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Note, type RecordShape, ROWS, VALUE } from '../contract.ts';
import { chiSquareCdf } from '../kernels/chi-square.ts';
import { correlations } from '../kernels/correlation.ts';
import {
  type Adequacy,
  type Components,
  principalComponents,
  samplingAdequacy,
} from '../kernels/principal-components.ts';
import { isTooLarge, moments } from '../kernels/summary.ts';
import { groupRows } from './groups.ts';
import {
  cellFaults,
  completeRows,
  declareIndex,
  INDEX_TABLE,
  IndexName,
  type IndexSpec,
  Indicators,
  indexOutput,
  membersOf,
} from './indicators.ts';

const PcaParams = Params({
  from: Reference('the table with the indicators; they are standardized here', '含各指标的表；在本步骤内标准化'),
  indicators: Indicators,
  as: IndexName,
  components: Type.Optional(
    Type.Union(
      [Type.Literal('kaiser'), Type.Integer({ minimum: 1 }), Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })],
      {
        default: 'kaiser',
        ...means(
          'kaiser: those with an eigenvalue above 1; a count; or the share of variance that they reach together',
          'kaiser：保留特征值大于 1 的主成分；也可写个数，或累计方差贡献率',
        ),
      },
    ),
  ),
});

type Spec = IndexSpec & { readonly components: 'kaiser' | number };

const FIELDS: readonly ColumnInfo[] = [
  { name: 'communality', type: 'number', label: { en: 'Communality', zh: '共同度' } },
  { name: 'kmo', type: 'number', label: { en: 'KMO', zh: 'KMO' } },
  { name: 'component', type: 'text', label: { en: 'Component', zh: '主成分' } },
  { name: 'eigenvalue', type: 'number', label: { en: 'Eigenvalue', zh: '特征值' } },
  { name: 'share', type: 'number', label: { en: 'Share of variance', zh: '方差贡献率' } },
  { name: 'cumulative', type: 'number', label: { en: 'Cumulative', zh: '累计方差贡献率' } },
  { name: 'kept', type: 'boolean', label: { en: 'Kept', zh: '是否保留' } },
];

export const pca = defineStage<Static<typeof PcaParams>, Spec>({
  type: 'pca',
  doc: {
    summary: {
      en: 'an index from the principal components of its indicators, with KMO and Bartlett’s test',
      zh: '主成分分析合成指数，附 KMO 与 Bartlett 球形检验',
    },
    details: {
      en: `With x̃ the standardized indicators (mean 0, sd 1), R their correlations and λ_c, u_c its eigenvalues and vectors, component c is F_c = x̃ᵀu_c with variance λ_c. The index is

F = Σ_c (λ_c/Σλ) F_c = Σ_j w_j x̃_j, w_j = Σ_c (λ_c/Σλ) u_jc

over the components kept, the usual composite of applied work; \`components: 1\` is the first component alone. A sub-index is the part of the sum that its indicators have. The index has mean 0, and negative values.

\`kaiser\` keeps eigenvalues above 1 (Kaiser 1960), and always the first. The sign of a component is free: it is turned so that its weights sum to at least zero, so indicators should point upwards (\`normalize\`). Components with
nearly equal eigenvalues are not told apart by the data.

Outputs beside \`table\`: \`weights\` (weight, communality, KMO and loadings √λ_c u_jc of each indicator), \`components\` (eigenvalues and shares), \`test\`: the Kaiser–Meyer–Olkin measure (Kaiser & Rice 1974; below 0.5 is held unfit) and
Bartlett's test of no correlation (Bartlett 1951), whose p-value takes rows as independent and normal. Both are missing, with a note, when indicators are collinear.

**Assumptions.** What the indicators have in common is what the index should measure, and is linear in them.

Rows with a missing indicator have no score. An indicator that does not vary has weight 0, with a note. Checked against R's \`prcomp\` and \`psych::KMO\` and against numpy on car data.`,
      zh: `将指标标准化后对相关系数矩阵作主成分分析，F = Σ(λ_c/Σλ)F_c；components 为 kaiser（特征值大于 1）、个数或累计方差贡献率。
输出 weights（权重、共同度、KMO、载荷）、components（特征值与方差贡献率）、test（KMO 与 Bartlett 检验）。主成分符号取权重之和非负；指数均值为 0。
指标共线时 KMO 与 Bartlett 检验缺失并给出附注。

**假设。** 各指标的共同部分就是指数要度量的内容，且与指标呈线性关系。已与 R 的 prcomp、psych::KMO 及 numpy 核对。`,
    },
    example: `stages:
  raw: { stage: ingest, file: indicators.csv }
  scaled: { stage: normalize, from: raw, positive: [wages, colleges, patents], negative: [pollution] }
  index:
    stage: pca
    from: scaled
    indicators: [wages, colleges, patents, pollution]
    as: npp_pca
  adequacy: { stage: table, columns: index.test }
`,
  },
  params: PcaParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: INDEX_TABLE,
    weights: {
      kind: 'weights',
      doc: { en: 'weight, communality, KMO and loadings of each indicator', zh: '各指标的权重、共同度、KMO 与载荷' },
    },
    components: {
      kind: 'summary',
      doc: { en: 'eigenvalue and share of variance of each component', zh: '各主成分的特征值与方差贡献率' },
    },
    test: {
      kind: 'test',
      doc: { en: 'Kaiser–Meyer–Olkin measure and Bartlett’s test', zh: 'KMO 检验与 Bartlett 球形检验' },
    },
  },

  declare({ params, inputs, labels }) {
    const index = declareIndex(params.indicators, params.as ?? 'index', {
      input: inputs.from?.[0],
      labels,
      fields: FIELDS,
    });
    const names = index.spec.indicators.map((i) => i.name);
    const components = params.components ?? 'kaiser';
    if (typeof components === 'number' && components >= 1 && names.length > 0 && components > names.length)
      index.lookup.faults.push(error('CE2196', { count: components, most: names.length }, ['components']));
    const shape = (kind: 'summary' | 'test'): RecordShape => ({ kind, columns: [...FIELDS] });
    const parts = [{ name: VALUE, how: 'made' as const }];
    return {
      faults: index.lookup.faults,
      spec: { ...index.spec, components },
      reads: { from: [[ROWS, ...names]] },
      outputs: {
        table: index.table,
        weights: index.weights,
        components: { shape: shape('summary'), parts },
        test: { shape: shape('test'), parts },
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const faults = cellFaults(table, spec, 'allowed');
    if (faults.length > 0) return { ok: false, faults };
    const [rows = new Int32Array(0)] = completeRows(table, spec, groupRows([], table.rows));
    if (rows.length < 2) return { ok: false, faults: [error('CE2161', { group: '' })] };
    const columns = spec.indicators.map(({ name }) => {
      const values = table.numbers(name);
      return Float64Array.from(rows, (row) => values[row]!);
    });
    const large = spec.indicators.filter((_, j) => isTooLarge(columns[j]!)).map(({ name }) => name);
    if (large.length > 0) return { ok: false, faults: [error('CE3204', { columns: large }, ['indicators'])] };
    const spread = columns.map(moments);
    const varying = spec.indicators.flatMap((_, j) => (spread[j]!.max > spread[j]!.min ? [j] : []));
    if (varying.length === 0) return { ok: false, faults: [error('CE2162', { group: '' })] };
    const k = varying.length;
    const r = correlations(varying.map((j) => columns[j]!));
    const found = principalComponents(r, k);
    const kept = keptOf(found.values, spec.components);
    const adequacy = samplingAdequacy(r, k, rows.length, found);
    const weights = weightsOf(found, k, kept);
    const scores = [spec.as, ...spec.dimensions].map((_, s) => {
      const members = s === 0 ? undefined : membersOf(spec, spec.dimensions[s - 1]!);
      const out = new Float64Array(table.rows).fill(Number.NaN);
      for (const [i, row] of rows.entries()) {
        let sum = 0;
        for (let v = 0; v < k; v++) {
          const j = varying[v]!;
          if (members === undefined || members.includes(j))
            sum += (weights[v]! * (columns[j]![i]! - spread[j]!.mean)) / spread[j]!.sd;
        }
        out[row] = sum;
      }
      return out;
    });
    const notes = notesOf(spec, table.rows - rows.length, varying, adequacy);
    return {
      ok: true,
      outputs: {
        table: indexOutput(spec, scores),
        weights: recordOutput({
          method: 'pca',
          fields: ['dimension', 'indicator', 'weight', 'communality', 'kmo', ...loadingNames(kept)],
          rows: weightRows(spec, { found, varying, kept, weights, adequacy }),
          notes,
        }),
        components: recordOutput({ rows: componentRows(found.values, kept), notes }),
        test: recordOutput({ n: rows.length, rows: testRows(adequacy), notes }),
      },
      notes,
    };
  },
});

/** How many components enter the index. */
function keptOf(values: Float64Array, components: 'kaiser' | number): number {
  if (components === 'kaiser') return Math.max(1, values.filter((v) => v > 1).length);
  if (components >= 1) return Math.min(components, values.length);
  const total = values.reduce((sum, v) => sum + v, 0);
  let reached = 0;
  for (let c = 0; c < values.length; c++) {
    reached += values[c]!;
    // rounding must not ask for one component more
    if (reached >= components * total * (1 - 1e-12)) return c + 1;
  }
  return values.length;
}

function weightsOf({ values, vectors }: Components, k: number, kept: number): Float64Array {
  let total = 0;
  for (let c = 0; c < kept; c++) total += values[c]!;
  return Float64Array.from({ length: k }, (_, j) => {
    let sum = 0;
    for (let c = 0; c < kept; c++) sum += (values[c]! / total) * vectors[j * k + c]!;
    return sum;
  });
}

const loadingNames = (kept: number): readonly string[] => Array.from({ length: kept }, (_, c) => `loading_${c + 1}`);

interface Result {
  readonly found: Components;
  readonly varying: readonly number[];
  readonly kept: number;
  readonly weights: Float64Array;
  readonly adequacy: Adequacy;
}

function weightRows(spec: Spec, { found, varying, kept, weights, adequacy }: Result) {
  const k = varying.length;
  return spec.indicators.map(({ name, dimension }, j) => {
    const v = varying.indexOf(j);
    const loadings = loadingNames(kept).map((of, c): [string, number] => [
      of,
      v === -1 ? Number.NaN : Math.sqrt(found.values[c]!) * found.vectors[v * k + c]!,
    ]);
    return {
      ...(dimension === '' ? {} : { dimension }),
      indicator: name,
      weight: v === -1 ? 0 : weights[v]!,
      communality: loadings.reduce((sum, [, l]) => sum + l * l, 0),
      kmo: v === -1 ? Number.NaN : adequacy.each[v]!,
      ...Object.fromEntries(loadings),
    };
  });
}

function componentRows(values: Float64Array, kept: number) {
  const total = values.reduce((sum, v) => sum + v, 0);
  let reached = 0;
  return Array.from(values, (eigenvalue, c) => {
    reached += eigenvalue;
    return {
      component: `PC${c + 1}`,
      eigenvalue,
      share: eigenvalue / total,
      cumulative: reached / total,
      kept: c < kept,
    };
  });
}

const testRows = ({ kmo, chi2, df }: Adequacy) => [
  { test: 'KMO', statistic: kmo },
  { test: 'Bartlett', statistic: chi2, df, p_value: df > 0 ? chiSquareCdf(chi2, df, 'upper') : Number.NaN },
];

function notesOf(spec: Spec, lost: number, varying: readonly number[], { chi2 }: Adequacy): readonly Note[] {
  const flat = spec.indicators.filter((_, j) => !varying.includes(j));
  return [
    ...(lost > 0 ? [{ code: 'CN2157' as const, args: { rows: lost } }] : []),
    ...flat.map(({ name }): Note => ({ code: 'CN2158', args: { column: name, group: '' } })),
    ...(Number.isNaN(chi2) && varying.length > 1 ? [{ code: 'CN2190' as const, args: {} }] : []),
  ];
}
