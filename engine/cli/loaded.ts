/** The pipeline of a command: found, loaded and checked; or its faults, printed. */
import { type Diagnostic, diagnosticJson } from '../diagnostic/diagnostic.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import type { Ends } from '../run/run-options.ts';
import type { Session } from '../run/session.ts';
import { type CliContext, pipelineFile } from './context.ts';
import { unknownTargets } from './targets.ts';

export type Found =
  | { readonly ok: true; readonly pipeline: Pipeline; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export async function findPipeline(context: CliContext): Promise<Found> {
  const file = pipelineFile(context.args.pipeline);
  if (typeof file !== 'string') return { ok: false, diagnostics: [file] };
  const { pipeline, diagnostics } = await context.load(file);
  if (pipeline === undefined || diagnostics.some((d) => d.severity === 'error')) return { ok: false, diagnostics };
  return { ok: true, pipeline, warnings: diagnostics };
}

/** The pipeline with the groups of `foreach` stages found, as far as `how` allows; a named stage that is in none is a fault. */
export async function expanded(
  session: Session,
  pipeline: Pipeline,
  how: 'compute' | 'look',
  targets: readonly string[] = [],
  ends: Ends = {},
): Promise<Found> {
  const loaded = await session.expand(pipeline, how, ends);
  const whole = loaded.pipeline;
  if (whole === undefined || loaded.diagnostics.some((d) => d.severity === 'error'))
    return { ok: false, diagnostics: loaded.diagnostics };
  const unknown = unknownTargets(targets, whole);
  return unknown.length > 0
    ? { ok: false, diagnostics: unknown }
    : { ok: true, pipeline: whole, warnings: loaded.diagnostics };
}

/** `{ ok, diagnostics }` as JSON on standard output, or frames on standard error. */
export function printDiagnostics(context: CliContext, diagnostics: readonly Diagnostic[], ok: boolean): void {
  const { lang, color, args } = context;
  if (args.json)
    context.out(`${JSON.stringify({ ok, diagnostics: diagnostics.map((d) => diagnosticJson(d, lang)) })}\n`);
  else for (const line of diagnosticLines(diagnostics, { lang, color })) context.err(`${line}\n`);
}
