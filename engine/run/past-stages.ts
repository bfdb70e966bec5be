/** What a run puts on record of its stages, for later runs to be compared with. */
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { writtenParams } from '../plan/stale.ts';
import type { Past, PastStage } from './history.ts';
import type { Settled } from './settled.ts';

/** @param stands what is on record already of an instance that was not looked at */
export function pastStages(
  instances: readonly Instance[],
  settled: ReadonlyMap<string, Settled>,
  stands: (name: string) => PastStage | undefined,
): PastStage[] {
  return instances.flatMap((i): PastStage[] => {
    const known = stands(i.name);
    if (known !== undefined) return [{ ...known, status: 'cached' }];
    const s = settled.get(i.name);
    return s?.kind === 'done'
      ? [{ name: i.name, status: s.ran ? 'ran' : 'cached', key: s.key, ms: s.record.ms, params: writtenParams(i) }]
      : [];
  });
}

/** What failed, was blocked or not asked for keeps the result that it had: it is still what it is compared with. */
export function carriedOver(pipeline: Pipeline, done: readonly PastStage[], past: Past): PastStage[] {
  const names = new Set(done.map((s) => s.name));
  return [...past.stages.values()].filter((s) => !names.has(s.name) && pipeline.instances.has(s.name));
}
