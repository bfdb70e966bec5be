/** A pipeline as a graph of numbers, in the order in which inputs come before their readers: an instance is made when it is asked for. */
import type { Instance } from './pipeline.ts';

export interface Graph {
  readonly size: number;
  name(index: number): string;
  index(name: string): number | undefined;
  at(index: number): Instance;
  /** it is a filter that a stage's `where` stands for */
  isHidden(index: number): boolean;
  /** those that read an instance, each once, in order */
  readers(index: number): Uint32Array;
  /** instances that read a file or write it for people */
  around(file: string): readonly number[];
}

/** The instances of a graph by name; whoever goes through them makes them all. */
export class Instances implements ReadonlyMap<string, Instance> {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#graph.size;
  }

  get(name: string): Instance | undefined {
    const index = this.#graph.index(name);
    return index === undefined ? undefined : this.#graph.at(index);
  }

  has(name: string): boolean {
    return this.#graph.index(name) !== undefined;
  }

  *keys(): MapIterator<string> {
    for (let i = 0; i < this.size; i++) yield this.#graph.name(i);
  }

  *values(): MapIterator<Instance> {
    for (let i = 0; i < this.size; i++) yield this.#graph.at(i);
  }

  *entries(): MapIterator<[string, Instance]> {
    for (let i = 0; i < this.size; i++) yield [this.#graph.name(i), this.#graph.at(i)];
  }

  [Symbol.iterator](): MapIterator<[string, Instance]> {
    return this.entries();
  }

  forEach(visit: (value: Instance, key: string, map: ReadonlyMap<string, Instance>) => void): void {
    for (const [name, instance] of this.entries()) visit(instance, name, this);
  }
}
