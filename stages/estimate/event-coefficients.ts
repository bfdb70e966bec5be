/** The coefficients by period that a model's record holds, before and after its reference, with their covariance. */
import { Type } from '@sinclair/typebox';
import { means } from '../columns/params.ts';
import { numberOf } from '../columns/record.ts';
import { error, type Fault, type Json, type JsonRecord, type RecordShape, type Shape } from '../contract.ts';
import type { EventCoefficients } from '../kernels/fixed-length-interval.ts';
import { rankCholeskyInPlace } from '../kernels/rank-cholesky.ts';

export interface EventTerms {
  readonly reference: number;
  /** increasing, none missing up to the reference */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly coef: Float64Array;
  /** row-major */
  readonly vcov: Float64Array;
}

/** The params that say which coefficients are meant. */
export const eventSourceParams = {
  reference: Type.Optional(
    Type.Integer(
      means(
        'the reference period; default: that of the event study, or the one gap between the periods',
        '基期；默认为事件研究的基期，或各期之间唯一的空缺',
      ),
    ),
  ),
  terms: Type.Optional(
    Type.String({
      pattern: '^[^*]*\\*[^*]*$',
      examples: ['year::*:treated'],
      ...means(
        'which coefficients, * for the period: `year::*:treated`; needed when a regression has several sets',
        '用哪些系数，以 * 代表时期：`year::*:treated`；回归中有多组时必须写明',
      ),
    }),
  ),
  window: Type.Optional(
    Type.Unsafe<readonly [number, number]>({
      type: 'array',
      items: { type: 'integer' },
      minItems: 2,
      maxItems: 2,
      ...means('first and last period to use; default: all', '使用的首末时期；默认为全部'),
    }),
  ),
};

export type EventSource = {
  /** `year::*:treated`, the star for the period */
  readonly terms?: string;
  readonly reference?: number;
  readonly window?: readonly [number, number];
};

/**
 * Those params alone, as they enter a spec, and what the model passes on to what is made of it. Fault: CE2432, a window that ends before it
 * begins.
 */
export function eventSource(
  { terms, reference, window }: EventSource,
  model: Shape | undefined,
): {
  readonly source: EventSource;
  readonly about: Pick<RecordShape, 'columns' | 'outcome'>;
  readonly faults: readonly Fault[];
} {
  const [low = 0, high = 0] = window ?? [];
  const { columns = [], outcome } = model?.kind === 'model' ? model : {};
  return {
    about: { columns, ...(outcome === undefined ? {} : { outcome }) },
    source: {
      ...(terms === undefined ? {} : { terms }),
      ...(reference === undefined ? {} : { reference }),
      ...(window === undefined ? {} : { window }),
    },
    faults: low > high ? [error('CE2432', { low, high }, ['window'])] : [],
  };
}

interface Entry {
  readonly at: number;
  readonly period: number;
}

export function eventTerms(record: JsonRecord, source: EventSource): EventTerms | Fault {
  const named = (record.terms as readonly JsonRecord[]).map((t) => t.term as string);
  const found = entriesOf(record, source.terms, named);
  if (!Array.isArray(found)) return found as Fault;
  const [first, last] = source.window ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const entries = (found as readonly Entry[])
    .filter((e) => e.period >= first && e.period <= last)
    .toSorted((a, b) => a.period - b.period);
  const periods = entries.map((e) => e.period);
  const reference = referenceOf(record, source, periods);
  if (typeof reference !== 'number') return reference;
  const before = periods.filter((p) => p < reference);
  const after = periods.filter((p) => p > reference);
  const fault = unusable({ reference, before, after });
  if (fault !== undefined) return fault;
  const vcov = record.vcov as readonly (readonly Json[])[] | undefined;
  if (!Array.isArray(vcov)) return error('CE2518', {}, ['from']);
  const estimates = record.terms as readonly JsonRecord[];
  const k = entries.length;
  const terms: EventTerms = {
    reference,
    before,
    after,
    coef: Float64Array.from(entries, (e) => numberOf(estimates[e.at]?.estimate)),
    vcov: Float64Array.from({ length: k * k }, (_, i) =>
      numberOf((vcov[(entries[Math.floor(i / k)] as Entry).at] as readonly Json[])[(entries[i % k] as Entry).at]),
    ),
  };
  return singular(terms) ?? terms;
}

/** Terms that carry a period, or whose names differ only in a whole number after `::`. */
function entriesOf(
  record: JsonRecord,
  pattern: string | undefined,
  names: readonly string[],
): readonly Entry[] | Fault {
  const terms = record.terms as readonly JsonRecord[];
  if (pattern !== undefined) {
    const [head = '', tail = ''] = pattern.split('*');
    const found = names.flatMap((name, at) => {
      if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return [];
      const middle = name.slice(head.length, name.length - tail.length);
      return /^-?\d+$/.test(middle) ? [{ at, period: Number(middle) }] : [];
    });
    return found.length > 0 ? found : error('CE2510', { terms: names.slice(0, 8) }, ['terms']);
  }
  const own = terms.flatMap((t, at) => (typeof t.period === 'number' ? [{ at, period: t.period }] : []));
  if (own.length > 0) return own;
  const families = new Map<string, Entry[]>();
  names.forEach((name, at) => {
    const parts = /^(.+?::)(-?\d+)(:.*)?$/.exec(name);
    if (parts === null) return;
    const family = `${parts[1]}*${parts[3] ?? ''}`;
    families.set(family, [...(families.get(family) ?? []), { at, period: Number(parts[2]) }]);
  });
  const [only] = families.values();
  if (only === undefined) return error('CE2510', { terms: names.slice(0, 8) }, ['from']);
  return families.size === 1 ? only : error('CE2511', { terms: [...families.keys()] }, ['from']);
}

/** The reference that was given, that the record states, or the one gap among the periods. */
function referenceOf(record: JsonRecord, source: EventSource, periods: readonly number[]): number | Fault {
  const stated = source.reference === undefined ? statedReference(record, periods) : source.reference;
  if (stated !== undefined)
    return periods.includes(stated) ? error('CE2513', { value: stated }, ['reference']) : stated;
  // an event study that states no reference compares each period with another one, or with an imputed outcome
  if (record.estimator !== undefined)
    return periods.includes(-1)
      ? error('CE2513', { value: -1 }, ['from'])
      : error('CE2514', { reference: -1 }, ['from']);
  const gaps: number[] = [];
  for (let p = (periods[0] ?? 0) + 1; p < (periods.at(-1) ?? 0) && gaps.length < 2; p++)
    if (!periods.includes(p)) gaps.push(p);
  const [gap] = gaps;
  return gap !== undefined && gaps.length === 1
    ? gap
    : error('CE2512', { periods: periods.map(String) }, ['reference']);
}

/** Of several references, the one with estimates on both sides; else the latest. */
function statedReference(record: JsonRecord, periods: readonly number[]): number | undefined {
  const { reference } = record;
  const listed = (Array.isArray(reference) ? reference : [reference]).filter((r) => typeof r === 'number');
  return listed.find((r) => periods.includes(r - 1) && periods.includes(r + 1)) ?? listed.at(-1);
}

function unusable({ reference, before, after }: Pick<EventTerms, 'reference' | 'before' | 'after'>): Fault | undefined {
  if (before.length === 0) return error('CE2514', { reference }, ['from']);
  if (after.length === 0) return error('CE2515', { reference }, ['from']);
  const gap = (period: number, missing: number): Fault => error('CE2516', { reference, period, missing }, ['from']);
  for (const [i, p] of after.entries()) if (p !== reference + 1 + i) return gap(p, reference + 1 + i);
  for (const [i, p] of before.toReversed().entries()) if (p !== reference - 1 - i) return gap(p, reference - 1 - i);
  return undefined;
}

function singular({ coef, vcov }: EventTerms): Fault | undefined {
  const k = coef.length;
  const root = Float64Array.from({ length: k }, (_, j) => Math.sqrt(vcov[j * k + j] as number));
  const bad = root.findIndex((r) => !(r > 0));
  const scaled = vcov.map((v, i) => v / ((root[Math.floor(i / k)] as number) * (root[i % k] as number)));
  const rank = bad === -1 ? rankCholeskyInPlace(scaled, k, 1e-10).rank : 0;
  return rank === k ? undefined : error('CE2517', { periods: k, rank }, ['from']);
}

/** What the bounds need: the coefficients and which effect they are about. */
export const targeted = (terms: EventTerms, target: Float64Array): EventCoefficients => ({
  before: terms.before.length,
  after: terms.after.length,
  coef: terms.coef,
  vcov: terms.vcov,
  target,
});
