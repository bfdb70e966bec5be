/** `ceteris diff`: two runs, or a run and the pipeline as it stands. */
import { ui } from '../../stages/catalogue/ui.ts';
import type { Fault } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { namesOf } from '../plan/stale.ts';
import { diffLines } from '../report/diff-lines.ts';
import { diffPage } from '../report/diff-page.ts';
import { type Diff, diffSides, type Side } from '../runs/diff.ts';
import { runNamed } from '../runs/name-run.ts';
import { namesIn, sideOfPlan, sideOfRun } from '../runs/sides.ts';
import { readTags } from '../runs/tags.ts';
import { type CliContext, EXIT } from './context.ts';
import { expanded, type Found, findPipeline, printDiagnostics } from './loaded.ts';
import { type OpenStore, openStore } from './store.ts';

/** When a file was edited says nothing of the time between two runs. */
const PRINTED = { path: (path: string) => printedPath(path), edited: () => undefined };

interface Named {
  /** as it is printed: a tag, an id, or the working state */
  readonly name: string;
  readonly side: Side;
}

interface Sides {
  readonly a: Named;
  readonly b: Named;
  /** `b` is the pipeline as it stands */
  readonly isNow: boolean;
}

export async function diffCommand(context: CliContext): Promise<number> {
  const store = openStore(context);
  if ('code' in store) return refuse(context, [store]);
  const [first = 'latest', second] = context.args.names;
  const a = sideNamed(first, store);
  const b = second === undefined ? undefined : sideNamed(second, store);
  const faults = [a, b].flatMap((s) => (s !== undefined && 'code' in s ? [s] : []));
  if ('code' in a || (b !== undefined && 'code' in b)) return refuse(context, faults);
  const found = await findPipeline(context);
  if (b !== undefined) return tell(context, a, b, await compare(context, store, { a, b, isNow: false }, found));
  if (!found.ok) return refuse(context, found.diagnostics);
  const side = await workingState(context, store, found);
  const now: Named = { name: ui['diff-working'][context.lang], side };
  return tell(context, a, now, await compare(context, store, { a, b: now, isNow: true }, found));
}

function sideNamed(name: string, { cache, runs }: OpenStore): Named | Fault {
  const found = runNamed(name, runs(), readTags(cache));
  if (!found.ok) return found.fault;
  return { name: name === found.run ? name : `${name} (${found.run})`, side: sideOfRun(cache, found.run) };
}

async function workingState(
  context: CliContext,
  { cache }: OpenStore,
  { pipeline }: Extract<Found, { readonly ok: true }>,
): Promise<Side> {
  const session = await context.openSession(pipeline.folder);
  try {
    const whole = await expanded(session, pipeline, 'look');
    const { instances } = whole.ok ? whole.pipeline : pipeline;
    const planned = session.inspect(whole.ok ? whole.pipeline : pipeline).planned();
    cache.actions.refresh();
    return sideOfPlan(cache, instances.values(), planned);
  } finally {
    await session.close();
  }
}

async function compare(context: CliContext, { cache }: OpenStore, sides: Sides, found: Found): Promise<Diff> {
  const { a, b, isNow } = sides;
  const registry = await context.registry();
  const traced = namesIn(b.side, b.name);
  const instances = found.ok ? found.pipeline.instances : new Map();
  const names = (stage: string) => {
    const instance = instances.get(stage);
    if (instance === undefined) return traced(stage);
    const now = namesOf(instance, (name) => instances.get(name), PRINTED);
    const { params } = traced(stage);
    return isNow ? now : { ...now, params, place: () => b.name };
  };
  return diffSides(a.side, b.side, { cache, registry, names });
}

function tell({ args, lang, color, out }: CliContext, a: Named, b: Named, diff: Diff): number {
  if (args.json) out(`${JSON.stringify({ a: a.name, b: b.name, ...diff })}\n`);
  else if (args.given.format === 'html') out(diffPage(diff, { lang, a: a.name, b: b.name }));
  else out(`${[`${a.name} → ${b.name}`, ...diffLines(diff, { lang, color })].join('\n')}\n`);
  return EXIT.ok;
}

function refuse(context: CliContext, faults: readonly Fault[]): number {
  printDiagnostics(context, faults, false);
  return EXIT.wrong;
}
