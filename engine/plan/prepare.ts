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
    const provisional = inputs.length === 0 ? NO_NAMES : unique(inputs.map((i) => i.output.provisional));
    if (provisional.length > 0) return { kind: 'pending', on: provisional };
    const memo = this.#declared(instance, inputs, files);
    if (memo.declared.faults.some((f) => f.severity === 'error'))
      return { kind: 'faults', faults: memo.declared.faults };
    if (inputs.length === 0) return this.#ready(instance, memo, NO_INPUTS, files);
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
    const shapes = inputs.length === 0 ? NO_SHAPES : inputs.map((i) => i.output.shape);
    let fileText = '';
    for (const digest of files.values()) fileText += fileText === '' ? digest : `,${digest}`;
    const old = this.#memos.get(instance);
    if (old?.files === fileText && old.shapes.every((s, i) => s === shapes[i])) return old;
    const declared = this.#around.declare(instance, inputs.length === 0 ? noShape : shapesIn(inputs), files);
    const memo: Memo = { shapes, files: fileText, declared, ready: undefined };
    this.#memos.set(instance, memo);
    return memo;
  }

  #ready(instance: Instance, memo: Memo, read: readonly ActionInput[], files: ReadonlyMap<string, Digest>): Ready {
    if (memo.ready !== undefined && sameInputs(memo.ready.action.inputs, read)) return memo.ready;
    // in the order of its canonical text
    const action: Action = {
      code: instance.type.origin?.code ?? this.#around.code(instance.type.type),
      files: files.size > 1 ? [...files].sort(([a], [b]) => byText(a, b)) : [...files],
      format: FORMAT,
      inputs: read,
      runtime: this.#around.runtime,
      spec: memo.declared.spec,
      type: instance.type.type,
    };
    return (memo.ready = { kind: 'ready', declared: memo.declared, action, key: actionKey(action) });
  }
}

const NO_INPUTS: readonly ActionInput[] = [];
const NO_NAMES: readonly string[] = [];
const NO_SHAPES: readonly Shape[] = [];

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

const noShape = (): undefined => undefined;

function shapesIn(inputs: readonly Input[]): (port: string, index: number) => Shape | undefined {
  const starts = new Map(inputs.flatMap(({ port, index }, at) => (index === 0 ? [[port, at] as const] : [])));
  return (port, index) => inputs[(starts.get(port) ?? inputs.length) + index]?.output.shape;
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
