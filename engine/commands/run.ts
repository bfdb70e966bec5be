/** `ceteris run`: run what is stale, once. */

import type { Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline } from '../cli/loaded.ts';
import { refuse } from '../cli/refuse.ts';
import { reporterFor } from '../cli/reporter.ts';
import { unknownTargets } from '../cli/targets.ts';
import type { EngineEvent } from '../events/event.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { departures, type Lock, resultDeparture, resultOf } from '../lock/lock.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import type { Session } from '../session/session.ts';
import { keepStanding } from '../standing/keep.ts';
import { keepPart } from '../standing/keep-part.ts';
import { type Resumed, resume } from '../standing/resume.ts';
import { retold, retoldAsJson } from '../standing/retold.ts';
import { presentLock } from './lock.ts';
import { isFault, loadLock } from './lock-file.ts';

export async function runCommand(context: CliContext): Promise<number> {
  if (context.looked === undefined) return runWhole(context);
  const resumed = await resume(context);
  if (!('part' in resumed)) return runWhole(context, resumed.loaded);
  return interruptible(context, resumed.part.pipeline.folder, async (session, signal) => {
    const code = await runReached(context, resumed, session, signal);
    return code ?? runWhole(context, undefined, (_, work) => work(session, signal));
  });
}

/** After an edit, what that may reach; undefined when the run that it was an edit after is not on record, or there are other groups. */
async function runReached(
  context: CliContext,
  resumed: Resumed,
  session: Session,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { part, before } = resumed;
  const reporter = await reporterFor(context);
  const tell = context.args.json ? retoldAsJson(before, context.lang, context.out) : retold(part.stages, reporter.emit);
  const { warnings } = before.looked.standing;
  const emit = (event: EngineEvent): void => {
    if (event.type === 'run-started' && !context.args.json && warnings !== '') context.err(warnings);
    tell(event);
  };
  try {
    const outcome = await session.runPart(part, { signal, emit });
    if (signal.aborted) return EXIT.interrupted;
    if (outcome?.stood !== undefined) keepPart(context, resumed, outcome.stood(), context.startedMs);
    return outcome?.exitCode;
  } finally {
    reporter.close();
  }
}

/**
 * @param read the pipeline as it was loaded just now
 * @param within where a session is to be had
 */
async function runWhole(
  context: CliContext,
  read?: Loaded,
  within: (folder: string, work: Work) => Promise<number> = (folder, work) => interruptible(context, folder, work),
): Promise<number> {
  const found = await findPipeline(context, read);
  const wrong = found.ok ? unknownTargets(context.args.names, found.pipeline) : found.diagnostics;
  if (!found.ok || wrong.length > 0) return refuse(context, wrong);
  return within(found.pipeline.folder, async (session, signal) => {
    const reporter = await reporterFor(context);
    try {
      if (!context.args.json) for (const line of diagnosticLines(found.warnings, context)) context.err(`${line}\n`);
      // before groups are looked for, which runs what they are found in
      const lock = context.args.given.locked === true ? lockedTo(found.pipeline, session, context) : undefined;
      if (lock !== undefined && 'faults' in lock) return refuse(context, lock.faults);
      const whole = await expanded(session, found.pipeline, 'compute', context.args.names, { signal });
      if (!whole.ok && !signal.aborted) return refuse(context, whole.diagnostics);
      const { pipeline } = whole.ok ? whole : found;
      const outcome = await session.run(pipeline, {
        ...(lock === undefined
          ? {}
          : { judge: (stage, record) => resultDeparture(lock.lock, stage, resultOf(record)) }),
        ...(context.args.names.length > 0 ? { targets: context.args.names } : {}),
        signal,
        force: context.args.force,
        emit: reporter.emit,
      });
      if (signal.aborted) return EXIT.interrupted;
      const { stood } = outcome;
      if (stood !== undefined)
        keepStanding({ asked: context, found: { ...found, pipeline }, stood: stood(), sinceMs: context.startedMs });
      return outcome.exitCode;
    } finally {
      reporter.close();
    }
  });
}

type Work = (session: Session, signal: AbortSignal) => Promise<number>;

/** Work with a session that Ctrl-C ends, and a second Ctrl-C at once. */
async function interruptible(context: CliContext, folder: string, work: Work): Promise<number> {
  const session = await context.openSession(folder);
  const abort = new AbortController();
  const stop = (): void => (abort.signal.aborted ? process.exit(EXIT.interrupted) : abort.abort());
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(session, abort.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await session.close();
  }
}

/**
 * The lock of a pipeline that has not departed from it; otherwise every departure. A stage whose groups are not known stands in it as
 * one case, which reads the files of all.
 */
function lockedTo(
  pipeline: Pipeline,
  session: Session,
  context: CliContext,
): { readonly lock: Lock } | { readonly faults: readonly Fault[] } {
  const lock = loadLock(pipeline.file);
  if (isFault(lock)) return { faults: [lock] };
  const now = presentLock(pipeline, session, context);
  if ('faults' in now) return now;
  const faults = departures(lock, now.lock);
  return faults.length > 0 ? { faults } : { lock };
}
