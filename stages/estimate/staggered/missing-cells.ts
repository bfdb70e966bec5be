/** Cohorts and periods without an estimate, and why. */
import { error, type Fault, type Note } from '../../contract.ts';
import type { GroupTime, MissingCell } from '../../kernels/group-time.ts';
import type { EventStudySpec } from '../event-study-spec.ts';

const CODES = {
  overlap: 'CN2456',
  singular: 'CN2457',
  'no treated': 'CN2458',
  'no controls': 'CN2459',
} as const satisfies Readonly<Record<MissingCell['reason'], string>>;

const MOST_NAMED = 8;

/** Notes on what is missing; a fault when nothing is left, or nothing after treatment. */
export function emptyCells(
  { cells, missing }: GroupTime,
  { adoption }: EventStudySpec,
): { readonly notes: readonly Note[] } | { readonly faults: readonly Fault[] } {
  const notes: Note[] = [];
  for (const reason of Object.keys(CODES) as MissingCell['reason'][]) {
    const of = missing.filter((c) => c.reason === reason).map((c) => `(${c.cohort}, ${c.time})`);
    if (of.length === 0) continue;
    const named = of.length > MOST_NAMED ? [...of.slice(0, MOST_NAMED), '…'] : of;
    notes.push({ code: CODES[reason], args: { count: of.length, cells: named } });
  }
  if (cells.some((c) => !c.isBase && c.time >= c.cohort)) return { notes };
  const reasons = [...new Set(missing.map((c) => c.reason))];
  if (reasons.includes('overlap')) return { faults: [error('CE2463', {}, ['controls'])] };
  if (reasons.includes('singular')) return { faults: [error('CE2464', {}, ['controls'])] };
  return { faults: [error('CE2465', { name: adoption.column }, [adoption.by])] };
}
