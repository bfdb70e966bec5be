/** Why a stage is stale, against its last result. */
import { statSync } from 'node:fs';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { PastLook } from '../history/past.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { type CasesOf, casesAmong } from '../plan/part-changes.ts';
import type { Ready } from '../plan/prepare.ts';
import type { Reason } from '../plan/reason.ts';
import { namesOf, reasonsOf, whereOf, whereReasons, writtenParams } from '../plan/stale.ts';
import { recordMakes } from '../results/record.ts';
import type { Values } from '../results/values.ts';
import type { Tools } from './tools.ts';

interface Before {
  readonly pipeline: Pipeline;
  readonly past: PastLook;
  readonly tools: Pick<Tools, 'values'>;
}

/** The differences between an action and the one that its instance had in the last run. */
export function whyStale(instance: Instance, ready: Ready, { past, tools, pipeline }: Before): readonly Reason[] {
  const printed = { path: printedPath, edited: modifiedMs };
  const names = namesOf(instance, pipeline, printed);
  const before = past.stages.get(instance.name);
  if (before === undefined) return reasonsOf({ kind: 'never' }, ready.action, names);
  const record = tools.values.record(before.key);
  if (record === undefined) return reasonsOf({ kind: 'lost' }, ready.action, names);
  const { params } = before;
  const casesOf = casesBefore(past, tools.values);
  const known = {
    kind: 'action',
    action: record.action,
    casesOf,
    ...(params === undefined ? {} : { params }),
  } as const;
  return [...whyPicked(instance, { past, pipeline }), ...reasonsOf(known, ready.action, names)];
}

/** Cases as they were in the last run. */
export const casesBefore = (past: PastLook, values: Pick<Values, 'record'>): CasesOf =>
  casesAmong(
    () => past.stages.keys(),
    (name, digest) => {
      const key = past.stages.get(name)?.key;
      const record = key === undefined ? undefined : values.record(key);
      return record !== undefined && recordMakes(record, digest);
    },
  );

/** Its `where` is another than in the last run, or was written or taken away since: a filter of its own, and a param to people. */
export function whyPicked(instance: Instance, { past, pipeline }: Omit<Before, 'tools'>): readonly Reason[] {
  if (instance.owner !== undefined || !past.stages.has(instance.name)) return [];
  const name = whereOf(instance.name);
  const filter = pipeline.instances.get(name);
  const before = past.stages.get(name)?.params?.where;
  const now = filter && writtenParams(filter).where;
  // where it stands is known only from the YAML, which a run after an edit of data does not read
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const { place } = namesOf(filter ?? instance, pipeline, { path: printedPath, edited: () => undefined });
  return whereReasons(before, now, place([]));
}

/** When a file was last written, as far as anybody can say. */
function modifiedMs(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : Math.floor(stat.mtimeMs);
}
