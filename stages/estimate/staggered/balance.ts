/**
 * Averages by relative time over the same cohorts at every time: those seen `balance` periods after adoption, at relative times up to that. Changes from
 * one relative time to the next are then effects, not another mix of cohorts.
 * Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), eq. 3.5; `balance_e` of R's did.
 */
import { error, type Fault, type Note } from '../../contract.ts';
import type { EventStudySpec } from '../event-study-spec.ts';

export interface Balance {
  /** whether the effect of a cohort at a relative time enters */
  readonly holds: (cohort: number, period: number) => boolean;
  readonly notes: readonly Note[];
}

export interface Reach {
  readonly first: number;
  readonly last: number;
  /** cohorts that are estimated */
  readonly cohorts: Iterable<number>;
}

export const reachOf = (time: Float64Array, cohorts: Iterable<number>): Reach => ({
  first: time.reduce((m, t) => Math.min(m, t), Number.POSITIVE_INFINITY),
  last: time.reduce((m, t) => Math.max(m, t), Number.NEGATIVE_INFINITY),
  cohorts,
});

export function balanceOf({ options }: EventStudySpec, { first, last, cohorts }: Reach): Balance | Fault {
  const { balance = 'all' } = options;
  if (balance === 'all') return { holds: () => true, notes: [] };
  const all = [...new Set(cohorts)].sort((a, b) => a - b);
  const short = all.filter((g) => last - g < balance);
  if (short.length === all.length) {
    const most = all.reduce((m, g) => Math.max(m, last - g), Number.NEGATIVE_INFINITY);
    return error('CE2961', { balance, most }, ['balance']);
  }
  return {
    holds: (cohort, period) => last - cohort >= balance && period <= balance && period >= balance - (last - first),
    notes: short.length === 0 ? [] : [{ code: 'CN2959', args: { cohorts: short.map(String), balance } }],
  };
}
