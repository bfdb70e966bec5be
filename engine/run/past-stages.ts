/** What a run puts on record of its stages, for later runs to be compared with. */
import { relative } from 'node:path';
import { documentsOf } from '../documents/documents.ts';
import type { Past, PastStage } from '../history/past.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { writtenParams } from '../plan/stale.ts';
import type { Settled } from './settled.ts';

/** @param root the store's folder */
export function pastStages(
  instances: readonly Instance[],
  settled: ReadonlyMap<string, Settled>,
  root: string,
): readonly PastStage[] {
  return instances.flatMap((i): PastStage[] => {
    const s = settled.get(i.name);
    if (s?.kind !== 'done') return [];
    const wrote = i.to === undefined ? [] : documentsOf(i, s.outputs).map(([file]) => relative(root, file));
    return [
      {
        name: i.name,
        status: s.ran ? 'ran' : 'cached',
        key: s.key,
        ms: s.record.ms,
        ...(wrote.length === 0 ? {} : { wrote }),
        params: writtenParams(i),
      },
    ];
  });
}

/** What failed, was blocked or not asked for keeps the result that it had: it is still what it is compared with. */
export function carriedOver(pipeline: Pipeline, done: readonly PastStage[], past: Past): PastStage[] {
  const names = new Set(done.map((s) => s.name));
  // of a stage whose groups could not be found, any may still be one
  const open = pipeline.branches.map((b) => `${b.stage}[`);
  return [...past.stages.values()].filter(
    ({ name }) => !names.has(name) && (pipeline.instances.has(name) || open.some((stage) => name.startsWith(stage))),
  );
}
