/** Stages as they were compiled, for others to name when only these are read anew. */
import { sourceFile } from '../diagnostic/diagnostic.ts';
import { type Entry, jsonNode } from '../yaml/node.ts';
import type { Draft, Drafts } from './draft.ts';
import type { Graph } from './graph.ts';
import type { Instance } from './pipeline.ts';

export class Beside {
  readonly #graph: Graph;
  readonly #drafts = new Map<number, Draft>();
  #byStage: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Stages that were read, and those beside them. */
  with({ all, byStage }: Drafts): Drafts {
    return {
      all,
      byStage: {
        get: (stage) => byStage.get(stage) ?? this.#cases(stage),
        has: (stage) => byStage.has(stage) || this.#indices(stage) !== undefined,
        keys: () => byStage.keys(),
      },
    };
  }

  draft(name: string): Draft | undefined {
    const index = this.#graph.index(name);
    return index === undefined ? undefined : this.#draft(index);
  }

  #cases(stage: string): readonly Draft[] | undefined {
    return this.#indices(stage)?.map((i) => this.#draft(i));
  }

  /** In the order of the graph, which need not be that of the cases. */
  #indices(stage: string): readonly number[] | undefined {
    const plain = this.#graph.index(stage);
    if (plain !== undefined) return [plain];
    this.#byStage ??= this.#cased();
    return this.#byStage.get(stage);
  }

  #cased(): ReadonlyMap<string, readonly number[]> {
    const byStage = new Map<string, number[]>();
    for (let i = 0; i < this.#graph.size; i++) {
      const name = this.#graph.name(i);
      const bracket = name.indexOf('[');
      if (bracket === -1 || this.#graph.isHidden(i)) continue;
      const stage = name.slice(0, bracket);
      const cases = byStage.get(stage);
      if (cases === undefined) byStage.set(stage, [i]);
      else cases.push(i);
    }
    return byStage;
  }

  #draft(index: number): Draft {
    const known = this.#drafts.get(index);
    if (known !== undefined) return known;
    const draft = draftOf(this.#graph.at(index));
    this.#drafts.set(index, draft);
    return draft;
  }
}

function draftOf(instance: Instance): Draft {
  const { name, stage, type, label } = instance;
  const place: Draft['place'] = (path, part) => instance.place(path, part);
  // asked only when there is something to say, and then all is loaded
  const nowhere = { source: sourceFile('', '', ''), start: 0, end: 0 };
  const params = new Map<string, Entry>();
  for (const [param, value] of Object.entries(instance.params))
    params.set(param, { name: param, key: nowhere, value: jsonNode(value, nowhere) });
  return {
    name,
    stage,
    type,
    params,
    typeKnown: true,
    key: nowhere,
    faulty: false,
    place,
    ...(instance.case === undefined ? {} : { case: instance.case }),
    ...(label === undefined ? {} : { label }),
  };
}
