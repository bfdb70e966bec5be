import type { Json } from './canonical.ts';
import { eachLine, encodeLines, lineKey, readLine } from './checked-line.ts';
import type { Digest } from './digest.ts';
import { type Disk, realDisk } from './disk.ts';
import { StoreFailure, storeFailure } from './failure.ts';
import { makingFolder, readOpenFile } from './whole-file.ts';

/** What is recorded for a key. Every miss has the same cure: run the action again. */
export type ActionRead =
  | { readonly found: true; readonly record: Json }
  | { readonly found: false; readonly reason: 'absent' | 'damaged' | 'other-format' };

export interface ActionIndexOptions {
  /** Bring each record to the disk before `put` returns; false when not given. */
  readonly durable?: boolean;
  readonly disk?: Disk;
}

/** Where a record's line stands in what was read or written. */
interface Line {
  readonly log: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A record that is not written yet. */
interface Waiting {
  readonly record: Json;
  /** what the log says already */
  readonly held: Line | undefined;
}

/** An append that meets a short write or a replaced log is made again this many times. */
const ATTEMPTS = 5;

/**
 * Records by key, in one log that is only ever appended to. Opening is one read whatever the number of records (10,000
 * records, 4 MB: about 4 ms to open, 6 ms more to check and parse them all); a line is checked and parsed when asked for. The
 * last line of a key counts.
 *
 * Guarantees. Any number of processes of one machine may read and append without a lock: a record, or several that were put together, is
 * one write call on a descriptor opened for appending, which the kernel does not interleave with others on a local disk. A torn line
 * (kill, power, full disk) or a damaged one is a miss for its own key only. A log that is replaced under a writer, by
 * compaction or by deletion, is noticed after each write, and the record is written again to the new one.
 *
 * Not guaranteed: appends from several machines to one network disk; what they tear reads as a miss.
 */
export class ActionIndex {
  readonly file: string;
  readonly #disk: Disk;
  readonly #durable: boolean;
  readonly #lines = new Map<Digest, Line | Waiting>();
  #waiting = new Map<Digest, Waiting>();
  #inode: bigint | undefined;
  #offset = 0;
  #fd: number | undefined;

  private constructor(file: string, options: ActionIndexOptions) {
    this.file = file;
    this.#disk = options.disk ?? realDisk;
    this.#durable = options.durable ?? false;
  }

  /**
   * Opens the log; a missing one is empty and made by the first `put`.
   * @throws StoreFailure when the log is there and cannot be read
   */
  static open(file: string, options: ActionIndexOptions = {}): ActionIndex {
    const index = new ActionIndex(file, options);
    index.refresh();
    return index;
  }

  /** The number of keys, damaged ones included. */
  get size(): number {
    return this.#lines.size;
  }

  /** All keys, each not yet checked. */
  keys(): Iterable<Digest> {
    return this.#lines.keys();
  }

  /** The record of a key as of the last `open`, `refresh` or own `put`. */
  get(key: Digest): ActionRead {
    const line = this.#lines.get(key);
    if (line === undefined) return { found: false, reason: 'absent' };
    return 'record' in line ? { found: true, record: line.record } : readLine(line.log, line.start, line.end);
  }

  /**
   * Records what a key put out; write the blobs that the record names first. Nothing is written when that is what the
   * log says already.
   * @throws StoreFailure full, read-only, too-many-files or io
   */
  put(key: Digest, record: Json): void {
    this.putSoon(key, record);
    this.flush();
  }

  /** The same, except that the record is only sure to be on disk after `flush`; whoever asks this object gets it before. */
  putSoon(key: Digest, record: Json): void {
    const now = this.#lines.get(key);
    const waiting: Waiting = { record, held: now !== undefined && 'record' in now ? now.held : now };
    this.#lines.set(key, waiting);
    this.#waiting.set(key, waiting);
  }

  /**
   * Writes the records that wait, in one go.
   * @throws StoreFailure; they are forgotten then, as if they had never been put
   */
  flush(): void {
    if (this.#waiting.size === 0) return;
    try {
      const news = this.#encoded([...this.#waiting]);
      if (news.length > 0) this.#append(news);
      this.#waiting = new Map();
    } catch (error) {
      this.discard();
      throw storeFailure(error, this.file);
    }
  }

  /** Takes the lines of records in, and gives back those that the log does not have. */
  #encoded(records: readonly (readonly [Digest, Waiting])[]): Buffer {
    const { log, bounds } = encodeLines(records.map(([key, { record }]) => [key, record]));
    const known = new Set<number>();
    records.forEach(([key, { held }], i) => {
      const [start, end] = bounds[i] as readonly [number, number];
      const line = { log, start, end };
      const isKnown = held !== undefined && sameText(held, line);
      if (isKnown) known.add(i);
      this.#lines.set(key, isKnown ? held : line);
    });
    if (known.size === 0) return log;
    const news = bounds.filter((_, i) => !known.has(i));
    return Buffer.concat(news.map(([start, end]) => log.subarray(start - 1, end + 1)));
  }

  /** Forgets the records that wait. */
  discard(): void {
    for (const key of this.#waiting.keys()) this.#lines.delete(key);
    this.#waiting = new Map();
  }

  /**
   * Takes in what other processes have appended since; starts over when the log was replaced or removed.
   * @returns the number of lines taken in
   * @throws StoreFailure when the log is there and cannot be read, or what waits not be written
   */
  refresh(): number {
    this.flush();
    try {
      const stat = this.#disk.stat(this.file);
      if (stat?.ino !== this.#inode || Number(stat?.size ?? 0) < this.#offset) this.#forget();
      return stat === undefined || Number(stat.size) === this.#offset ? 0 : this.#takeIn();
    } catch (error) {
      throw storeFailure(error, this.file);
    }
  }

  /** Gives the descriptor back; the index may still be used and opens it again when it must. */
  close(): void {
    if (this.#fd !== undefined) this.#disk.close(this.#fd);
    this.#fd = undefined;
  }

  #takeIn(): number {
    const fd = this.#disk.open(this.file, 'r');
    try {
      const stat = this.#disk.fstat(fd);
      if (stat.ino !== this.#inode) this.#forget();
      const bytes = readOpenFile(this.#disk, fd, Math.max(0, Number(stat.size) - this.#offset), this.#offset);
      this.#inode = stat.ino;
      return this.#index(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    } finally {
      this.#disk.close(fd);
    }
  }

  #index(log: Buffer): number {
    let count = 0;
    this.#offset += eachLine(log, (start, end) => {
      const key = lineKey(log, start, end);
      if (key === undefined) return;
      this.#lines.set(key, { log, start, end });
      count++;
    });
    return count;
  }

  #append(line: Buffer): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const fd = (this.#fd ??= makingFolder(this.#disk, this.file, () => this.#disk.open(this.file, 'a', 0o644)));
      const written = this.#disk.write(fd, line, 0);
      if (written === line.length && this.#durable) this.#disk.sync(fd);
      const stat = this.#disk.fstat(fd);
      if (stat.nlink === 0n) this.close();
      else if (written === line.length) {
        this.#skipOwn(stat.ino, Number(stat.size), line.length);
        return;
      }
    }
    throw new StoreFailure('EIO', this.file);
  }

  /** When nobody else has appended since the last look, there is no need to read back what was written here. */
  #skipOwn(inode: bigint, size: number, length: number): void {
    if (this.#inode === undefined && size === length) this.#inode = inode;
    if (inode === this.#inode && size === this.#offset + length) this.#offset = size;
  }

  #forget(): void {
    this.#lines.clear();
    this.#inode = undefined;
    this.#offset = 0;
  }
}

function sameText(a: Line, b: Line): boolean {
  return a.log.compare(b.log, b.start, b.end, a.start, a.end) === 0;
}
