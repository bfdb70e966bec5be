/** Leads and lags by two-way fixed effects: one dummy per relative period. */

import type { Recordable } from '../columns/record.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { contamination } from '../kernels/contamination.ts';
import { commonDf } from '../kernels/inference.ts';
import type { DesignColumn } from './design.ts';
import type { EventStudySpec } from './event-study-spec.ts';
import { type FittedModel, fitSpec, isFaults } from './linear-fit.ts';
import { modelRecord } from './model-record.ts';
import { type Adoption, adoptionOf } from './staggered/adoption.ts';
import { combine, type Estimates, jointTest, oneRecord, pickEstimates } from './staggered/estimates.ts';
import { periodName } from './staggered/event-record.ts';

export interface TwfeFit {
  readonly record: { readonly [key: string]: Recordable };
  readonly notes: readonly Note[];
}

export function twfe(table: Table, spec: EventStudySpec): TwfeFit | readonly Fault[] {
  const relative = relativeTimes(table, spec);
  if (!('times' in relative)) return relative;
  const notes: Note[] = [...relative.notes];
  const periods = new Map<string, number>();
  const lead = (rows: Int32Array): readonly DesignColumn[] => dummies(relative.times, rows, spec, { notes, periods });
  const model = fitSpec(table, spec.linear, { lead, ...(relative.mask === undefined ? {} : { mask: relative.mask }) });
  if (isFaults(model)) return model;
  const unanchored = withoutReference(relative, model.rows, spec);
  if (unanchored !== undefined) return [unanchored];
  notes.push(...alwaysTreated(relative, model.rows));
  const kept = model.names.flatMap((name, j) =>
    periods.has(name) ? [{ j, period: periods.get(name) as number }] : [],
  );
  if (kept.length === 0) return [nothingKept(model, relative, periods.size)];
  const extras = new Map([...periods].map(([name, period]) => [name, { period }]));
  const all: Estimates = { names: model.names, estimate: model.coef, vcov: model.vcov, df: commonDf(model.inference) };
  const test = (wanted: (period: number) => boolean) =>
    jointTest(
      pickEstimates(
        all,
        kept.filter((c) => wanted(c.period)).map((c) => c.j),
      ),
    );
  const lags = kept.filter((c) => c.period >= 0);
  const mean = { name: 'average_post', parts: lags.map((c) => [c.j, 1 / lags.length] as const) };
  const mixed =
    relative.cohort === undefined ? [] : mixing(model, { ...relative, cohort: relative.cohort }, { spec, kept });
  const worst = mixed.reduce((most, m) => (m.others > most.others ? m : most), { period: 0, others: 0, negative: 0 });
  if (worst.others > MUCH)
    notes.push({ code: 'CN2470', args: { period: worst.period, share: Number(worst.others.toPrecision(2)) } });
  const record = {
    ...modelRecord({ ...model, notes: [...model.notes, ...notes] }, spec.linear, extras),
    estimator: spec.estimator,
    contamination: mixed,
    reference: spec.reference,
    pretrend: test((k) => k < 0),
    posttrend: test((k) => k >= 0),
    average_post: lags.length === 0 ? undefined : oneRecord(combine(all, [mean]), mean.name, spec.linear.level),
  };
  return { record, notes: [...model.notes, ...notes] };
}

/** Nobody is treated, or nobody is there to tell the periods from the effects. */
function nothingKept(model: FittedModel, { cohort }: Relative, periods: number): Fault {
  if (periods === 0) return error('CE2435', {});
  const [only, ...others] = new Set(Array.from(model.rows, (r) => cohort?.[r]));
  if (only !== undefined && others.length === 0) return error('CE2461', { cohort: only });
  return error('CE2414', { reasons: model.dropped.map((d) => `${d.term}: ${d.reason}`) });
}

/** Weight of other periods' effects in a coefficient, above which a note says so. */
const MUCH = 0.1;

/** How much every coefficient weighs the effects of other periods, when there are several cohorts. */
function mixing(
  model: FittedModel,
  relative: Relative & { readonly cohort: Float64Array },
  { spec, kept }: { spec: EventStudySpec; kept: readonly { readonly j: number; readonly period: number }[] },
): { period: number; others: number; negative: number }[] {
  const treated = Array.from(model.rows, (r) => relative.cohort[r] as number).filter(Number.isFinite);
  if (new Set(treated).size < 2) return [];
  const cells = new Map<string, number>();
  const periods: number[] = [];
  const cell = Int32Array.from(model.rows, (r) => {
    const g = relative.cohort[r] as number;
    if (!Number.isFinite(g)) return -1;
    const k = relative.times[r] as number;
    const name = `${g} ${k}`;
    const known = cells.get(name) ?? cells.size;
    if (known === cells.size) {
      cells.set(name, known);
      const own = inBins(k, spec.window);
      periods.push(spec.reference.includes(own) ? Number.NaN : own);
    }
    return known;
  });
  const terms = kept.map((c) => [c.j, c.period] as const);
  return contamination(model.fit, cell, Float64Array.from(periods), terms).map((m, i) => ({
    period: (kept[i] as { period: number }).period,
    ...m,
  }));
}

const inBins = (k: number, window: EventStudySpec['window']): number =>
  window === 'all' ? k : Math.min(Math.max(k, window[0]), window[1]);

/** Coefficients are differences to the reference: without treated rows in it collinearity would choose another. */
function withoutReference({ times }: Relative, rows: Int32Array, spec: EventStudySpec): Fault | undefined {
  const found = Array.from(rows, (r) => inBins(times[r] as number, spec.window)).filter((k) => !Number.isNaN(k));
  if (found.length === 0 || found.some((k) => spec.reference.includes(k))) return undefined;
  if (found.every((k) => k >= 0)) return error('CE2468', {});
  return error(
    'CE2670',
    { reference: spec.reference.map(String), found: [...new Set(found)].sort((a, b) => a - b).map(String) },
    ['reference'],
  );
}

/** Units without a period before treatment stay in: their effects are taken for those of the others. */
function alwaysTreated({ times, cohort }: Relative, rows: Int32Array): Note[] {
  if (cohort === undefined) return [];
  const before = new Set(Array.from(rows).flatMap((r) => ((times[r] as number) < 0 ? [cohort[r] as number] : [])));
  const never = new Set(
    Array.from(rows).flatMap((r) =>
      (times[r] as number) >= 0 && !before.has(cohort[r] as number) ? [cohort[r] as number] : [],
    ),
  );
  if (never.size === 0) return [];
  return [{ code: 'CN2672', args: { cohorts: [...never].sort((a, b) => a - b).map(String) } }];
}

interface Relative {
  /** of every row; NaN where never treated */
  readonly times: Float64Array;
  readonly mask?: Uint8Array;
  /** of every row's unit; absent when only relative times are given */
  readonly cohort?: Float64Array;
  readonly notes: readonly Note[];
}

function relativeTimes(table: Table, { adoption }: EventStudySpec): Relative | readonly Fault[] {
  if (adoption.by === 'rel_time') {
    const times = table.numbers(adoption.column);
    const odd = times.findIndex((t) => Number.isFinite(t) && !Number.isInteger(t));
    if (odd === -1) return { times, notes: [] };
    return [error('CE2434', { value: times[odd] as number, row: odd + 1 }, ['rel_time'])];
  }
  const found = adoptionOf(table, adoption, { tracked: true, members: true });
  if (!('cohort' in found)) return found;
  const { time, cohort, known } = found;
  const times = time.map((t, i) => (cohort[i] === Number.POSITIVE_INFINITY ? Number.NaN : t - (cohort[i] as number)));
  return { times, mask: known, cohort, notes: [...found.notes, ...farAfter(found)] };
}

/** Cohorts farther after the data than the data are long may be codes for never treated: here they have leads of their own. */
function farAfter({ time, cohort, known }: Adoption): Note[] {
  const times = time.filter((_, i) => known[i] === 1);
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const limit = last + (last - first + 1);
  const far = new Set(cohort.filter((g, i) => known[i] === 1 && g > limit && g !== Number.POSITIVE_INFINITY));
  if (far.size === 0) return [];
  const cohorts = [...far].sort((a, b) => a - b).map(String);
  return [{ code: 'CN2495', args: { cohorts, first, last } }];
}

function dummies(
  times: Float64Array,
  rows: Int32Array,
  spec: EventStudySpec,
  out: { notes: Note[]; periods: Map<string, number> },
): DesignColumn[] {
  const [low, high] = spec.window === 'all' ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : spec.window;
  const binned = Float64Array.from(rows, (r) => inBins(times[r] as number, spec.window));
  const treated = binned.filter((t) => !Number.isNaN(t));
  const before = rows.reduce((n, r) => n + ((times[r] as number) < low ? 1 : 0), 0);
  const after = rows.reduce((n, r) => n + ((times[r] as number) > high ? 1 : 0), 0);
  if (before + after > 0) out.notes.push({ code: 'CN2431', args: { rows: before, after, low, high } });
  if (treated.length === binned.length) out.notes.push({ code: 'CN2430', args: {} });
  const periods = [...new Set(treated)].sort((a, b) => a - b).filter((k) => !spec.reference.includes(k));
  return periods.map((k) => {
    out.periods.set(periodName(k), k);
    return { name: periodName(k), values: binned.map((t) => (t === k ? 1 : 0)) };
  });
}
