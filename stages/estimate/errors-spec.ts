/** How standard errors are computed: the params `vcov` and `cluster` in one canonical form. */
import { Type } from '@sinclair/typebox';
import { listOf, means, Seed } from '../columns/params.ts';
import { error, type Fault, type Panel, type ParamPath } from '../contract.ts';

/** `cluster` and `vcov` choose the same thing. */
export const ERRORS_INSTEAD = { cluster: ['vcov'], vcov: ['cluster'] } as const;

const OneOrMore = Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 4 })]);

const Draws = (standard: number) =>
  Type.Optional(
    Type.Integer({ minimum: 19, maximum: 1_000_000, default: standard, ...means('number of draws', '抽样次数') }),
  );

const RESAMPLING = [
  Type.Object(
    {
      wild: Type.Object(
        {
          cluster: Type.String(
            means('one dimension; `province^year` for combinations', '一个聚类维度；组合写 `province^year`'),
          ),
          draws: Draws(999),
          weights: Type.Optional(
            Type.Union([Type.Literal('rademacher'), Type.Literal('webb')], {
              default: 'rademacher',
              ...means(
                'signs, or Webb’s six points for few clusters',
                '随机符号（Rademacher），或聚类数很少时用的 Webb 六点分布',
              ),
            }),
          ),
          seed: Seed,
        },
        {
          additionalProperties: false,
          ...means('restricted wild cluster bootstrap-t', '受约束的野聚类自助 t 检验（wild cluster bootstrap-t）'),
        },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      bootstrap: Type.Object(
        {
          cluster: Type.Optional(
            Type.String(means('whole clusters are drawn; without it rows', '整群抽样的聚类变量；不写则逐行抽样')),
          ),
          draws: Draws(999),
          seed: Seed,
        },
        {
          additionalProperties: false,
          ...means(
            'pairs bootstrap: errors from samples drawn with replacement',
            '成对自助法：由有放回抽取的样本计算标准误',
          ),
        },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { jackknife: Type.String(means('each cluster is left out once (CV3)', '依次剔除每个聚类的刀切法（CV3）')) },
    { additionalProperties: false },
  ),
];

const CORRECTED = (['CR2', 'CR3'] as const).map((name) =>
  Type.Object(
    {
      [name]: Type.String(
        means(
          'one dimension of clusters, few of them: corrected residuals, Satterthwaite’s degrees of freedom',
          '一个聚类维度，用于聚类数较少时：校正残差，并用 Satterthwaite 自由度',
        ),
      ),
    },
    { additionalProperties: false },
  ),
);

const Lag = Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('auto')]);

/** What Stata, R and Python call them. */
const MEANT = {
  robust: 'HC1',
  heteroskedastic: 'HC1',
  standard: 'iid',
  classical: 'iid',
  conventional: 'iid',
  nonrobust: 'iid',
  ols: 'iid',
  cluster: '{ cluster: id }',
  clustered: '{ cluster: id }',
  twoway: '{ cluster: [id, year] }',
  'driscoll-kraay': '{ driscoll-kraay: auto }',
  DK: '{ driscoll-kraay: auto }',
  'newey-west': '{ newey-west: auto }',
  NW: '{ newey-west: auto }',
  conley: '{ conley: { lat: latitude, lon: longitude, km: 100 } }',
  bootstrap: '{ bootstrap: { cluster: id } }',
  wild: '{ wild: { cluster: id } }',
  jackknife: '{ jackknife: id }',
  CR1: '{ cluster: id }',
  CR2: '{ CR2: id }',
  CR3: '{ CR3: id }',
};

export const VcovParam = Type.Union(
  [
    Type.Union(['iid', 'HC0', 'HC1', 'HC2', 'HC3', 'hetero'].map((v) => Type.Literal(v))),
    Type.Object({ cluster: OneOrMore }, { additionalProperties: false }),
    Type.Object({ 'driscoll-kraay': Lag }, { additionalProperties: false }),
    Type.Object({ 'newey-west': Lag }, { additionalProperties: false }),
    Type.Object(
      {
        conley: Type.Object(
          {
            lat: Type.String(means('latitude, a column in degrees', '纬度列（度）')),
            lon: Type.String(means('longitude, a column in degrees', '经度列（度）')),
            km: Type.Number({
              exclusiveMinimum: 0,
              ...means('rows farther apart than this are independent', '截断距离：相距超过此值（千米）的行视为独立'),
            }),
            distance: Type.Optional(
              Type.Union([Type.Literal('triangular'), Type.Literal('spherical')], {
                default: 'triangular',
                ...means(
                  'in a plane at the mean latitude (as fixest), or along the great circle',
                  '距离的算法：以平均纬度近似为平面（同 fixest），或按球面大圆',
                ),
              }),
            ),
          },
          {
            additionalProperties: false,
            ...means('errors correlated in space, up to a distance', '空间相关标准误：允许一定距离内的误差相关'),
          },
        ),
      },
      { additionalProperties: false },
    ),
    ...CORRECTED,
    ...RESAMPLING,
  ],
  {
    ...means(
      'covariance: iid, HC0 to HC3, { cluster: … }, { CR2: cluster }, { CR3: cluster }, { driscoll-kraay: lags }, { newey-west: lags }, { conley: { lat, lon, km } }, { wild: { cluster, draws, weights } }, { bootstrap: { cluster, draws } }, { jackknife: cluster }',
      '协方差（标准误）：iid、HC0 至 HC3、{ cluster: … }、{ CR2: 聚类变量 }、{ CR3: 聚类变量 }、{ driscoll-kraay: 滞后阶数 }、{ newey-west: 滞后阶数 }、{ conley: { lat, lon, km } }、{ wild: { cluster, draws, weights } }、{ bootstrap: { cluster, draws } }、{ jackknife: 聚类变量 }',
    ),
    'x-ceteris-known-as': ['vce', 'se'],
    'x-ceteris-meant': MEANT,
  },
);

/** Each cluster dimension is a list of columns whose combinations are the clusters (`province^year`). */
export type ErrorsSpec =
  | { readonly type: 'iid' }
  | { readonly type: 'hc'; readonly variant: 0 | 1 | 2 | 3 }
  | { readonly type: 'cluster'; readonly by: readonly (readonly string[])[] }
  /** few clusters (Bell and McCaffrey 2002) */
  | { readonly type: 'bell-mccaffrey'; readonly correction: 'CR2' | 'CR3'; readonly by: readonly string[] }
  | { readonly type: 'driscoll-kraay'; readonly time: string; readonly lag?: number }
  | { readonly type: 'newey-west'; readonly unit: string; readonly time: string; readonly lag?: number }
  | {
      readonly type: 'conley';
      readonly lat: string;
      readonly lon: string;
      readonly km: number;
      readonly distance: 'triangular' | 'spherical';
    }
  | ResampledSpec;

/** Errors by resampling one cluster dimension; `by` empty: rows. */
export type ResampledSpec =
  | {
      readonly type: 'wild';
      readonly by: readonly string[];
      readonly draws: number;
      readonly weights: 'rademacher' | 'webb';
      readonly seed: number;
    }
  | { readonly type: 'bootstrap'; readonly by: readonly string[]; readonly draws: number; readonly seed: number }
  | { readonly type: 'jackknife'; readonly by: readonly string[] };

interface ErrorsParams {
  readonly cluster?: string | readonly string[];
  readonly vcov?: unknown;
}

export function errorsOf(params: ErrorsParams, panel: Panel | undefined, faults: Fault[]): ErrorsSpec {
  if (params.cluster !== undefined && params.vcov !== undefined) faults.push(error('CE2404', {}, ['vcov']));
  const vcov = params.vcov ?? (params.cluster === undefined ? 'iid' : { cluster: params.cluster });
  if (typeof vcov === 'string') return named(vcov);
  const form = vcov as Record<string, unknown>;
  if (form.cluster !== undefined) {
    const by = listOf<string>(form.cluster as string | string[]).map(dimension);
    return by.length === 0 ? { type: 'iid' } : { type: 'cluster', by };
  }
  const correction = form.CR2 !== undefined ? 'CR2' : form.CR3 !== undefined ? 'CR3' : undefined;
  if (correction !== undefined)
    return { type: 'bell-mccaffrey', correction, by: dimension(form[correction] as string) };
  if (form.conley !== undefined) {
    const c = form.conley as { lat: string; lon: string; km: number; distance?: 'triangular' | 'spherical' };
    return { type: 'conley', lat: c.lat, lon: c.lon, km: c.km, distance: c.distance ?? 'triangular' };
  }
  const resampled = resampledOf(form);
  if (resampled !== undefined) return resampled;
  const kind = form['driscoll-kraay'] !== undefined ? 'driscoll-kraay' : 'newey-west';
  if (panel === undefined) faults.push(error('CE2405', { name: kind }, ['vcov']));
  const lag = form[kind] === 'auto' ? {} : { lag: form[kind] as number };
  const { unit, time } = panel ?? { unit: '', time: '' };
  return kind === 'driscoll-kraay' ? { type: kind, time, ...lag } : { type: kind, unit, time, ...lag };
}

/** What cannot be had by resampling. */
export function resamplingFaults(
  errors: ErrorsSpec,
  model: { constant: boolean; endogenous: number; kClass: boolean },
): Fault[] {
  const resampled = errors.type === 'wild' || errors.type === 'bootstrap' || errors.type === 'jackknife';
  if (!resampled && errors.type !== 'bell-mccaffrey') return [];
  const kind = errorsName(errors);
  return [
    ...(model.constant ? [error('CE2605', { name: 'constant: true', kind }, ['constant'])] : []),
    ...(model.kClass && resampled ? [error('CE2605', { name: 'iv-method', kind }, ['iv-method'])] : []),
    ...(model.endogenous > 1 && errors.type === 'wild'
      ? [error('CE2605', { name: 'iv.endogenous: […, …]', kind }, ['vcov'])]
      : []),
  ];
}

const dimension = (name: string): readonly string[] => name.split('^').map((c) => c.trim());

interface Resample {
  readonly cluster?: string;
  readonly draws?: number;
  readonly weights?: 'rademacher' | 'webb';
  readonly seed?: number;
}

function resampledOf(form: Record<string, unknown>): ResampledSpec | undefined {
  if (form.jackknife !== undefined) return { type: 'jackknife', by: dimension(form.jackknife as string) };
  const type = form.wild !== undefined ? 'wild' : form.bootstrap !== undefined ? 'bootstrap' : undefined;
  if (type === undefined) return undefined;
  const { cluster, draws = 999, weights = 'rademacher', seed = 1 } = form[type] as Resample;
  const by = cluster === undefined ? [] : dimension(cluster);
  return type === 'wild' ? { type, by, draws, weights, seed } : { type, by, draws, seed };
}

function named(name: string): ErrorsSpec {
  if (name === 'iid') return { type: 'iid' };
  if (name === 'hetero') return { type: 'hc', variant: 1 };
  return { type: 'hc', variant: Number(name.slice(2)) as 0 | 1 | 2 | 3 };
}

/** The columns that the errors rest on, and where they are written. */
export function errorsColumns(
  errors: ErrorsSpec,
  params: ErrorsParams,
): { column: string; path: ParamPath; numeric: boolean }[] {
  const vcov: ParamPath = ['vcov'];
  switch (errors.type) {
    case 'iid':
    case 'hc':
      return [];
    case 'cluster': {
      const base: ParamPath = params.vcov === undefined ? ['cluster'] : ['vcov', 'cluster'];
      const written = params.vcov === undefined ? params.cluster : (params.vcov as { cluster?: unknown }).cluster;
      return errors.by.flatMap((columns, i) =>
        columns.map((column) => ({ column, path: Array.isArray(written) ? [...base, i] : base, numeric: false })),
      );
    }
    case 'driscoll-kraay':
      return errors.time === '' ? [] : [{ column: errors.time, path: vcov, numeric: true }];
    case 'newey-west':
      return errors.time === ''
        ? []
        : [
            { column: errors.unit, path: vcov, numeric: false },
            { column: errors.time, path: vcov, numeric: true },
          ];
    case 'wild':
    case 'bootstrap':
      return errors.by.map((column) => ({ column, path: ['vcov', errors.type, 'cluster'], numeric: false }));
    case 'bell-mccaffrey':
      return errors.by.map((column) => ({ column, path: ['vcov', errors.correction], numeric: false }));
    case 'jackknife':
      return errors.by.map((column) => ({ column, path: ['vcov', 'jackknife'], numeric: false }));
    case 'conley':
      return [
        { column: errors.lat, path: ['vcov', 'conley', 'lat'], numeric: true },
        { column: errors.lon, path: ['vcov', 'conley', 'lon'], numeric: true },
      ];
  }
}

/** What a table prints under the estimates. */
export function errorsName(errors: ErrorsSpec): string {
  switch (errors.type) {
    case 'iid':
      return 'iid';
    case 'hc':
      return `HC${errors.variant}`;
    case 'cluster':
      return `cluster: ${errors.by.map((c) => c.join('^')).join(', ')}`;
    case 'bell-mccaffrey':
      return `${errors.correction}: ${errors.by.join('^')}`;
    case 'driscoll-kraay':
      return 'Driscoll-Kraay';
    case 'newey-west':
      return 'Newey-West';
    case 'wild':
      return `wild cluster bootstrap: ${errors.by.join('^')}`;
    case 'bootstrap':
      return errors.by.length === 0 ? 'bootstrap' : `cluster bootstrap: ${errors.by.join('^')}`;
    case 'jackknife':
      return `cluster jackknife: ${errors.by.join('^')}`;
    case 'conley':
      return `Conley (${errors.km} km)`;
  }
}
