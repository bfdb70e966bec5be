/**
 * The static check of the instances that an edit may reach, for a pipeline in which it found nothing before. What stands beside
 * and above them declares what it declared; it is declared again only where one of them reads it.
 */
import type { Declared, Shape } from '../../stages/contract.ts';
import type { Graph } from '../load/graph.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { fileHead } from './check.ts';
import { declareInstance } from './declare.ts';
import { upstreamOf } from './graph.ts';

/** @param indices in order @returns whether nothing is to be said of them */
export function checksOut(pipeline: Pipeline, graph: Graph, indices: readonly number[]): boolean {
  const declared = new Map<string, Declared>();
  const declare = (instance: Instance): Declared => {
    const shape = (port: string, index: number): Shape | undefined => {
      const reference = instance.inputs[port]?.[index];
      return reference && declared.get(reference.instance)?.outputs[reference.output]?.shape;
    };
    const head = (param: string) => fileHead(param, instance.files[param] ?? '');
    const found = declareInstance(instance, { pipeline, shape, head });
    declared.set(instance.name, found);
    return found;
  };
  for (const index of indices) {
    const instance = graph.at(index);
    for (const above of missingAbove(instance, graph, declared)) declare(above);
    if (declare(instance).faults.length > 0) return false;
  }
  return true;
}

/** What stands above an instance and is not declared yet, inputs before their readers. */
function missingAbove(instance: Instance, graph: Graph, declared: ReadonlyMap<string, Declared>): readonly Instance[] {
  const found = new Set<number>();
  const queue = [instance];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const name of upstreamOf(one)) {
      const index = graph.index(name);
      if (index === undefined || found.has(index) || declared.has(name)) continue;
      found.add(index);
      queue.push(graph.at(index));
    }
  }
  return [...found].sort((a, b) => a - b).map((i) => graph.at(i));
}
