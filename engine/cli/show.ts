/** `ceteris show`: any result from the store, as a table in the terminal or as JSON. */
import { error, type Fault, type Json } from '../../stages/contract.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { tableLines } from '../report/table-lines.ts';
import type { Session } from '../run/session.ts';
import { type CliContext, EXIT } from './context.ts';
import { expanded, findPipeline, printDiagnostics } from './loaded.ts';
import { instancesNamed } from './targets.ts';

interface Named {
  readonly instance: string;
  readonly output?: string;
}

/** `name`, `name.output`, `name[case]`, `name[case].output`. */
export function resultNamed(text: string, pipeline: Pipeline): Named | undefined {
  const whole = instancesNamed(text, pipeline);
  if (whole.length === 1) return { instance: (whole[0] as { name: string }).name };
  const dot = text.lastIndexOf('.');
  if (dot === -1) return undefined;
  const before = instancesNamed(text.slice(0, dot), pipeline);
  const [one] = before;
  return one !== undefined && before.length === 1 ? { instance: one.name, output: text.slice(dot + 1) } : undefined;
}

/** What is wrong with a name of a result; undefined when nothing is. */
function faultOf(name: string, named: Named | undefined, pipeline: Pipeline): Fault | undefined {
  const known = [...pipeline.instances.values()].filter((i) => i.owner === undefined).map((i) => i.name);
  if (named === undefined) return error('CE1513', { name, known });
  const instance = pipeline.instances.get(named.instance);
  if (named.output === undefined || instance === undefined) return undefined;
  const { type, params } = instance;
  const outputs = { ...type.outputs, ...type.outputsFor?.(params) };
  if (Object.hasOwn(outputs, named.output) || Object.hasOwn(outputs, '*')) return undefined;
  return error('CE1513', { name, known: Object.keys(outputs).map((output) => `${instance.name}.${output}`) });
}

export async function showCommand(context: CliContext): Promise<number> {
  const found = await findPipeline(context);
  if (!found.ok) {
    printDiagnostics(context, found.diagnostics, false);
    return EXIT.wrong;
  }
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'compute');
    if (whole.ok) return await showAll(context, session, whole.pipeline);
    printDiagnostics(context, whole.diagnostics, false);
    return EXIT.wrong;
  } finally {
    await session.close();
  }
}

async function showAll(context: CliContext, session: Session, pipeline: Pipeline): Promise<number> {
  const { args } = context;
  const named = args.names.map((name) => resultNamed(name, pipeline));
  const known = [...pipeline.instances.values()].filter((i) => i.owner === undefined).map((i) => i.name);
  const wrong =
    args.names.length === 0
      ? [error('CE1509', { known })]
      : args.names.flatMap((name, i) => faultOf(name, named[i], pipeline) ?? []);
  if (wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  let exit: number = EXIT.ok;
  for (const one of named) exit = Math.max(exit, await showOne(context, session, pipeline, one as Named));
  return exit;
}

/** With `--json` each result is one line, in the order in which they were named. */
async function showOne(context: CliContext, session: Session, pipeline: Pipeline, named: Named): Promise<number> {
  const { args, lang, color } = context;
  const value = await session.value(pipeline, named.instance, named.output);
  if ('diagnostics' in value) {
    printDiagnostics(context, value.diagnostics, false);
    return value.exitCode;
  }
  const registry = await context.registry();
  const json = registry.present(value.shape, value.parts, {
    lang,
    digests: value.digests,
    ...(args.head === undefined ? {} : { head: args.head }),
  });
  if (args.json) context.out(`${JSON.stringify(json)}\n`);
  else
    for (const line of tableLines(json as { readonly [key: string]: Json }, { lang, color, head: args.head ?? 20 }))
      context.out(`${line}\n`);
  return EXIT.ok;
}
