/** `ceteris lineage`: the way of a column back to the files, or on to every table and figure that it touches. */
import { ui } from '../../stages/catalogue/ui.ts';
import { CONTENT, error, type Fault, isInner, VALUE } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { findPipeline, knownDeclarations, printDiagnostics } from '../cli/loaded.ts';
import { instancesNamed, unreadGroup } from '../cli/targets.ts';
import { paintWith } from '../diagnostic/paint.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { visibleName } from '../plan/graph.ts';
import { Lineage, type PartAddress, type Step } from '../plan/lineage.ts';
import { clauses, listed } from '../report/list-text.ts';
import { outputsOf } from './instance-outputs.ts';
import { cellLines, type TouchedCells, takenIn, touchedCells } from './lineage-cells.ts';

/** Parts that a text names: `stage`, `stage.column`, `stage[case].output.column`. */
export function partsNamed(text: string, pipeline: Pipeline, lineage: Lineage): readonly PartAddress[] | Fault {
  const named = (name: string): readonly Instance[] => instancesNamed(name, pipeline);
  const dots = [...text.matchAll(/\./g)].map((m) => m.index).reverse();
  const splits = [[text, undefined], ...dots.map((at) => [text.slice(0, at), text.slice(at + 1)] as const)] as const;
  for (const [stage, rest] of splits) {
    const parts = named(stage).flatMap((instance) => lineage.named(instance, rest));
    if (parts.length > 0) return parts;
  }
  const [stage, rest] = splits.find(([name]) => named(name).length > 0) ?? [];
  if (stage === undefined) {
    const unread = splits.flatMap(([name]) => unreadGroup(name, pipeline) ?? [])[0];
    if (unread !== undefined) return unread;
    const known = [...pipeline.instances.values()].filter((i) => i.owner === undefined).map((i) => i.name);
    return error('CE1510', { name: text, known });
  }
  const known = named(stage).flatMap((i) =>
    Object.entries(outputsOf(i)).flatMap(([o, { kind }]) =>
      kind === 'document'
        ? [`${stage}.${o}`]
        : lineage.partsOf(i.name, o).flatMap((p) => (isInner(p) ? [] : [`${stage}.${p}`])),
    ),
  );
  return error('CE1557', { stage, name: `${stage}.${rest ?? ''}`, known: [...new Set(known)] });
}

export async function lineageCommand(context: CliContext): Promise<number> {
  const { args, out } = context;
  const found = await findPipeline(context);
  if (!found.ok) return refuse(context, found.diagnostics);
  const { pipeline, declared } = await knownDeclarations(context, found.pipeline);
  const lineage = new Lineage(pipeline, declared);
  const known = [...pipeline.instances.values()].filter((i) => i.owner === undefined).map((i) => i.name);
  if (args.names.length === 0) return refuse(context, [error('CE1509', { known })]);
  const starts = args.names.map((name) => partsNamed(name, pipeline, lineage));
  const faults = starts.flatMap((s) => ('code' in s ? [s] : []));
  if (faults.length > 0) return refuse(context, faults);
  const isDown = args.given.down === true;
  const start = starts.flat() as readonly PartAddress[];
  const steps = isDown ? lineage.down(start) : lineage.up(start);
  const cells = isDown ? await touchedCells(context, { pipeline, lineage, start, steps }) : new Map();
  if (args.json) out(`${JSON.stringify(lineageJson(steps, args.names, { isDown, pipeline, cells }))}\n`);
  else
    for (const line of isDown ? downLines(steps, cells, pipeline, context) : upLines(steps, pipeline, context))
      out(`${line}\n`);
  return EXIT.ok;
}

const stageOf = (name: string, pipeline: Pipeline): string => {
  const instance = pipeline.instances.get(name);
  return instance === undefined ? name : visibleName(instance);
};

/** `fit.model` for the value of a record, `panel.open` for a column, `table3` for what a document shows. */
export function partText({ instance, output, part }: PartAddress, pipeline: Pipeline): string {
  const stage = stageOf(instance, pipeline);
  return part === CONTENT ? stage : `${stage}.${partName({ instance, output, part }, pipeline)}`;
}

/** The value of a record, and a document of several, goes by its output; a table may well have a column of that name. */
function partName({ instance, output, part }: PartAddress, pipeline: Pipeline): string {
  const maker = pipeline.instances.get(instance);
  const outputs = maker === undefined ? {} : outputsOf(maker);
  const kind = outputs[output]?.kind;
  if (kind === 'document') return Object.keys(outputs).length > 1 ? output : part;
  return part === VALUE && kind !== 'table' ? output : part;
}

interface Found {
  readonly isDown: boolean;
  readonly pipeline: Pipeline;
  readonly cells: TouchedCells;
}

function lineageJson(steps: readonly Step[], of: readonly string[], { isDown, pipeline, cells }: Found) {
  const address = ({ instance, output, part }: PartAddress) => ({ stage: stageOf(instance, pipeline), output, part });
  return {
    of,
    direction: isDown ? 'down' : 'up',
    steps: steps.map((step) => {
      const instance = pipeline.instances.get(step.instance);
      const files = step.how === 'made' ? Object.values(instance?.files ?? {}).map((f) => printedPath(f)) : [];
      return {
        ...address(step),
        type: instance?.type.type,
        how: step.how,
        from: step.from.map(address),
        ...(files.length === 0 ? {} : { files }),
        ...documentOf(step, instance),
      };
    }),
    ...(isDown
      ? {
          cells: [...cells].flatMap(([instance, own]) =>
            own.map(({ row, column, text }) => ({ stage: stageOf(instance, pipeline), row, column, text })),
          ),
        }
      : {}),
  };
}

function documentOf({ output, part }: Step, instance: Instance | undefined): { readonly document?: string } {
  const isDocument = instance !== undefined && outputsOf(instance)[output]?.kind === 'document';
  return isDocument && instance.to !== undefined && !isInner(part)
    ? { document: printedPath(`${instance.to}.${part}`) }
    : {};
}

/** One line for each part that some stage makes; those that only pass it on are named with it. */
function upLines(steps: readonly Step[], pipeline: Pipeline, { lang, color }: CliContext): string[] {
  const paint = paintWith(color);
  const list = (parts: readonly PartAddress[]): string =>
    listed([...new Set(parts.filter((p) => !isInner(p.part)).map((p) => partText(p, pipeline)))], lang);
  const lines = steps
    .filter((s) => !isInner(s.part))
    .map((step) => {
      const type = pipeline.instances.get(step.instance)?.type.type ?? '';
      const files = Object.values(pipeline.instances.get(step.instance)?.files ?? {}).map((f) => printedPath(f));
      const sources = step.how === 'made' ? [list(step.from), ...files].filter((t) => t !== '') : [list(step.from)];
      const how =
        ui[step.how === 'made' ? 'lineage-made' : step.how === 'passed' ? 'lineage-passed' : 'lineage-picked'][lang];
      // the files of a document come about together
      const maker = pipeline.instances.get(step.instance);
      const isOnly = maker !== undefined && Object.keys(outputsOf(maker)).length === 1;
      const name =
        isOnly && documentOf(step, maker).document !== undefined
          ? stageOf(step.instance, pipeline)
          : partText(step, pipeline);
      return `${paint.bold(name)}  ${paint.dim(clauses([type, how], lang))} ← ${listed(sources, lang)}`;
    });
  return [...new Set(lines)];
}

/** One line a stage, in the order of the pipeline: what of it is touched; then the cells of a table, by name. */
function downLines(
  steps: readonly Step[],
  cells: TouchedCells,
  pipeline: Pipeline,
  { lang, color }: CliContext,
): string[] {
  const paint = paintWith(color);
  const byStage = new Map<string, Step[]>();
  const order = new Map([...pipeline.instances.keys()].map((name, i) => [name, i]));
  const placed = [...steps].sort((a, b) => (order.get(a.instance) ?? 0) - (order.get(b.instance) ?? 0));
  for (const step of placed) {
    const stage = stageOf(step.instance, pipeline);
    byStage.set(stage, [...(byStage.get(stage) ?? []), step]);
  }
  return [...byStage].flatMap(([stage, all]) => {
    // what a row condition picks is no matter of its stage until that reads it
    const own = all.filter((s) => s.instance === stage);
    if (own.length === 0) return [];
    const shown = own.filter((s) => !isInner(s.part));
    const instance = pipeline.instances.get(stage);
    const documents = shown.flatMap((s) => documentOf(s, pipeline.instances.get(s.instance)).document ?? []);
    const parts = [...new Set(shown.map((s) => partName(s, pipeline)))];
    const how = own.some((s) => s.how === 'made') ? 'lineage-made' : 'lineage-passed';
    const tail = documents.length > 0 ? `→ ${listed(documents, lang)}` : listed(parts, lang);
    const taken = documents.length > 0 && instance !== undefined ? takenIn(instance, steps) : [];
    return [
      `${paint.bold(stage)}  ${paint.dim(`${ui[how][lang]}:`)} ${tail}`,
      ...cellLines(cells.get(stage) ?? [], lang).map((line) => `    ${line}`),
      ...(taken.length === 0 ? [] : [`    ${listed(taken, lang)}`]),
    ];
  });
}

function refuse(context: CliContext, faults: readonly Fault[]): number {
  printDiagnostics(context, faults, false);
  return EXIT.wrong;
}
