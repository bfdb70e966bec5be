/** Effects of one cohort in one period, from predicted untreated outcomes. */
import { type CellEntry, cohortName, timeName } from './event-record.ts';
import type { Influenced, Target } from './predicted-effects.ts';
import { TREATED, type UntreatedOutcome } from './untreated-outcome.ts';

export function cellTargets(u: UntreatedOutcome, of: (target: Target) => Influenced): CellEntry[] {
  const cells = new Map<string, { cohort: number; time: number; members: number[] }>();
  for (let i = 0; i < u.role.length; i++) {
    if (u.role[i] !== TREATED) continue;
    const [cohort, time] = [u.cohort[i] as number, u.time[i] as number];
    const name = `${cohortName(cohort)}:${timeName(time)}`;
    const cell = cells.get(name) ?? { cohort, time, members: [] };
    cell.members.push(i);
    cells.set(name, cell);
  }
  return [...cells]
    .sort(([, a], [, b]) => a.cohort - b.cohort || a.time - b.time)
    .map(([term, { cohort, time, members }]) => {
      const { estimate, influence } = of({ name: term, key: 0, members: Int32Array.from(members) });
      const std_error = Math.sqrt(influence.reduce((s, v) => s + v * v, 0));
      return { term, cohort, rel_time: time - cohort, time, treated: members.length, estimate, std_error };
    });
}
