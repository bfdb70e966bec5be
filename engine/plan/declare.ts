/** Declares an instance: its params, the shapes of its inputs and the heads of its files handed to the stage type. */
import type {
  Declared,
  FileHead,
  InputShape,
  JsonRecord,
  Kind,
  Mark,
  OutputDecl,
  RecordKind,
  Shape,
} from '../../stages/contract.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { marksOf, withMarks } from './marks.ts';

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
  const inputs: Record<string, InputShape[]> = {};
  for (const [port, references] of Object.entries(instance.inputs)) {
    const kind = instance.type.inputs[port]?.kinds[0] ?? 'table';
    inputs[port] = references.map((reference, index) => {
      const target = pipeline.instances.get(reference.instance);
      return {
        shape: sources.shape(port, index) ?? unknownShape(kind),
        path: reference.path,
        inner: reference.inner,
        ...(reference.key === undefined ? {} : { key: reference.key }),
        ...(target?.case === undefined ? {} : { case: target.case }),
        ...(target?.label === undefined ? {} : { label: target.label }),
      };
    });
  }
  const files = Object.fromEntries(Object.keys(instance.files).map((param) => [param, sources.head(param)]));
  const shapes = Object.values(inputs).flatMap((of) => of.map((input) => input.shape));
  const basis: readonly unknown[] = [pipeline.labels, ...shapes, ...Object.values(files).map((file) => file.head)];
  const before = latest.get(instance);
  if (before !== undefined && isSameBasis(before.basis, basis)) return before.declared;
  const made = instance.type.declare({ params: instance.params as JsonRecord, inputs, files, labels: pipeline.labels });
  const declared = handOn(made, marksOf(shapes));
  latest.set(instance, { basis, declared });
  return declared;
}

/** The check of a pipeline and the run after it declare on the same shapes and the same bytes of small files. */
const latest = new WeakMap<Instance, { readonly basis: readonly unknown[]; readonly declared: Declared }>();

/** The very same objects, and nothing unknown: all of them are immutable. */
const isSameBasis = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one !== undefined && one === b[i]);

/** Everything made from a marked value carries its marks. */
function handOn(declared: Declared, marks: readonly Mark[]): Declared {
  if (marks.length === 0) return declared;
  const outputs = Object.entries(declared.outputs).map(([name, decl]): [string, OutputDecl] => [
    name,
    { ...decl, shape: withMarks(decl.shape, marks) },
  ]);
  return { ...declared, outputs: Object.fromEntries(outputs) };
}
