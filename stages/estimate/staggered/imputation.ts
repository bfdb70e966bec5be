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
  const cell = cohortPeriods(u);
  const of = (t: Target): Influenced => influenced(u, t, cell);
  const post = [...targets.dynamic, ...targets.group, ...targets.calendar, targets.att].map(of);
  const notes: readonly Note[] = [...u.notes, ...leads.notes, ...balance.notes];
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

/** Cohort and period of every row as one code. */
function cohortPeriods(u: UntreatedOutcome): Int32Array {
  return Int32Array.from(product([factorOfNumbers(u.cohort), factorOfNumbers(u.time)]).codes);
}

/** v ε: weights of the estimate on all rows, residuals of treated rows taken around their cell's v²-weighted mean. */
function influenced(u: UntreatedOutcome, target: Target, cell: Int32Array): Influenced {
  const { estimate, share, owed } = targetMean(u, target);
  const sums = new Map<number, { top: number; bottom: number }>();
  for (const i of target.members) {
    const code = cell[i] as number;
    const sum = sums.get(code) ?? { top: 0, bottom: 0 };
    const square = (share[i] as number) ** 2;
    sum.top += square * (u.gap[i] as number);
    sum.bottom += square;
    sums.set(code, sum);
  }
  const psi = new Float64Array(u.role.length);
  for (const i of target.members) {
    const { top, bottom } = sums.get(cell[i] as number) as { top: number; bottom: number };
    psi[i] = (share[i] as number) * ((u.gap[i] as number) - top / bottom);
  }
  for (let i = 0; i < psi.length; i++) if (u.role[i] === FITTED) psi[i] = (owed[i] as number) * (u.gap[i] as number);
  return { name: target.name, estimate, influence: sumByCluster(u, psi) };
}
