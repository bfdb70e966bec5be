import { type BigIntStats, constants } from 'node:fs';
import { type Digest, digestOf, digestOpenFile } from './digest.ts';
import { type Clock, type Disk, errorCode, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { changedNs, type FileStamp, isSame, marginNs } from './file-stamp.ts';
import { decodeTable, encodeTable, type FileEntry, type FileTable } from './file-table.ts';
import { type SmallFile, SmallFiles } from './small-files.ts';
import { readOpenFile, removeQuietly, temporaryFor, writeWhole } from './whole-file.ts';

/** Why a path gave no digest. All but the last two are the user's to mend. */
export interface FileFault {
  readonly ok: false;
  readonly reason: 'missing' | 'directory' | 'not-regular' | 'unreadable' | 'changed-while-reading';
  /** The system's code, when it gave one. */
  readonly errno?: string;
}

export type FileDigest = { readonly ok: true; readonly digest: Digest; readonly size: number } | FileFault;

/** Bytes and digest that belong to each other: nothing was written to the file while it was read. */
export type FileContent =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly digest: Digest; readonly size: number }
  | FileFault;

export interface FileIndexOptions {
  readonly disk?: Disk;
  readonly clock?: Clock;
  /** what others in this process have read of small files */
  readonly small?: SmallFiles;
}

/** A file that is being written is read again this many times before the caller is told. */
const ATTEMPTS = 3;

/**
 * Digests of files by path, so that an unchanged file costs one stat. Content decides, stat only shortens: a digest
 * is taken from the index only when size, modification time, change time and inode are the very same (other, not
 * newer: a restored backup is older), and it gets into the index only when the file had been left alone for longer than
 * the tick of its file system before it was read, or else a second write within the tick could not be told from the
 * first. A time in the future never gets in. Links are followed: it is the target that is compared.
 *
 * Files that are not regular are never opened: a FIFO would hang, a device could do anything.
 *
 * Not guaranteed: writes through a memory map that the system has not flushed; a network disk whose clock lags ours
 * and is not the disk of the index; a clock that is set back while a file is being written.
 */
export class FileIndex {
  readonly file: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #small: SmallFiles;
  /** As on disk when last looked at. */
  #table: FileTable | undefined;
  /** Learned by this process: an entry with how long the file had been quiet, or undefined for what is gone. */
  readonly #fresh = new Map<string, { readonly entry: FileEntry; readonly quietNs: bigint } | undefined>();

  private constructor(file: string, options: FileIndexOptions) {
    this.file = file;
    this.#disk = options.disk ?? realDisk;
    this.#clock = options.clock ?? Date.now;
    this.#small = options.small ?? new SmallFiles(this.#disk, this.#clock);
  }

  /** Opens the index; one that is missing, damaged, unreadable or of another format is empty. */
  static open(file: string, options: FileIndexOptions = {}): FileIndex {
    const index = new FileIndex(file, options);
    index.#table = index.#load();
    return index;
  }

  /** The digest of a file's content. The path is the key as it is given: give one file one spelling. */
  digest(path: string): FileDigest {
    const lately = this.#small.readLately(path);
    if (lately !== undefined) return this.#digestOf(path, lately);
    const stat = this.#regular(path);
    if ('ok' in stat) return stat;
    const known = this.#known(path);
    if (known !== undefined && isSame(known, stat)) return { ok: true, digest: known.digest, size: Number(stat.size) };
    const small = this.#small.read(path, stat);
    if (small !== undefined) return this.#digestOf(path, small);
    return this.#settled(path, (fd) => digestOpenFile(this.#disk, fd));
  }

  #digestOf(path: string, small: SmallFile): FileDigest {
    const known = small.digest === undefined ? this.#known(path) : undefined;
    small.digest ??= known !== undefined && isSame(known, small.stamp) ? known.digest : digestOf(small.bytes);
    this.#learn(path, small.stamp, small.digest, small.quietNs);
    return { ok: true, digest: small.digest, size: small.bytes.length };
  }

  /** From here on files are looked at as they are then: what a check read just before a run stands in for a look only in that run. */
  lookAnew(): void {
    this.#small.lookAnew();
  }

  /** To be called by whoever writes a file: the next look at it is one at the disk. */
  forget(path: string): void {
    this.#small.forget(path);
  }

  /** The bytes of which `digest` gave this digest, if they are at hand; what the file says now may be something else. */
  digested(path: string, digest: Digest): Uint8Array | undefined {
    return this.#small.withDigest(path, digest);
  }

  /** The stat that a file had when the bytes of this digest were read of it, if they are at hand and it had been left alone. */
  stampOf(path: string, digest: Digest): FileStamp | undefined {
    return this.#small.stampOf(path, digest);
  }

  /** A file's bytes with their digest, read now, whatever the index says. */
  read(path: string): FileContent {
    const stat = this.#regular(path);
    if ('ok' in stat) return stat;
    return this.#settled(path, (fd, size) => {
      const bytes = readOpenFile(this.#disk, fd, size);
      return { bytes, digest: digestOf(bytes), size: bytes.length };
    });
  }

  /**
   * Writes what was learned, over what other processes may have saved meanwhile; the later save of a path stays. Writes
   * nothing when nothing was learned.
   * @throws StoreFailure; the index on disk is as it was then
   */
  save(): void {
    if (this.#fresh.size === 0) return;
    const table = this.#load();
    const lagNs = this.#clockLagNs();
    const changes = new Map<string, FileEntry | undefined>();
    for (const [path, learned] of this.#fresh) {
      const isQuiet = learned !== undefined && learned.quietNs > marginNs(learned.entry) + lagNs;
      changes.set(path, isQuiet ? learned.entry : undefined);
    }
    const bytes = table?.patched(changes) ?? encodeTable(joined(table, changes));
    writeWhole(this.#disk, this.file, bytes, { temp: temporaryFor(this.file), mode: 0o644, durable: false });
    this.#table = decodeTable(bytes);
    this.#fresh.clear();
  }

  /** Forgets the files that are gone; for the sweep, since a run does not look at what it does not need. */
  prune(): void {
    for (const path of this.#table?.paths ?? []) {
      if (!this.#fresh.has(path) && !('size' in this.#regular(path))) this.#fresh.set(path, undefined);
    }
  }

  #known(path: string): FileEntry | undefined {
    return this.#fresh.has(path) ? this.#fresh.get(path)?.entry : this.#table?.entry(path);
  }

  #regular(path: string): BigIntStats | FileFault {
    try {
      const stat = this.#disk.stat(path);
      if (stat === undefined) return { ok: false, reason: 'missing' };
      if (stat.isDirectory()) return { ok: false, reason: 'directory' };
      return stat.isFile() ? stat : { ok: false, reason: 'not-regular' };
    } catch (error) {
      return fileFault(error);
    }
  }

  /** Reads until a reading saw no change, and learns from it. */
  #settled<T extends { readonly digest: Digest; readonly size: number }>(
    path: string,
    consume: (fd: number, size: number) => T,
  ): (T & { readonly ok: true }) | FileFault {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let fd: number;
      try {
        // Non-blocking: were the path made a FIFO since the stat, opening it would wait for a writer.
        fd = this.#disk.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      } catch (error) {
        return fileFault(error);
      }
      try {
        const nowNs = BigInt(Math.floor(this.#clock())) * 1_000_000n;
        const before = this.#disk.fstat(fd);
        if (!before.isFile()) return { ok: false, reason: 'not-regular' };
        const result = consume(fd, Number(before.size));
        const isQuiet = isSame(before, this.#disk.fstat(fd)) && BigInt(result.size) === before.size;
        if (isQuiet) {
          this.#learn(path, before, result.digest, nowNs - changedNs(before));
          return { ...result, ok: true };
        }
      } catch (error) {
        return fileFault(error);
      } finally {
        this.#disk.close(fd);
      }
    }
    return { ok: false, reason: 'changed-while-reading' };
  }

  /** @param quietNs how long it had been left alone when it was read */
  #learn(path: string, stamp: FileStamp, digest: Digest, quietNs: bigint): void {
    const { size, mtimeNs, ctimeNs, ino } = stamp;
    if (quietNs > marginNs(stamp)) this.#fresh.set(path, { entry: { size, mtimeNs, ctimeNs, ino, digest }, quietNs });
    else if (this.#known(path) !== undefined) this.#fresh.set(path, undefined);
  }

  #load(): FileTable | undefined {
    try {
      const fd = this.#disk.open(this.file, 'r');
      try {
        const bytes = readOpenFile(this.#disk, fd, Number(this.#disk.fstat(fd).size));
        return decodeTable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      } finally {
        this.#disk.close(fd);
      }
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      return undefined;
    }
  }

  /** How far the clock of the index's disk is behind ours; files written there look older than they are by as much. */
  #clockLagNs(): bigint {
    const probe = temporaryFor(this.file);
    const nowNs = BigInt(Math.floor(this.#clock())) * 1_000_000n;
    writeWhole(this.#disk, probe, new Uint8Array(1), { temp: temporaryFor(this.file), mode: 0o644, durable: false });
    const lagNs = nowNs - (this.#disk.stat(probe)?.mtimeNs ?? nowNs);
    removeQuietly(this.#disk, probe);
    return lagNs > 0n ? lagNs : 0n;
  }
}

function joined(
  table: FileTable | undefined,
  changes: ReadonlyMap<string, FileEntry | undefined>,
): ReadonlyMap<string, FileEntry> {
  const entries = new Map<string, FileEntry>();
  for (const path of table?.paths ?? []) {
    const entry = changes.has(path) ? undefined : table?.entry(path);
    if (entry !== undefined) entries.set(path, entry);
  }
  for (const [path, entry] of changes) if (entry !== undefined) entries.set(path, entry);
  return entries;
}

function fileFault(error: unknown): FileFault {
  const errno = storeFailure(error, '').code;
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { ok: false, reason: 'missing', errno };
    case 'EISDIR':
      return { ok: false, reason: 'directory', errno };
    case 'ENXIO':
      return { ok: false, reason: 'not-regular', errno };
    default:
      return { ok: false, reason: 'unreadable', errno };
  }
}
