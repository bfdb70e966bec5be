/** How standard errors are computed: the params `vcov` and `cluster` in one canonical form. */
import { Type } from '@sinclair/typebox';
import { listOf } from '../columns/params.ts';
import { error, type Fault, type Panel, type ParamPath } from '../contract.ts';

const OneOrMore = Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 4 })]);

const Lag = Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('auto')]);

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
            lat: Type.String(),
            lon: Type.String(),
            km: Type.Number({ exclusiveMinimum: 0 }),
            distance: Type.Optional(Type.Union([Type.Literal('triangular'), Type.Literal('spherical')])),
          },
          { additionalProperties: false },
        ),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'covariance: iid, HC0 to HC3, { cluster: … }, { driscoll-kraay: lags }, { newey-west: lags }, { conley: { lat, lon, km } }',
  },
);

/** Each cluster dimension is a list of columns whose combinations are the clusters (`province^year`). */
export type ErrorsSpec =
  | { readonly type: 'iid' }
  | { readonly type: 'hc'; readonly variant: 0 | 1 | 2 | 3 }
  | { readonly type: 'cluster'; readonly by: readonly (readonly string[])[] }
  | { readonly type: 'driscoll-kraay'; readonly time: string; readonly lag?: number }
  | { readonly type: 'newey-west'; readonly unit: string; readonly time: string; readonly lag?: number }
  | {
      readonly type: 'conley';
      readonly lat: string;
      readonly lon: string;
      readonly km: number;
      readonly distance: 'triangular' | 'spherical';
    };

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
    const by = listOf<string>(form.cluster as string | string[]).map((name) => name.split('^').map((c) => c.trim()));
    return by.length === 0 ? { type: 'iid' } : { type: 'cluster', by };
  }
  if (form.conley !== undefined) {
    const c = form.conley as { lat: string; lon: string; km: number; distance?: 'triangular' | 'spherical' };
    return { type: 'conley', lat: c.lat, lon: c.lon, km: c.km, distance: c.distance ?? 'triangular' };
  }
  const kind = form['driscoll-kraay'] !== undefined ? 'driscoll-kraay' : 'newey-west';
  if (panel === undefined) faults.push(error('CE2405', { name: kind }, ['vcov']));
  const lag = form[kind] === 'auto' ? {} : { lag: form[kind] as number };
  const { unit, time } = panel ?? { unit: '', time: '' };
  return kind === 'driscoll-kraay' ? { type: kind, time, ...lag } : { type: kind, unit, time, ...lag };
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
    case 'driscoll-kraay':
      return 'Driscoll-Kraay';
    case 'newey-west':
      return 'Newey-West';
    case 'conley':
      return `Conley (${errors.km} km)`;
  }
}
