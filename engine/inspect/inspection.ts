/** A pipeline looked at beside its store: what is known, what it rests on, whether its results hold. Nothing is put into the store. */
import { randomInt } from 'node:crypto';
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import { CONTENT, type Declared, type Json, type OutputDecl } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Executor } from '../execute/executor.ts';
import type { Past } from '../history/past.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { visibleName, wanted } from '../plan/graph.ts';
import type { Outputs } from '../plan/part.ts';
import type { ActionRecord } from '../results/record.ts';
import { fileFault } from '../run/run-faults.ts';
import type { Tools } from '../run/tools.ts';
import { keysOfPlan, type Planned, plannedOf } from './plan-pipeline.ts';
import { type VerifiedStage, verifyInstances } from './verify.ts';

export interface InspectionOf {
  readonly pipeline: Pipeline;
  readonly cache: Cache;
  readonly tools: Tools;
  readonly past: Past;
  /** digest of a stage type's code */
  readonly code: (type: string) => string;
  /** runs over a store that keeps nothing */
  readonly rehearsal: () => Executor;
}

/** The content of the data files and the code of the stage types that a pipeline's results rest on. */
export interface Inputs {
  /** by absolute path */
  readonly data: ReadonlyMap<string, Digest>;
  readonly code: ReadonlyMap<string, string>;
  readonly faults: readonly Diagnostic[];
}

export interface VerifyOptions {
  readonly targets?: readonly string[];
  /** so many stages, picked at random */
  readonly sample?: number;
  readonly signal: AbortSignal;
  readonly tell: (stage: VerifiedStage) => void;
}

export class Inspection {
  readonly #of: InspectionOf;

  constructor(of: InspectionOf) {
    this.#of = of;
    of.tools.values.beginRun();
  }

  /** What is known of each instance, hidden filters included, without running anything. */
  planned(targets?: readonly string[]): ReadonlyMap<string, Planned> {
    return plannedOf(this.#planOf(targets));
  }

  /** Keys of all that the pipeline would ask of the store now, as far as it can be known without running. */
  keys(): readonly Digest[] {
    const keys = keysOfPlan(this.#planOf(undefined));
    return [...keys, ...this.#of.tools.values.usedGathers];
  }

  /** What the last result of an instance took to make. */
  pastMs(name: string): number | undefined {
    return this.#of.past.stages.get(name)?.ms;
  }

  /** The content of the document that a stage made last, and the spec that it was made by. */
  printed(name: string): { readonly spec: Json; readonly content: Uint8Array } | undefined {
    const past = this.#of.past.stages.get(name);
    const record = past === undefined ? undefined : this.#of.tools.values.record(past.key);
    const parts = Object.values(record?.outputs ?? {}).flatMap((o) => o.parts);
    const digest = parts.find(([part]) => part === CONTENT)?.[1];
    const read = digest === undefined ? undefined : this.#of.cache.blobs.get(digest);
    return record !== undefined && read?.found === true ? { spec: record.action.spec, content: read.bytes } : undefined;
  }

  /** Declarations that rest on what is stored, with the parts that only a result tells; none of stages that have to run first. */
  declared(): ReadonlyMap<string, Declared> {
    return new Map(
      [...this.planned()].flatMap(([name, { ready, outputs }]) =>
        ready === undefined ? [] : [[name, told(ready.declared, outputs)]],
      ),
    );
  }

  inputs(): Inputs {
    const { pipeline, tools, code: codeOf } = this.#of;
    const data = new Map<string, Digest>();
    const code = new Map<string, string>();
    const faults: Diagnostic[] = [];
    for (const instance of pipeline.instances.values()) {
      const { type, origin } = instance.type;
      code.set(type, origin?.code ?? codeOf(type));
      for (const [param, path] of Object.entries(instance.files)) {
        const read = tools.files.digest(path);
        if (read.ok) data.set(path, read.digest);
        else faults.push(diagnose(instance, fileFault(param, printedPath(path), read)));
      }
    }
    return { data, code, faults };
  }

  /** Results of the pipeline as it stands that are in the store, by stage. */
  results(): ReadonlyMap<string, ActionRecord> {
    const { pipeline, tools } = this.#of;
    const planned = this.planned();
    return new Map(
      [...pipeline.instances.values()].flatMap(({ name, owner }): [string, ActionRecord][] => {
        const ready = planned.get(name)?.ready;
        const record = ready === undefined || owner !== undefined ? undefined : tools.values.record(ready.key);
        return record === undefined ? [] : [[name, record]];
      }),
    );
  }

  /** Computes results again, all or some, and compares them with the store. */
  async verify({ targets, sample, signal, tell }: VerifyOptions): Promise<readonly VerifiedStage[]> {
    const { cache, tools, rehearsal } = this.#of;
    const of = this.#planOf(targets);
    const chosen = of.instances.filter((i) => targets === undefined || isNamed(i, targets));
    return verifyInstances({
      planned: plannedOf(of),
      stages: sampleOf(byStage(chosen), sample),
      executor: rehearsal(),
      record: (key) => tools.values.record(key),
      blob: (digest) => cache.blobs.get(digest),
      signal,
      tell,
    });
  }

  #planOf(targets: readonly string[] | undefined) {
    const { pipeline, tools, past } = this.#of;
    return { pipeline, instances: wanted(pipeline, targets).instances, tools, past };
  }
}

function told(declared: Declared, known: Outputs | undefined): Declared {
  const outputs = Object.entries(declared.outputs).map(([name, decl]): [string, OutputDecl] => {
    const output = known?.get(name);
    if (output === undefined || output.provisional !== undefined || decl.parts !== 'made') return [name, decl];
    return [
      name,
      { shape: output.shape, parts: [...output.parts.keys()].map((part) => ({ name: part, how: 'made' })) },
    ];
  });
  return { ...declared, outputs: Object.fromEntries(outputs) };
}

const isNamed = ({ name, stage, owner }: Instance, names: readonly string[]): boolean =>
  names.includes(owner ?? name) || names.includes(stage);

/** Each with the filters that its `where` became. */
function byStage(instances: readonly Instance[]): readonly (readonly Instance[])[] {
  const stages = new Map<string, Instance[]>();
  for (const instance of instances) {
    const found = stages.get(visibleName(instance));
    if (found === undefined) stages.set(visibleName(instance), [instance]);
    else found.push(instance);
  }
  return [...stages.values()];
}

/** Others each time: who verifies ten of a thousand every night has seen them all in a while. */
function sampleOf<T>(stages: readonly T[], count: number | undefined): readonly T[] {
  if (count === undefined || count >= stages.length) return stages;
  const left = [...stages];
  for (let i = 0; i < count; i++) {
    const j = randomInt(i, left.length);
    [left[i], left[j]] = [left[j] as T, left[i] as T];
  }
  return left.slice(0, count);
}
