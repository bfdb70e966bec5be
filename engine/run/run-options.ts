/** How a run may be asked for. */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Emit, EngineEvent } from '../events/event.ts';
import type { Instance } from '../load/pipeline.ts';
import type { ActionRecord } from '../results/record.ts';
import type { Settled } from './settled.ts';

/** How work may be ended from outside. */
export interface Ends {
  readonly signal?: AbortSignal;
  /** when aborted, leave what is under way to the run that follows, which ends what it does not want */
  readonly leavesWork?: boolean;
}

export interface RunOptions extends Ends {
  readonly targets?: readonly string[];
  readonly emit?: (event: EngineEvent) => void;
  readonly force?: boolean;
  /** objects to a result: the run then fails */
  readonly judge?: (stage: string, record: ActionRecord) => Diagnostic | undefined;
  /** say which values changed in the data files */
  readonly tellsValues?: boolean;
}

export function judged(
  settled: ReadonlyMap<string, Settled>,
  judge: NonNullable<RunOptions['judge']>,
): readonly Diagnostic[] {
  return [...settled].flatMap(([name, s]) => (s.kind === 'done' ? (judge(name, s.record) ?? []) : []));
}

export const forcedOf = (visible: readonly Instance[], targets: readonly string[] | undefined): ReadonlySet<string> =>
  new Set(
    visible
      .filter((i) => targets === undefined || targets.includes(i.name) || targets.includes(i.stage))
      .map((i) => i.name),
  );

/** Whether something was done: of a run in which nothing was, no more than that is kept. */
export const tellsNews = (event: Parameters<Emit>[0]): boolean =>
  event.type === 'output-written' || (event.type === 'stage-finished' && event.status !== 'cached');
