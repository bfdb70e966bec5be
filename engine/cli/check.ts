/** `ceteris check`: every mistake in a pipeline, without running it. */
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from './context.ts';
import { findPipeline, printDiagnostics } from './loaded.ts';

export async function checkCommand(context: CliContext): Promise<number> {
  const found = await findPipeline(context);
  printDiagnostics(context, found.ok ? found.warnings : found.diagnostics, found.ok);
  if (!found.ok) return EXIT.wrong;
  if (!context.args.json) {
    const stages = [...found.pipeline.instances.values()].filter((i) => i.owner === undefined).length;
    context.out(`${ui['check-ok'][context.lang].replace('{stages}', String(stages))}\n`);
  }
  return EXIT.ok;
}
