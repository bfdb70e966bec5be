/** Why a stage is stale, against its last result. */
import { statSync } from 'node:fs';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Ready } from '../plan/prepare.ts';
import type { Reason } from '../plan/reason.ts';
import { namesOf, reasonsOf } from '../plan/stale.ts';
import type { RunOf } from './run-pipeline.ts';

/** The differences between an action and the one that its instance had in the last run. */
export function whyStale(
  instance: Instance,
  ready: Ready,
  { past, tools, pipeline }: Pick<RunOf, 'past' | 'tools' | 'pipeline'>,
): readonly Reason[] {
  const printed = { path: printedPath, edited: modifiedMs };
  const names = namesOf(instance, (name) => pipeline.instances.get(name), printed);
  const before = past.stages.get(instance.name);
  if (before === undefined) return reasonsOf({ kind: 'never' }, ready.action, names);
  const record = tools.values.record(before.key);
  if (record === undefined) return reasonsOf({ kind: 'lost' }, ready.action, names);
  const { params } = before;
  const known = { kind: 'action', action: record.action, ...(params === undefined ? {} : { params }) } as const;
  return reasonsOf(known, ready.action, names);
}

/** When a file was last written, as far as anybody can say. */
function modifiedMs(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : Math.floor(stat.mtimeMs);
}
