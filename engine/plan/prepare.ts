/**
 * From an instance whose inputs are known to the action that it stands for. `run` and `plan` both go through here, so
 * that a plan can never hold another opinion than the run that follows it.
 */
import type { Digest } from '../../cache/digest.ts';
import type { Declared, Fault, Reads, Shape } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';
import { type Action, type ActionInput, actionKey, byText, FORMAT } from './action.ts';
import type { OutputOf } from './outputs.ts';
import { type Output, type PartRef, pendingOf } from './part.ts';

export interface Ready {
  readonly kind: 'ready';
  readonly declared: Declared;
  readonly action: Action;
  readonly key: Digest;
}

export type Preparation =
  | Ready
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }
  /** in a plan: what it reads is not known before the named instances have run */
  | { readonly kind: 'pending'; readonly on: readonly string[]; readonly declared?: Declared };

/** What preparing needs of the world. */
export interface Surroundings {
  readonly code: (type: string) => string;
  readonly runtime: string;
  /** @param files digests of the files named by params */
  declare(
    instance: Instance,
    shapes: (port: string, index: number) => Shape | undefined,
    files: ReadonlyMap<string, Digest>,
  ): Declared;
  /** digest of a part that is not pending; gathers it if need be */
  digest(ref: PartRef): Digest;
}

/** What was prepared for an instance before; the same inputs give the same key without any text being built. */
interface Memo {
  readonly shapes: readonly Shape[];
  readonly files: string;
  readonly declared: Declared;
  ready: Ready | undefined;
}

/** For the instances of one pipeline. */
export class Preparer {
  readonly #around: Surroundings;
  readonly #memos = new Map<Instance, Memo>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** @param files digests of the files named by params */
  prepare(instance: Instance, upstream: OutputOf, files: ReadonlyMap<string, Digest>): Preparation {
    const inputs = inputsOf(instance, upstream);
    const provisional = unique(inputs.map((i) => i.output.provisional));
    if (provisional.length > 0) return { kind: 'pending', on: provisional };
    const memo = this.#declared(instance, inputs, files);
    const errors = memo.declared.faults.filter((f) => f.severity === 'error');
    if (errors.length > 0) return { kind: 'faults', faults: memo.declared.faults };
    const refs = inputs.map((i) => refsOf(i, memo.declared));
    const pending = unique(refs.flatMap((of) => of.map(([, ref]) => pendingOf(ref))));
    if (pending.length > 0) return { kind: 'pending', on: pending, declared: memo.declared };
    const read = inputs.map(({ port, index, output }, i): ActionInput => {
      const parts = (refs[i] as Refs).map(([name, ref]) => [name, this.#around.digest(ref)] as const);
      return [port, index, output.shape.kind, parts];
    });
    return this.#ready(instance, memo, read, files);
  }

  #declared(instance: Instance, inputs: readonly Input[], files: ReadonlyMap<string, Digest>): Memo {
    const shapes = inputs.map((i) => i.output.shape);
    const fileText = [...files.values()].join();
    const old = this.#memos.get(instance);
    if (old?.files === fileText && old.shapes.every((s, i) => s === shapes[i])) return old;
    const starts = new Map(inputs.flatMap(({ port, index }, at) => (index === 0 ? [[port, at] as const] : [])));
    const shapeAt = (port: string, index: number): Shape | undefined =>
      inputs[(starts.get(port) ?? inputs.length) + index]?.output.shape;
    const declared = this.#around.declare(instance, shapeAt, files);
    const memo: Memo = { shapes, files: fileText, declared, ready: undefined };
    this.#memos.set(instance, memo);
    return memo;
  }

  #ready(instance: Instance, memo: Memo, read: readonly ActionInput[], files: ReadonlyMap<string, Digest>): Ready {
    if (memo.ready !== undefined && sameInputs(memo.ready.action.inputs, read)) return memo.ready;
    const action: Action = {
      format: FORMAT,
      type: instance.type.type,
      code: instance.type.origin?.code ?? this.#around.code(instance.type.type),
      runtime: this.#around.runtime,
      spec: memo.declared.spec,
      inputs: read,
      files: files.size > 1 ? [...files].sort(([a], [b]) => byText(a, b)) : [...files],
    };
    return (memo.ready = { kind: 'ready', declared: memo.declared, action, key: actionKey(action) });
  }
}

type Refs = readonly (readonly [part: string, ref: PartRef])[];

function refsOf({ port, index, output }: Input, declared: Declared): Refs {
  const reads: Reads = declared.reads[port]?.[index] ?? [];
  if (reads === 'all') return [...output.parts];
  return [...new Set(reads)].sort(byText).map((name) => {
    const ref = output.parts.get(name);
    if (ref === undefined) throw new Error(`ceteris bug: '${name}' of ${port} was declared as read and is not there`);
    return [name, ref] as const;
  });
}

interface Input {
  readonly port: string;
  readonly index: number;
  readonly output: Output;
}

function inputsOf(instance: Instance, upstream: OutputOf): readonly Input[] {
  const ports = Object.keys(instance.inputs);
  if (ports.length === 0) return [];
  return ports.sort(byText).flatMap((port) =>
    (instance.inputs[port] ?? []).map((reference, index) => {
      const output = upstream(reference);
      if (output === undefined) throw new Error(`ceteris bug: ${reference.instance}.${reference.output} is not there`);
      return { port, index, output };
    }),
  );
}

function sameInputs(a: readonly ActionInput[], b: readonly ActionInput[]): boolean {
  return (
    a.length === b.length &&
    a.every(([port, index, kind, parts], i) => {
      const [port2, index2, kind2, parts2] = b[i] as ActionInput;
      if (port !== port2 || index !== index2 || kind !== kind2 || parts.length !== parts2.length) return false;
      return parts.every(([name, digest], j) => name === parts2[j]?.[0] && digest === parts2[j]?.[1]);
    })
  );
}

function unique(names: readonly (string | undefined)[]): readonly string[] {
  const some = names.filter((n) => n !== undefined);
  return some.length === 0 ? some : [...new Set(some)];
}
