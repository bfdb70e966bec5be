import type { Digest } from './digest.ts';
import type { Disk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { encodeBatch, MOST_ROWS, type PackItem, SIZE_TOUCHED, scanPack } from './pack-format.ts';
import type { Place } from './place-table.ts';
import { makingFolder, readOpenFile, removeQuietly, temporaryFor, writeAll } from './whole-file.ts';

export interface PackCompaction {
  readonly disk: Disk;
  readonly file: string;
  /** the pack, opened for reading; it is read through this also when it has lost its name */
  readonly fd: number;
  /** up to where `kept` and `doomed` are known */
  readonly scannedTo: number;
  readonly kept: readonly (readonly [Digest, Place])[];
  readonly doomed: ReadonlyMap<Digest, Place>;
}

/** Values are copied so many bytes at a time. */
const CHUNK = 1 << 22;

/**
 * Rewrites a pack without the doomed values. Call it under the store's lock; running engines need none and go on appending:
 * what they append before the new pack has its name is carried over before and after the renaming, and what they append
 * to the old one after that they write again, since each looks after its write whether its pack still has a name. A doomed
 * value that one of them asks for meanwhile is kept.
 * @throws StoreFailure; the pack is as it was then
 */
export function compactPack({ disk, file, fd, scannedTo, kept, doomed }: PackCompaction): void {
  const temp = temporaryFor(file);
  try {
    const fresh = makingFolder(disk, temp, () => disk.open(temp, 'ax', 0o644));
    try {
      copy(kept, disk, fd, fresh);
      const late = carryOver(scannedTo, doomed, disk, fd, fresh);
      disk.sync(fresh); // or a power cut could leave the new name without its bytes, and every value with it
      disk.rename(temp, file);
      carryOver(late, doomed, disk, fd, fresh);
    } finally {
      disk.close(fresh);
    }
  } catch (error) {
    removeQuietly(disk, temp);
    throw storeFailure(error, file);
  }
}

/** Copies values from one pack to another, in batches. */
function copy(places: Iterable<readonly [Digest, Place]>, disk: Disk, from: number, to: number): void {
  let items: PackItem[] = [];
  let bytes = 0;
  const write = (): void => {
    if (items.length > 0) writeAll(disk, to, encodeBatch(items));
    items = [];
    bytes = 0;
  };
  for (const [digest, { at, size, touchedMs }] of places) {
    items.push({ digest, touchedMs, what: readOpenFile(disk, from, size, at) });
    bytes += size;
    if (bytes > CHUNK || items.length === MOST_ROWS) write();
  }
  write();
}

/** Copies whole batches that came in since; returns up to where. */
function carryOver(from: number, doomed: ReadonlyMap<Digest, Place>, disk: Disk, fd: number, fresh: number): number {
  const wanted: (readonly [Digest, Place])[] = [];
  const end = scanPack(disk, fd, from, Number(disk.fstat(fd).size), (table, digestAt, _place, size, touchedMs) => {
    const digest = table.toString('hex', digestAt, digestAt + 32) as Digest;
    const place = size === SIZE_TOUCHED ? doomed.get(digest) : undefined;
    if (place !== undefined) wanted.push([digest, { ...place, touchedMs }]);
  });
  copy(wanted, disk, fd, fresh);
  for (let at = from; at < end; at += CHUNK)
    writeAll(disk, fresh, readOpenFile(disk, fd, Math.min(CHUNK, end - at), at));
  return end;
}
