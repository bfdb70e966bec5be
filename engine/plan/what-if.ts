/** What a planned edit would run again, and what that would cost by the times of earlier runs. */
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { criticalPaths, visibleName } from './graph.ts';
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
}

/**
 * Every result that could change is taken to change; where one comes out the same, less runs.
 * @param edited parts that would be other, with those who make them
 */
export function whatIf(
  edited: readonly PartAddress[],
  pipeline: Pipeline,
  lineage: Lineage,
  pastMs: (name: string) => number | undefined,
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
      .filter((p) => changed.has(`${p.instance}\0${p.output}\0${p.part}`) && !p.part.startsWith('#'));
    const before = stages.get(stage);
    const ms = pastMs(instance.name);
    const sum = ms === undefined && before?.ms === undefined ? {} : { ms: (ms ?? 0) + (before?.ms ?? 0) };
    stages.set(stage, { stage, reads: [...(before?.reads ?? []), ...reads], ...sum });
  }
  return {
    stages: [...stages.values()],
    totalMs: instances.reduce((sum, i) => sum + cost(i), 0),
    longestMs: Math.max(0, ...paths.values()),
  };
}
