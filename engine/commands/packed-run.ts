/** The run of a study before it is packed, or after it was unpacked: reported as any other, but for `--json`, which has one object for all. */

import type { CliContext } from '../cli/context.ts';
import { reporterFor } from '../cli/reporter.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Session } from '../session/session.ts';

export interface PackedRun {
  readonly ok: boolean;
  readonly exitCode: number;
  /** said by the reporter already, unless it is to be JSON */
  readonly diagnostics: readonly Diagnostic[];
}

export async function packedRun(
  context: CliContext,
  session: Session,
  pipeline: Pipeline,
  options: Pick<RunOptions, 'force'> = {},
): Promise<PackedRun> {
  const { args } = context;
  const out = args.json ? () => {} : context.out;
  const reporter = await reporterFor({ ...context, args: { ...args, json: false }, out });
  const outcome = await session.run(pipeline, { ...options, emit: reporter.emit });
  reporter.close();
  const { ok, exitCode, stages } = outcome;
  return { ok, exitCode, diagnostics: stages.flatMap((s) => s.diagnostics ?? []) };
}
