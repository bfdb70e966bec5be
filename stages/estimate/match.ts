import { type Static, Type } from '@sinclair/typebox';
import { encodeIndex } from '../columns/codec.ts';
import { numbers } from '../columns/column.ts';
import { ColumnName, ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { ColumnLookup, gatherAll, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Fault, type RecordShape, ROWS } from '../contract.ts';
import type { MatchMethod } from '../kernels/score-matching.ts';
import { withLabel } from './linear-spec.ts';
import { type MatchSpec, runMatch } from './match-run.ts';

const MatchParams = Params({
  from: Reference('the table', '输入的表'),
  treated: ColumnName(
    '1 for rows that look for a match, 0 for rows that may be one',
    '处理组为 1，可供匹配的对照组为 0',
  ),
  on: ColumnNames('covariates of the propensity score; globs allowed', '倾向得分的协变量；可用通配符'),
  method: Type.Optional(
    Type.Union([Type.Literal('nearest'), Type.Literal('radius'), Type.Literal('kernel')], {
      default: 'nearest',
      ...means('how matches are found on the score', '匹配方法：近邻匹配、半径匹配、核匹配'),
    }),
  ),
  neighbours: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 1,
      ...means('`nearest`: controls for each treated row', '`nearest`：每个处理组样本匹配几个对照组样本'),
    }),
  ),
  replace: Type.Optional(
    Type.Boolean({
      default: true,
      ...means(
        '`nearest`: a control may serve several treated rows',
        '`nearest`：有放回匹配，即一个对照组样本可被多次使用',
      ),
    }),
  ),
  caliper: Type.Optional(
    Type.Union(
      [Type.Number({ exclusiveMinimum: 0 }), Type.String()],
      means(
        '`nearest` and `radius`: the largest distance on the score, as a number or in its standard deviations (`0.25 sd`)',
        '`nearest` 与 `radius`：卡尺，得分之差的上限，写数值或以其标准差计（`0.25 sd`）',
      ),
    ),
  ),
  kernel: Type.Optional(
    Type.Union(
      (['epanechnikov', 'gaussian', 'biweight', 'tricube', 'uniform'] as const).map((k) => Type.Literal(k)),
      { default: 'epanechnikov', ...means('`kernel`: weights by distance', '`kernel`：核函数，按距离赋权') },
    ),
  ),
  bandwidth: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      default: 0.06,
      ...means('`kernel`: the distance that the kernel is stretched to', '`kernel`：带宽'),
    }),
  ),
  distance: Type.Optional(
    Type.Union([Type.Literal('score'), Type.Literal('mahalanobis')], {
      default: 'score',
      ...means(
        '`nearest`: near on the propensity score, or on the covariates themselves',
        '`nearest`：按倾向得分之差，或按协变量的马氏距离匹配',
      ),
    }),
  ),
  errors: Type.Optional(
    Type.Union([Type.Literal('lechner'), Type.Literal('abadie-imbens')], {
      default: 'lechner',
      ...means(
        'errors of the effects: weights as fixed, or those of matching with replacement',
        '效应的标准误：lechner 视权重为给定，abadie-imbens 用于有放回匹配',
      ),
    }),
  ),
  'variance-neighbours': Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 2,
      ...means(
        '`abadie-imbens`: nearest controls that a control’s variance is taken from',
        '`abadie-imbens`：估计对照组样本的方差所用的近邻个数',
      ),
    }),
  ),
  score: Type.Optional(
    Type.Union([Type.Literal('logit'), Type.Literal('probit')], {
      default: 'logit',
      ...means('model of the propensity score', '倾向得分的模型'),
    }),
  ),
  support: Type.Optional(
    Type.Boolean({
      default: false,
      ...means(
        'leave out treated rows whose score is above all or below all controls (common support)',
        '剔除得分高于或低于全部对照组的处理组样本（共同支撑）',
      ),
    }),
  ),
  by: Type.Optional(
    ColumnNames(
      'score and match within each of these groups, e.g. year by year; without it pooled',
      '在这些组内估计得分并匹配，如逐年匹配；不写则混合匹配',
    ),
  ),
  y: Type.Optional(
    ColumnNames('outcomes whose mean effect on the treated is reported', '结果变量：报告其处理组平均处理效应（ATT）'),
  ),
});

type MatchParamsType = Static<typeof MatchParams>;

const WEIGHT = '_weight';
const SCORE = '_pscore';
const MATCHED = '#matched';

/** Params that say something for one method only. */
const ONLY_FOR: Readonly<Record<string, readonly MatchMethod['is'][]>> = {
  neighbours: ['nearest'],
  replace: ['nearest'],
  caliper: ['nearest', 'radius'],
  kernel: ['kernel'],
  bandwidth: ['kernel'],
  distance: ['nearest'],
  'variance-neighbours': ['nearest'],
};

/** Treated rows and the controls that look like them, for a difference-in-differences on the matched sample (PSM-DID). */
export const match = defineStage<MatchParamsType, MatchSpec>({
  type: 'match',
  doc: {
    summary: {
      en: 'Propensity-score matching: the matched sample with its weights, and the balance',
      zh: '倾向得分匹配（PSM）：输出带权重的匹配样本与平衡性检验',
    },
    details: {
      en: `Estimates P(treated = 1 | on) by a logit or probit (maximum likelihood, Fisher scoring to 1e-10) and matches each treated row
with controls near it on the score (Rosenbaum and Rubin 1983).

**Methods.** \`nearest\`: the \`neighbours\` nearest controls, equal weights, with or without replacement; without, treated rows choose in
order of falling score. Equal distances go to the first row. \`radius\`: all controls within \`caliper\`. \`kernel\`: all controls, by a kernel of
distance/\`bandwidth\` (Heckman, Ichimura and Todd 1998).

**Outputs.** \`table\` holds the rows with a match and two more columns: \`_weight\` (1 for treated rows, the sum of its shares for a control) and
\`_pscore\`. For PSM-DID, regress on it with \`weights: _weight\`. \`scores\` is the whole input with the same two columns, \`_weight\` missing where there is no
match: for densities before and after. \`balance\` has for each covariate the means, the standardized bias (difference over sqrt((s²_t + s²_c)/2) of
the unmatched sample), t tests and variance ratios before and after, and for the whole the mean bias, pseudo R² and likelihood-ratio test;
with \`y\`, the mean effect on the treated with the error of Lechner (2001), which takes the weights as fixed.

\`by: year\` scores and matches within each year, so that a city is compared with cities of its year; groups without treated or
control rows stay unmatched, with a note. Pooled matching may pair a city with itself in another year.

**Separation** (a covariate, or several together, that tells treated from controls without error) is an error that names the covariates:
the score does not exist then (Albert and Anderson 1984). Collinear covariates are dropped with a note. Rows with a missing covariate, group or
outcome take no part.

**Distances and errors.** \`distance: mahalanobis\` looks for the nearest controls on the covariates, in units of their covariance over all rows (Rubin 1980); no score is estimated then. \`errors: abadie-imbens\` are those of
matching with replacement (Abadie and Imbens 2006): how the treated rows' gaps vary, and the variance of controls that serve several times, taken from \`variance-neighbours\` controls near each; the score counts as known.

Assumes that treatment is as good as random given \`on\`, and that comparable controls exist. Does not search for a specification, does not match on several distances at once,
does not correct errors for the estimated score (Abadie and Imbens 2016). Checked against R (glm and the definitions) on the National Supported Work sample.

**Assumptions.** Given \`on\`, treatment is as good as random (for PSM-DID: trends are), and every treated row has controls with its score (overlap).`,
      zh: `先以 logit 或 probit 估计倾向得分，再为每个处理组样本寻找得分相近的对照组样本。method：nearest（近邻，可设 neighbours、replace、caliper）、
radius（半径，须给 caliper）、kernel（核匹配，bandwidth 默认 0.06）。输出 table 为匹配成功的样本，含 _weight 与 _pscore；PSM-DID 即以 weights: _weight
在其上回归。distance: mahalanobis 直接在协变量上按马氏距离匹配（不估计得分）；errors: abadie-imbens 为可放回匹配的标准误（Abadie 与 Imbens 2006）。balance 给出匹配前后的均值、标准化偏差、t 检验与方差比。by: year 为逐年匹配，默认混合匹配。出现完全分离时报错并指出变量。

**假设。** 给定 on，处理近似随机（PSM-DID 则为趋势可比），且每个处理组观测在得分上有可比的对照组（重叠）。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  matched:
    stage: match
    from: raw
    treated: ever_treated
    on: [open, fin, gdp]
    by: year
    caliper: 0.05
  psm_did:
    stage: regress
    from: matched
    y: npp
    x: policy
    absorb: [city, year]
    cluster: city
    weights: _weight
`,
  },
  params: MatchParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: {
      kind: 'table',
      doc: {
        en: 'the rows with a match, with `_weight` and `_pscore`',
        zh: '匹配成功的行，另有 `_weight` 与 `_pscore`',
      },
    },
    scores: {
      kind: 'table',
      doc: {
        en: 'all rows with `_weight` and `_pscore`, missing where there is none',
        zh: '全部行，另有 `_weight` 与 `_pscore`，没有则缺失',
      },
    },
    balance: {
      kind: 'balance',
      doc: {
        en: 'covariates before and after matching, the score model, the effect on the treated',
        zh: '匹配前后的协变量、得分模型、处理组平均处理效应',
      },
    },
  },
  declare({ params, inputs, labels }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const method = params.method ?? 'nearest';
    const treated = lookup.number(params.treated, ['treated']);
    const on = lookup.list(params.on, ['on'], 'number');
    const by = lookup.list(params.by, ['by']);
    const y = lookup.list(params.y, ['y'], 'number');
    const names = [...on, ...by, ...y].map((c) => c.name);
    const added: ColumnInfo[] = [
      { name: WEIGHT, type: 'number', label: { en: 'matching weights', zh: '匹配权重' } },
      { name: SCORE, type: 'number', label: { en: 'propensity score', zh: '倾向得分' } },
    ];
    const wider = withColumns(shape, added);
    const others = { ...shape, columns: shape.columns.filter((c) => c.name !== WEIGHT && c.name !== SCORE) };
    const made = added.map(({ name }) => ({ name, how: 'made' as const }));
    const balance: RecordShape = {
      kind: 'balance',
      columns: [treated, ...on, ...y].map((c) => withLabel(c, labels)),
      facts: { treatment: params.treated },
    };
    return {
      faults: [
        ...lookup.faults,
        ...covariateFaults(params, on, lookup.faults.length === 0),
        ...methodFaults(params, method),
        ...metricFaults(params),
      ],
      spec: {
        ...methodSpec(params, method),
        treated: params.treated,
        on: on.map((c) => c.name),
        by: by.map((c) => c.name),
        y: y.map((c) => c.name),
      },
      reads: { from: [[ROWS, ...new Set([params.treated, ...names])]] },
      outputs: {
        table: {
          shape: wider,
          parts: [
            { name: ROWS, how: 'made' },
            { name: MATCHED, how: 'made' },
            ...gatherAll(others, 'from', MATCHED),
            ...made,
          ],
        },
        scores: { shape: wider, parts: [...passAll(others, 'from'), ...made] },
        balance: { shape: balance, parts: [{ name: 'value', how: 'made' }] },
      },
    };
  },
  run({ spec, inputs, memo }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: match without input');
    const result = runMatch(tableOf(input, memo), spec);
    if ('faults' in result) return { ok: false, faults: result.faults };
    const { weight, score, record, notes } = result;
    const rows = Uint32Array.from(weight.keys()).filter((i) => weight[i]! > 0);
    const on = (values: Float64Array) => numbers(Float64Array.from(rows, (i) => values[i]!));
    const table = new Map(
      tableOutput(
        [
          [WEIGHT, on(weight)],
          [SCORE, on(score)],
        ],
        rows.length,
      ).parts,
    );
    table.set(MATCHED, encodeIndex(rows));
    return {
      ok: true,
      outputs: {
        table: { parts: table },
        scores: tableOutput([
          [WEIGHT, numbers(weight.map((w) => (w > 0 ? w : Number.NaN)))],
          [SCORE, numbers(score)],
        ]),
        balance: recordOutput(record),
      },
      notes,
    };
  },
});

function methodSpec(
  params: MatchParamsType,
  method: MatchSpec['method'],
): Omit<MatchSpec, 'treated' | 'on' | 'by' | 'y'> {
  return {
    method,
    neighbours: params.neighbours ?? 1,
    replace: params.replace ?? true,
    caliper: caliperOf(params.caliper),
    kernel: params.kernel ?? 'epanechnikov',
    bandwidth: params.bandwidth ?? 0.06,
    score: params.score ?? 'logit',
    support: params.support ?? false,
    distance: params.distance ?? 'score',
    varianceNeighbours: params.errors === 'abadie-imbens' ? (params['variance-neighbours'] ?? 2) : 0,
  };
}

function covariateFaults(
  { treated, on: written }: MatchParamsType,
  on: readonly ColumnInfo[],
  areFound: boolean,
): Fault[] {
  if (on.length === 0) return areFound ? [error('CE2550', {}, ['on'])] : [];
  return on.flatMap(({ name }, i) =>
    name === treated ? [error('CE2553', { name }, Array.isArray(written) ? ['on', i] : ['on'])] : [],
  );
}

/** Params of other methods, and what the method cannot do without. */
function methodFaults(params: MatchParamsType, method: MatchSpec['method']): Fault[] {
  const { caliper } = params;
  const faults: Fault[] = Object.entries(ONLY_FOR)
    .filter(([name, methods]) => params[name as keyof MatchParamsType] !== undefined && !methods.includes(method))
    .map(([name, methods]) => error('CE2551', { name, method, methods }, [name]));
  if (typeof caliper === 'string' && !DEVIATIONS.test(caliper))
    faults.push(error('CE2560', { value: caliper }, ['caliper']));
  if (method === 'radius' && caliper === undefined) faults.push(error('CE2552', {}, ['method']));
  return faults;
}

/** What goes with a distance on the covariates, and with the errors of matching with replacement. */
function metricFaults(params: MatchParamsType): Fault[] {
  const { distance, errors, method, replace, support, caliper } = params;
  const faults: Fault[] = [];
  if (distance === 'mahalanobis') {
    if (support === true) faults.push(error('CE2756', { name: 'support' }, ['support']));
    if (params.score !== undefined) faults.push(error('CE2756', { name: 'score' }, ['score']));
    if (typeof caliper === 'string') faults.push(error('CE2756', { name: 'caliper' }, ['caliper']));
  }
  const served = (method ?? 'nearest') === 'nearest' && replace !== false;
  if (errors === 'abadie-imbens' && !served) faults.push(error('CE2757', {}, ['errors']));
  if (params['variance-neighbours'] !== undefined && errors !== 'abadie-imbens')
    faults.push(error('CE2758', {}, ['variance-neighbours']));
  return faults;
}

const DEVIATIONS = /^(\d*\.?\d+) ?sd$/;

function caliperOf(written: number | string | undefined): MatchSpec['caliper'] {
  if (written === undefined) return null;
  return typeof written === 'number' ? written : { sd: Number(DEVIATIONS.exec(written)?.[1]) };
}
