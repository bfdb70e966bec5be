/** The graph of a pipeline: what a set of targets needs, who reads whom, and how long the way to the end is. */
import type { Instance, Pipeline } from '../load/pipeline.ts';

/** The instances that an instance reads, each once. */
export function upstreamOf(instance: Instance): readonly string[] {
  const ports = Object.values(instance.inputs);
  if (ports.length === 0) return NONE;
  const names = new Set<string>();
  for (const references of ports) for (const r of references) names.add(r.instance);
  return [...names];
}

const NONE: readonly never[] = [];

/** The hidden filters between a stage and what it reads. */
export function filtersOf(instance: Instance, { instances }: Pipeline): readonly Instance[] {
  const upstream = upstreamOf(instance);
  if (upstream.length === 0) return NONE;
  return upstream.flatMap((name) => {
    const above = name.startsWith(`${instance.name}~`) ? instances.get(name) : undefined;
    return above?.owner === instance.name ? [above] : [];
  });
}

export interface Wanted {
  /** in the pipeline's order: inputs before their readers */
  readonly instances: readonly Instance[];
  /** targets that name no stage */
  readonly unknown: readonly string[];
}

/**
 * The instances that the targets name, and all that they need; everything when there are no targets. A stage's name
 * stands for all its cases.
 */
export function wanted(pipeline: Pipeline, targets: readonly string[] = []): Wanted {
  const all = [...pipeline.instances.values()];
  if (targets.length === 0) return { instances: all, unknown: [] };
  const needed = new Set<string>();
  const unknown: string[] = [];
  for (const target of targets) {
    const named = all.filter((i) => i.owner === undefined && (i.name === target || i.stage === target));
    if (named.length === 0) unknown.push(target);
    for (const instance of named) needed.add(instance.name);
  }
  for (const instance of all.toReversed())
    if (needed.has(instance.name)) for (const name of upstreamOf(instance)) needed.add(name);
  return { instances: all.filter((i) => needed.has(i.name)), unknown };
}

/** Names of the readers of each instance, among the given ones. */
export function readersOf(instances: readonly Instance[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>(instances.map((i) => [i.name, []]));
  for (const instance of instances) for (const name of upstreamOf(instance)) readers.get(name)?.push(instance.name);
  return readers;
}

/**
 * Milliseconds from the start of each instance to the end of the longest chain below it. What is longest starts first:
 * the bound of Graham (1969), SIAM J. Appl. Math. 17(2), holds for any list order, and this one is rarely far from best.
 */
export function criticalPaths(
  instances: readonly Instance[],
  weight: (instance: Instance) => number,
): ReadonlyMap<string, number> {
  const below = new Map<string, number>();
  const total = new Map<string, number>();
  for (const instance of instances.toReversed()) {
    const length = weight(instance) + (below.get(instance.name) ?? 0);
    total.set(instance.name, length);
    for (const name of upstreamOf(instance)) below.set(name, Math.max(below.get(name) ?? 0, length));
  }
  return total;
}

/** The name under which people know an instance: a hidden filter goes by the stage that wrote it. */
export const visibleName = (instance: Instance): string => instance.owner ?? instance.name;
