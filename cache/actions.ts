import type { Json } from './canonical.ts';
import { eachLine, encodeLines, lineKey, readLine } from './checked-line.ts';
import type { Digest } from './digest.ts';
import { type Disk, realDisk } from './disk.ts';
import { StoreFailure, storeFailure } from './failure.ts';
import { isWorthIndexing, readIndex, writeIndex } from './place-index.ts';
import { type Place, PlaceTable } from './place-table.ts';
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

/** A stretch of the log in memory. */
interface Stretch {
  readonly log: Buffer;
  /** where it stands in the file; undefined when that is not known */
  base: number | undefined;
}

/** Where a record's line stands in what was read or written. */
interface Line {
  readonly of: Stretch;
  readonly start: number;
  readonly end: number;
}

/** A record that is not written yet. */
interface Waiting {
  readonly record: Json;
  /** what the log says already */
  readonly held: Line | undefined;
}

/** With an index, so many records are read one at a time; whoever asks for more is better off with all of them. */
const FEW = 64;

/** An append that meets a short write or a replaced log is made again this many times. */
const ATTEMPTS = 5;

/**
 * Records by key, in one log that is only ever appended to. Opening reads it all, or, when there is an index beside a long one, what
 * was appended since; a line is checked and parsed when asked for. The last line of a key counts.
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
  /** lines that were not read yet */
  #indexed: PlaceTable | undefined;
  /** the log, for reading those */
  #reader: number | undefined;
  #asked = 0;
  /** lines that no index tells of */
  #news = 0;
  #waiting = new Map<Digest, Waiting>();
  #inode: bigint | undefined;
  #offset = 0;
  #writer: number | undefined;

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
    const indexed = this.#indexed;
    if (indexed === undefined) return this.#lines.size;
    let others = 0;
    for (const key of this.#lines.keys()) if (indexed.find(key) === -1) others++;
    return indexed.size + others;
  }

  /** The record of a key as of the last `open`, `refresh` or own `put`. */
  get(key: Digest): ActionRead {
    const line = this.#line(key);
    if (line === undefined) return { found: false, reason: 'absent' };
    return 'record' in line ? { found: true, record: line.record } : readLine(line.of.log, line.start, line.end);
  }

  #line(key: Digest): Line | Waiting | undefined {
    return this.#lines.get(key) ?? (this.#indexed === undefined ? undefined : this.#unread(key, this.#indexed));
  }

  #unread(key: Digest, indexed: PlaceTable): Line | Waiting | undefined {
    const row = indexed.find(key);
    const place = row === -1 ? undefined : indexed.place(row);
    if (place === undefined) return undefined;
    try {
      const isOther = this.#disk.fstat(this.#open()).ino !== this.#inode;
      if (isOther || ++this.#asked > FEW) {
        this.#readAll();
        return this.#lines.get(key);
      }
      const line = this.#lineAt(place);
      this.#lines.set(key, line);
      return line;
    } catch {
      return undefined; // a log that cannot be read has no record, and the cure is that of a miss
    }
  }

  #lineAt({ at, size }: Place): Line {
    const bytes = readOpenFile(this.#disk, this.#open(), size, at);
    return { of: { log: asBuffer(bytes), base: at }, start: 0, end: bytes.length };
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
    const now = this.#line(key);
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
      if (news.bytes.length > 0) this.#append(news);
      this.#waiting = new Map();
    } catch (error) {
      this.discard();
      throw storeFailure(error, this.file);
    }
  }

  /** Takes the lines of records in, and gives back those that the log does not have. */
  #encoded(records: readonly (readonly [Digest, Waiting])[]): { bytes: Buffer; of?: Stretch } {
    const { log, bounds } = encodeLines(records.map(([key, { record }]) => [key, record]));
    const of: Stretch = { log, base: undefined };
    const known = new Set<number>();
    records.forEach(([key, { held }], i) => {
      const [start, end] = bounds[i] as readonly [number, number];
      const line = { of, start, end };
      const isKnown = held !== undefined && sameText(held, line);
      if (isKnown) known.add(i);
      else this.#news++;
      this.#lines.set(key, isKnown ? held : line);
    });
    if (known.size === 0) return { bytes: log, of };
    const news = bounds.filter((_, i) => !known.has(i));
    return { bytes: Buffer.concat(news.map(([start, end]) => log.subarray(start - 1, end + 1))) };
  }

  /** Forgets the records that wait. */
  discard(): void {
    for (const [key, { held }] of this.#waiting) {
      if (held === undefined) this.#lines.delete(key);
      else this.#lines.set(key, held);
    }
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

  /** Leaves an index for whoever opens the log next, and gives the descriptors back; they are opened again when they must be. */
  close(): void {
    this.#leaveIndex();
    this.#closeReader();
    this.#closeWriter();
  }

  #closeReader(): void {
    if (this.#reader !== undefined) this.#disk.close(this.#reader);
    this.#reader = undefined;
  }

  #closeWriter(): void {
    if (this.#writer !== undefined) this.#disk.close(this.#writer);
    this.#writer = undefined;
  }

  #takeIn(): number {
    try {
      if (this.#inode !== undefined && this.#disk.fstat(this.#open()).ino !== this.#inode) this.#forget();
      const stat = this.#disk.fstat(this.#open());
      const size = Number(stat.size);
      if (this.#inode === undefined) this.#recall(stat.ino, size);
      this.#inode = stat.ino;
      return this.#takeInFrom(this.#open(), size);
    } finally {
      if (this.#indexed === undefined) this.#closeReader();
    }
  }

  #takeInFrom(fd: number, size: number): number {
    const bytes = readOpenFile(this.#disk, fd, Math.max(0, size - this.#offset), this.#offset);
    const of: Stretch = { log: asBuffer(bytes), base: this.#offset };
    let count = 0;
    this.#offset += eachLine(of.log, (start, end) => {
      const key = lineKey(of.log, start, end);
      if (key === undefined) return;
      this.#lines.set(key, { of, start, end });
      count++;
    });
    this.#news += count;
    return count;
  }

  /** A log that was replaced by another of the same number would not have the last of the lines where the index says. */
  #recall(inode: bigint, size: number): void {
    const index = readIndex(this.#disk, this.file, inode, size);
    const last = index?.table.last();
    if (index === undefined || last === undefined) return;
    const { of, start, end } = this.#lineAt(last);
    if (lineKey(of.log, start, end) !== last.digest || !readLine(of.log, start, end).found) return;
    this.#indexed = index.table;
    this.#offset = index.offset;
    this.#asked = 0;
  }

  /** The index is of no use any more. */
  #readAll(): void {
    const fd = this.#open();
    const { ino, size } = this.#disk.fstat(fd);
    this.#lines.clear();
    this.#indexed = undefined;
    [this.#inode, this.#offset, this.#news] = [ino, 0, 0];
    try {
      this.#takeInFrom(fd, Number(size));
    } finally {
      for (const [key, waiting] of this.#waiting) this.#lines.set(key, waiting);
      this.#closeReader();
    }
  }

  #leaveIndex(): void {
    const inode = this.#inode;
    if (inode === undefined || !isWorthIndexing(this.#news, this.#news + (this.#indexed?.size ?? 0))) return;
    const table = this.#indexed ?? new PlaceTable();
    for (const [key, known] of this.#lines) {
      const line = 'record' in known ? known.held : known;
      if (line === undefined) continue;
      if (line.of.base === undefined) return; // where it stands is for the next to see
      table.put(table.rowFor(key), line.of.base + line.start, line.end - line.start, 0);
    }
    writeIndex(this.#disk, this.file, { inode, offset: this.#offset, table });
    this.#news = 0;
  }

  #open(): number {
    return (this.#reader ??= this.#disk.open(this.file, 'r'));
  }

  #append({ bytes: line, of }: { readonly bytes: Buffer; readonly of?: Stretch }): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const fd = (this.#writer ??= makingFolder(this.#disk, this.file, () => this.#disk.open(this.file, 'a', 0o644)));
      const written = this.#disk.write(fd, line, 0);
      if (written === line.length && this.#durable) this.#disk.sync(fd);
      const stat = this.#disk.fstat(fd);
      if (stat.nlink === 0n) this.#closeWriter();
      else if (written === line.length) {
        this.#skipOwn(stat.ino, Number(stat.size), line.length, of);
        return;
      }
    }
    throw new StoreFailure('EIO', this.file);
  }

  /** When nobody else has appended since the last look, there is no need to read back what was written here. */
  #skipOwn(inode: bigint, size: number, length: number, of: Stretch | undefined): void {
    if (this.#inode === undefined && size === length) this.#inode = inode;
    if (inode !== this.#inode || size !== this.#offset + length) return;
    if (of !== undefined) of.base = this.#offset;
    this.#offset = size;
  }

  #forget(): void {
    this.#closeReader();
    this.#lines.clear();
    this.#indexed = undefined;
    this.#news = 0;
    this.#inode = undefined;
    this.#offset = 0;
  }
}

function sameText(a: Line, b: Line): boolean {
  return a.of.log.compare(b.of.log, b.start, b.end, a.start, a.end) === 0;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
