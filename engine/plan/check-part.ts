/**
 * The static check of the instances that an edit may reach, for a pipeline in which it found nothing before. What stands beside
 * and above them is what it was when it ran; where that is not known, it declares what it declared.
 */
import type { Declared, Shape } from '../../stages/contract.ts';
import type { Graph } from '../load/graph.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { fileHead } from './check.ts';
import { declareInstance } from './declare.ts';
import { upstreamOf } from './graph.ts';
import type { Outputs } from './part.ts';

export interface Checked {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  /** what an instance put out when it ran */
  readonly known?: (index: number) => Outputs | undefined;
}

/** @param indices in order, so that one that stands is above them or beside them @returns whether nothing is to be said of them */
export function checksOut({ pipeline, graph, known }: Checked, indices: readonly number[]): boolean {
  const declared = new Map<string, Declared>();
  const stands = new Map<string, Outputs | undefined>();
  const standing = (name: string): Outputs | undefined => {
    if (stands.has(name)) return stands.get(name);
    const index = graph.index(name);
    const outputs = index === undefined ? undefined : known?.(index);
    stands.set(name, outputs);
    return outputs;
  };
  const declare = (instance: Instance): Declared => {
    const shape = (port: string, index: number): Shape | undefined => {
      const reference = instance.inputs[port]?.[index];
      if (reference === undefined) return undefined;
      const { instance: name, output } = reference;
      const anew = declared.get(name);
      return anew === undefined ? standing(name)?.get(output)?.shape : anew.outputs[output]?.shape;
    };
    const head = (param: string) => fileHead(param, instance.files[param] ?? '');
    const found = declareInstance(instance, { pipeline, shape, head });
    declared.set(instance.name, found);
    return found;
  };
  for (const index of indices) {
    const instance = graph.at(index);
    for (const above of missingAbove(instance, graph, (name) => declared.has(name) || standing(name) !== undefined))
      declare(above);
    if (declare(instance).faults.length > 0) return false;
  }
  return true;
}

/** What stands above an instance and is not declared yet, inputs before their readers. */
function missingAbove(instance: Instance, graph: Graph, isThere: (name: string) => boolean): readonly Instance[] {
  const found = new Set<number>();
  const queue = [instance];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    for (const name of upstreamOf(one)) {
      const index = graph.index(name);
      if (index === undefined || found.has(index) || isThere(name)) continue;
      found.add(index);
      queue.push(graph.at(index));
    }
  }
  return [...found].sort((a, b) => a - b).map((i) => graph.at(i));
}
