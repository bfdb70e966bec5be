/** A result as it is handed to whoever prints it or looks groups up in it. */
import type { Digest } from '../../cache/digest.ts';
import type { PartName, Shape } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { PartRef } from '../plan/part.ts';

export interface SessionValue {
  readonly shape: Shape;
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
  readonly digests: ReadonlyMap<PartName, Digest>;
  /** what the parts are made of */
  readonly refs: ReadonlyMap<PartName, PartRef>;
}

export type ValueResult = SessionValue | { readonly diagnostics: readonly Diagnostic[]; readonly exitCode: number };
