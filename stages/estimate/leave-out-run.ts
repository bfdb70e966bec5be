/** The fits without each group, and what they say together. */
import { isMissing } from '../columns/column.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { combine, type Factor } from '../kernels/factor-codes.ts';
import { type Cause, type CurveRow, curveSummary, NO_ROW, notEstimated, ROW_FIELDS, ranks } from './curve-record.ts';
import { namedFactor } from './design.ts';
import { fitSpec, isFaults } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { firstTerm } from './model-record.ts';

export type LeaveOutSpec = {
  readonly linear: LinearSpec;
  /** columns whose combinations are the groups */
  readonly by: readonly string[];
  /** those that are dates */
  readonly dates: readonly string[];
};

export type LeaveOutResult =
  | { readonly faults: readonly Fault[] }
  | { readonly record: object; readonly notes: readonly Note[] };

interface Group {
  readonly name: string;
  /** rows of the table */
  readonly rows: Int32Array;
}

/** More regressions than this are a mistake in `by`. */
const MOST_GROUPS = 20_000;

export function runLeaveOut(table: Table, spec: LeaveOutSpec, progress?: (done: number) => void): LeaveOutResult {
  const { linear } = spec;
  const full = fitSpec(table, linear);
  if (isFaults(full)) return { faults: full };
  const whole = firstTerm(full, linear.level);
  if (whole === undefined)
    return { faults: [error('CE2414', { reasons: full.dropped.map((d) => `${d.term}: ${d.reason}`) })] };
  const groups = groupsOf(table, spec, full.rows);
  const by = spec.by.join('^');
  if (groups.length < 2 || groups.length > MOST_GROUPS)
    return { faults: [error('CE2582', { name: by, groups: groups.length, limit: MOST_GROUPS }, ['by'])] };
  const fits = groups.map((group, g) => {
    const fit = without(table, spec, group);
    progress?.((g + 1) / groups.length);
    return fit;
  });
  const rows = fits.map((fit) => fit.row ?? NO_ROW);
  const failed = rows.filter((row) => Number.isNaN(row.estimate)).length;
  const notes: Note[] = failed > 0 ? [{ code: 'CN2580', args: { rows: failed, total: rows.length } }] : [];
  const place = ranks(rows.map((row) => row.estimate));
  const { term, ...estimate } = whole;
  return {
    record: {
      outcome: full.outcome,
      term,
      by,
      full: { ...estimate, nobs: full.rows.length },
      ...curveSummary(rows, linear.level),
      ...changes(whole, groups, rows, linear.level),
      jackknife_std_error: jackknife(rows, whole.estimate),
      fields: ['left_out', 'influence', ...ROW_FIELDS],
      rows: rows.map((row, g) => ({
        left_out: groups[g]?.name ?? '',
        rank: place[g],
        influence: whole.estimate - row.estimate,
        ...row,
        nobs: fits[g]?.nobs,
        reason: fits[g]?.reason,
        why: fits[g]?.why,
      })),
      notes: [...full.notes, ...notes],
    },
    notes: [...full.notes, ...notes],
  };
}

/** Groups in order of their values; rows with a missing value belong to none. */
function groupsOf(table: Table, { by, dates }: LeaveOutSpec, sample: Int32Array): readonly Group[] {
  const columns = by.map((name) => table.column(name));
  const rows = sample.filter((row) => columns.every((column) => !isMissing(column, row)));
  if (rows.length === 0) return [];
  const factors = columns.map((column, k) => namedFactor(column, rows, dates.includes(by[k] as string)));
  const all: Factor = factors.length === 1 ? (factors[0] as Factor) : combine(factors);
  const members: number[][] = Array.from({ length: all.levels }, () => []);
  for (let i = 0; i < rows.length; i++) members[all.codes[i] as number]?.push(i);
  return members.map((own) => ({
    name: factors.map((f) => f.names[f.codes[own[0] as number] as number]).join(', '),
    rows: Int32Array.from(own, (i) => rows[i] as number),
  }));
}

interface Without {
  readonly row?: CurveRow;
  readonly nobs?: number;
  readonly reason?: string;
  readonly why?: readonly Cause[];
}

function without(table: Table, { linear }: LeaveOutSpec, { rows }: Group): Without {
  const mask = new Uint8Array(table.rows).fill(1);
  for (const row of rows) mask[row] = 0;
  const fit = fitSpec(table, linear, { mask });
  if (isFaults(fit)) return notEstimated(fit);
  const test = firstTerm(fit, linear.level);
  if (test === undefined) return { nobs: fit.rows.length, reason: 'dropped' };
  const { term: _name, ...row } = test;
  return { nobs: fit.rows.length, row };
}

/** The group with the most influence, and those on which sign and significance hang. */
function changes(whole: CurveRow, groups: readonly Group[], rows: readonly CurveRow[], level: number) {
  let most = -1;
  const distance = (g: number): number => Math.abs(whole.estimate - (rows[g]?.estimate ?? Number.NaN));
  rows.forEach((_, g) => {
    if (!Number.isNaN(distance(g)) && (most === -1 || distance(g) > distance(most))) most = g;
  });
  const named = (holds: (row: CurveRow) => boolean): string[] =>
    rows.flatMap((row, g) => (!Number.isNaN(row.estimate) && holds(row) ? [groups[g]?.name ?? ''] : []));
  const significant = (row: CurveRow): boolean => row.p_value < 1 - level;
  return {
    most_influential: groups[most]?.name,
    sign_changes: named((row) => Math.sign(row.estimate) !== Math.sign(whole.estimate)),
    significance_changes: named((row) => significant(row) !== significant(whole)),
  };
}

function jackknife(rows: readonly CurveRow[], estimate: number): number {
  const good = rows.filter((row) => !Number.isNaN(row.estimate));
  const squares = good.reduce((sum, row) => sum + (row.estimate - estimate) ** 2, 0);
  return Math.sqrt((squares * (good.length - 1)) / good.length);
}
