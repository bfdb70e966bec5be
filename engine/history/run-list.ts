/** Runs on record, as `log`, `diff`, `gc` and `tag` see them. */
import type { Cache } from '../../cache/cache.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Json } from '../../stages/contract.ts';
import { isHidden } from '../plan/stale.ts';

export interface RecordedRun {
  readonly id: RunId;
  readonly pipeline: string;
  /** absolute path of the pipeline file at that time */
  readonly file: string;
  /** which pipeline of the store it is, wherever its folder was moved */
  readonly of?: string;
  readonly ok: boolean;
  readonly ms: number;
  /** versions and platform */
  readonly machine: Readonly<Record<string, string>>;
  /** nothing happened: the run that did the work */
  readonly same?: RunId;
  /** stages by status */
  readonly counts: Readonly<Record<string, number>>;
  /** stages that failed or do not hold */
  readonly failed?: readonly string[];
}

type Mapping = { readonly [name: string]: Json };

const isMapping = (value: Json | undefined): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const HEAD = new Set(['type', 'pipeline', 'file', 'of', 'ok', 'ms', 'same', 'standing']);

/** A run's record; undefined when it has none, or none that can be read. Runs that were killed have an empty one. */
export function readRun(cache: Cache, id: RunId): RecordedRun | undefined {
  const events = (cache.runs.read(id)?.events ?? []).filter(isMapping);
  const head = events.find((e) => e.type === 'run');
  if (head === undefined) return undefined;
  const { pipeline, file, of, ok, ms, same } = head;
  const failed = Array.isArray(head.failed) ? head.failed.map(String) : [];
  const counts: Record<string, number> = {};
  const count = (status: string, by: number): void => {
    if (by > 0) counts[status] = (counts[status] ?? 0) + by;
  };
  const isCounted = new Set(failed);
  for (const e of events)
    if (e.type === 'stage' && !isHidden(String(e.name)) && !isCounted.has(String(e.name))) count(String(e.status), 1);
  count('failed', failed.length);
  for (const status of ['blocked', 'cancelled']) count(status, Number(head[status] ?? 0));
  const machine = Object.entries(head).filter(([name, value]) => !HEAD.has(name) && typeof value === 'string');
  return {
    id,
    pipeline: String(pipeline),
    file: String(file),
    ...(typeof of === 'string' ? { of } : {}),
    ok: ok === true,
    ms: Number(ms),
    machine: Object.fromEntries(machine) as Readonly<Record<string, string>>,
    ...(typeof same === 'string' ? { same: same as RunId } : {}),
    counts,
    ...(failed.length === 0 ? {} : { failed }),
  };
}

/** Runs of one pipeline of the store, the newest first. */
export function runsOf(cache: Cache, pipeline: { readonly file: string; readonly of: string }): RecordedRun[] {
  return cache.runs
    .list()
    .toReversed()
    .flatMap((id) => readRun(cache, id) ?? [])
    .filter((run) => (run.of === undefined ? run.file === pipeline.file : run.of === pipeline.of));
}

/** The record of a run as it lies in the store. */
export interface RunText {
  readonly id: RunId;
  readonly text: string;
}

/** Of one pipeline of the store, the newest first, those that did something; each is read when it is asked for. */
export function* textsOf(cache: Cache, of: string): Generator<RunText> {
  for (const id of cache.runs.list().toReversed()) {
    const text = textOf(cache, id);
    const end = text.indexOf('\n');
    if (end === -1) continue; // killed
    let head: unknown;
    try {
      head = JSON.parse(text.slice(0, end));
    } catch {
      continue; // damaged
    }
    if (isMapping(head as Json) && (head as Mapping).of === of && (head as Mapping).same === undefined)
      yield { id, text };
  }
}

function textOf(cache: Cache, id: RunId): string {
  try {
    return cache.runs.text(id) ?? '';
  } catch (thrown) {
    if (thrown instanceof StoreFailure) return '';
    throw thrown;
  }
}

/** Those that did something. */
export const news = (runs: readonly RecordedRun[]): RecordedRun[] => runs.filter((run) => run.same === undefined);
