/** `ceteris diff`: two runs, or a run and the pipeline as it stands; all of it, or what stages that are named rest on. */
import { error, type Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { type Found, findPipeline, printDiagnostics, withGroups } from '../cli/loaded.ts';
import { type OpenStore, openStore } from '../cli/store.ts';
import { instancesNamed } from '../cli/targets.ts';
import { isRunNamed } from '../history/name-run.ts';
import { readTags } from '../history/tags.ts';
import { compare, sideNamed, workingState } from './side-by-side.ts';
import { tell } from './tell-diff.ts';

export async function diffCommand(context: CliContext): Promise<number> {
  const store = openStore(context, context.args.given.watch === true);
  if ('code' in store) return refuse(context, [store]);
  const loaded = await findPipeline(context);
  if (!loaded.ok && loaded.diagnostics.every((d) => d.code === 'CE1568')) return refuse(context, loaded.diagnostics);
  const isNamed = context.args.names.length > 0;
  const found = loaded.ok && isNamed ? { ...loaded, pipeline: await withGroups(context, loaded.pipeline) } : loaded;
  const { runs, stages, faults } = sorted(context.args.names, store, found);
  if (faults.length > 0) return refuse(context, faults);
  const [first, second] = runs;
  if (context.args.given.watch === true) {
    if (second !== undefined) return refuse(context, [error('CE1569', { name: second })]);
    const from = first === undefined ? undefined : sideNamed(first, store);
    if (from !== undefined && 'code' in from) return refuse(context, [from]);
    const { watchDiff } = await import('./diff-watch.ts');
    return watchDiff(context, store, { from, stages });
  }
  const a = sideNamed(first ?? 'latest', store);
  const b = second === undefined ? undefined : sideNamed(second, store);
  if ('code' in a) return refuse(context, [a]);
  if (b !== undefined && 'code' in b) return refuse(context, [b]);
  if (b !== undefined) return tell(context, a, b, await compare(context, store, { a, b, isNow: false, stages }, found));
  if (!found.ok) return refuse(context, found.diagnostics);
  const now = await workingState(context, store, found);
  return tell(context, a, now, await compare(context, store, { a, b: now, isNow: true, stages }, now.found));
}

interface Sorted {
  readonly runs: readonly string[];
  /** instances */
  readonly stages: readonly string[];
  readonly faults: readonly Fault[];
}

/** At most two names of runs, the others of stages, in any order. What names both is a run. */
function sorted(names: readonly string[], store: OpenStore, found: Found): Sorted {
  const tags = readTags(store.cache);
  const runs = names.filter((name) => isRunNamed(name, store.runs(), tags));
  const stages: string[] = [];
  const faults: Fault[] = [];
  const all = found.ok ? [...found.pipeline.instances.values()].filter((i) => i.owner === undefined) : [];
  const known = ['latest', ...tags.map((t) => t.name), ...new Set(all.map((i) => i.stage)), ...all.map((i) => i.name)];
  for (const name of names.filter((n) => !runs.includes(n))) {
    const named = found.ok ? instancesNamed(name, found.pipeline) : [];
    if (named.length === 0) faults.push(error('CE1560', { name, known: [...new Set(known)] }));
    stages.push(...named.map((i) => i.name));
  }
  const [, , third] = runs;
  if (third !== undefined) faults.push(error('CE1559', { name: third }));
  return { runs, stages, faults };
}

function refuse(context: CliContext, faults: readonly Fault[]): number {
  printDiagnostics(context, faults, false);
  return EXIT.wrong;
}
