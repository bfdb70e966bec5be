/** `ceteris check`: every mistake in a pipeline, without running it. */
import { readFileSync } from 'node:fs';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { look } from '../standing/answer.ts';

export async function checkCommand(context: CliContext): Promise<number> {
  const stands = await stagesThatStand(context);
  if (stands !== undefined) {
    printDiagnostics(context, [], true);
    return fine(context, stands);
  }
  const found = await findPipeline(context);
  printDiagnostics(context, found.ok ? found.warnings : found.diagnostics, found.ok);
  if (!found.ok) return EXIT.wrong;
  return fine(context, [...found.pipeline.instances.values()].filter((i) => i.owner === undefined).length);
}

function fine({ args, lang, out }: CliContext, stages: number): number {
  if (!args.json) out(`${fill(ui['check-ok'][lang], { stages })}\n`);
  return EXIT.ok;
}

/** The number of stages, when a run found nothing to say of them and no file has changed since. */
async function stagesThatStand(context: CliContext): Promise<number | undefined> {
  const file = pipelineFile(context.args.pipeline);
  const looked = typeof file === 'string' ? await look(context, file) : undefined;
  if (
    looked === undefined ||
    looked.changed.length > 0 ||
    looked.standing.pending.length > 0 ||
    looked.standing.warnings !== ''
  )
    return undefined;
  const { standing } = looked;
  // a run counts the groups that a check does not know
  const hasGroups = standing.files.slice(0, standing.yaml).some((yaml) => /foreach/.test(readFileSync(yaml, 'utf8')));
  return hasGroups ? undefined : standing.stages;
}
