/** `ceteris schema`: the JSON Schema that editors use; for a pipeline with plugins, with their stage types. */

import { type CliContext, EXIT } from '../cli/context.ts';
import { printDiagnostics } from '../cli/loaded.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { pipelineSchema } from '../load/schema.ts';

export async function schemaCommand(context: CliContext): Promise<number> {
  const { args } = context;
  if (!args.pathGiven) {
    context.out(context.schema());
    return EXIT.ok;
  }
  const file = pipelineFile(args.pipeline);
  const loaded = typeof file === 'string' ? await context.load(file) : undefined;
  // mistakes in stages do not matter here, but without the plugins there is nothing to say
  const wrong =
    loaded === undefined
      ? [file as Exclude<typeof file, string>]
      : loaded.pipeline === undefined
        ? loaded.diagnostics
        : [];
  if (wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const registry = await context.registry();
  const types = new Map([...registry.types, ...(loaded?.types ?? []).map((type) => [type.type, type] as const)]);
  context.out(`${JSON.stringify(pipelineSchema({ ...registry, types }, context.lang), null, 1)}\n`);
  return EXIT.ok;
}
