import { join } from 'node:path';
import type { Json } from './canonical.ts';
import { type Disk, errorCode, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { freshHex } from './fresh-name.ts';
import { makingFolder, readOpenFile, removeQuietly, writeAll } from './whole-file.ts';

declare const runIdBrand: unique symbol;

/** Names a run, `2025-01-31T10-11-12.123Z-9f3a1c`: the text order of ids is the order of their starts (UTC). */
export type RunId = string & { readonly [runIdBrand]: true };

const RUN_ID = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{6}$/;

/** Whether a text has the form of a run's id. */
export const isRunId = (text: string): text is RunId => RUN_ID.test(text);

/** The record of a run as far as it can be read. */
export interface RunRecord {
  readonly events: readonly Json[];
  /** Lines that are no JSON: the end of a killed run, or a damaged disk. */
  readonly unreadable: number;
}

/** The log of a run that is under way. */
export interface RunWriter {
  readonly id: RunId;
  /**
   * Appends events in one write; several at once cost no more than one.
   * @throws StoreFailure
   */
  write(...events: readonly Json[]): void;
  /** Appends lines that are JSON texts already. @throws StoreFailure */
  writeText(lines: string): void;
  close(): void;
}

/**
 * What runs did: a file of JSON lines each, only ever appended to, readable with any tool. History for people and for
 * comparing runs; no result is ever taken from it, so its lines carry no checksums and its loss costs no result.
 */
export class RunLog {
  readonly folder: string;
  readonly #disk: Disk;

  private constructor(folder: string, disk: Disk) {
    this.folder = folder;
    this.#disk = disk;
  }

  static open(folder: string, disk: Disk = realDisk): RunLog {
    return new RunLog(folder, disk);
  }

  /**
   * Starts the record of a run that began at `startedMs` (ms since 1970, years 0 to 9999).
   * @throws StoreFailure
   */
  start(startedMs: number): RunWriter {
    const time = new Date(startedMs).toISOString().replaceAll(':', '-');
    const id = `${time}-${freshHex(6)}` as RunId;
    const path = this.#path(id);
    const fd = this.#guarded(path, () => makingFolder(this.#disk, path, () => this.#disk.open(path, 'ax', 0o644)));
    const writeText = (lines: string): void =>
      this.#guarded(path, () => writeAll(this.#disk, fd, Buffer.from(lines, 'utf8')));
    const write = (...events: readonly Json[]): void =>
      writeText(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return { id, write, writeText, close: () => this.#disk.close(fd) };
  }

  /**
   * All runs, oldest first.
   * @throws StoreFailure
   */
  list(): readonly RunId[] {
    const names = this.#guarded(this.folder, () => this.#disk.list(this.folder));
    const ids = names.flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -'.jsonl'.length)] : []));
    return ids.filter(isRunId).sort();
  }

  /**
   * The record of a run; undefined when there is none.
   * @throws StoreFailure when it is there and cannot be read
   */
  read(id: RunId): RunRecord | undefined {
    const text = this.#text(this.#path(id));
    if (text === undefined) return undefined;
    const events: Json[] = [];
    let unreadable = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      try {
        events.push(JSON.parse(line) as Json);
      } catch {
        unreadable++;
      }
    }
    return { events, unreadable };
  }

  /**
   * The record as it is written, a JSON text a line; undefined when there is none.
   * @throws StoreFailure when it is there and cannot be read
   */
  text(id: RunId): string | undefined {
    return this.#text(this.#path(id));
  }

  /** Removes a run's record; false when it was not there or could not be removed. */
  remove(id: RunId): boolean {
    return removeQuietly(this.#disk, this.#path(id));
  }

  #path(id: RunId): string {
    return join(this.folder, `${id}.jsonl`);
  }

  #text(path: string): string | undefined {
    try {
      const fd = this.#disk.open(path, 'r');
      try {
        const bytes = readOpenFile(this.#disk, fd, Number(this.#disk.fstat(fd).size));
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
      } finally {
        this.#disk.close(fd);
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw storeFailure(error, path);
    }
  }

  #guarded<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFailure(error, path);
    }
  }
}
