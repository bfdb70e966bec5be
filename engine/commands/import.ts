/** `ceteris import`: unpacks a crate, runs its study from nothing, and compares what comes out with what the crate says. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { digestOf } from '../../cache/digest.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error, type Fault, warning } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, printDiagnostics } from '../cli/loaded.ts';
import { crateContent } from '../crate/content.ts';
import { differences } from '../crate/differences.ts';
import { MANIFEST, type Manifest, readManifest } from '../crate/manifest.ts';
import { isMetadata, METADATA } from '../crate/metadata.ts';
import { isEmptyPlace, isSafe, type Packed, readPackage, writeFolder } from '../crate/package.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { packagesOf } from '../lock/packages.ts';
import { isHidden } from '../plan/stale.ts';
import { packedRun } from './packed-run.ts';

export async function importCommand(context: CliContext): Promise<number> {
  const { args, cwd, lang } = context;
  const refuse = (diagnostics: readonly Diagnostic[], exit: number = EXIT.wrong): number => {
    printDiagnostics(context, diagnostics, false);
    return exit;
  };
  const [source, folder] = args.names;
  if (source === undefined) return refuse([error('CE3104', {})]);
  const from = resolve(cwd, source);
  const packed = await unpack(from);
  if ('code' in packed) return refuse([packed], packed.code === 'CE3114' ? EXIT.environment : EXIT.wrong);
  const { files, manifest } = packed;
  const damaged = damagedFiles(files, manifest);
  if (damaged.length > 0) return refuse(damaged);
  const target =
    folder === undefined ? join(cwd, basename(from).replace(/(?:-crate)?(?:\.zip)?$/i, '')) : resolve(cwd, folder);
  if (!isEmptyPlace(target)) return refuse([error('CE3102', { folder: printedPath(target) })]);
  const { described, others } = sorted(files, manifest);
  const unwritten = writeFolder(target, described);
  if (unwritten !== undefined) return refuse([unwritten], EXIT.environment);
  const left = others.length === 0 ? [] : [warning('CE3112', { files: others })];
  if (!args.json) printDiagnostics(context, left, true);
  const loaded = await context.load(join(target, manifest.pipeline), manifest.set);
  const { pipeline } = loaded;
  if (pipeline === undefined || loaded.diagnostics.some((d) => d.severity === 'error'))
    return refuse(loaded.diagnostics);
  const different = await again(context, pipeline, manifest);
  if ('exit' in different) return different.exit;
  if (different.faults.length > 0) return refuse(different.faults, EXIT.failed);
  const shown = printedPath(target);
  // the filter of a `where` is no stage of the user's
  const stages = manifest.stages.filter((s) => !isHidden(s.name)).length;
  const said = { ok: true, folder: shown, stages, ...(others.length === 0 ? {} : { left_out: others }) };
  if (args.json) context.out(`${JSON.stringify(said)}\n`);
  else context.out(`${fill(ui['import-same'][lang], { folder: shown, stages })}\n`);
  return EXIT.ok;
}

async function unpack(from: string): Promise<{ readonly files: Packed; readonly manifest: Manifest } | Fault> {
  const file = printedPath(from);
  if (!existsSync(from)) return error('CE3105', { file });
  const files = await readPackage(from);
  if ('code' in files) return files;
  const text = (name: string): string => new TextDecoder().decode(files.get(name));
  const manifest = readManifest(text(MANIFEST));
  if (manifest === undefined || !isMetadata(text(METADATA))) return error('CE3106', { file });
  if ('later' in manifest) return error('CE3113', { file, ceteris: manifest.later });
  const isWhole = isSafe(manifest.pipeline) && manifest.files[manifest.pipeline]?.kind === 'pipeline';
  return isWhole ? { files, manifest } : error('CE3106', { file });
}

/** Files that are lacking or are not what the crate says. */
const damagedFiles = (files: Packed, manifest: Manifest): readonly Fault[] =>
  Object.entries(manifest.files).flatMap(([name, { sha256 }]) => {
    const bytes = files.get(name);
    return bytes !== undefined && digestOf(bytes) === sha256 ? [] : [error('CE3107', { file: name })];
  });

/** What is unpacked, and names of what is not: nothing without a digest may take part in the run. Outputs are made anew: they are the proof. */
function sorted(files: Packed, manifest: Manifest): { readonly described: Packed; readonly others: readonly string[] } {
  const records = new Set([METADATA, MANIFEST]);
  const isKnown = (name: string): boolean => records.has(name) || Object.hasOwn(manifest.files, name);
  return {
    described: new Map([...files].filter(([name]) => isKnown(name) && manifest.files[name]?.kind !== 'output')),
    others: [...files.keys()].filter((name) => !isKnown(name)).sort(),
  };
}

/** Runs the study, and says in what it differs from the manifest; `exit`: it did not run to the end, which is said. */
async function again(
  context: CliContext,
  pipeline: Pipeline,
  manifest: Manifest,
): Promise<{ readonly faults: readonly Fault[] } | { readonly exit: number }> {
  const refuse = (diagnostics: readonly Diagnostic[], exit: number): { readonly exit: number } => {
    printDiagnostics(context, diagnostics, false);
    return { exit };
  };
  const session = await context.openSession(pipeline.folder);
  try {
    const whole = await expanded(session, pipeline, 'compute');
    if (!whole.ok) return refuse(whole.diagnostics, EXIT.wrong);
    // a store that was there before holds results, and only what is computed now proves anything
    const outcome = await packedRun(context, session, whole.pipeline, { force: context.args.cache !== undefined });
    if (!outcome.ok) return refuse(context.args.json ? outcome.diagnostics : [], outcome.exitCode);
    const settled = await session.settled(whole.pipeline);
    const made = crateContent({ ...settled, set: manifest.set, packages: packagesOf(context.packageList).all });
    return made.ok ? { faults: differences(manifest, made.content) } : refuse(made.faults, EXIT.wrong);
  } finally {
    await session.close();
  }
}
