import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Digest, digestOf, EMPTY_DIGEST, isDigest } from './digest.ts';
import { type Clock, type Disk, errorCode, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { readOpenFile, removeQuietly, writeWhole } from './whole-file.ts';

/** What reading a blob gave. A miss says why; for every reason the cure is the same: compute the value again. */
export type BlobRead =
  | { readonly found: true; readonly bytes: Uint8Array }
  | {
      readonly found: false;
      /** `damaged`: its bytes do not give its digest, and it has been set aside; `unreadable`: the disk said no. */
      readonly reason: 'absent' | 'damaged' | 'unreadable';
      /** For people: the system's code, or where the damaged bytes were put. */
      readonly detail: string;
    };

/** A blob as the sweep sees it. */
export interface BlobEntry {
  readonly digest: Digest;
  readonly size: number;
  /** When it was last written or asked to be written, ms since 1970. */
  readonly touchedMs: number;
}

export interface BlobStoreOptions {
  /** Bring every blob to the disk before it gets its name; false when not given. See `BlobStore`. */
  readonly durable?: boolean;
  readonly disk?: Disk;
  readonly clock?: Clock;
}

/**
 * Values by their digest, a file each: `<root>/blobs/ab/<digest>`. A blob is written under a temporary name and
 * renamed, and is checked against its digest whenever it is read; so a reader gets the right bytes or a miss.
 *
 * Guarantees. Any number of processes and threads of one machine may share a store without a lock: equal digests are
 * equal bytes, so it does not matter who wins. After `kill -9` at any instruction no name stands for a part of a
 * value. After power loss a name may stand for wrong or missing bytes, because the rename can reach the disk before
 * the bytes do; no record can lend such a blob authority, since every read compares with the digest: it reads as a
 * miss and is computed again. That is why blobs are not synced one by one: a cold run of 1,500 small blobs takes
 * 0.06–0.08 s without and 0.41–0.46 s with (ext4 on a virtual disk). `durable` is for those who would rather wait
 * than compute twice after a power cut.
 *
 * Not guaranteed: a shared network disk whose rename is not atomic for its clients.
 */
export class BlobStore {
  readonly root: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #durable: boolean;
  readonly #temporary: string;
  #count = 0;

  private constructor(root: string, options: BlobStoreOptions) {
    this.root = root;
    this.#disk = options.disk ?? realDisk;
    this.#clock = options.clock ?? Date.now;
    this.#durable = options.durable ?? false;
    this.#temporary = `${process.pid}-${randomBytes(6).toString('hex')}`;
  }

  /** A store in the folder `root`, which is made when something is first put. */
  static open(root: string, options: BlobStoreOptions = {}): BlobStore {
    return new BlobStore(root, options);
  }

  /** Where a blob is or would be. */
  path(digest: Digest): string {
    return join(this.root, 'blobs', digest.slice(0, 2), digest);
  }

  /** Folder of blobs that did not give their digest, kept for whoever wants to know what the disk did. */
  get damagedFolder(): string {
    return join(this.root, 'damaged');
  }

  /**
   * Names of the files in that folder.
   * @throws StoreFailure when it cannot be listed
   */
  damaged(): readonly string[] {
    return this.#names(this.damagedFolder);
  }

  /**
   * Stores bytes; the store holds exactly these bytes afterwards, also when a damaged blob of that name was there.
   * @throws StoreFailure full, read-only, too-many-files or io; nothing is left behind then
   */
  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    if (!this.#holds(digest, bytes)) {
      // Beside the blobs, so that the folder `blobs` may be a link to another disk.
      const temp = join(this.root, 'blobs', 'tmp', this.#freshName());
      writeWhole(this.#disk, this.path(digest), bytes, { temp, mode: 0o444, durable: this.#durable });
    }
    return digest;
  }

  /** Reads a blob and checks it. A damaged one is moved out of the way, so that it is found once. */
  get(digest: Digest): BlobRead {
    return this.#read(digest, (bytes) => digestOf(bytes) === digest);
  }

  /**
   * Whether a blob seems to be there: one stat, no reading, so its bytes may still prove wrong. An empty file counts
   * only for the empty value, since that is what a power cut leaves of others.
   */
  has(digest: Digest): boolean {
    try {
      const stat = this.#disk.stat(this.path(digest));
      return stat?.isFile() === true && (stat.size > 0n || digest === EMPTY_DIGEST);
    } catch {
      return false;
    }
  }

  /**
   * All blobs, in no order.
   * @throws StoreFailure when a folder cannot be listed
   */
  *list(): Generator<BlobEntry> {
    const blobs = join(this.root, 'blobs');
    for (const folder of this.#names(blobs)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of this.#names(join(blobs, folder))) {
        const entry = isDigest(name) ? this.entry(name) : undefined;
        if (entry !== undefined) yield entry;
      }
    }
  }

  /**
   * One blob as the sweep sees it; undefined when it is not there.
   * @throws StoreFailure when the folder may not be searched
   */
  entry(digest: Digest): BlobEntry | undefined {
    const path = this.path(digest);
    try {
      const stat = this.#disk.stat(path);
      return stat === undefined ? undefined : { digest, size: Number(stat.size), touchedMs: Number(stat.mtimeMs) };
    } catch (error) {
      throw storeFailure(error, path);
    }
  }

  /** Removes a blob; false when it was not there or could not be removed. */
  remove(digest: Digest): boolean {
    return removeQuietly(this.#disk, this.path(digest));
  }

  #read(digest: Digest, isRight: (bytes: Uint8Array) => boolean): BlobRead {
    const path = this.path(digest);
    try {
      const fd = this.#disk.open(path, 'r');
      try {
        const stat = this.#disk.fstat(fd);
        const bytes = readOpenFile(this.#disk, fd, Number(stat.size));
        if (isRight(bytes)) return { found: true, bytes };
        return { found: false, reason: 'damaged', detail: this.#setAside(digest, stat.ino) };
      } finally {
        this.#disk.close(fd);
      }
    } catch (error) {
      const failure = storeFailure(error, path);
      return { found: false, reason: failure.code === 'ENOENT' ? 'absent' : 'unreadable', detail: failure.code };
    }
  }

  /**
   * Whether the very bytes are stored. Comparing costs less than writing them would, and keeps a blob with a flipped
   * bit from being taken for a stored value. A held blob is touched: a sweep that runs now must see it as young.
   */
  #holds(digest: Digest, bytes: Uint8Array): boolean {
    if (this.entry(digest) === undefined) return false;
    if (!this.#read(digest, (held) => Buffer.compare(held, bytes) === 0).found) return false;
    try {
      this.#disk.touch(this.path(digest), this.#clock() / 1000);
    } catch {
      // A store that only can be read holds the value all the same.
    }
    return true;
  }

  /** Moves the damaged file aside unless another process has replaced it since; says where it went. */
  #setAside(digest: Digest, inode: bigint): string {
    const path = this.path(digest);
    const aside = join(this.damagedFolder, `${digest}-${this.#freshName()}`);
    try {
      if (this.#disk.stat(path)?.ino !== inode) return 'replaced since';
      this.#disk.makeFolder(this.damagedFolder);
      this.#disk.rename(path, aside);
      return aside;
    } catch {
      return removeQuietly(this.#disk, path) ? 'removed' : path;
    }
  }

  #names(folder: string): readonly string[] {
    try {
      return this.#disk.list(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOTDIR') return [];
      throw storeFailure(error, folder);
    }
  }

  #freshName(): string {
    return `${this.#temporary}-${this.#count++}`;
  }
}
