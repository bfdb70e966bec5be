/** What people did that made results differ: edits of YAML, of data files and of code, each once, with the stages that have it. */
import { isEdit, type PartDifference, type Reason } from '../plan/reason.ts';
import type { StageDiff } from './diff.ts';

export interface Cause {
  readonly why: Reason;
  readonly stages: readonly string[];
  /** values that a data file has otherwise */
  readonly values: readonly PartDifference[];
}

export function causesOf(stages: readonly Pick<StageDiff, 'stage' | 'why' | 'values'>[]): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const { stage, why, values } of stages)
    for (const reason of why.filter(isEdit)) {
      const key = JSON.stringify(reason);
      const known = causes.get(key);
      const own = reason.kind === 'file' ? values : [];
      if (known === undefined) causes.set(key, { why: reason, stages: [stage], values: own });
      else causes.set(key, { ...known, stages: [...known.stages, stage], values: [...known.values, ...own] });
    }
  return [...causes.values()];
}
