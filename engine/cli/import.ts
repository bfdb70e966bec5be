/** `ceteris import`: unpacks a crate, runs its study from nothing, and compares what comes out with what the crate says. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { digestOf } from '../../cache/digest.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { crateContent } from '../crate/content.ts';
import { MANIFEST, type Manifest, manifestOf, readManifest } from '../crate/manifest.ts';
import { METADATA } from '../crate/metadata.ts';
import { isEmptyPlace, isSafe, type Packed, readPackage } from '../crate/package.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { type CliContext, EXIT } from './context.ts';
import { expanded, printDiagnostics } from './loaded.ts';
import { reporterFor } from './reporter.ts';

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
  if ('code' in packed) return refuse([packed]);
  const { files, manifest } = packed;
  const damaged = damagedFiles(files, manifest);
  if (damaged.length > 0) return refuse(damaged);
  const target =
    folder === undefined ? join(cwd, basename(from).replace(/(?:-crate)?(?:\.zip)?$/i, '')) : resolve(cwd, folder);
  if (!isEmptyPlace(target)) return refuse([error('CE3102', { folder: printedPath(target) })]);
  for (const [name, bytes] of files) {
    // outputs are made anew: what comes out is the proof
    if (manifest.files[name]?.kind === 'output') continue;
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), bytes);
  }
  const main = join(target, manifest.pipeline);
  const loaded = await context.load(main, manifest.set);
  const { pipeline } = loaded;
  if (pipeline === undefined || loaded.diagnostics.some((d) => d.severity === 'error'))
    return refuse(loaded.diagnostics);
  const session = await context.openSession(pipeline.folder);
  try {
    const whole = await expanded(session, pipeline, 'compute');
    if (!whole.ok) return refuse(whole.diagnostics);
    const reporter = await reporterFor({
      ...context,
      args: { ...args, json: false },
      out: args.json ? () => {} : context.out,
    });
    const outcome = await session.run(whole.pipeline, { emit: reporter.emit });
    reporter.close();
    if (!outcome.ok)
      return refuse(
        outcome.stages.flatMap((s) => s.diagnostics ?? []),
        outcome.exitCode,
      );
    const made = crateContent({ ...(await session.settled(whole.pipeline)), set: manifest.set });
    if (!made.ok) return refuse(made.faults);
    const now = manifestOf(made.content, made.content.machine.ceteris ?? '');
    const different = differences(manifest, now);
    if (different.length > 0) return refuse(different, EXIT.failed);
    const shown = printedPath(target);
    // the filter of a `where` is no stage of the user's
    const stages = manifest.stages.filter((s) => !s.name.includes('~')).length;
    if (args.json) context.out(`${JSON.stringify({ ok: true, folder: shown, stages })}\n`);
    else context.out(`${ui['import-same'][lang].replace('{folder}', shown).replace('{stages}', String(stages))}\n`);
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

async function unpack(from: string): Promise<{ readonly files: Packed; readonly manifest: Manifest } | Fault> {
  const file = printedPath(from);
  if (!existsSync(from)) return error('CE3105', { file });
  let files: Packed;
  try {
    files = await readPackage(from);
  } catch {
    return error('CE3106', { file });
  }
  const text = files.get(MANIFEST);
  const manifest = text === undefined ? undefined : readManifest(new TextDecoder().decode(text));
  if (manifest === undefined || !files.has(METADATA) || !isSafe(manifest.pipeline)) return error('CE3106', { file });
  return { files, manifest };
}

/** Files that are lacking or are not what the crate says. */
const damagedFiles = (files: Packed, manifest: Manifest): readonly Fault[] =>
  Object.entries(manifest.files).flatMap(([name, { sha256 }]) => {
    const bytes = files.get(name);
    return bytes !== undefined && digestOf(bytes) === sha256 ? [] : [error('CE3107', { file: name })];
  });

/** Results and outputs that came out otherwise, with what else is different. */
function differences(then: Manifest, now: Manifest): readonly Fault[] {
  const stages = new Map(now.stages.map((s) => [s.name, s]));
  const faults: Fault[] = [];
  for (const before of then.stages) {
    const after = stages.get(before.name);
    const parts = Object.entries(before.outputs).flatMap(([output, digests]) =>
      Object.entries(digests).flatMap(([part, digest]) =>
        after?.outputs[output]?.[part] === digest ? [] : [`${output}.${part}`],
      ),
    );
    if (parts.length === 0) continue;
    const code = after?.code !== before.code;
    faults.push(error(code ? 'CE3108' : 'CE3109', { stage: before.name, parts, type: before.type }));
  }
  for (const [file, { kind, sha256 }] of Object.entries(then.files))
    if (kind === 'output' && now.files[file]?.sha256 !== sha256) faults.push(error('CE3110', { file }));
  return faults;
}
