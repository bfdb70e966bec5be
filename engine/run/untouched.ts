/**
 * After an edit of data: instances that the edit has not reached are not looked at. They count as settled with the result of
 * the last run, and what they put out is worked out only when somebody below them asks.
 *
 * Why that is right: what an instance puts out follows from its params, the code, its files and the outputs above it. The first two
 * are the last run's (the pipeline was not loaded anew, and the build is the same), its files have the stats or the content that
 * they had, and the outputs above are the same by induction.
 */
import type { Digest } from '../../cache/digest.ts';
import { type Declared, error } from '../../stages/contract.ts';
import type { PastLook } from '../history/past.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { upstreamOf } from '../plan/graph.ts';
import { outputsOf } from '../plan/outputs.ts';
import type { Output, Outputs } from '../plan/part.ts';
import { type ActionRecord, recordMakes } from '../results/record.ts';
import { lookUp } from './look-up.ts';
import type { Settled } from './settled.ts';
import type { Tools } from './tools.ts';

interface UntouchedOf {
  readonly pipeline: Pipeline;
  readonly tools: Pick<Tools, 'files' | 'preparer' | 'values'>;
  readonly past: PastLook;
  /** whether an instance declares what it did in the last run, given the same above it */
  readonly declaresTheSame: (name: string) => boolean;
  /** what an instance put out in the last run, where that is kept */
  readonly known: (name: string) => Outputs | undefined;
}

/** Whether the outputs of an instance are those of the last run. */
interface Sameness {
  readonly shapes: boolean;
  readonly parts: boolean;
}

const SAME: Sameness = { shapes: true, parts: true };
const OTHER: Sameness = { shapes: false, parts: false };

/** A file was edited while the run was under way, or the store emptied: what stood stands no more. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly instance: Instance;

  constructor(instance: Instance) {
    super(`'${instance.name}' is not what the last run left`);
    this.instance = instance;
  }

  get settled(): Settled {
    const diagnostics = [
      diagnose(this.instance, error('CE1701', { stage: this.instance.owner ?? this.instance.name })),
    ];
    return { kind: 'failed', diagnostics, fault: 'machine' };
  }
}

export class Untouched {
  readonly #of: UntouchedOf;
  readonly #reached = new Set<string>();
  readonly #sameness = new Map<string, Sameness>();
  readonly #outputs = new Map<string, Outputs>();
  /** of instances that were looked at */
  readonly #looked = new Map<string, Outputs>();

  constructor(of: UntouchedOf) {
    this.#of = of;
  }

  has(name: string): boolean {
    return !this.#reached.has(name);
  }

  /** It has to be looked at, or made again. */
  reach(name: string): void {
    this.#reached.add(name);
  }

  isSame(name: string): boolean {
    const { shapes, parts } = this.#samenessOf(name);
    return shapes && parts;
  }

  /** The result of the last run. */
  settled(instance: Instance): Extract<Settled, { readonly kind: 'done' }> {
    const self = this;
    return {
      kind: 'done',
      ran: false,
      get key() {
        return self.#resultOf(instance).key;
      },
      verdict: [],
      warnings: [],
      changed: [],
      written: [],
      get record() {
        return self.#resultOf(instance).record;
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
    const declares = this.#of.declaresTheSame(instance.name);
    const above = (name: string): Sameness => this.#samenessOf(name);
    return {
      shapes: declares && upstreamOf(instance).every((name) => above(name).shapes) && shapesOf(old) === shapesOf(now),
      parts: partsOf(old) === partsOf(now) && handedOn(instance, declared).every((name) => above(name).parts),
    };
  }

  #samenessOf(name: string): Sameness {
    return this.has(name) ? SAME : (this.#sameness.get(name) ?? OTHER);
  }

  #resultOf(instance: Instance): { readonly key: Digest; readonly record: ActionRecord } {
    const key = this.#of.past.stages.get(instance.name)?.key;
    const record = key === undefined ? undefined : this.#of.tools.values.record(key);
    if (key === undefined || record === undefined) throw new Overtaken(instance);
    return { key, record };
  }

  makes(instance: Instance, digest: Digest): boolean {
    const key = this.#of.past.stages.get(instance.name)?.key;
    const record = key === undefined ? undefined : this.#of.tools.values.record(key);
    return record !== undefined && recordMakes(record, digest);
  }

  /** The output that a reference to an instance names that nothing has reached. */
  output({ instance: name, output }: Reference): Output | undefined {
    const found = this.#found(name);
    if (found !== undefined) return found.get(output);
    const instance = this.#of.pipeline.instances.get(name);
    return instance && this.#outputsOf(instance).get(output);
  }

  #found(name: string): Outputs | undefined {
    let found = this.#outputs.get(name);
    if (found === undefined) {
      found = this.#of.known(name);
      if (found !== undefined) this.#outputs.set(name, found);
    }
    return found;
  }

  /** Works out what stands, from the top down and without recursion: a chain may be as long as a pipeline. */
  #outputsOf(instance: Instance): Outputs {
    const found = this.#found(instance.name);
    if (found !== undefined) return found;
    for (const one of this.#missingAbove(instance)) this.#outputs.set(one.name, this.#workOut(one));
    return this.#outputs.get(instance.name) as Outputs;
  }

  /** Inputs before their readers. */
  #missingAbove(instance: Instance): readonly Instance[] {
    const { instances } = this.#of.pipeline;
    const entered = new Set<string>();
    const order: Instance[] = [];
    const stack: { readonly instance: Instance; readonly isDone: boolean }[] = [{ instance, isDone: false }];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      const { name } = one.instance;
      if (one.isDone) order.push(one.instance);
      if (one.isDone || entered.has(name) || this.#found(name) !== undefined) continue;
      entered.add(name);
      stack.push({ instance: one.instance, isDone: true });
      for (const above of upstreamOf(one.instance)) {
        const next = this.has(above) ? instances.get(above) : undefined;
        if (next !== undefined) stack.push({ instance: next, isDone: false });
      }
    }
    return order;
  }

  /** Above an instance that nothing has reached, one that was looked at came out the same. */
  #workOut(instance: Instance): Outputs {
    const upstream = (reference: Reference): Output | undefined => this.#outputAt(reference);
    const looked = lookUp(instance, upstream, this.#of.tools);
    const { key, record } = this.#resultOf(instance);
    if (looked.kind !== 'ready' || looked.key !== key) throw new Overtaken(instance);
    return outputsOf(instance, looked.declared, upstream, record.outputs);
  }

  #outputAt({ instance, output }: Reference): Output | undefined {
    return (this.#outputs.get(instance) ?? this.#looked.get(instance))?.get(output);
  }

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
