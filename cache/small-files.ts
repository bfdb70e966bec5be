import { type BigIntStats, constants } from 'node:fs';
import type { Digest } from './digest.ts';
import type { Clock, Disk } from './disk.ts';
import { errorCode } from './disk.ts';
import { changedNs, type FileStamp, isSame, marginNs } from './file-stamp.ts';

/** A file as it was read, between two stats that agree. */
export interface SmallFile {
  readonly stamp: FileStamp;
  readonly bytes: Uint8Array;
  /** how long it had been left alone when it was read */
  readonly quietNs: bigint;
  /** when, among the calls of `lookAnew` */
  readonly turn: number;
  /** put in by whoever worked it out */
  digest?: Digest;
}

/** No larger file is held. */
const SMALL_BYTES = 1 << 16;
const MOST_BYTES = 1 << 26;

/**
 * What small data files say, read once and held for all who look at them in turn: the check of the pipeline, the index of
 * digests, the stage. Held content is given out only while the file's stat is the one that it was read with, and only if the
 * file had been left alone for longer than the tick of its file system before that (see `FileIndex`).
 */
export class SmallFiles {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #held = new Map<string, SmallFile>();
  #turn = 0;
  #bytes = 0;
  #chunk: Uint8Array | undefined;

  constructor(disk: Disk, clock: Clock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  /** Whoever looks at a file after this looks at it as it is then. */
  lookAnew(): void {
    this.#turn++;
  }

  /** Whoever wrote a file does not want to hear what it was. */
  forget(path: string): void {
    this.#hold(path, undefined);
  }

  /** A file as it was read since `lookAnew`, which need not be looked at again; undefined when it was not, or may have been written to just then. */
  readLately(path: string): SmallFile | undefined {
    const held = this.#held.get(path);
    return held?.turn === this.#turn && held.quietNs > marginNs(held.stamp) ? held : undefined;
  }

  /** A regular file as it is now, of which `stat` was just taken; undefined when it is large, changing or not to be read. */
  read(path: string, stat: BigIntStats): SmallFile | undefined {
    if (stat.size > SMALL_BYTES) return undefined;
    const held = this.#held.get(path);
    if (held !== undefined && isSame(held.stamp, stat) && held.quietNs > marginNs(stat)) {
      const again = { ...held, turn: this.#turn };
      this.#held.set(path, again);
      return again;
    }
    try {
      return this.#hold(path, this.#readAnew(path, stat));
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      return this.#hold(path, undefined);
    }
  }

  /** The bytes that were read of a file and have this digest, whatever the file is now. */
  withDigest(path: string, digest: Digest): Uint8Array | undefined {
    const held = this.#held.get(path);
    return held?.digest === digest ? held.bytes : undefined;
  }

  /** The stat of a file when the bytes of this digest were read; undefined when it may have been written to just then. */
  stampOf(path: string, digest: Digest): FileStamp | undefined {
    const held = this.#held.get(path);
    return held?.digest === digest && held.quietNs > marginNs(held.stamp) ? held.stamp : undefined;
  }

  #readAnew(path: string, stat: BigIntStats): SmallFile | undefined {
    // Non-blocking: were the path made a FIFO since the stat, opening it would wait for a writer.
    const fd = this.#disk.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const nowNs = BigInt(Math.floor(this.#clock())) * 1_000_000n;
      const chunk = (this.#chunk ??= new Uint8Array(SMALL_BYTES + 1));
      const n = this.#disk.read(fd, chunk, chunk.length, 0);
      const after = this.#disk.fstat(fd);
      if (n !== Number(stat.size) || !after.isFile() || !isSame(stat, after)) return undefined;
      const { size, mtimeNs, ctimeNs, ino } = after;
      const stamp = { size, mtimeNs, ctimeNs, ino };
      return { stamp, bytes: chunk.slice(0, n), quietNs: nowNs - changedNs(stamp), turn: this.#turn };
    } finally {
      this.#disk.close(fd);
    }
  }

  #hold(path: string, file: SmallFile | undefined): SmallFile | undefined {
    this.#bytes += (file?.bytes.length ?? 0) - (this.#held.get(path)?.bytes.length ?? 0);
    if (file === undefined) this.#held.delete(path);
    else this.#held.set(path, file);
    if (this.#bytes > MOST_BYTES) {
      this.#held.clear();
      this.#bytes = 0;
    }
    return file;
  }
}
