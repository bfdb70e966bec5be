/** The pipeline of a command: found, loaded and checked; or its faults, printed. */
import type { Declared } from '../../stages/contract.ts';
import { type Diagnostic, diagnosticJson } from '../diagnostic/diagnostic.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { check } from '../plan/check.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import type { Ends } from '../run/run-options.ts';
import type { Session } from '../session/session.ts';
import type { CliContext } from './context.ts';
import { fileTargets, unknownTargets, unreadGroups } from './targets.ts';

export type Found =
  | { readonly ok: true; readonly pipeline: Pipeline; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** @param read the pipeline as it was loaded just now */
export async function findPipeline(context: CliContext, read?: Loaded): Promise<Found> {
  const file = pipelineFile(context.args.pipeline);
  if (typeof file !== 'string') return { ok: false, diagnostics: [file] };
  const { pipeline, diagnostics } = await context.load(file, context.args.set, read);
  if (pipeline === undefined || diagnostics.some((d) => d.severity === 'error')) return { ok: false, diagnostics };
  const files = fileTargets(context.args.names, pipeline);
  return files.length > 0 ? { ok: false, diagnostics: files } : { ok: true, pipeline, warnings: diagnostics };
}

/** The pipeline with the groups of `foreach` stages found, as far as `how` allows; a named stage that is in none is a fault. */
export async function expanded(
  session: Session,
  pipeline: Pipeline,
  how: 'compute' | 'look',
  targets: readonly string[] = [],
  ends: Ends = {},
): Promise<Found> {
  const loaded = await session.expand(pipeline, how, { ...ends, targets });
  const whole = loaded.pipeline;
  if (whole === undefined || loaded.diagnostics.some((d) => d.severity === 'error'))
    return { ok: false, diagnostics: loaded.diagnostics };
  const unknown = [...unknownTargets(targets, whole), ...(how === 'look' ? unreadGroups(targets, whole) : [])];
  return unknown.length > 0
    ? { ok: false, diagnostics: unknown }
    : { ok: true, pipeline: whole, warnings: loaded.diagnostics };
}

/** The pipeline with groups as far as the store knows them. */
export async function withGroups(context: CliContext, pipeline: Pipeline): Promise<Pipeline> {
  if (pipeline.branches.length === 0) return pipeline;
  const session = await context.openSession(pipeline.folder);
  try {
    const whole = await expanded(session, pipeline, 'look');
    return whole.ok ? whole.pipeline : pipeline;
  } finally {
    await session.close();
  }
}

/**
 * The pipeline with groups as far as the store knows them, and what is declared of its stages, with the columns that only their results tell.
 * The store is opened only if that tells more than the YAML.
 */
export async function knownDeclarations(context: CliContext, pipeline: Pipeline): Promise<KnownDeclarations> {
  const { declared } = check(pipeline);
  const isOpen = [...declared.values()].some(({ outputs }) =>
    Object.values(outputs).some(({ shape }) => shape.kind === 'table' && shape.open),
  );
  if (!isOpen && pipeline.branches.length === 0) return { pipeline, declared };
  const session = await context.openSession(pipeline.folder);
  try {
    return await declarationsIn(session, pipeline);
  } finally {
    await session.close();
  }
}

export interface KnownDeclarations {
  readonly pipeline: Pipeline;
  readonly declared: ReadonlyMap<string, Declared>;
}

export async function declarationsIn(session: Session, pipeline: Pipeline): Promise<KnownDeclarations> {
  const whole = await expanded(session, pipeline, 'look');
  const known = whole.ok ? whole.pipeline : pipeline;
  return { pipeline: known, declared: new Map([...check(known).declared, ...session.inspect(known).declared()]) };
}

/** `{ ok, diagnostics }` as JSON on standard output, or frames on standard error. */
export function printDiagnostics(context: CliContext, diagnostics: readonly Diagnostic[], ok: boolean): void {
  const { lang, color, args } = context;
  if (args.json)
    context.out(`${JSON.stringify({ ok, diagnostics: diagnostics.map((d) => diagnosticJson(d, lang)) })}\n`);
  else for (const line of diagnosticLines(diagnostics, { lang, color })) context.err(`${line}\n`);
}
