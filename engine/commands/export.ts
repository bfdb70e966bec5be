/** `ceteris export`: the study with all that is needed to do it again, as an RO-Crate. */
import { basename, dirname, join, resolve } from 'node:path';
import { digestOf } from '../../cache/digest.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { type CrateContent, crateContent } from '../crate/content.ts';
import { MANIFEST, manifestOf } from '../crate/manifest.ts';
import { METADATA, metadata, PROV } from '../crate/metadata.ts';
import { isEmptyPlace, isZip, type Packed, writePackage } from '../crate/package.ts';
import { prov } from '../crate/prov.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { packagesOf } from '../lock/packages.ts';
import { packedRun } from './packed-run.ts';

export async function exportCommand(context: CliContext): Promise<number> {
  const { args, lang } = context;
  const found = await findPipeline(context);
  const target = targetOf(context, found.ok ? found.pipeline.folder : context.cwd);
  const occupied = isZip(target) || isEmptyPlace(target) ? [] : [error('CE3102', { folder: printedPath(target) })];
  if (!found.ok || occupied.length > 0) {
    printDiagnostics(context, found.ok ? occupied : found.diagnostics, false);
    return EXIT.wrong;
  }
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'compute');
    if (!whole.ok) {
      printDiagnostics(context, whole.diagnostics, false);
      return EXIT.wrong;
    }
    // what is exported is what the pipeline gives now
    const outcome = await packedRun(context, session, whole.pipeline);
    if (!outcome.ok) {
      printDiagnostics(context, [...(args.json ? outcome.diagnostics : []), error('CE3103', {})], false);
      return outcome.exitCode;
    }
    const made = crateContent({
      ...(await session.settled(whole.pipeline)),
      set: args.set,
      packages: packagesOf(context.packageList).all,
    });
    if (!made.ok) {
      printDiagnostics(context, made.faults, false);
      return EXIT.wrong;
    }
    const { content } = made;
    const unwritten = await writePackage(target, packageOf(content));
    if (unwritten !== undefined) {
      printDiagnostics(context, [unwritten], false);
      return EXIT.environment;
    }
    const shown = printedPath(target);
    if (args.json) context.out(`${JSON.stringify({ ok: true, crate: shown, files: content.files.length })}\n`);
    else context.out(`${fill(ui['export-done'][lang], { crate: shown })}\n`);
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

/** The files of the study, and the records of its run. */
function packageOf(content: CrateContent): Packed {
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const provenance = bytes(prov(content));
  const manifest = bytes(manifestOf(content, { [PROV]: digestOf(provenance) }));
  const records: Readonly<Record<string, Uint8Array>> = { [MANIFEST]: manifest, [PROV]: provenance };
  return new Map([
    [METADATA, bytes(metadata(content, records))],
    ...Object.entries(records),
    ...content.files.map((f) => [f.path, f.bytes] as const),
  ]);
}

/** `--to`, or `<name of the folder>-crate.zip` beside the pipeline's folder. */
function targetOf({ args, cwd }: CliContext, folder: string): string {
  return args.to === undefined ? join(dirname(folder), `${basename(folder)}-crate.zip`) : resolve(cwd, args.to);
}
