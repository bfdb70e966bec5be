/** What did not come to an end in a run, for its record: a stage that failed keeps the result that it had, and nothing else would tell. */
import type { Json } from '../../stages/contract.ts';
import type { StageOutcome } from '../events/event.ts';
import type { Pipeline } from '../load/pipeline.ts';

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

/** How a run ended, from the first line of its record. */
export interface PastEnd {
  readonly ok: boolean;
  readonly failed: readonly string[];
}

export function endIn(head: Json | undefined): PastEnd {
  const { ok, failed } = (head ?? {}) as { readonly ok?: unknown; readonly failed?: unknown };
  return { ok: ok !== false, failed: Array.isArray(failed) ? failed.map(String) : [] };
}

/** Whether nothing of what a run failed by is left: of a stage that failed there is a result again, or it is gone. */
export const isMended = (
  { ok, failed }: PastEnd,
  pipeline: Pipeline,
  done: { readonly ok: boolean; readonly stages: readonly { readonly name: string }[] },
): boolean =>
  !ok && done.ok && failed.every((name) => !pipeline.instances.has(name) || done.stages.some((s) => s.name === name));
