/**
 * Two-stage difference in differences: effects and covariates from untreated rows, then means of the residuals by relative
 * period, with errors that count the first stage (GMM), clustered, without a small-sample factor.
 * Source: Gardner (2022), arXiv:2207.05943, §3; Butts & Gardner (2022), R Journal 14(3).
 */
import type { Table } from '../../columns/table.ts';
import type { Fault } from '../../contract.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { type Estimated, named } from './event-record.ts';
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
import { FITTED, type UntreatedOutcome, untreatedOutcome } from './untreated-outcome.ts';

export function twoStage(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const u = untreatedOutcome(table, spec);
  if (!('gap' in u)) return u;
  const balance = balanceIn(u, spec);
  if ('code' in balance) return [balance];
  const notes = [...u.notes, ...balance.notes];
  const targets = targetsOf(u, balance, (k) => !spec.reference.includes(k));
  const keys = (list: readonly Target[]): number[] => list.map((t) => t.key);
  const list = [...targets.dynamic, ...targets.group, ...targets.calendar, targets.att];
  return {
    all: estimatesOf(list.map((t) => influenced(u, t))),
    averages: named({ dynamic: keys(targets.dynamic), group: keys(targets.group), calendar: keys(targets.calendar) }),
    others: [],
    cells: cellTargets(u, (t) => influenced(u, t)),
    reference: spec.reference,
    base: baseOf(u, spec, notes),
    notes,
  };
}

/** Second-stage residuals of the members, and what the first stage owes to its own residuals. */
function influenced(u: UntreatedOutcome, target: Target): Influenced {
  const { estimate, share, owed } = targetMean(u, target);
  const psi = new Float64Array(u.role.length);
  for (const i of target.members) psi[i] = (share[i] as number) * ((u.gap[i] as number) - estimate);
  for (let i = 0; i < psi.length; i++)
    if (u.role[i] === FITTED) psi[i] = (psi[i] as number) + (owed[i] as number) * (u.gap[i] as number);
  return { name: target.name, estimate, influence: sumByCluster(u, psi) };
}
