/**
 * The complete description of a repeatable computation, and its key. Everything that can change a result byte is in it;
 * names of stages, paths, times and places of things are not, nor is what a stage merely passes on.
 */
import { canonical } from '../../cache/canonical.ts';
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { Json, Kind, PartName } from '../../stages/contract.ts';

/** Raise with any change to the form of actions or of their results: old keys then simply miss. */
export const FORMAT = 1;

/** One input: its parts are sorted by name, or in the input's own order when all are read. */
export type ActionInput = readonly [
  port: string,
  index: number,
  kind: Kind,
  parts: readonly (readonly [part: PartName, digest: Digest])[],
];

export interface Action {
  readonly format: number;
  readonly type: string;
  /** digest of the type's modules and all that they import */
  readonly code: string;
  /** V8 and CPU family: exp and log may differ in the last bit */
  readonly runtime: string;
  readonly spec: Json;
  /** sorted by port, then by index; an input of which nothing is read is in it too */
  readonly inputs: readonly ActionInput[];
  /** sorted by param */
  readonly files: readonly (readonly [param: string, digest: Digest])[];
}

/** An action is plain JSON by construction; its interface just lacks the index signature. */
const actionJson = (action: Action): Json => action as unknown as Json;

export const actionKey = (action: Action): Digest => digestOf(canonical(actionJson(action)));

/** The key of picking rows of a column: values only, so one gathered column serves all who read it. */
export const gatherKey = (code: string, column: Digest, index: Digest): Digest =>
  digestOf(canonical(['gather', FORMAT, code, column, index]));

/** Order by UTF-16 code unit: the same on any machine and in any language. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
