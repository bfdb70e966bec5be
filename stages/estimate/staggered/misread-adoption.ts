/** Columns that say who is treated, or hold 0 for never, where the first treated period is meant. */
import { error, type Fault } from '../../contract.ts';
import type { AdoptionSpec } from '../event-study-spec.ts';

export interface AdoptedRows {
  readonly rows: Int32Array;
  readonly time: Float64Array;
  /** first treated time of every row's unit; Infinity: never */
  readonly cohort: Float64Array;
}

/** A 0/1 column of groups, or a 0 before the data that was not said to be a period: most programs take it for never treated. */
export function misreadCohort(
  { name, never }: { readonly name: string; readonly never: AdoptionSpec['never'] },
  of: AdoptedRows,
): Fault | undefined {
  const { rows, time, cohort } = of;
  const first = rows.reduce((m, r) => Math.min(m, time[r] as number), Number.POSITIVE_INFINITY);
  const found = new Set(Array.from(rows, (r) => cohort[r] as number).filter(Number.isFinite));
  if (first > 1 && found.has(1) && [...found].every((g) => g === 0 || g === 1))
    return error('CE2496', { name }, ['cohort']);
  if (never !== undefined || first <= 0 || !found.has(0)) return undefined;
  const last = rows.reduce((m, r) => Math.max(m, time[r] as number), first);
  return error('CE2495', { name, first, last, rows: rows.reduce((n, r) => n + (cohort[r] === 0 ? 1 : 0), 0) }, [
    'cohort',
  ]);
}

/** A treatment that every treated unit has in all its rows. */
export function constantTreatment(name: string, { rows, time, cohort }: AdoptedRows): Fault | undefined {
  let treated = false;
  for (const row of rows) {
    const start = cohort[row] as number;
    if (!Number.isFinite(start)) continue;
    if ((time[row] as number) < start) return undefined;
    treated = true;
  }
  return treated ? error('CE2497', { name }, ['treatment']) : undefined;
}
