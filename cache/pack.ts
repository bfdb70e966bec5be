import { dirname } from 'node:path';
import { compactPack } from './compact-pack.ts';
import { type Digest, digestOf } from './digest.ts';
import type { Clock, Disk } from './disk.ts';
import { StoreFailure, storeFailure } from './failure.ts';
import {
  eachRow,
  encodeBatch,
  type PackItem,
  ROW,
  type RowVisitor,
  SIZE_GONE,
  SIZE_TOUCHED,
  scanPack,
} from './pack-format.ts';
import { isWorthIndexing, readIndex, removeIndex, writeIndex } from './place-index.ts';
import { type Place, PlaceTable } from './place-table.ts';
import { makingFolder, readOpenFile, syncFolder, writeAll } from './whole-file.ts';

export interface PackOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly durable: boolean;
}

/** An append that meets another's, or a pack that was replaced, is looked at again this many times. */
const ATTEMPTS = 8;

/** A value that is asked for again is marked as young again when it is older than this, much less than the sweep's grace. */
const TOUCH_MS = 60_000;

/** Values this close to one another are neighbours: there may be a table between them. */
const NEAR = 1 << 14;
const AHEAD = 1 << 18;

/**
 * Small values in one file that is only ever appended to, a batch of them at a time; what is where is found by reading
 * the tables before the batches. The last row of a digest counts.
 *
 * Guarantees. Any number of processes of one machine may read and append without a lock: a batch is one write call on a
 * descriptor opened for appending, which the kernel does not interleave with others on a local disk. `store` returns when
 * its values can be found by whoever reads the file from its start: after a torn write (kill, full disk) of its own or
 * another's, and beside a sweep that replaces the file. Bytes are compared with their digests by the caller.
 */
export class Pack {
  readonly file: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #durable: boolean;
  #rows = new PlaceTable();
  /** rows of the file's tables that no index tells of */
  #news = 0;
  /** rows whose bytes this process has written or compared */
  #proven = new Set<number>();
  #inode: bigint | undefined;
  #offset = 0;
  /** nothing in the file is younger than that */
  #modifiedMs = 0;
  /** where the last value ended that was read, and what was read on from one */
  #readTo = Number.POSITIVE_INFINITY;
  #ahead: Uint8Array = new Uint8Array(0);
  #aheadAt = 0;
  #reader: number | undefined;
  #writer: number | undefined;

  constructor(file: string, { disk, clock, durable }: PackOptions) {
    this.file = file;
    this.#disk = disk;
    this.#clock = clock;
    this.#durable = durable;
  }

  /** As of the last look at the file. */
  place(digest: Digest): Place | undefined {
    const row = this.#rows.find(digest);
    return row === -1 ? undefined : this.#placeOf(row);
  }

  /** All values, as of the last look at the file. */
  *places(): Generator<readonly [digest: Digest, place: Place]> {
    for (let row = 0; row < this.#rows.size; row++) {
      const place = this.#placeOf(row);
      if (place !== undefined) yield [this.#rows.digest(row), place];
    }
  }

  /**
   * Bytes at a place; fewer when the file is shorter. What was stored together is often asked for together: from the second
   * of two neighbours on, many are read at a time.
   * @throws what the disk throws
   */
  read({ at, size }: Place): Uint8Array {
    const isNear = at >= this.#readTo && at - this.#readTo < NEAR;
    this.#readTo = at + size;
    if (at < this.#aheadAt || at + size > this.#aheadAt + this.#ahead.length) {
      if (!isNear || size > NEAR) return readOpenFile(this.#disk, this.#open(), size, at);
      this.#ahead = readOpenFile(this.#disk, this.#open(), AHEAD, at);
      this.#aheadAt = at;
    }
    return this.#ahead.slice(at - this.#aheadAt, at - this.#aheadAt + size);
  }

  /**
   * Takes in what other processes have appended since; starts over when the file was replaced or removed.
   * @returns whether anything is new
   * @throws StoreFailure when the file is there and cannot be read
   */
  refresh(): boolean {
    try {
      const stat = this.#disk.stat(this.file);
      this.#modifiedMs = Number(stat?.mtimeMs ?? 0);
      if (stat !== undefined && stat.ino === this.#inode && Number(stat.size) === this.#offset) return false;
      if (stat === undefined && this.#inode === undefined) return false;
      const before = [this.#inode, this.#offset] as const;
      if (stat === undefined || stat.ino !== this.#inode || Number(stat.size) < this.#offset) this.#forget();
      if (stat !== undefined) this.#takeIn();
      return this.#inode !== before[0] || this.#offset !== before[1];
    } catch (error) {
      throw storeFailure(error, this.file);
    }
  }

  /**
   * Stores values; what is there already is compared and, when it is old, marked as young.
   * @throws StoreFailure; none of the values need be there then
   */
  store(values: ReadonlyMap<Digest, Uint8Array>): void {
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        // a pack that was removed or replaced is noticed by whoever appends to it, so there is no need to look before
        if (attempt > 0 || this.#inode === undefined) this.refresh();
        const items = this.#wanting(values);
        if (items.length === 0 ? !this.refresh() : this.#append(items)) return;
      }
    } catch (error) {
      throw storeFailure(error, this.file);
    }
    throw new StoreFailure('EIO', this.file);
  }

  /** Makes a value absent unless it has another place by now. @throws StoreFailure */
  drop(digest: Digest, old: Place): void {
    this.refresh();
    const row = this.#rows.find(digest);
    if (row === -1 || this.#rows.place(row)?.at !== old.at) return;
    this.#rows.remove(row);
    try {
      this.#append([{ digest, touchedMs: this.#clock(), what: 'gone' }]);
    } catch (error) {
      throw storeFailure(error, this.file);
    }
  }

  /**
   * Writes the pack anew without what is doomed, superseded or torn. Under the store's lock.
   * @throws StoreFailure; the pack is as it was then
   */
  sweep(isDoomed: (digest: Digest, place: Place) => boolean): void {
    this.refresh();
    if (this.#inode === undefined) return;
    const kept: (readonly [Digest, Place])[] = [];
    const doomed = new Map<Digest, Place>();
    let liveBytes = 0;
    for (const [digest, place] of this.places()) {
      if (isDoomed(digest, place)) doomed.set(digest, place);
      else kept.push([digest, place]);
      liveBytes += place.size + ROW;
    }
    if (doomed.size === 0 && 2 * liveBytes >= this.#offset) return;
    removeIndex(this.#disk, this.file);
    compactPack({ disk: this.#disk, file: this.file, fd: this.#open(), scannedTo: this.#offset, kept, doomed });
    this.refresh();
  }

  /** Leaves an index for whoever opens the pack next, and gives the descriptors back; the pack may still be used and opens them again when it must. */
  close(): void {
    this.#index();
    for (const fd of [this.#reader, this.#writer]) if (fd !== undefined) this.#disk.close(fd);
    this.#reader = undefined;
    this.#writer = undefined;
  }

  #placeOf(row: number): Place | undefined {
    const place = this.#rows.place(row);
    return place && { ...place, touchedMs: Math.min(place.touchedMs, this.#modifiedMs) };
  }

  #wanting(values: ReadonlyMap<Digest, Uint8Array>): PackItem[] {
    const touchedMs = this.#clock();
    const items: PackItem[] = [];
    for (const [digest, bytes] of values) {
      const row = this.#rows.find(digest);
      if (row === -1 || !this.#isProven(row, bytes)) items.push({ digest, touchedMs, what: bytes });
      else if (touchedMs - (this.#placeOf(row)?.touchedMs ?? 0) > TOUCH_MS)
        items.push({ digest, touchedMs, what: 'touched' });
    }
    return items;
  }

  /** Comparing keeps a value with a flipped bit from being taken for a stored one; once a process is enough. */
  #isProven(row: number, bytes: Uint8Array): boolean {
    if (this.#proven.has(row)) return true;
    const place = this.#placeOf(row);
    const isSame = place !== undefined && place.size === bytes.length && Buffer.compare(this.read(place), bytes) === 0;
    if (isSame) this.#proven.add(row);
    return isSame;
  }

  /** Returns whether the batch is where it was thought to be; if not, another look is needed. */
  #append(items: readonly PackItem[]): boolean {
    const batch = encodeBatch(items);
    const isFirst = this.#inode === undefined;
    const fd = (this.#writer ??= makingFolder(this.#disk, this.file, () => this.#disk.open(this.file, 'a', 0o644)));
    writeAll(this.#disk, fd, batch);
    if (this.#durable) this.#disk.sync(fd);
    if (this.#durable && isFirst) syncFolder(this.#disk, dirname(this.file));
    const { nlink, ino, size, mtimeMs } = this.#disk.fstat(fd);
    if (nlink === 0n) {
      this.#disk.close(fd);
      this.#writer = undefined;
      return false;
    }
    if (isFirst && Number(size) === batch.length) this.#inode = ino;
    if (ino !== this.#inode || Number(size) !== this.#offset + batch.length) return false;
    this.#modifiedMs = Number(mtimeMs);
    eachRow(batch, this.#offset, Number(size), this.#visitOwn);
    this.#offset = Number(size);
    return true;
  }

  #takeIn(): void {
    const fd = this.#open();
    const { ino, size } = this.#disk.fstat(fd);
    if (ino !== this.#inode) this.#forget(fd);
    if (this.#inode === undefined) this.#recall(ino, Number(size));
    this.#inode = ino;
    this.#offset = scanPack(this.#disk, fd, this.#offset, Number(size), this.#visit);
  }

  /** A pack that was replaced by another of the same number would not have the last of the values where the index says. */
  #recall(inode: bigint, size: number): void {
    const index = readIndex(this.#disk, this.file, inode, size);
    const last = index?.table.last();
    if (index === undefined || last === undefined || digestOf(this.read(last)) !== last.digest) return;
    this.#rows = index.table;
    this.#offset = index.offset;
  }

  #index(): void {
    const table = this.#rows;
    if (this.#inode === undefined || !isWorthIndexing(this.#news, table.size)) return;
    writeIndex(this.#disk, this.file, { inode: this.#inode, offset: this.#offset, table });
    this.#news = 0;
  }

  readonly #visit: RowVisitor = (table, digestAt, at, size, touchedMs) => {
    this.#news++;
    if (size === SIZE_TOUCHED) {
      const known = this.#rows.find(table.toString('hex', digestAt, digestAt + 32) as Digest);
      if (known !== -1) this.#rows.touch(known, touchedMs);
      return;
    }
    const row = this.#rows.rowOf(table, digestAt);
    if (size === SIZE_GONE) this.#rows.remove(row);
    else this.#rows.put(row, at, size, touchedMs);
    this.#proven.delete(row);
  };

  /** A value that was written just now need not be compared. */
  readonly #visitOwn: RowVisitor = (table, digestAt, at, size, touchedMs) => {
    this.#visit(table, digestAt, at, size, touchedMs);
    if (size >= 0) this.#proven.add(this.#rows.rowOf(table, digestAt));
  };

  #open(): number {
    return (this.#reader ??= this.#disk.open(this.file, 'r'));
  }

  /** @param reader the descriptor that is of the new file already */
  #forget(reader?: number): void {
    if (this.#reader !== reader && this.#reader !== undefined) this.#disk.close(this.#reader);
    this.#reader = reader;
    this.#readTo = Number.POSITIVE_INFINITY;
    this.#ahead = new Uint8Array(0);
    this.#rows = new PlaceTable();
    this.#news = 0;
    this.#proven = new Set();
    this.#inode = undefined;
    this.#offset = 0;
  }
}
