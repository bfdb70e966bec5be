/**
 * What earlier runs did: the key that each stage had last, with what it cost. It explains and foretells; no result is
 * ever taken from it. `runs/<id>.jsonl` holds a run, `latest/<pipeline>.json` names the last one that did anything.
 */
import { join, relative } from 'node:path';
import type { Cache } from '../../cache/cache.ts';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import { isRunId, type RunId, type RunWriter } from '../../cache/run-log.ts';
import { readOpenFile, temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import type { Json } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { type GoneOn, goneOn, isInOrder } from './gone-on.ts';
import { byName, type Past, type PastStage, readPast, type Wrote } from './past.ts';
import type { PastText } from './past-text.ts';
import { endIn, isMended, type Unfinished } from './unfinished.ts';

/** What a run did, as it goes on record. */
export interface Done {
  readonly ok: boolean;
  readonly ms: number;
  readonly stages: readonly PastStage[];
  /** of the pipeline, but not of this run: as they were before it */
  readonly carried: readonly PastStage[];
  readonly gathers: readonly Digest[];
  readonly left: readonly Wrote[];
  /** something ran, failed or was put right */
  readonly isNews: boolean;
  readonly unfinished: Unfinished;
}

/** What a run did that looked at some stages only. */
export interface PartDone extends GoneOn {
  readonly ok: boolean;
  readonly ms: number;
  readonly isNews: boolean;
  readonly unfinished: Unfinished;
  /** how many instances it looked at */
  readonly looked: number;
  /** the record that it goes on from */
  readonly past: PastText;
  readonly gathers: readonly Digest[];
  readonly left: readonly Wrote[];
}

/** `other`: the file of the other pipeline that wrote. */
export interface Writer {
  readonly other?: string;
}

const hasWritten = ({ stages, left }: Past, path: string): boolean =>
  [...stages.values(), ...left].some(({ wrote }) => wrote?.includes(path) === true);

export type Machine = { readonly [name: string]: string };

export class History {
  readonly #cache: Cache;
  readonly #machine: Machine;
  readonly #pasts = new Map<string, Past>();

  /** @param machine versions and platform, put on record with each run */
  constructor(cache: Cache, machine: Machine) {
    this.#cache = cache;
    this.#machine = machine;
  }

  /** The last run of a pipeline; read when first asked for. Damage reads as no history. */
  past(pipeline: Pipeline): Past {
    const id = this.#idOf(pipeline);
    return this.#pasts.get(id) ?? this.#read(id, this.#latestRun(id));
  }

  #read(id: string, run: RunId | undefined): Past {
    let past = this.#pasts.get(id);
    if (past === undefined || past.run !== run) this.#pasts.set(id, (past = readPast(this.#cache, run)));
    return past;
  }

  /** Starts the record of a run; undefined when the store cannot be written, which the run itself will say if it matters. */
  start(startedMs: number): RunWriter | undefined {
    try {
      return this.#cache.runs.start(startedMs);
    } catch (error) {
      if (error instanceof StoreFailure) return undefined;
      throw error;
    }
  }

  /** Ends the record. A run in which nothing happened just points to the one that it found in force. */
  finish(pipeline: Pipeline, writer: RunWriter | undefined, done: Done): void {
    if (writer === undefined) return;
    const id = this.#idOf(pipeline);
    const standing = [...done.stages, ...done.carried];
    const latest = this.#latestRun(id);
    const head = { type: 'run', ...this.record(pipeline), ok: done.ok, ms: done.ms, ...done.unfinished };
    try {
      const before = latest === undefined ? undefined : this.#read(id, latest);
      const isNews = done.isNews || before === undefined || isMended(before.end, pipeline, done);
      if (!isNews && latest !== undefined && isSameState(before.stages.values(), standing)) {
        writer.write({ ...head, same: latest });
        return;
      }
      const stages = done.stages.map((s): Json => ({ type: 'stage', ...s }));
      const carried = done.carried.map((s): Json => ({ type: 'carried', ...s }));
      const left = done.left.map((s): Json => ({ type: 'left', ...s }));
      writer.write(head, ...stages, ...carried, ...left, { type: 'gathers', keys: done.gathers });
      this.#write(id, writer.id);
      const { gathers, left: still } = done;
      this.#pasts.set(id, { run: writer.id, end: endIn(head), stages: byName(standing), gathers, left: still });
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
    } finally {
      writer.close();
    }
  }

  /** The same after a run that looked at some stages: of the others goes on record what is on record. */
  finishPart(pipeline: Pipeline, writer: RunWriter | undefined, done: PartDone): void {
    if (writer === undefined) return;
    const id = this.#idOf(pipeline);
    const { past, stages, isNews, ok, ms, looked, unfinished } = done;
    const head = { type: 'run', ...this.record(pipeline), ok, ms, looked, ...unfinished };
    try {
      const isOld = !isNews && !isMended(past.end, pipeline, done);
      const isSame = isOld && stages.every((s) => past.stages.get(s.name)?.key === s.key);
      if (isSame && isInOrder(past, done)) {
        writer.write({ ...head, same: past.run });
        return;
      }
      const text = goneOn(past, done);
      const rest = [...done.left.map((s) => ({ type: 'left', ...s })), { type: 'gathers', keys: done.gathers }];
      writer.writeText(`${JSON.stringify(head)}\n${text}${rest.map((line) => `${JSON.stringify(line)}\n`).join('')}`);
      this.#write(id, writer.id);
      this.#pasts.delete(id);
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
    } finally {
      writer.close();
    }
  }

  /** What every run of a pipeline on this machine has on record. */
  record(pipeline: Pipeline): Machine {
    return { pipeline: pipeline.name, file: pipeline.file, of: this.#idOf(pipeline), ...this.#machine };
  }

  /** Whose last run has a file on record, as written or as left: that of another pipeline of the store, or of this one. */
  writer(pipeline: Pipeline, file: string): Writer | undefined {
    const path = relative(this.#cache.root, file);
    const own = this.#idOf(pipeline);
    // not what is remembered: the store may have been emptied since
    const isOwn = hasWritten(this.#read(own, this.#latestRun(own)), path);
    for (const name of realDisk.list(join(this.#cache.root, 'latest'))) {
      const id = name.replace(/\.json$/, '');
      const run = id === own || id === name ? undefined : this.#latestRun(id);
      if (run !== undefined && hasWritten(this.#read(id, run), path)) return { other: this.#nameIn(run) };
    }
    return isOwn ? {} : undefined;
  }

  /** The file of the pipeline that it was a run of. */
  #nameIn(run: RunId): string {
    const [head] = this.#cache.runs.read(run)?.events ?? [];
    const { file } = (head ?? {}) as { readonly file?: unknown };
    return typeof file === 'string' ? printedPath(file) : run;
  }

  /** Files that the other pipelines of the store wrote last, relative to it. */
  writtenByOthers(pipeline: Pipeline): ReadonlySet<string> {
    const own = `${this.#idOf(pipeline)}.json`;
    const folder = join(this.#cache.root, 'latest');
    const pasts = realDisk
      .list(folder)
      .filter((name) => name !== own)
      .map((name) => readPast(this.#cache, readLatest(join(folder, name))));
    return new Set(pasts.flatMap((past) => [...past.stages.values()].flatMap((s) => s.wrote ?? [])));
  }

  /** The file that names the last run that did anything. */
  latestFile(pipeline: Pipeline): string {
    return this.#latestFile(this.#idOf(pipeline));
  }

  /** That run; undefined when there is none on record. */
  latest(pipeline: Pipeline): RunId | undefined {
    return this.#latestRun(this.#idOf(pipeline));
  }

  #latestFile(id: string): string {
    return join(this.#cache.root, 'latest', `${id}.json`);
  }

  #idOf(pipeline: Pipeline): string {
    return pipelineId(this.#cache, pipeline.file);
  }

  #latestRun(id: string): RunId | undefined {
    return readLatest(this.#latestFile(id));
  }

  #write(id: string, run: RunId): void {
    const bytes = new TextEncoder().encode(JSON.stringify({ run }));
    writeWhole(realDisk, this.#latestFile(id), bytes, {
      temp: temporaryFor(join(this.#cache.root, id)),
      mode: 0o644,
      durable: false,
    });
  }
}

/** Which pipeline of its store a file is; the same wherever both are moved. */
export const pipelineId = (cache: Cache, file: string): string => digestOf(relative(cache.root, file)).slice(0, 16);

/** Whether the results, and where they went, are the same. */
function isSameState(before: Iterable<PastStage>, now: readonly PastStage[]): boolean {
  let i = 0;
  for (const { name, key, wrote = [] } of before) {
    const stage = now[i++];
    if (stage?.name !== name || stage.key !== key) return false;
    if (wrote.length !== (stage.wrote?.length ?? 0) || wrote.some((file, n) => file !== stage.wrote?.[n])) return false;
  }
  return i === now.length;
}

function readLatest(file: string): RunId | undefined {
  let text: string;
  try {
    const fd = realDisk.open(file, 'r');
    try {
      text = new TextDecoder().decode(readOpenFile(realDisk, fd, Number(realDisk.fstat(fd).size)));
    } finally {
      realDisk.close(fd);
    }
  } catch {
    return undefined;
  }
  try {
    const { run } = JSON.parse(text) as { readonly run?: unknown };
    return typeof run === 'string' && isRunId(run) ? run : undefined;
  } catch {
    return undefined;
  }
}
