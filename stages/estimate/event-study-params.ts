/** Params of `event-study`, and which of them each estimator takes. */
import { Type } from '@sinclair/typebox';
import { ColumnName, ColumnNames, listOf, means, Reference } from '../columns/params.ts';
import { type LinearParams, linearParams } from './linear-params.ts';

export const ESTIMATORS = [
  'twfe',
  'sun-abraham',
  'callaway-santanna',
  'imputation',
  'two-stage',
  'stacked',
  'roth-santanna',
  'chaisemartin-dhaultfoeuille',
] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** Options that belong to some estimators only, with their defaults, by estimator. */
export const OPTIONS = {
  twfe: {},
  'sun-abraham': { aggregate: 'dynamic', balance: 'all' },
  'callaway-santanna': {
    control: 'never',
    method: 'dr',
    base: 'varying',
    anticipation: 0,
    aggregate: 'dynamic',
    sampling: 'panel',
    balance: 'all',
    bootstrap: 0,
    seed: 1,
  },
  imputation: { anticipation: 0, aggregate: 'dynamic', balance: 'all', leaveout: false, pretrends: 'window' },
  'two-stage': { anticipation: 0, aggregate: 'dynamic', balance: 'all' },
  stacked: { control: 'not-yet', weighting: 'wing', aggregate: 'dynamic' },
  'roth-santanna': { control: 'not-yet', method: 'efficient', aggregate: 'dynamic', fisher: 0, seed: 1 },
  'chaisemartin-dhaultfoeuille': {
    aggregate: 'dynamic',
    pretrends: 'window',
    effects: 0,
    normalized: false,
    switchers: 'both',
    same_switchers: false,
    trends_nonparam: [],
    trends_lin: false,
  },
} as const satisfies Readonly<Record<Estimator, Options>>;

const ALL_AGGREGATES = ['dynamic', 'simple', 'group', 'calendar'] as const;

/** What `aggregate` may say, by estimator. */
export const AGGREGATES: Readonly<Partial<Record<Estimator, readonly Aggregate[]>>> = {
  'sun-abraham': ['dynamic', 'group', 'simple'],
  'callaway-santanna': ALL_AGGREGATES,
  imputation: ALL_AGGREGATES,
  'two-stage': ALL_AGGREGATES,
  stacked: ['dynamic', 'simple'],
  'roth-santanna': ALL_AGGREGATES,
  'chaisemartin-dhaultfoeuille': ['dynamic', 'simple', 'calendar'],
};

/** What `method` may say, by estimator. */
export const METHODS: Readonly<Partial<Record<Estimator, readonly Method[]>>> = {
  'callaway-santanna': ['dr', 'ipw', 'reg'],
  'roth-santanna': ['efficient', 'did', 'means'],
};

export type Method = 'dr' | 'ipw' | 'reg' | 'efficient' | 'did' | 'means';

/** Params of a linear model that say nothing to an estimator, and so may not be given. */
export const FOREIGN: Readonly<Record<Estimator, readonly (keyof LinearParams)[]>> = {
  twfe: [],
  'sun-abraham': ['constant'],
  'callaway-santanna': ['constant', 'singletons', 'ssc'],
  imputation: ['constant', 'ssc'],
  'two-stage': ['constant', 'ssc'],
  stacked: ['constant'],
  'roth-santanna': ['constant', 'singletons', 'ssc', 'controls', 'weights'],
  'chaisemartin-dhaultfoeuille': ['constant', 'singletons', 'ssc'],
};

export type Aggregate = 'dynamic' | 'simple' | 'group' | 'calendar';

export type Options = {
  readonly control?: 'never' | 'not-yet' | 'later';
  readonly method?: Method;
  readonly base?: 'varying' | 'universal';
  readonly anticipation?: number;
  readonly aggregate?: Aggregate;
  readonly sampling?: 'panel' | 'unbalanced' | 'cross-section';
  readonly bootstrap?: number;
  readonly seed?: number;
  readonly pretrends?: number | readonly number[] | 'window';
  readonly weighting?: 'wing' | 'equal';
  readonly fisher?: number;
  readonly balance?: number | 'all';
  readonly leaveout?: boolean;
  readonly effects?: number;
  readonly normalized?: boolean;
  readonly switchers?: 'both' | 'in' | 'out';
  readonly same_switchers?: boolean;
  readonly trends_nonparam?: readonly string[];
  readonly trends_lin?: boolean;
};

/** Options of chaisemartin-dhaultfoeuille that are about the periods after the first switch, and need `effects`. */
export const OF_EFFECTS = ['normalized', 'switchers', 'same_switchers', 'trends_nonparam', 'trends_lin'] as const;

export const OPTION_NAMES = [
  'control',
  'method',
  'base',
  'anticipation',
  'aggregate',
  'sampling',
  'bootstrap',
  'seed',
  'pretrends',
  'weighting',
  'fisher',
  'balance',
  'leaveout',
  'effects',
  ...OF_EFFECTS,
] as const satisfies readonly (keyof Options)[];

export type EventStudyParams = LinearParams &
  Omit<Options, 'trends_nonparam'> & {
    readonly trends_nonparam?: string | readonly string[];
    readonly from: string;
    readonly estimator?: Estimator;
    readonly cohort?: string;
    readonly rel_time?: string;
    readonly treatment?: string;
    readonly never?: number | readonly number[];
    readonly unit?: string;
    readonly time?: string;
    readonly reference?: number | readonly number[];
    readonly window?: readonly [number, number];
  };

const choice = <const T extends readonly string[]>(values: T, ...meaning: Parameters<typeof means>) =>
  Type.Optional(
    Type.Union(
      values.map((v) => Type.Literal(v)),
      means(...meaning),
    ),
  );

const { x: _x, ...withoutX } = linearParams;

export const eventStudyParams = Type.Object(
  {
    from: Reference('the table', '输入的表'),
    estimator: Type.Optional(
      Type.Union(
        ESTIMATORS.map((v) => Type.Literal(v)),
        {
          default: 'twfe',
          ...means(
            'how effects are estimated; all but `twfe` hold when they differ between cohorts',
            '估计量；除 `twfe` 外，各批次效应不同（异质性处理效应）时仍然有效',
          ),
        },
      ),
    ),
    ...withoutX,
    cohort: Type.Optional(
      ColumnName('first treated period of the unit; missing: never treated', '个体首次受处理的时期；缺失为从未处理'),
    ),
    rel_time: Type.Optional(
      ColumnName('relative time, instead of a cohort; missing: never treated', '相对时间，代替 cohort；缺失为从未处理'),
    ),
    treatment: Type.Optional(
      ColumnName(
        '0/1 treatment, instead of a cohort: the first treated period counts; it may not switch off',
        '0/1 处理变量，代替 cohort：以首次取 1 的时期为准，处理开始后不得中断',
      ),
    ),
    never: Type.Optional(
      Type.Union(
        [Type.Number(), Type.Array(Type.Number())],
        means(
          'values of the cohort that mean never treated, such as 0, beside missing; `[]`: none, a cohort 0 before the data is a period',
          'cohort 中除缺失外还表示从未处理的取值，如 0；`[]` 表示没有，早于数据的 0 就是时期',
        ),
      ),
    ),
    unit: Type.Optional(ColumnName('the unit, when it is not that of the panel', '个体列（与面板声明不同时填写）')),
    time: Type.Optional(ColumnName('the period, when it is not that of the panel', '时间列（与面板声明不同时填写）')),
    reference: Type.Optional(
      Type.Union([Type.Integer(), Type.Array(Type.Integer(), { minItems: 1 })], {
        default: -1,
        ...means('periods left out, to which the others are compared', '基期：被省略、供其他各期比较的相对时期'),
      }),
    ),
    window: Type.Optional(
      Type.Unsafe<readonly [number, number]>({
        type: 'array',
        items: { type: 'integer' },
        minItems: 2,
        maxItems: 2,
        ...means(
          'first and last relative period. `twfe` bins what lies beyond at its ends; the other estimators leave it out of the table. Default: all periods',
          '相对时期的首末（前导期与滞后期）。`twfe` 把窗口以外的时期并入两端，其他估计量不在表中列出。默认为所有时期',
        ),
      }),
    ),
    control: choice(
      ['never', 'not-yet', 'later'],
      'with whom the treated are compared: never treated units, or those not yet treated too (`later`, callaway-santanna: in leads, only those treated after the cohort). Default: never with callaway-santanna, not-yet with stacked and roth-santanna (whose `never` is the last cohort)',
      '对照组：从未处理的个体，或再加尚未处理的个体（`later`，用于 callaway-santanna：前导期只用晚于该批次处理者）。默认：callaway-santanna 为 never，stacked 与 roth-santanna 为 not-yet（后者的 `never` 即最后一批）',
    ),
    method: choice(
      ['dr', 'ipw', 'reg', 'efficient', 'did', 'means'],
      'callaway-santanna: doubly robust, inverse probability weighting, outcome regression (default dr). roth-santanna: efficient, plain difference in differences, or difference of means (default efficient)',
      'callaway-santanna：dr 双重稳健、ipw 逆概率加权、reg 结果回归（默认 dr）。roth-santanna：efficient 有效估计、did 简单双重差分、means 均值之差（默认 efficient）',
    ),
    weighting: choice(
      ['wing', 'equal'],
      'stacked: controls weighted so that cohorts count by their treated units (Wing et al.), or every row alike (Cengiz et al.). Default: wing',
      'stacked：wing 调整对照组权重，使各批次按处理个体数计（Wing 等）；equal 各行等权（Cengiz 等）。默认 wing',
    ),
    base: choice(
      ['varying', 'universal'],
      'callaway-santanna: leads compare neighbouring periods, or all periods with the last before treatment. Default: varying',
      'callaway-santanna：前导期以前一期为基期（varying），或各期均以处理前最后一期为基期（universal）。默认 varying',
    ),
    anticipation: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 0,
        ...means(
          'callaway-santanna, imputation, two-stage: periods before adoption that may react',
          'callaway-santanna、imputation、two-stage：实施之前可能已有预期反应的期数',
        ),
      }),
    ),
    aggregate: choice(
      ['dynamic', 'simple', 'group', 'calendar'],
      'which averages are the terms: by relative time, one for all, by cohort, by period. Default: dynamic',
      '以哪种平均为系数：按相对时间（dynamic）、总平均（simple）、按批次（group）、按日历时间（calendar）。默认 dynamic',
    ),
    sampling: choice(
      ['panel', 'unbalanced', 'cross-section'],
      'callaway-santanna: units seen in every period (others are left out); units with gaps, compared in levels; new units each period. Default: panel',
      'callaway-santanna：panel 只用各期都有观测的个体；unbalanced 允许缺期，比较水平值；cross-section 每期为新的个体。默认 panel',
    ),
    bootstrap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 0,
        ...means(
          'callaway-santanna: draws of the multiplier bootstrap for bands that hold for all periods at once',
          'callaway-santanna：乘数自助法的抽样次数，用于各期同时成立的置信带',
        ),
      }),
    ),
    balance: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('all')], {
        default: 'all',
        ...means(
          'sun-abraham, callaway-santanna, imputation, two-stage: averages by relative time over the cohorts seen this many periods after adoption, up to that period (balance_e of R’s did); `all`: every cohort that is seen at that time',
          'sun-abraham、callaway-santanna、imputation、two-stage：按相对时间的平均只含处理后该期数仍有观测的批次，且只算到该期（同 R 的 did 的 balance_e）；`all`：凡在该期有观测的批次都计入',
        ),
      }),
    ),
    leaveout: Type.Optional(
      Type.Boolean({
        default: false,
        ...means(
          'imputation: residuals of treated rows around the mean of the others in their cohort and period',
          'imputation：处理行的残差以同批次同时期其余行的均值为中心',
        ),
      }),
    ),
    fisher: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 0,
        ...means(
          "roth-santanna: draws of Fisher's randomization test, which deals the timing out anew",
          'roth-santanna：费舍尔随机化检验的次数，每次重新分配处理时间',
        ),
      }),
    ),
    pretrends: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 0 }),
          Type.Array(Type.Integer({ maximum: -1 }), { minItems: 1 }),
          Type.Literal('window'),
        ],
        {
          default: 'window',
          ...means(
            'imputation and chaisemartin-dhaultfoeuille: how many leads are estimated, or which; those of imputation are against all earlier untreated rows. `window`: those inside the window, none without one',
            'imputation 与 chaisemartin-dhaultfoeuille：估计几个（或哪几个）前导期；imputation 的前导期以更早的未处理行为参照。`window`：窗口内的各期，没有窗口则不估计',
          ),
        },
      ),
    ),
    effects: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        default: 0,
        ...means(
          'chaisemartin-dhaultfoeuille: how many periods from the first switch on have an effect each (did_multiplegt_dyn); 0: that of the period of any switch, DID_M',
          'chaisemartin-dhaultfoeuille：自首次切换起逐期估计多少期的效应（同 did_multiplegt_dyn）；0：任一次切换当期的效应 DID_M',
        ),
      }),
    ),
    normalized: Type.Optional(
      Type.Boolean({
        default: false,
        ...means(
          'with effects: divided by the treatment that was added up to the period',
          '用于 effects：除以到该期为止累计增加的处理',
        ),
      }),
    ),
    switchers: choice(
      ['both', 'in', 'out'],
      'with effects: units whose treatment goes up from its start, down, or both (those with the other sign). Default: both',
      '用于 effects：只取处理上升者（in）、下降者（out），或两者（both，下降者取相反符号）。默认 both',
    ),
    same_switchers: Type.Optional(
      Type.Boolean({
        default: false,
        ...means(
          'with effects: only switchers that are seen in all these periods',
          '用于 effects：只用这些时期都有观测的切换者',
        ),
      }),
    ),
    trends_nonparam: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        ...ColumnNames(
          'with effects: units are compared within these groups, whose trends may differ',
          '用于 effects：只在这些组内比较，各组趋势可以不同',
        ),
      }),
    ),
    trends_lin: Type.Optional(
      Type.Boolean({
        default: false,
        ...means(
          'with effects: every unit may have a linear trend of its own; there is no total effect then',
          '用于 effects：允许每个个体有自己的线性趋势；此时没有总效应',
        ),
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4294967295,
        default: 1,
        ...means('seed of the bootstrap', '自助法的随机数种子'),
      }),
    ),
  },
  { additionalProperties: false },
);

/** The options of the estimator, defaults written out; a seed only where numbers are drawn. */
export function optionsOf(params: EventStudyParams, estimator: Estimator): Options {
  const defaults: Options = OPTIONS[estimator];
  const written = { ...params, trends_nonparam: [...listOf<string>(params.trends_nonparam)].sort() };
  const names = Object.keys(defaults).filter(
    (name) => (params.effects ?? 0) > 0 || !['effects', ...OF_EFFECTS].includes(name),
  );
  const given = Object.fromEntries(
    names.map((name) => [name, written[name as keyof Options] ?? defaults[name as keyof Options]]),
  ) as Options;
  if (given.seed === undefined || (given.bootstrap ?? 0) > 0 || (given.fisher ?? 0) > 0) return given;
  const { seed: _, ...rest } = given;
  return rest;
}

export const referenceOf = (params: EventStudyParams): readonly number[] =>
  [...new Set(listOf<number>(params.reference ?? -1))].sort((a, b) => a - b);
