import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Digest, digestOf, EMPTY_DIGEST, isDigest } from './digest.ts';
import { type Clock, type Disk, errorCode, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { Pack } from './pack.ts';
import { MOST_ROWS } from './pack-format.ts';
import type { Place } from './place-table.ts';
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
  /** Values of up to so many bytes share a file; none when not given. */
  readonly packedBytes?: number;
  /** Bring every blob to the disk before it gets its name; false when not given. See `BlobStore`. */
  readonly durable?: boolean;
  readonly disk?: Disk;
  readonly clock?: Clock;
}

/**
 * For those who store thousands of values. A file costs 33 µs of processor time to make and name, a
 * value in the pack 2.
 */
export const PACKED_BYTES = 1 << 16;

/** So much waits in memory at most between `putSoon` and `flush`. */
const MOST_WAITING = 1 << 23;

/**
 * Values by their digest: a file each, `<root>/blobs/ab/<digest>`, written under a temporary name and renamed; where it is
 * asked for, the small ones together in `<root>/blobs/pack` (see `Pack`). They are looked for in both places. Every value is checked against its digest whenever
 * it is read; so a reader gets the right bytes or a miss.
 *
 * Guarantees. Any number of processes and threads of one machine may share a store without a lock: equal digests are
 * equal bytes, so it does not matter who wins. After `kill -9` at any instruction no name stands for a part of a
 * value. After power loss a name may stand for wrong or missing bytes, because the rename can reach the disk before
 * the bytes do; no record can lend such a blob authority, since every read compares with the digest: it reads as a
 * miss and is computed again. That is why blobs are not synced one by one: a cold run of 1,500 small blobs takes
 * 0.06–0.08 s without and 0.41–0.46 s with (ext4 on a virtual disk). `durable` is for those who would rather wait
 * than compute twice after a power cut.
 *
 * Not guaranteed: a shared network disk whose rename or append is not atomic for its clients.
 */
export class BlobStore {
  readonly root: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #durable: boolean;
  readonly #temporary: string;
  #packedBytes: number;
  readonly #pack: Pack;
  /** small values that are to be written together */
  readonly #waiting = new Map<Digest, Uint8Array>();
  #waitingBytes = 0;
  #hasLooked = false;
  #count = 0;

  private constructor(root: string, options: BlobStoreOptions) {
    this.root = root;
    this.#disk = options.disk ?? realDisk;
    this.#clock = options.clock ?? Date.now;
    this.#durable = options.durable ?? false;
    this.#temporary = `${process.pid}-${randomBytes(6).toString('hex')}`;
    this.#packedBytes = options.packedBytes ?? -1;
    const [disk, clock, durable] = [this.#disk, this.#clock, this.#durable];
    this.#pack = new Pack(join(root, 'blobs', 'pack'), { disk, clock, durable });
  }

  /** A store in the folder `root`, which is made when something is first put. */
  static open(root: string, options: BlobStoreOptions = {}): BlobStore {
    return new BlobStore(root, options);
  }

  /** Where a blob is or would be when it has a file of its own. */
  path(digest: Digest): string {
    return join(this.root, 'blobs', digest.slice(0, 2), digest);
  }

  /** Where the small ones are. */
  get packFile(): string {
    return this.#pack.file;
  }

  /** From now on values of up to so many bytes share a file; with -1 none do. */
  packUpTo(bytes: number): void {
    this.#packedBytes = bytes;
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
   * @throws StoreFailure full, read-only, too-many-files or io; nothing is left behind then but what a short write put there
   */
  put(bytes: Uint8Array): Digest {
    const digest = this.putSoon(bytes);
    this.flush();
    return digest;
  }

  /**
   * The same, except that a small value is only sure to be on disk after `flush`; whoever asks this object gets it before.
   * @throws StoreFailure
   */
  putSoon(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    if (bytes.length <= this.#packedBytes) {
      if (!this.#waiting.has(digest)) this.#wait(digest, bytes);
    } else if (!this.#holds(digest, bytes)) {
      // Beside the blobs, so that the folder `blobs` may be a link to another disk.
      const temp = join(this.root, 'blobs', 'tmp', this.#freshName());
      writeWhole(this.#disk, this.path(digest), bytes, { temp, mode: 0o444, durable: this.#durable });
    }
    return digest;
  }

  /**
   * Writes what waits, in one go.
   * @throws StoreFailure; what waited is forgotten then, as if it had never been put
   */
  flush(): void {
    if (this.#waiting.size === 0) return;
    try {
      this.#pack.store(this.#waiting);
    } finally {
      this.#waiting.clear();
      this.#waitingBytes = 0;
    }
  }

  /** Reads a blob and checks it. A damaged one is moved out of the way, so that it is found once. */
  get(digest: Digest): BlobRead {
    const bytes = this.#waiting.get(digest);
    if (bytes !== undefined) return { found: true, bytes };
    const packed = this.#packed(digest);
    if (packed !== undefined) return packed;
    const read = this.#read(digest, (held) => digestOf(held) === digest);
    return read.found || read.reason !== 'absent' || !this.#isNews() ? read : (this.#packed(digest) ?? read);
  }

  /**
   * Whether a blob seems to be there: no reading, so its bytes may still prove wrong. An empty file counts only for the
   * empty value, since that is what a power cut leaves of others.
   */
  has(digest: Digest): boolean {
    try {
      if (this.#waiting.has(digest) || this.#place(digest) !== undefined) return true;
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
    this.#pack.refresh();
    for (const [digest] of this.#pack.places()) yield this.entry(digest) as BlobEntry;
    const blobs = join(this.root, 'blobs');
    for (const folder of this.#names(blobs)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of this.#names(join(blobs, folder))) {
        const isNew = isDigest(name) && this.#pack.place(name) === undefined;
        const entry = isNew ? this.#fileEntry(name) : undefined;
        if (entry !== undefined) yield entry;
      }
    }
  }

  /**
   * One blob as the sweep sees it; undefined when it is not there.
   * @throws StoreFailure when it may not be looked at
   */
  entry(digest: Digest): BlobEntry | undefined {
    const place = this.#place(digest);
    if (place === undefined) return this.#fileEntry(digest);
    return { digest, size: place.size, touchedMs: place.touchedMs };
  }

  #fileEntry(digest: Digest): BlobEntry | undefined {
    const path = this.path(digest);
    try {
      const stat = this.#disk.stat(path);
      return stat === undefined ? undefined : { digest, size: Number(stat.size), touchedMs: Number(stat.mtimeMs) };
    } catch (error) {
      throw storeFailure(error, path);
    }
  }

  /**
   * Removes blobs unless they are wanted by now; returns those that are gone. Under the store's lock.
   * @throws StoreFailure
   */
  removeAll(digests: Iterable<Digest>, isWanted: (now: BlobEntry) => boolean): Set<Digest> {
    const doomed = new Set(digests);
    const isDoomed = (digest: Digest, { size, touchedMs }: Place): boolean =>
      doomed.has(digest) && !isWanted({ digest, size, touchedMs });
    this.#pack.sweep(isDoomed);
    for (const digest of doomed) {
      const now = this.#fileEntry(digest);
      if (now !== undefined && !isWanted(now)) removeQuietly(this.#disk, this.path(digest));
    }
    return new Set([...doomed].filter((digest) => !this.has(digest)));
  }

  /** Gives descriptors back. */
  close(): void {
    this.#pack.close();
  }

  #wait(digest: Digest, bytes: Uint8Array): void {
    if (this.#waitingBytes > MOST_WAITING || this.#waiting.size >= MOST_ROWS) this.flush();
    this.#waiting.set(digest, bytes);
    this.#waitingBytes += bytes.length;
  }

  #place(digest: Digest): Place | undefined {
    if (!this.#hasLooked) this.#pack.refresh();
    this.#hasLooked = true;
    return this.#pack.place(digest);
  }

  /** Whether others have put anything into the pack since it was last looked at. */
  #isNews(): boolean {
    try {
      return this.#pack.refresh();
    } catch {
      return false;
    }
  }

  /** A value in the pack; undefined when it is not there. */
  #packed(digest: Digest): BlobRead | undefined {
    try {
      for (let place = this.#place(digest); place !== undefined; ) {
        const bytes = this.#pack.read(place);
        if (digestOf(bytes) === digest) return { found: true, bytes };
        this.#pack.refresh();
        const now = this.#pack.place(digest);
        if (now?.at === place.at)
          return { found: false, reason: 'damaged', detail: this.#dropDamaged(digest, place, bytes) };
        place = now;
      }
      return undefined;
    } catch (error) {
      return { found: false, reason: 'unreadable', detail: storeFailure(error, this.packFile).code };
    }
  }

  #dropDamaged(digest: Digest, place: Place, bytes: Uint8Array): string {
    const [temp, aside] = [
      join(this.root, 'tmp', this.#freshName()),
      join(this.damagedFolder, `${digest}-${this.#freshName()}`),
    ];
    try {
      this.#pack.drop(digest, place);
      writeWhole(this.#disk, aside, bytes, { temp, mode: 0o444, durable: false });
      return aside;
    } catch (error) {
      return storeFailure(error, this.packFile).path;
    }
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
    if (this.#fileEntry(digest) === undefined) return false;
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
