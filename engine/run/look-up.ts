/** The one way from an instance to its key, for running, planning and explaining alike. */
import type { Digest } from '../../cache/digest.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import type { OutputOf } from '../plan/outputs.ts';
import type { Preparation } from '../plan/prepare.ts';
import { fileFault } from './run-faults.ts';
import type { Tools } from './tools.ts';

export type LookedUp =
  | Exclude<Preparation, { readonly kind: 'faults' }>
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** @throws LostValue when a value that a key depends on must be made again first; StoreFailure */
export function lookUp(instance: Instance, upstream: OutputOf, tools: Pick<Tools, 'files' | 'preparer'>): LookedUp {
  const digests = new Map<string, Digest>();
  const diagnostics: Diagnostic[] = [];
  for (const [param, path] of Object.entries(instance.files)) {
    const read = tools.files.digest(path);
    if (read.ok) digests.set(param, read.digest);
    else diagnostics.push(diagnose(instance, fileFault(param, printedPath(path), read)));
  }
  if (diagnostics.length > 0) return { kind: 'failed', diagnostics };
  const prepared = tools.preparer.prepare(instance, upstream, digests);
  return prepared.kind === 'faults'
    ? { kind: 'failed', diagnostics: prepared.faults.map((fault) => diagnose(instance, fault)) }
    : prepared;
}
