/**
 * After an edit of data: instances that the edit cannot have reached are not looked at. They count as settled with the result of
 * the last run, and what they put out is worked out only when somebody below them asks.
 *
 * Why that is right: what an instance puts out follows from its params, the code, its files and the outputs above it. The first two
 * are the last run's (the pipeline was not loaded anew, and the build is the same), its files have the stats or the content that
 * they had, and the outputs above are the same by induction.
 */
import type { Digest } from '../../cache/digest.ts';
import type { Declared } from '../../stages/contract.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import { outputsOf } from '../plan/outputs.ts';
import type { Output, Outputs } from '../plan/part.ts';
import type { Past } from './history.ts';
import { lookUp } from './look-up.ts';
import type { ActionRecord } from './record.ts';
import type { Settled } from './settled.ts';
import type { Tools } from './tools.ts';

/** What is known before the run. */
export interface Unchanged {
  /** instances whose files and documents are as the last run left them */
  readonly instances: ReadonlySet<string>;
  /** of the others, those whose files declare what they declared then */
  readonly declareTheSame: ReadonlySet<string>;
  /** stages that the last run had something to say of */
  readonly withNotes: ReadonlySet<string>;
}

interface UntouchedOf {
  readonly pipeline: Pipeline;
  readonly instances: readonly Instance[];
  readonly tools: Tools;
  readonly past: Past;
}

/** Whether the outputs of an instance are those of the last run. */
interface Sameness {
  readonly shapes: boolean;
  readonly parts: boolean;
}

const SAME: Sameness = { shapes: true, parts: true };
const OTHER: Sameness = { shapes: false, parts: false };

export class Untouched {
  readonly #of: UntouchedOf;
  readonly #unchanged: Unchanged;
  readonly #folded = new Set<string>();
  readonly #sameness = new Map<string, Sameness>();
  readonly #outputs = new Map<string, Outputs>();
  #order: ReadonlyMap<string, number> | undefined;

  constructor(of: UntouchedOf, unchanged: Unchanged) {
    this.#of = of;
    this.#unchanged = unchanged;
    const reached = new Set<string>();
    for (const instance of of.instances) {
      const isReached = !this.#standsAlone(instance) || upstreamOf(instance).some((name) => reached.has(name));
      if (isReached) reached.add(instance.name);
      else this.#folded.add(instance.name);
    }
  }

  isFolded(name: string): boolean {
    return this.#folded.has(name);
  }

  /** It had to be made again after all. */
  unfold(name: string): void {
    this.#folded.delete(name);
  }

  hasNotes(stage: string): boolean {
    return this.#unchanged.withNotes.has(stage);
  }

  /** The result of the last run for an instance that nothing above it has changed; undefined when it must be looked at. */
  fold(instance: Instance): Settled | undefined {
    if (!this.#folded.has(instance.name)) {
      if (!this.#standsAlone(instance)) return undefined;
      const above = upstreamOf(instance).map((name) => this.#samenessOf(name));
      if (!above.every((s) => s.shapes && s.parts)) return undefined;
      this.#folded.add(instance.name);
    }
    const self = this;
    return {
      kind: 'done',
      ran: false,
      key: this.#keyOf(instance),
      verdict: [],
      warnings: [],
      changed: [],
      written: [],
      get record() {
        return self.#recordOf(instance);
      },
      get outputs() {
        return self.#outputsOf(instance);
      },
    };
  }

  /** Takes note of what an instance that was looked at put out. */
  compare(instance: Instance, settled: Settled, declared: Declared | undefined): void {
    const isSame = settled.kind === 'done' && declared !== undefined && settled.verdict.length === 0;
    this.#sameness.set(instance.name, isSame ? this.#compared(instance, settled.record, declared) : OTHER);
  }

  #compared(instance: Instance, now: ActionRecord, declared: Declared): Sameness {
    const before = this.#of.past.stages.get(instance.name);
    const old = before === undefined ? undefined : this.#of.tools.values.record(before.key);
    if (old === undefined) return OTHER;
    const { instances, declareTheSame } = this.#unchanged;
    const declares = instances.has(instance.name) || declareTheSame.has(instance.name);
    const above = (name: string): Sameness => this.#samenessOf(name);
    return {
      shapes: declares && upstreamOf(instance).every((name) => above(name).shapes) && shapesOf(old) === shapesOf(now),
      parts: partsOf(old) === partsOf(now) && handedOn(instance, declared).every((name) => above(name).parts),
    };
  }

  #samenessOf(name: string): Sameness {
    return this.#folded.has(name) ? SAME : (this.#sameness.get(name) ?? OTHER);
  }

  #standsAlone(instance: Instance): boolean {
    return this.#unchanged.instances.has(instance.name) && this.#of.past.stages.has(instance.name);
  }

  #keyOf(instance: Instance): Digest {
    return (this.#of.past.stages.get(instance.name) as { readonly key: Digest }).key;
  }

  #recordOf(instance: Instance): ActionRecord {
    const record = this.#of.tools.values.record(this.#keyOf(instance));
    if (record === undefined) throw new Error(`ceteris bug: the result of '${instance.name}' was there a moment ago`);
    return record;
  }

  /** Works out what stands, from the top down and without recursion: a chain may be as long as a pipeline. */
  #outputsOf(instance: Instance): Outputs {
    const missing = this.#missingAbove(instance);
    for (const one of missing) this.#outputs.set(one.name, this.#workOut(one));
    return this.#outputs.get(instance.name) as Outputs;
  }

  #missingAbove(instance: Instance): readonly Instance[] {
    const { pipeline, instances } = this.#of;
    const found = new Map<string, Instance>();
    const queue = [instance];
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
      if (found.has(one.name) || this.#outputs.has(one.name)) continue;
      found.set(one.name, one);
      for (const name of upstreamOf(one)) {
        const above = pipeline.instances.get(name);
        if (above !== undefined && this.#folded.has(name)) queue.push(above);
      }
    }
    const order = (this.#order ??= new Map(instances.map((i, at) => [i.name, at])));
    return [...found.values()].sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  }

  /** All above a folded instance are folded: one that was looked at and came out the same lets those below it fold, too. */
  #workOut(instance: Instance): Outputs {
    const upstream = (reference: Reference): Output | undefined => this.#outputAt(reference);
    const looked = lookUp(instance, upstream, this.#of.tools);
    if (looked.kind !== 'ready' || looked.key !== this.#keyOf(instance))
      throw new Error(`ceteris bug: '${instance.name}' is not what the last run left`);
    return outputsOf(instance, looked.declared, upstream, this.#recordOf(instance).outputs);
  }

  #outputAt({ instance, output }: Reference): Output | undefined {
    return (this.#outputs.get(instance) ?? this.#looked.get(instance))?.get(output);
  }

  /** Outputs of instances that were looked at. */
  readonly #looked = new Map<string, Outputs>();

  keep(instance: Instance, outputs: Outputs): void {
    this.#looked.set(instance.name, outputs);
  }
}

const shapesOf = ({ outputs }: ActionRecord): string =>
  JSON.stringify(Object.entries(outputs).map(([name, { shape }]) => [name, shape ?? null]));

const partsOf = ({ outputs }: ActionRecord): string =>
  JSON.stringify(Object.entries(outputs).map(([name, { parts }]) => [name, parts]));

/** Instances whose parts are handed on, as they are or by rows. */
function handedOn(instance: Instance, declared: Declared): readonly string[] {
  const names = new Set<string>();
  for (const { parts } of Object.values(declared.outputs)) {
    if (parts === 'made') continue;
    for (const part of parts) {
      if (part.how === 'made') continue;
      const source = instance.inputs[part.input]?.[part.index];
      if (source !== undefined) names.add(source.instance);
    }
  }
  return [...names];
}
