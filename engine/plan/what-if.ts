/** What a planned edit would run again, and what that would cost by the times of earlier runs. */

import { CONTENT, isInner } from '../../stages/contract.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { criticalPaths, readersOf, upstreamOf, visibleName } from './graph.ts';
import type { Lineage, PartAddress } from './lineage.ts';

export interface AffectedStage {
  readonly stage: string;
  /** what of its inputs would be other; empty for those that are edited */
  readonly reads: readonly PartAddress[];
  /** of the last run; undefined when it never ran */
  readonly ms?: number;
}

export interface WhatIf {
  readonly stages: readonly AffectedStage[];
  /** the work of all of them */
  readonly totalMs: number;
  /** the longest chain of them: no number of jobs is quicker */
  readonly longestMs: number;
  /** with so many at once, what is longest first */
  readonly jobs: number;
  readonly expectedMs: number;
}

export interface Costs {
  /** what the last result of an instance took */
  readonly pastMs: (name: string) => number | undefined;
  /** how many run at once */
  readonly jobs: number;
}

/**
 * Every result that could change is taken to change; where one comes out the same, less runs.
 * @param edited parts that would be other, with those who make them
 */
export function whatIf(
  edited: readonly PartAddress[],
  pipeline: Pipeline,
  lineage: Lineage,
  { pastMs, jobs }: Costs,
): WhatIf {
  const start = edited.map((part) => lineage.origin(part));
  const running = new Set(start.map((part) => part.instance));
  const changed = new Set<string>();
  for (const step of lineage.down(start)) {
    changed.add(`${step.instance}\0${step.output}\0${step.part}`);
    if (step.how === 'made') running.add(step.instance);
  }
  const instances = [...pipeline.instances.values()].filter((i) => running.has(i.name));
  const cost = (i: Instance): number => pastMs(i.name) ?? 0;
  const paths = criticalPaths(instances, cost);
  const stages = new Map<string, AffectedStage>();
  for (const instance of instances) {
    const stage = visibleName(instance);
    const reads = lineage
      .reads(instance)
      .filter((p) => changed.has(`${p.instance}\0${p.output}\0${p.part}`) && (!isInner(p.part) || p.part === CONTENT));
    const before = stages.get(stage);
    const ms = pastMs(instance.name);
    const sum = ms === undefined && before?.ms === undefined ? {} : { ms: (ms ?? 0) + (before?.ms ?? 0) };
    stages.set(stage, { stage, reads: [...(before?.reads ?? []), ...reads], ...sum });
  }
  return {
    stages: [...stages.values()],
    totalMs: instances.reduce((sum, i) => sum + cost(i), 0),
    longestMs: Math.max(0, ...paths.values()),
    jobs,
    expectedMs: scheduledMs(instances, cost, paths, jobs),
  };
}

/** The end of a run that starts, whenever one of `jobs` is free, the ready instance with the longest way to go. */
function scheduledMs(
  instances: readonly Instance[],
  cost: (instance: Instance) => number,
  paths: ReadonlyMap<string, number>,
  jobs: number,
): number {
  const names = new Set(instances.map((i) => i.name));
  const left = new Map(instances.map((i) => [i.name, upstreamOf(i).filter((name) => names.has(name)).length]));
  const readers = readersOf(instances);
  const byName = new Map(instances.map((i) => [i.name, i]));
  const rank = (i: Instance): number => paths.get(i.name) ?? 0;
  /** the longest way to go last */
  const ready = instances.filter((i) => left.get(i.name) === 0).sort((a, b) => rank(a) - rank(b));
  const admit = (instance: Instance): void => {
    let [low, high] = [0, ready.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rank(ready[middle] as Instance) < rank(instance)) low = middle + 1;
      else high = middle;
    }
    ready.splice(low, 0, instance);
  };
  const running: { readonly instance: Instance; readonly until: number }[] = [];
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    while (running.length < jobs && ready.length > 0) {
      const instance = ready.pop() as Instance;
      running.push({ instance, until: now + cost(instance) });
    }
    running.sort((a, b) => b.until - a.until);
    const ended = running.pop() as (typeof running)[number];
    now = ended.until;
    for (const name of readers.get(ended.instance.name) ?? []) {
      left.set(name, (left.get(name) ?? 0) - 1);
      const reader = byName.get(name);
      if (left.get(name) === 0 && reader !== undefined) admit(reader);
    }
  }
  return now;
}
