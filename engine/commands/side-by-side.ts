/** Runs, and the pipeline as it stands, set side by side for `ceteris diff`. */
import { ui } from '../../stages/catalogue/ui.ts';
import type { Fault, ParamPath } from '../../stages/contract.ts';
import type { CliContext } from '../cli/context.ts';
import { expanded, type Found } from '../cli/loaded.ts';
import type { OpenStore } from '../cli/store.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { type Diff, diffSides, restricted, type Side } from '../diff/diff.ts';
import { namesIn, sideOfPlan, sideOfRun } from '../diff/sides.ts';
import { runNamed } from '../history/name-run.ts';
import { readTags } from '../history/tags.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { visibleName, wanted } from '../plan/graph.ts';
import { namesOf, whereOf } from '../plan/stale.ts';

/** When a file was edited says nothing of the time between two runs. */
const PRINTED = { path: (path: string) => printedPath(path), edited: () => undefined };

export interface Named {
  /** as it is printed: a tag, an id, or the working state */
  readonly name: string;
  readonly side: Side;
  /** stages that failed in that run */
  readonly failed?: readonly string[];
}

export interface Sides {
  readonly a: Named;
  readonly b: Named;
  /** `b` is the pipeline as it stands */
  readonly isNow: boolean;
  /** only these and what they rest on; all when there are none */
  readonly stages: readonly string[];
}

export function sideNamed(name: string, { cache, runs }: OpenStore): Named | Fault {
  const all = runs();
  const found = runNamed(name, all, readTags(cache));
  if (!found.ok) return found.fault;
  const failed = all.find((run) => run.id === found.run)?.failed;
  return {
    name: name === found.run ? name : `${name} (${found.run})`,
    side: sideOfRun(cache, found.run),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** The pipeline as it stands, with its groups as far as the store knows them. */
export interface Working extends Named {
  readonly found: Extract<Found, { readonly ok: true }>;
}

/** The pipeline with the results that the store has for it. */
export async function workingState(
  context: CliContext,
  { cache }: OpenStore,
  found: Extract<Found, { readonly ok: true }>,
): Promise<Working> {
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'look');
    const known = whole.ok ? whole : found;
    const planned = session.inspect(known.pipeline).planned();
    cache.actions.refresh();
    const side = sideOfPlan(cache, known.pipeline.instances.values(), planned);
    return { name: ui['diff-working'][context.lang], side, found: known };
  } finally {
    await session.close();
  }
}

export async function compare(context: CliContext, { cache }: OpenStore, sides: Sides, found: Found): Promise<Diff> {
  const { a, b, isNow, stages } = sides;
  const registry = await context.registry();
  const traced = namesIn(b.side);
  const pipeline = found.ok ? found.pipeline : { instances: new Map<string, Instance>() };
  const { instances } = pipeline;
  const names = (stage: string) => {
    const instance = instances.get(stage);
    if (instance === undefined) return traced(stage);
    const own = namesOf(instance, pipeline, PRINTED);
    const filter = instances.get(whereOf(stage));
    const picked = filter === undefined ? own : namesOf(filter, pipeline, PRINTED);
    const now = { ...own, place: (path: ParamPath) => (path[0] === 'where' ? picked : own).place(path) };
    const { params } = traced(stage);
    // a run had the lines that the file has now, if it had the same params
    return isNow || JSON.stringify(params) === JSON.stringify(now.params) ? now : { ...now, params, place: () => '' };
  };
  const all = diffSides(a.side, b.side, { cache, registry, names });
  const kept = stages.length === 0 || !found.ok ? undefined : restsOn(stages, found.pipeline);
  const diff = kept === undefined ? all : restricted(all, kept, stages);
  const failedIn = ({ failed = [] }: Named): readonly string[] => failed.filter((name) => kept?.has(name) !== false);
  const failed = { a: failedIn(a), b: failedIn(b) };
  return failed.a.length + failed.b.length === 0 ? diff : { ...diff, failed };
}

/** Visible names of stages and of all above them. */
function restsOn(stages: readonly string[], pipeline: Pipeline): ReadonlySet<string> {
  const { instances } = wanted(pipeline, stages);
  return new Set(instances.map(visibleName));
}
