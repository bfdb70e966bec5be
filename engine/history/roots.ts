/** What a sweep keeps: results that the last runs of each pipeline, tagged runs and the present plan reach. */
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import type { RunId } from '../../cache/run-log.ts';
import { readPast } from './past.ts';
import { type RecordedRun, readRun } from './run-list.ts';
import type { Tag } from './tags.ts';

export interface Roots {
  readonly keys: ReadonlySet<Digest>;
  /** runs whose records stay */
  readonly runs: ReadonlySet<RunId>;
}

/** @param keep so many of the last runs that did something, of each pipeline */
export function rootsOf(cache: Cache, keep: number, tags: readonly Tag[]): Roots {
  const runs = new Set<RunId>(tags.map((t) => t.run));
  const taken = new Map<string, number>();
  for (const id of cache.runs.list().toReversed()) {
    const run = readRun(cache, id);
    if (run === undefined) continue;
    const count = taken.get(pipelineOf(run)) ?? 0;
    if (count >= keep) continue;
    // a run in which nothing happened keeps the one that it found in force
    if (run.same === undefined) taken.set(pipelineOf(run), count + 1);
    runs.add(run.same ?? id);
    if (run.same !== undefined) runs.add(id);
  }
  const keys = new Set<Digest>();
  for (const id of runs) {
    const past = readPast(cache, id);
    for (const stage of past.stages.values()) keys.add(stage.key);
    for (const key of past.gathers) keys.add(key);
  }
  return { keys, runs };
}

const pipelineOf = (run: RecordedRun): string => run.of ?? run.file;
