/**
 * The imputation estimator: untreated outcomes of treated rows are imputed from rows before treatment; the effects are averages
 * of the differences. Errors are conservative: treated rows vary around the mean of their cohort and period.
 * Source: Borusyak, Jaravel & Spiess (2024), Rev. Econ. Stud. 91(6), 3253–3285, Theorems 1–3, eq. 8; leads: Proposition 9 there,
 * a regression on untreated rows alone.
 */
import type { Table } from '../../columns/table.ts';
import type { Fault, Note } from '../../contract.ts';
import { factorOfNumbers, combine as product } from '../../kernels/factor-codes.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { type Estimated, named } from './event-record.ts';
import { leadsOf } from './imputation-leads.ts';
import { cellTargets } from './predicted-cells.ts';
import {
  balanceIn,
  baseOf,
  estimatesOf,
  type Influenced,
  sumByCluster,
  type Target,
  targetMean,
  targetsOf,
} from './predicted-effects.ts';
import { FITTED, TREATED, type UntreatedOutcome, untreatedOutcome } from './untreated-outcome.ts';

export function imputation(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const u = untreatedOutcome(table, spec);
  if (!('gap' in u)) return u;
  const leads = leadsOf(table, spec, u);
  if (!('list' in leads)) return leads;
  const balance = balanceIn(u, spec);
  if ('code' in balance) return [balance];
  const targets = targetsOf(u, balance, (_, role) => role === TREATED);
  const residuals: Residuals = { cell: cohortPeriods(u), leaveout: spec.options.leaveout === true };
  const of = (t: Target): Influenced => influenced(u, t, residuals);
  const lonely = residuals.leaveout ? lonelyCells(u, residuals.cell) : 0;
  const post = [...targets.dynamic, ...targets.group, ...targets.calendar, targets.att].map(of);
  const notes: readonly Note[] = [
    ...u.notes,
    ...leads.notes,
    ...balance.notes,
    ...(lonely > 0 ? [{ code: 'CN2960' as const, args: { cells: lonely } }] : []),
  ];
  const keys = (list: readonly { readonly key: number }[]): number[] => list.map((t) => t.key);
  return {
    all: estimatesOf([...leads.list, ...post]),
    averages: named({
      dynamic: [...leads.list.map((l) => l.period), ...keys(targets.dynamic)],
      group: keys(targets.group),
      calendar: keys(targets.calendar),
    }),
    others: [],
    cells: cellTargets(u, of),
    reference: [],
    pretrend: { test: leads.test },
    base: baseOf(u, spec, notes),
    notes,
  };
}

interface Residuals {
  /** cohort and period of every row */
  readonly cell: Int32Array;
  readonly leaveout: boolean;
}

/** Cells of treated rows that lie in one cluster. */
function lonelyCells(u: UntreatedOutcome, cell: Int32Array): number {
  const clusters = new Map<number, Set<number>>();
  for (let i = 0; i < cell.length; i++) {
    if (u.role[i] !== TREATED) continue;
    const code = cell[i] as number;
    const seen = clusters.get(code) ?? new Set<number>();
    clusters.set(code, seen.add(u.clusters.codes[i] as number));
  }
  return [...clusters.values()].filter((seen) => seen.size === 1).length;
}

/** Cohort and period of every row as one code. */
function cohortPeriods(u: UntreatedOutcome): Int32Array {
  return Int32Array.from(product([factorOfNumbers(u.cohort), factorOfNumbers(u.time)]).codes);
}

/**
 * v ε: weights of the estimate on all rows, residuals of treated rows taken around their cell's v²-weighted mean. With `leaveout` the row's own cluster
 * does not enter that mean, which else follows it in small cells (their supplementary appendix A.6).
 */
function influenced(u: UntreatedOutcome, target: Target, { cell, leaveout }: Residuals): Influenced {
  const { estimate, share, owed } = targetMean(u, target);
  const sums = new Map<number, { top: number; bottom: number }>();
  const add = (code: number, i: number): void => {
    const sum = sums.get(code) ?? { top: 0, bottom: 0 };
    const square = (share[i] as number) ** 2;
    sum.top += square * (u.gap[i] as number);
    sum.bottom += square;
    sums.set(code, sum);
  };
  const of = (code: number) => sums.get(code) as { top: number; bottom: number };
  const { levels, codes } = u.clusters;
  // sums of cells, and (negative keys) of a cluster's rows in a cell
  const own = (i: number): number => -1 - ((cell[i] as number) * levels + (codes[i] as number));
  for (const i of target.members) {
    add(cell[i] as number, i);
    if (leaveout) add(own(i), i);
  }
  const psi = new Float64Array(u.role.length);
  for (const i of target.members) {
    const all = of(cell[i] as number);
    const without = leaveout ? of(own(i)) : { top: 0, bottom: 0 };
    const bottom = all.bottom - without.bottom;
    // a cluster alone in its cell has no others to be compared with: its own mean stays
    const mean = bottom > 1e-12 * all.bottom ? (all.top - without.top) / bottom : all.top / all.bottom;
    psi[i] = (share[i] as number) * ((u.gap[i] as number) - mean);
  }
  for (let i = 0; i < psi.length; i++) if (u.role[i] === FITTED) psi[i] = (owed[i] as number) * (u.gap[i] as number);
  return { name: target.name, estimate, influence: sumByCluster(u, psi) };
}
