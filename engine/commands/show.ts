/** `ceteris show`: any result from the store, as a table in the terminal or as JSON. */
import { relative } from 'node:path';
import { error, type Fault, type JsonRecord } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { instancesNamed } from '../cli/targets.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { tableLines } from '../report/table-lines.ts';
import type { SessionValue } from '../run/session-value.ts';
import type { Session } from '../session/session.ts';
import { outputsOf } from './instance-outputs.ts';

interface Named {
  readonly instance: string;
  readonly output?: string;
}

/** `name`, `name.output`, `name[case]`, `name[case].output`. */
function resultNamed(text: string, pipeline: Pipeline): Named | undefined {
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
  if (named === undefined) return error('CE1513', { name, known: casesNamed(name, pipeline) ?? known });
  const instance = pipeline.instances.get(named.instance);
  if (named.output === undefined || instance === undefined) return undefined;
  const outputs = outputsOf(instance);
  if (Object.hasOwn(outputs, named.output) || Object.hasOwn(outputs, '*')) return undefined;
  return error('CE1513', { name, known: Object.keys(outputs).map((output) => `${instance.name}.${output}`) });
}

/** All cases of a stage that is named without one. */
function casesNamed(text: string, pipeline: Pipeline): readonly string[] | undefined {
  const cases = instancesNamed(text.replace(/\.[^.\]]*$/, ''), pipeline);
  return cases.length > 1 ? cases.map((i) => i.name) : undefined;
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
    return value.diagnostics.some((d) => d.code === 'CE1513') ? EXIT.wrong : value.exitCode;
  }
  const registry = await context.registry();
  const presented = (one: SessionValue): JsonRecord =>
    registry.present(one.shape, one.parts, {
      lang,
      digests: one.digests,
      ...(args.head === undefined ? {} : { head: args.head }),
    }) as JsonRecord;
  const own = presented(value);
  const instance = pipeline.instances.get(named.instance) as Instance;
  const files = own.kind === 'document' ? filesOf(instance, pipeline, value) : [];
  const json = files.length === 0 ? own : { ...own, files };
  if (value.shape.kind === 'document' && value.shape.content === 'figure')
    return await showDrawn(context, { session, pipeline, instance, json, presented });
  if (args.json) context.out(`${JSON.stringify(json)}\n`);
  else
    for (const line of tableLines(json, {
      lang,
      color,
      head: args.head ?? 20,
      ...(args.head === undefined ? {} : { lines: args.head }),
    }))
      context.out(`${line}\n`);
  return EXIT.ok;
}

/** Paths of a document's files, from the folder of the pipeline. */
const filesOf = ({ to }: Instance, { folder }: Pipeline, { shape }: SessionValue): readonly string[] =>
  to === undefined || shape.kind !== 'document' ? [] : shape.formats.map((f) => `${relative(folder, to)}.${f}`);

interface Drawn {
  readonly session: Session;
  readonly pipeline: Pipeline;
  readonly instance: Instance;
  readonly json: JsonRecord;
  readonly presented: (value: SessionValue) => JsonRecord;
}

/** A figure's data: the results that it draws, each as `show` prints it. */
async function showDrawn(context: CliContext, drawn: Drawn): Promise<number> {
  const { args, lang, color } = context;
  const data: JsonRecord[] = [];
  for (const { instance, output } of Object.values(drawn.instance.inputs).flat()) {
    const value = await drawn.session.value(drawn.pipeline, instance, output);
    if ('diagnostics' in value) {
      printDiagnostics(context, value.diagnostics, false);
      return value.exitCode;
    }
    const { owner } = drawn.pipeline.instances.get(instance) as Instance;
    data.push({ from: `${owner ?? instance}.${output}`, ...drawn.presented(value) });
  }
  if (args.json) {
    context.out(`${JSON.stringify({ ...drawn.json, data })}\n`);
    return EXIT.ok;
  }
  const options = { lang, color, head: args.head ?? 20 };
  for (const line of [...tableLines(drawn.json, options), ...data.flatMap((d) => ['', ...tableLines(d, options)])])
    context.out(`${line}\n`);
  return EXIT.ok;
}
