/** Parts of outputs while a pipeline runs: where a value comes from, known before its bytes are. */
import type { Digest } from '../../cache/digest.ts';
import type { PartName, Shape } from '../../stages/contract.ts';

export type PartRef =
  | { readonly digest: Digest }
  /** rows of `column` picked by `index`; computed when somebody reads it */
  | { readonly gather: { readonly column: PartRef; readonly index: PartRef } }
  /** in a plan only: known once the named instance has run */
  | { readonly pending: string };

export interface Output {
  readonly shape: Shape;
  readonly parts: ReadonlyMap<PartName, PartRef>;
  /** in a plan only: the shape may still change when the named instance runs */
  readonly provisional?: string;
}

/** By output name. */
export type Outputs = ReadonlyMap<string, Output>;

/** The instance that must run before the part can be known; undefined when it is known now. */
export function pendingOf(ref: PartRef): string | undefined {
  if ('pending' in ref) return ref.pending;
  if ('digest' in ref) return undefined;
  return pendingOf(ref.gather.column) ?? pendingOf(ref.gather.index);
}
