/** The outputs of an instance: parts made by its action, parts passed on, and parts picked by a row index. */
import type { Digest } from '../../cache/digest.ts';
import type { ColumnInfo, Declared, OutputDecl, PartDecl, PartName, Shape } from '../../stages/contract.ts';
import type { Instance, Reference } from '../load/pipeline.ts';
import { withMarks } from './marks.ts';
import type { Output, Outputs, PartRef } from './part.ts';

/** What an action made, as its record keeps it: passed and gathered parts are not in it. */
export interface MadeOutput {
  readonly parts: readonly (readonly [part: PartName, digest: Digest, bytes: number])[];
  /** replaces the declared shape */
  readonly shape?: Shape;
}

export type Made = Readonly<Record<string, MadeOutput>>;

export type OutputOf = (reference: Reference) => Output | undefined;

/** @param made what the action made; undefined when it has not run, in a plan */
export function outputsOf(instance: Instance, declared: Declared, upstream: OutputOf, made: Made | undefined): Outputs {
  return new Map(
    Object.entries(declared.outputs).map(([name, decl]) => {
      const own = made?.[name];
      if (made !== undefined && own === undefined && makesParts(decl))
        throw new Error(`ceteris bug: stage type '${instance.type.type}' made no output '${name}'`);
      return [name, outputOf(instance, decl, upstream, made === undefined ? undefined : (own ?? { parts: [] }))];
    }),
  );
}

const makesParts = (decl: OutputDecl): boolean => decl.parts === 'made' || decl.parts.some((p) => p.how !== 'passed');

function outputOf(instance: Instance, decl: OutputDecl, upstream: OutputOf, own: MadeOutput | undefined): Output {
  const shape = own?.shape === undefined ? decl.shape : withMarks(named(own.shape, decl.shape), decl.shape.marks);
  const provisional = own === undefined && isOpen(decl) ? { provisional: instance.name } : {};
  const made = new Map<PartName, PartRef>(own?.parts.map(([part, digest]) => [part, { digest }]));
  if (decl.parts === 'made') return { shape, parts: made, ...provisional };
  const parts = new Map<PartName, PartRef>();
  const madeRef = (name: PartName): PartRef => {
    const ref = own === undefined ? { pending: instance.name } : made.get(name);
    if (ref === undefined) throw new Error(`ceteris bug: stage type '${instance.type.type}' did not make '${name}'`);
    return ref;
  };
  for (const part of decl.parts) parts.set(part.name, refOf(part, instance, upstream, madeRef));
  return { shape, parts, ...provisional };
}

/** What the data tells, with the labels and units of the declaration: those change no value, and so are not in the result. */
function named(made: Shape, declared: Shape): Shape {
  if (made.kind !== 'table' || declared.kind !== 'table') return made;
  if (declared.columns.every(({ label, unit }) => label === undefined && unit === undefined)) return made;
  const texts = new Map(declared.columns.map(({ name, label, unit }) => [name, { label, unit }]));
  const columns = made.columns.map((column): ColumnInfo => {
    const { label, unit } = texts.get(column.name) ?? {};
    return { ...column, ...(label === undefined ? {} : { label }), ...(unit === undefined ? {} : { unit }) };
  });
  return { ...made, columns };
}

/** A shape that running the stage may still fill in. */
const isOpen = (decl: OutputDecl): boolean =>
  decl.parts === 'made' ||
  (decl.shape.kind === 'table' && (decl.shape.open || decl.shape.columns.some((c) => c.type === 'unknown')));

function refOf(part: PartDecl, instance: Instance, upstream: OutputOf, madeRef: (name: PartName) => PartRef): PartRef {
  if (part.how === 'made') return madeRef(part.name);
  const reference = instance.inputs[part.input]?.[part.index];
  const source = reference && upstream(reference);
  const ref = source?.parts.get(part.part) ?? (source?.provisional && { pending: source.provisional });
  if (!ref)
    throw new Error(
      `ceteris bug: stage type '${instance.type.type}' passes '${part.part}' of ${part.input}, which is not there`,
    );
  return part.how === 'passed' ? ref : { gather: { column: ref, index: madeRef(part.by) } };
}
