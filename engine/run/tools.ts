/** What a run works with; a session owns it, and a rehearsal has its own. */
import type { FileIndex } from '../../cache/file-index.ts';
import type { Executor } from '../execute/executor.ts';
import type { History } from '../history/history.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Preparer } from '../plan/prepare.ts';
import type { Values } from '../results/values.ts';

export interface Tools {
  readonly values: Values;
  readonly files: FileIndex;
  readonly preparer: Preparer;
  readonly executor: Executor;
  readonly history: History;
  /** ms since 1970 */
  readonly clock: () => number;
}

/** Milliseconds that a stage is taken to cost when nothing is known of it. */
const UNKNOWN_MS = 1;

export const expectedMs = (instance: Instance, spec: Parameters<NonNullable<Instance['type']['weight']>>[0]): number =>
  instance.type.weight?.(spec) ?? UNKNOWN_MS;
