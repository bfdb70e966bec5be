/**
 * Averages of treated outcomes less their predictions, each with one number per row that sums within clusters to its influence:
 * the variance is Σ_c (Σ_{i∈c} ψ_i)². The two estimators differ only in what counts as the residual of a treated row.
 */
import type { Fault, Note } from '../../contract.ts';
import { clusterSums } from '../../kernels/influence.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { termName } from '../term.ts';
import { type Balance, balanceOf, reachOf } from './balance.ts';
import type { Estimates } from './estimates.ts';
import { cohortName, periodName, timeName } from './event-record.ts';
import { FITTED, TREATED, UNUSED, type UntreatedOutcome } from './untreated-outcome.ts';

/** A weighted mean of `gap` over some rows. */
export interface Target {
  readonly name: string;
  readonly key: number;
  /** rows of positive weight */
  readonly members: Int32Array;
}

export interface Targets {
  readonly dynamic: readonly Target[];
  readonly group: readonly Target[];
  readonly calendar: readonly Target[];
  readonly att: Target;
}

/**
 * Targets by relative time, cohort and period; only rows at or after adoption count for the latter two and for `att`.
 * @param balance cohorts that enter the targets by relative time
 */
export function targetsOf(
  u: UntreatedOutcome,
  balance: Balance,
  isPeriod: (k: number, role: number) => boolean,
): Targets {
  const post = (i: number): boolean => u.role[i] === TREATED && (u.time[i] as number) >= (u.cohort[i] as number);
  const relative = (i: number): number => (u.time[i] as number) - (u.cohort[i] as number);
  const inEvent = (i: number): boolean =>
    u.role[i] !== UNUSED &&
    Number.isFinite(u.cohort[i]) &&
    isPeriod(relative(i), u.role[i] as number) &&
    balance.holds(u.cohort[i] as number, relative(i));
  return {
    dynamic: byKey(u, inEvent, relative, periodName),
    group: byKey(u, post, (i) => u.cohort[i] as number, cohortName),
    calendar: byKey(u, post, (i) => u.time[i] as number, timeName),
    att: { name: 'att', key: 0, members: Int32Array.from(u.role.keys()).filter(post) },
  };
}

function byKey(
  u: UntreatedOutcome,
  wanted: (i: number) => boolean,
  key: (i: number) => number,
  nameOf: (key: number) => string,
): Target[] {
  const members = new Map<number, number[]>();
  for (let i = 0; i < u.role.length; i++) {
    if (!wanted(i)) continue;
    const k = key(i);
    const list = members.get(k);
    if (list === undefined) members.set(k, [i]);
    else list.push(i);
  }
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([k, list]) => ({ name: nameOf(k), key: k, members: Int32Array.from(list) }));
}

/** Of cohorts with a treated row that is predicted. */
export const balanceIn = (u: UntreatedOutcome, spec: EventStudySpec): Balance | Fault =>
  balanceOf(
    spec,
    reachOf(
      u.time.filter((_, i) => u.role[i] !== UNUSED),
      u.cohort.filter((_, i) => u.role[i] === TREATED),
    ),
  );

export interface Mean {
  readonly estimate: number;
  /** weights of the members, summing to 1, on all rows */
  readonly share: Float64Array;
  /** minus the weight of every fitted row in the predictions: what the estimate owes to its residual */
  readonly owed: Float64Array;
}

/** The weighted mean of a target, and through the predictions its weights on the fitted rows: −W Z₀ (Z₀ᵀ W Z₀)⁻¹ Zᵀ share. */
export function targetMean(u: UntreatedOutcome, { members }: Target): Mean {
  const share = new Float64Array(u.role.length);
  let mass = 0;
  for (const i of members) mass += u.weights[i] as number;
  let estimate = 0;
  for (const i of members) {
    const w = (u.weights[i] as number) / mass;
    share[i] = w;
    estimate += w * (u.gap[i] as number);
  }
  const c = u.system.solve(u.system.transpose(share));
  const owed = u.system.predict(c);
  for (let i = 0; i < owed.length; i++)
    owed[i] = u.role[i] === FITTED ? -(owed[i] as number) * (u.weights[i] as number) : 0;
  return { estimate, share, owed };
}

export interface Influenced {
  readonly name: string;
  readonly estimate: number;
  /** one number per cluster */
  readonly influence: Float64Array;
}

/** Estimates with the covariance Σ_c ψ_c ψ_cᵀ. */
export function estimatesOf(list: readonly Influenced[]): Estimates {
  const k = list.length;
  const vcov = new Float64Array(k * k);
  list.forEach(({ influence: a }, i) => {
    for (let j = 0; j <= i; j++) {
      const b = (list[j] as Influenced).influence;
      let sum = 0;
      for (let c = 0; c < a.length; c++) sum += (a[c] as number) * (b[c] as number);
      vcov[i * k + j] = sum;
      vcov[j * k + i] = sum;
    }
  });
  return {
    names: list.map((t) => t.name),
    estimate: Float64Array.from(list, (t) => t.estimate),
    vcov,
    df: Number.POSITIVE_INFINITY,
  };
}

export const sumByCluster = (u: UntreatedOutcome, influence: Float64Array): Float64Array =>
  clusterSums(influence, u.clusters);

/** What both records say of the sample and the errors. */
export const baseOf = (u: UntreatedOutcome, spec: EventStudySpec, notes: readonly Note[]) => ({
  outcome: termName(spec.linear.y),
  mean_outcome: u.meanOutcome,
  nobs: u.role.reduce((n, r) => n + (r === UNUSED ? 0 : 1), 0),
  treated_rows: u.role.reduce((n, r) => n + (r === TREATED ? 1 : 0), 0),
  treated_rows_left_out: u.lost,
  rows: u.rowsRead,
  units: u.units,
  level: spec.linear.level,
  vcov_type: `cluster: ${u.clusterName}`,
  clusters: [{ name: u.clusterName, levels: u.clusters.levels }],
  absorbed: u.absorbed,
  dropped: [],
  singletons: 0,
  weights: spec.linear.weights,
  notes,
});
