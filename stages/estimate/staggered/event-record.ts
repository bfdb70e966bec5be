/** The one form in which every estimator of staggered designs hands over its estimates, and the record made of it. */
import type { Recordable } from '../../columns/record.ts';
import type { Note } from '../../contract.ts';
import type { Aggregate } from '../event-study-params.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import {
  alone,
  combine,
  type Estimates,
  type JointTest,
  jointTest,
  oneRecord,
  pickEstimates,
  termRecords,
  vcovRows,
} from './estimates.ts';

/** Names of the averages of one kind, by what they are keyed with. */
export interface Averages {
  readonly kind: 'dynamic' | 'group' | 'calendar';
  readonly names: ReadonlyMap<string, number>;
  /** name of the average over the keys, where the estimator has one beside `att` */
  readonly overall?: string;
}

/** The effect on one cohort in one period. */
export interface CellEntry {
  readonly term: string;
  readonly cohort: number;
  readonly rel_time: number;
  readonly time: number;
  readonly estimate: number;
  readonly std_error: number;
  readonly [extra: string]: Recordable;
}

export interface Band {
  readonly draws: number;
  readonly seed: number;
  readonly critical: number;
  /** bootstrap standard error by term */
  readonly stdErrors: ReadonlyMap<string, number>;
}

export interface Estimated {
  /** everything that has a name below, with its joint covariance */
  readonly all: Estimates;
  readonly averages: readonly Averages[];
  /** further terms, such as controls */
  readonly others: readonly string[];
  readonly cells: readonly CellEntry[];
  /** periods whose effect is 0 by construction */
  readonly reference: readonly number[];
  /** the test of the leads, where it is another than that of the dynamic averages before 0 */
  readonly pretrend?: { readonly test: JointTest | undefined; readonly all?: JointTest | undefined };
  readonly band?: Band;
  /** what else the record holds: sample, errors, fit */
  readonly base: { readonly [key: string]: Recordable };
  readonly notes: readonly Note[];
}

export const periodName = (period: number): string => `rel_time::${period}`;
export const cohortName = (cohort: number): string => `cohort::${cohort}`;
export const timeName = (time: number): string => `time::${time}`;

export const named = (keys: {
  readonly dynamic?: readonly number[];
  readonly group?: readonly number[];
  readonly calendar?: readonly number[];
}): Averages[] =>
  [
    { kind: 'dynamic' as const, keys: keys.dynamic, name: periodName },
    { kind: 'group' as const, keys: keys.group, name: cohortName },
    { kind: 'calendar' as const, keys: keys.calendar, name: timeName },
  ].flatMap(({ kind, keys: of, name }) =>
    of === undefined ? [] : [{ kind, names: new Map(of.map((k) => [name(k), k])) }],
  );

const FIELD = { dynamic: 'period', group: 'cohort', calendar: 'time' } as const;

/**
 * The model's record. Its terms are the averages that `aggregate` asks for, inside the window, then `att` (the average over all
 * treated unit-periods), the overall of the aggregate where it is another one, and further terms; `vcov` is theirs.
 */
export function eventRecord(estimated: Estimated, spec: EventStudySpec): { readonly [key: string]: Recordable } {
  const level = spec.linear.level;
  const aggregate: Aggregate = spec.options.aggregate ?? 'dynamic';
  const { all, averages } = withMeans(estimated);
  const chosen = averages.find((a) => a.kind === aggregate);
  const shown = [...(chosen?.names ?? [])].filter(([, key]) => aggregate !== 'dynamic' || inWindow(key, spec.window));
  const extraOverall = chosen?.overall !== undefined && aggregate !== 'dynamic' ? [chosen.overall] : [];
  const names = [...shown.map(([name]) => name), 'att', ...extraOverall, ...estimated.others].filter((n) =>
    all.names.includes(n),
  );
  const terms = pickEstimates(
    all,
    names.map((n) => all.names.indexOf(n)),
  );
  const extras = new Map(
    averages.flatMap((a) =>
      [...a.names].map(([name, key]) => [name, { [FIELD[a.kind]]: key, ...bandOf(estimated, all, name) }] as const),
    ),
  );
  const some = (wanted: readonly string[]): Estimates =>
    pickEstimates(
      all,
      wanted.map((n) => all.names.indexOf(n)),
    );
  const dynamic = averages.find((a) => a.kind === 'dynamic');
  const leads = [...(dynamic?.names ?? [])].filter(([, k]) => k < 0).map(([name]) => name);
  const lags = [...(dynamic?.names ?? [])].filter(([, k]) => k >= 0).map(([name]) => name);
  return {
    ...estimated.base,
    estimator: spec.estimator,
    aggregate,
    options: spec.options,
    terms: termRecords(terms, level, extras),
    vcov: vcovRows(terms),
    reference: estimated.reference,
    att: oneRecord(all, 'att', level),
    average_post: oneRecord(all, 'average_post', level),
    pretrend: estimated.pretrend === undefined ? jointTest(some(leads)) : estimated.pretrend.test,
    ...(estimated.pretrend?.all === undefined ? {} : { pretrend_all: estimated.pretrend.all }),
    posttrend: jointTest(some(lags)),
    aggregates: Object.fromEntries([
      ['simple', { overall: oneRecord(all, 'att', level) }],
      ...averages.map((a) => [
        a.kind,
        {
          overall: a.overall === undefined ? undefined : oneRecord(all, a.overall, level),
          terms: termRecords(some([...a.names.keys()]), level, extras),
        },
      ]),
    ]),
    cells: cellRecords(estimated, level),
    band:
      estimated.band === undefined
        ? undefined
        : { draws: estimated.band.draws, seed: estimated.band.seed, critical: estimated.band.critical },
    notes: estimated.notes,
  };
}

const inWindow = (key: number, window: EventStudySpec['window']): boolean =>
  window === 'all' || (key >= window[0] && key <= window[1]);

/** Adds the plain mean of the lags, under the name it has with two-way effects. */
function withMeans(estimated: Estimated): { all: Estimates; averages: readonly Averages[] } {
  const { all } = estimated;
  const dynamic = estimated.averages.find((a) => a.kind === 'dynamic');
  const lags = [...(dynamic?.names ?? [])].filter(([, k]) => k >= 0).map(([name]) => all.names.indexOf(name));
  if (lags.length === 0) return { all, averages: estimated.averages };
  const mean = { name: 'average_post', parts: lags.map((j) => [j, 1 / lags.length] as const) };
  const averages = estimated.averages.map((a) => (a.kind === 'dynamic' ? { ...a, overall: 'average_post' } : a));
  return { all: combine(all, [...all.names.map(alone), mean]), averages };
}

function bandOf({ band }: Estimated, all: Estimates, name: string): { readonly [key: string]: Recordable } {
  const error = band?.stdErrors.get(name);
  if (band === undefined || error === undefined) return {};
  const estimate = all.estimate[all.names.indexOf(name)] as number;
  const half = band.critical * error;
  return { boot_std_error: error, band_low: estimate - half, band_high: estimate + half };
}

function cellRecords({ all, cells }: Estimated, level: number): readonly Recordable[] {
  return cells.map(({ term, estimate, std_error, ...rest }) => {
    const of = {
      names: [term],
      estimate: Float64Array.of(estimate),
      vcov: Float64Array.of(std_error ** 2),
      df: all.df,
    };
    return termRecords(of, level, new Map([[term, rest]]))[0];
  });
}
