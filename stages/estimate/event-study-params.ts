/** Params of `event-study`, and which of them each estimator takes. */
import { Type } from '@sinclair/typebox';
import { ColumnName, ColumnNames, listOf, Reference } from '../columns/params.ts';
import { type LinearParams, linearParams } from './linear-spec.ts';

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

const choice = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Optional(
    Type.Union(
      values.map((v) => Type.Literal(v)),
      { description },
    ),
  );

const { x: _x, ...withoutX } = linearParams;

export const eventStudyParams = Type.Object(
  {
    from: Reference('the table'),
    estimator: Type.Optional(
      Type.Union(
        ESTIMATORS.map((v) => Type.Literal(v)),
        {
          default: 'twfe',
          description: 'how effects are estimated; all but `twfe` hold when they differ between cohorts',
        },
      ),
    ),
    ...withoutX,
    cohort: Type.Optional(ColumnName('first treated period of the unit; missing: never treated')),
    rel_time: Type.Optional(ColumnName('relative time, instead of a cohort; missing: never treated')),
    treatment: Type.Optional(
      ColumnName('0/1 treatment, instead of a cohort: the first treated period counts; it may not switch off'),
    ),
    never: Type.Optional(
      Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 1 })], {
        description: 'values of the cohort that mean never treated, such as 0, beside missing',
      }),
    ),
    unit: Type.Optional(ColumnName('the unit, when it is not that of the panel')),
    time: Type.Optional(ColumnName('the period, when it is not that of the panel')),
    reference: Type.Optional(
      Type.Union([Type.Integer(), Type.Array(Type.Integer(), { minItems: 1 })], {
        default: -1,
        description: 'periods left out, to which the others are compared',
      }),
    ),
    window: Type.Optional(
      Type.Unsafe<readonly [number, number]>({
        type: 'array',
        items: { type: 'integer' },
        minItems: 2,
        maxItems: 2,
        description:
          'first and last relative period. `twfe` bins what lies beyond at its ends; the other estimators leave it out of the table. Default: all periods',
      }),
    ),
    control: choice(
      ['never', 'not-yet', 'later'],
      'with whom the treated are compared: never treated units, or those not yet treated too (`later`, callaway-santanna: in leads, only those treated after the cohort). Default: never with callaway-santanna, not-yet with stacked and roth-santanna (whose `never` is the last cohort)',
    ),
    method: choice(
      ['dr', 'ipw', 'reg', 'efficient', 'did', 'means'],
      'callaway-santanna: doubly robust, inverse probability weighting, outcome regression (default dr). roth-santanna: efficient, plain difference in differences, or difference of means (default efficient)',
    ),
    weighting: choice(
      ['wing', 'equal'],
      'stacked: controls weighted so that cohorts count by their treated units (Wing et al.), or every row alike (Cengiz et al.). Default: wing',
    ),
    base: choice(
      ['varying', 'universal'],
      'callaway-santanna: leads compare neighbouring periods, or all periods with the last before treatment. Default: varying',
    ),
    anticipation: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 0,
        description: 'callaway-santanna, imputation, two-stage: periods before adoption that may react',
      }),
    ),
    aggregate: choice(
      ['dynamic', 'simple', 'group', 'calendar'],
      'which averages are the terms: by relative time, one for all, by cohort, by period. Default: dynamic',
    ),
    sampling: choice(
      ['panel', 'unbalanced', 'cross-section'],
      'callaway-santanna: units seen in every period (others are left out); units with gaps, compared in levels; new units each period. Default: panel',
    ),
    bootstrap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 0,
        description: 'callaway-santanna: draws of the multiplier bootstrap for bands that hold for all periods at once',
      }),
    ),
    balance: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('all')], {
        default: 'all',
        description:
          'sun-abraham, callaway-santanna, imputation, two-stage: averages by relative time over the cohorts seen this many periods after adoption, up to that period (balance_e of R’s did); `all`: every cohort that is seen at that time',
      }),
    ),
    leaveout: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'imputation: residuals of treated rows around the mean of the others in their cohort and period',
      }),
    ),
    fisher: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 0,
        description: "roth-santanna: draws of Fisher's randomization test, which deals the timing out anew",
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
          description:
            'imputation and chaisemartin-dhaultfoeuille: how many leads are estimated, or which; those of imputation are against all earlier untreated rows. `window`: those inside the window, none without one',
        },
      ),
    ),
    effects: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        default: 0,
        description:
          'chaisemartin-dhaultfoeuille: how many periods from the first switch on have an effect each (did_multiplegt_dyn); 0: that of the period of any switch, DID_M',
      }),
    ),
    normalized: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'with effects: divided by the treatment that was added up to the period',
      }),
    ),
    switchers: choice(
      ['both', 'in', 'out'],
      'with effects: units whose treatment goes up from its start, down, or both (those with the other sign). Default: both',
    ),
    same_switchers: Type.Optional(
      Type.Boolean({ default: false, description: 'with effects: only switchers that are seen in all these periods' }),
    ),
    trends_nonparam: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        ...ColumnNames('with effects: units are compared within these groups, whose trends may differ'),
      }),
    ),
    trends_lin: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'with effects: every unit may have a linear trend of its own; there is no total effect then',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4294967295, default: 1, description: 'seed of the bootstrap' }),
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
