/** What did not come to an end in a run, for its record: a stage that failed keeps the result that it had, and nothing else would tell. */
import type { StageOutcome } from '../report/event.ts';

export interface Unfinished {
  /** names of stages that failed or do not hold */
  readonly failed?: readonly string[];
  /** how many waited for them */
  readonly blocked?: number;
  /** how many were cut off */
  readonly cancelled?: number;
}

export function unfinishedIn(outcomes: readonly StageOutcome[]): Unfinished {
  const failed = outcomes.filter((o) => o.status === 'failed').map((o) => o.stage);
  const count = (status: 'blocked' | 'cancelled'): number => outcomes.filter((o) => o.status === status).length;
  const [blocked, cancelled] = [count('blocked'), count('cancelled')];
  return {
    ...(failed.length > 0 && { failed }),
    ...(blocked > 0 && { blocked }),
    ...(cancelled > 0 && { cancelled }),
  };
}
