/** Declares an instance: its params, the shapes of its inputs and the heads of its files handed to the stage type. */
import {
  type AnyStageType,
  type DeclareContext,
  type Declared,
  error,
  type FileHead,
  type InputShape,
  isInner,
  type JsonRecord,
  type Kind,
  type Mark,
  type OutputDecl,
  type ParamPath,
  type RecordKind,
  type Shape,
  type Text,
} from '../../stages/contract.ts';
import { detailOf } from '../diagnostic/thrown.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';
import { marksOf, withMarks } from './marks.ts';
import { oddFaults } from './odd-faults.ts';
import { oddDeclared } from './odd-plugin.ts';
import { overwrites } from './overwrites.ts';

/** What is taken for an input of which nothing is known, so that one fault does not cause others. */
function unknownShape(kind: Kind): Shape {
  // with a panel, of columns that no message names: what needs one may well have it
  if (kind === 'table') return { kind, columns: [], open: true, panel: { unit: 'unit', time: 'time' } };
  if (kind === 'document') return { kind, formats: [] };
  return { kind: kind as RecordKind, columns: [] };
}

export interface DeclareSources {
  readonly pipeline: Pipeline;
  /** undefined: not known (the input is at fault) */
  readonly shape: (port: string, index: number) => Shape | undefined;
  readonly head: (param: string) => FileHead;
}

export function declareInstance(instance: Instance, sources: DeclareSources): Declared {
  const { pipeline } = sources;
  const files: Record<string, FileHead> = {};
  const heads: unknown[] = [];
  for (const param of Object.keys(instance.files)) {
    const head = sources.head(param);
    files[param] = head;
    heads.push(head.head);
  }
  const shapes: Shape[] = [];
  for (const [port, references] of Object.entries(instance.inputs)) {
    const kind = instance.type.inputs[port]?.kinds[0] ?? 'table';
    for (let index = 0; index < references.length; index++)
      shapes.push(sources.shape(port, index) ?? unknownShape(kind));
  }
  const basis: readonly unknown[] = [pipeline.labels, ...shapes, ...heads];
  const latest = latestIn(pipeline);
  const before = latest.get(instance);
  if (before !== undefined && isSameBasis(before.basis, basis)) return before.declared;
  const inputs = inputsOf(instance, pipeline, shapes);
  const context = { params: instance.params as JsonRecord, inputs, files, labels: pipeline.labels };
  const made = instance.type.origin === undefined ? instance.type.declare(context) : guarded(instance.type, context);
  const named = handOn(withoutOddNames(made), marksOf(shapes));
  const overwritten = named.faults.length > 0 ? [] : overwrites(instance, named, pipeline);
  const declared = overwritten.length > 0 ? { ...named, faults: overwritten } : named;
  latest.set(instance, { basis, declared });
  return declared;
}

/** What a type of the user's own declares: its mistakes are faults of the stage, also those that it makes with what it declared. */
function guarded(type: AnyStageType, context: DeclareContext<JsonRecord>): Declared {
  let odd: string | undefined;
  try {
    const declared: Declared = type.declare(context);
    odd = oddDeclared(declared) ?? oddFaults(declared.faults);
    if (odd === undefined) {
      type.weight?.(declared.spec);
      return declared;
    }
  } catch (thrown) {
    odd = detailOf(thrown);
  }
  const outputs = Object.entries(type.outputs).map(([name, { kind }]): [string, OutputDecl] => [
    name,
    { shape: unknownShape(kind), parts: 'made' },
  ]);
  const faults = [error('CE2991', { type: type.type, detail: odd })];
  return { faults, spec: {}, reads: {}, outputs: Object.fromEntries(outputs) };
}

/** @param shapes of all inputs, port by port */
function inputsOf(
  { inputs }: Instance,
  pipeline: Pipeline,
  shapes: readonly Shape[],
): Readonly<Record<string, readonly InputShape[]>> {
  if (shapes.length === 0 && Object.keys(inputs).length === 0) return NONE;
  let at = 0;
  return Object.fromEntries(
    Object.entries(inputs).map(([port, references]) => [
      port,
      references.map((reference): InputShape => new ReferredInput(reference, shapes[at++] as Shape, pipeline)),
    ]),
  );
}

const NONE: Readonly<Record<string, never>> = {};

/** An input as `declare` sees it; most never ask for the case or the label of what they read, and it is not looked up then. */
class ReferredInput {
  readonly shape: Shape;
  readonly path: ParamPath;
  readonly inner: readonly string[];
  readonly key?: string;
  readonly #of: string;
  readonly #pipeline: Pipeline;

  constructor({ instance, path, inner, key }: Reference, shape: Shape, pipeline: Pipeline) {
    this.shape = shape;
    this.path = path;
    this.inner = inner;
    if (key !== undefined) this.key = key;
    this.#of = instance;
    this.#pipeline = pipeline;
  }

  /** as for an absent property: undefined where there is none */
  get case(): string {
    return this.#pipeline.instances.get(this.#of)?.case as string;
  }

  get group(): string | number {
    return this.#pipeline.instances.get(this.#of)?.group as string | number;
  }

  get label(): Text {
    return this.#pipeline.instances.get(this.#of)?.label as Text;
  }
}

interface Latest {
  readonly basis: readonly unknown[];
  readonly declared: Declared;
}

/** The check of a pipeline and the run after it declare on the same shapes and the same bytes of small files. */
function latestIn(pipeline: Pipeline): Map<Instance, Latest> {
  let latest = latestOf.get(pipeline);
  if (latest === undefined) latestOf.set(pipeline, (latest = new Map()));
  return latest;
}

const latestOf = new WeakMap<Pipeline, Map<Instance, Latest>>();

/** The very same objects, and nothing unknown: all of them are immutable. */
const isSameBasis = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one !== undefined && one === b[i]);

/** Everything made from a marked value carries its marks. */
/** A column that is named like a row count, say, would be taken for it. What a file has is said of the file. */
function withoutOddNames(declared: Declared): Declared {
  if (declared.faults.length > 0) return declared;
  for (const { shape } of Object.values(declared.outputs)) {
    const odd = shape.kind === 'table' ? shape.columns.find(({ name }) => isInner(name)) : undefined;
    if (odd !== undefined) return { ...declared, faults: [error('CE2014', { name: odd.name })] };
  }
  return declared;
}

function handOn(declared: Declared, marks: readonly Mark[]): Declared {
  if (marks.length === 0) return declared;
  const outputs = Object.entries(declared.outputs).map(([name, decl]): [string, OutputDecl] => [
    name,
    { ...decl, shape: withMarks(decl.shape, marks) },
  ]);
  return { ...declared, outputs: Object.fromEntries(outputs) };
}
