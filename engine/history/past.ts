/** What an earlier run did, stage by stage, as its record has it. */
import type { Cache } from '../../cache/cache.ts';
import { type Digest, isDigest } from '../../cache/digest.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Json, JsonRecord } from '../../stages/contract.ts';
import type { Status } from '../events/event.ts';
import { endIn, type PastEnd } from './unfinished.ts';

/** Files for people that a result went to, relative to the store; each ends in the name of its part. */
export interface Wrote {
  readonly key: Digest;
  readonly wrote: readonly string[];
}

export interface PastStage extends Partial<Wrote> {
  readonly name: string;
  readonly status: Status;
  readonly key: Digest;
  /** of the run that made the result */
  readonly ms: number;
  /** as the YAML had them */
  readonly params?: JsonRecord;
}

export interface Past {
  readonly run: RunId | undefined;
  readonly end: PastEnd;
  readonly stages: ReadonlyMap<string, PastStage>;
  readonly gathers: readonly Digest[];
  /** files that no stage writes any more and that are still to be looked at */
  readonly left: readonly Wrote[];
}

/** As much of it as a run looks at. */
export interface PastLook {
  readonly run: RunId | undefined;
  readonly stages: Pick<ReadonlyMap<string, PastStage>, 'get' | 'has' | 'keys'>;
}

const NOTHING: Past = {
  run: undefined,
  end: { ok: true, failed: [] },
  stages: new Map(),
  gathers: [],
  left: [],
};

/** A run from the log; `undefined` or damage reads as nothing. */
export function readPast(cache: Cache, run: RunId | undefined): Past {
  try {
    const events = run === undefined ? [] : (cache.runs.read(run)?.events ?? []);
    const mappings = events.filter((e): e is { readonly [key: string]: Json } => typeof e === 'object' && e !== null);
    const stages = mappings.filter(
      (e) => e.type === 'stage' || e.type === 'carried',
    ) as unknown as readonly PastStage[];
    const gathers = mappings.find((e) => e.type === 'gathers')?.keys;
    return {
      run,
      end: endIn(mappings.find((e) => e.type === 'run')),
      stages: byName(stages.filter((s) => isDigest(s.key))),
      left: mappings.filter((e) => e.type === 'left').flatMap(readWrote),
      gathers: Array.isArray(gathers) ? gathers.filter((k): k is Digest => typeof k === 'string' && isDigest(k)) : [],
    };
  } catch (error) {
    if (error instanceof StoreFailure) return NOTHING;
    throw error;
  }
}

export const byName = (stages: readonly PastStage[]): ReadonlyMap<string, PastStage> =>
  new Map(
    stages.map((stage) => {
      const { name, status, key, ms, params } = stage;
      return [name, { name, status, key, ms, ...readWrote(stage)[0], ...(params === undefined ? {} : { params }) }];
    }),
  );

/** A stage from its line on record. */
export function pastStageOf(line: Json | undefined): PastStage | undefined {
  if (typeof line !== 'object' || line === null) return undefined;
  const stage = line as unknown as PastStage;
  return typeof stage.name === 'string' && isDigest(stage.key) ? byName([stage]).get(stage.name) : undefined;
}

export function readWrote({ key, wrote }: { readonly key?: unknown; readonly wrote?: unknown }): readonly Wrote[] {
  if (typeof key !== 'string' || !isDigest(key) || !Array.isArray(wrote)) return [];
  return [{ key, wrote: wrote.filter((file): file is string => typeof file === 'string') }];
}
