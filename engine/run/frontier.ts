/**
 * How far an edit reaches: from the instances that it touched downwards, and no further than what they put out differs. Counts on
 * numbers only; an instance that nothing reaches is not even made.
 */
import type { Graph } from '../load/graph.ts';

export class Frontier {
  readonly #graph: Graph;
  readonly #isTouched: Uint8Array;
  readonly #isWanted: (index: number) => boolean;
  /** what may be reached, in order */
  readonly #possible: readonly number[];
  /** of those above each that may be reached, how many are not settled */
  readonly #waits: Int32Array;
  /** one above came out otherwise */
  readonly #isReached: Uint8Array;
  /** the number of instances on the longest way down from each */
  readonly #heights: Int32Array;

  /** @param touched an edit reached their files, so that they must be looked at */
  constructor(graph: Graph, touched: readonly number[], isWanted: (index: number) => boolean = () => true) {
    this.#graph = graph;
    this.#isWanted = isWanted;
    this.#isTouched = new Uint8Array(graph.size);
    this.#isReached = new Uint8Array(graph.size);
    this.#waits = new Int32Array(graph.size);
    this.#heights = new Int32Array(graph.size);
    const isPossible = new Uint8Array(graph.size);
    const possible = touched.filter(isWanted);
    for (const i of possible) isPossible[i] = this.#isTouched[i] = 1;
    for (let at = 0; at < possible.length; at++) {
      for (const reader of graph.readers(possible[at] as number)) {
        if (!isWanted(reader)) continue;
        this.#waits[reader] = (this.#waits[reader] as number) + 1;
        if (isPossible[reader] === 1) continue;
        isPossible[reader] = 1;
        possible.push(reader);
      }
    }
    this.#possible = possible.sort((a, b) => a - b);
    for (const i of possible.toReversed()) {
      let below = 0;
      for (const reader of graph.readers(i)) below = Math.max(below, this.#heights[reader] as number);
      this.#heights[i] = below + 1;
    }
  }

  get possible(): readonly number[] {
    return this.#possible;
  }

  height(index: number): number {
    return this.#heights[index] as number;
  }

  /** Where to begin. */
  first(): readonly number[] {
    return this.#possible.filter((i) => this.#waits[i] === 0);
  }

  /**
   * Takes note that an instance is settled.
   * @param reaches whether a reader has to be looked at for it
   * @returns what can be looked at now, and what has turned out not to be reached
   */
  settled(index: number, reaches: (reader: number) => boolean): Onward {
    const ready: number[] = [];
    const spared: number[] = [];
    const done: { readonly index: number; readonly reaches: (reader: number) => boolean }[] = [{ index, reaches }];
    for (let one = done.pop(); one !== undefined; one = done.pop()) {
      for (const reader of this.#graph.readers(one.index)) {
        if (!this.#isWanted(reader)) continue;
        if (one.reaches(reader)) this.#isReached[reader] = 1;
        const left = (this.#waits[reader] as number) - 1;
        this.#waits[reader] = left;
        if (left > 0) continue;
        if (this.#isReached[reader] === 1 || this.#isTouched[reader] === 1) ready.push(reader);
        else {
          spared.push(reader);
          done.push({ index: reader, reaches: reachesNobody });
        }
      }
    }
    return { ready, spared };
  }
}

export interface Onward {
  readonly ready: readonly number[];
  readonly spared: readonly number[];
}

const reachesNobody = (): boolean => false;
