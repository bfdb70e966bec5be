/** The two sides of a comparison: a run as it was recorded, or the pipeline as it stands. */
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import type { RunId } from '../../cache/run-log.ts';
import { readPast } from '../history/past.ts';
import { asStages, type Planned } from '../inspect/plan-pipeline.ts';
import type { Instance } from '../load/pipeline.ts';
import { isHidden, type Names, whereOf, writtenParams } from '../plan/stale.ts';
import { type ActionRecord, readActionRecord } from '../results/record.ts';
import type { Side, SideStage } from './diff.ts';

export function sideOfRun(cache: Cache, run: RunId): Side {
  const all = readPast(cache, run).stages;
  const stages = [...all.values()].filter((s) => !isHidden(s.name));
  return new Map(
    stages.map(({ name, key, params }): [string, SideStage] => {
      const record = recordOf(cache, key);
      if (record === undefined) return [name, { kind: 'gone', key }];
      const where = all.get(whereOf(name))?.params?.where;
      return [name, { kind: 'done', key, record, ...(params && { params }), ...(where && { where }) }];
    }),
  );
}

export function sideOfPlan(cache: Cache, all: Iterable<Instance>, planned: ReadonlyMap<string, Planned>): Side {
  const instances = [...all];
  const why = new Map(asStages(planned, { instances }).map((s) => [s.stage, s.why]));
  const side = new Map<string, SideStage>();
  for (const { name, owner, params } of instances) {
    if (owner !== undefined) continue;
    const ready = planned.get(name)?.ready;
    const record = ready === undefined ? undefined : recordOf(cache, ready.key);
    if (ready === undefined || record === undefined) side.set(name, { kind: 'stale', why: why.get(name) ?? [] });
    else {
      const filter = instances.find((i) => i.name === whereOf(name));
      const where = filter && writtenParams(filter).where;
      side.set(name, { kind: 'done', key: ready.key, record, params, ...(where && { where }) });
    }
  }
  return side;
}

function recordOf(cache: Cache, key: Digest): ActionRecord | undefined {
  const read = cache.actions.get(key);
  return read.found ? readActionRecord(read.record) : undefined;
}

/** Names of inputs without a pipeline: what was read is traced to the stage of the run that made it; no lines of files are known. */
export function namesIn(side: Side): (stage: string) => Names {
  const makers = new Map<Digest, string>();
  for (const [name, s] of side)
    if (s.kind === 'done')
      for (const { parts } of Object.values(s.record.outputs))
        for (const [, digest] of parts) if (!makers.has(digest)) makers.set(digest, name);
  return (stage) => {
    const own = side.get(stage);
    const inputs = own?.kind === 'done' ? own.record.action.inputs : [];
    return {
      input: (port, index) => {
        const parts = inputs.find((i) => i[0] === port && i[1] === index)?.[3] ?? [];
        return parts.map(([, digest]) => makers.get(digest)).find((name) => name !== undefined) ?? port;
      },
      file: (param) => ({ name: param }),
      params: own?.kind === 'done' ? (own.params ?? {}) : {},
      place: () => '',
    };
  };
}
