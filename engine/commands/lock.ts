/** `ceteris lock`: freezes what a study's results rest on; `run --locked` then refuses anything else. */
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import type { Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { lockFileOf } from '../load/pipeline-file.ts';
import { departures, type Lock, lockOf, resultDeparture } from '../lock/lock.ts';
import { packagesOf } from '../lock/packages.ts';
import type { Session } from '../session/session.ts';
import { isFault, loadLock, saveLock } from './lock-file.ts';

export async function lockCommand(context: CliContext): Promise<number> {
  const { args, lang, out } = context;
  const found = await findPipeline(context);
  if (!found.ok) return refuse(context, found.diagnostics, EXIT.wrong);
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'look');
    const pipeline = whole.ok ? whole.pipeline : found.pipeline;
    const now = presentLock(pipeline, session, context);
    if ('faults' in now) return refuse(context, now.faults, EXIT.failed);
    if (args.given.check === true) return check(context, pipeline, now.lock);
    const fault = saveLock(pipeline.file, now.lock);
    if (fault !== undefined) return refuse(context, [fault], EXIT.environment);
    const file = printedPath(lockFileOf(pipeline.file));
    const counts = {
      files: Object.keys(now.lock.data).length,
      stages: Object.keys(now.lock.results).length,
      open: now.open,
    };
    if (args.json) out(`${JSON.stringify({ ok: true, file, ...counts })}\n`);
    else {
      out(`${fill(ui['lock-written'][lang], { file, ...counts })}\n`);
      if (now.open > 0) out(`${fill(ui['lock-open'][lang], counts)}\n`);
    }
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

/** The lock that the present state would make; `open`: stages without a result. */
export function presentLock(
  pipeline: Pipeline,
  session: Session,
  { args, packageList }: Pick<CliContext, 'args' | 'packageList'>,
): { readonly lock: Lock; readonly open: number } | { readonly faults: readonly Fault[] } {
  const inspection = session.inspect(pipeline);
  const { data, code, faults } = inspection.inputs();
  if (faults.length > 0) return { faults };
  const results = inspection.results();
  const packages = packagesOf(packageList).installed;
  const visible = [...pipeline.instances.values()].filter((i) => i.owner === undefined);
  return {
    lock: lockOf(pipeline, { ...session.runtime, packages, set: args.set, data, code }, results),
    open: visible.length - results.size,
  };
}

function check(context: CliContext, pipeline: Pipeline, now: Lock): number {
  const lock = loadLock(pipeline.file);
  if (isFault(lock)) return refuse(context, [lock], EXIT.wrong);
  const results = Object.entries(now.results).flatMap(([stage, made]) => resultDeparture(lock, stage, made) ?? []);
  const faults = [...departures(lock, now), ...results];
  if (faults.length > 0) return refuse(context, faults, EXIT.failed);
  const { args, lang, out } = context;
  out(args.json ? `${JSON.stringify({ ok: true, diagnostics: [] })}\n` : `${ui['lock-holds'][lang]}\n`);
  return EXIT.ok;
}

function refuse(context: CliContext, faults: readonly Fault[], exitCode: number): number {
  printDiagnostics(context, faults, false);
  return exitCode;
}
