/** A cycle of a watch by what the saves may reach, going on from the run that stands, as `ceteris run` does after an edit. */
import type { CliContext } from '../cli/context.ts';
import type { EngineEvent } from '../events/event.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { Ends } from '../run/run-options.ts';
import type { Session } from '../session/session.ts';
import { look } from '../standing/answer.ts';
import { keepStanding } from '../standing/keep.ts';
import { keepPart } from '../standing/keep-part.ts';
import { type Before, type NotResumed, type Resumed, resume } from '../standing/resume.ts';

/** Makes the events of a part those of a run that looks at all. */
export type Retell = (before: Before, stages: number) => (event: EngineEvent) => void;

/** @param saved files that were touched: they are compared by content, whatever their times say */
export async function resumed(
  context: CliContext,
  file: string,
  saved: ReadonlySet<string>,
): Promise<Resumed | NotResumed> {
  const looked = await look(context, file, saved);
  return looked === undefined ? {} : resume({ ...context, looked });
}

export interface PartOfWatch {
  readonly context: CliContext;
  readonly session: Session;
  readonly resumed: Resumed;
  readonly retell: Retell;
  /** when the first file was read or earlier, ms since 1970 */
  readonly sinceMs: number;
  /** nothing was saved meanwhile */
  readonly isQuiet: () => boolean;
}

/** @returns false when the run that it goes on from is not on record: all has to be looked at */
export async function runReached(of: PartOfWatch, ends: Ends): Promise<boolean> {
  const { context, session, resumed, sinceMs } = of;
  const { part, before } = resumed;
  const tell = of.retell(before, part.stages);
  const emit = (event: EngineEvent): void => {
    if (ends.signal?.aborted !== true) tell(event);
  };
  const outcome = await session.runPart(part, { ...ends, tellsValues: true, emit });
  if (outcome === undefined) return false;
  if (outcome.stood !== undefined && ends.signal?.aborted !== true && of.isQuiet())
    keepPart(context, resumed, outcome.stood(), sinceMs);
  return true;
}

type Stood = NonNullable<Awaited<ReturnType<Session['run']>>['stood']>;

/** After a run of all: what the next save is an edit after. */
export function keepWhole(
  { context, sinceMs, isQuiet }: Pick<PartOfWatch, 'context' | 'sinceMs' | 'isQuiet'>,
  pipeline: Pipeline,
  warnings: Parameters<typeof keepStanding>[0]['found']['warnings'],
  stood: Stood,
): void {
  // groups are found anew by each load
  if (pipeline.branches.length > 0 || !isQuiet()) return;
  keepStanding({ asked: context, found: { pipeline, warnings }, stood: stood(), sinceMs });
}
