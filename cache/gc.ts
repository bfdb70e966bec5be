import { join } from 'node:path';
import type { Cache } from './cache.ts';
import type { Json } from './canonical.ts';
import { type Compaction, compactActionLog } from './compact.ts';
import type { Digest } from './digest.ts';
import { type Clock, type Disk, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { type LockHolder, withLock } from './lock.ts';
import type { BlobEntry } from './store.ts';
import { removeQuietly } from './whole-file.ts';

/** What to keep. The cache does not know what a record says, so the caller does. */
export interface SweepPlan {
  /** Keys whose records, and all that these refer to, stay. */
  readonly keys: Iterable<Digest>;
  /** Blobs that stay besides. */
  readonly blobs?: Iterable<Digest>;
  /** All blobs that a record refers to, directly or through blobs that the caller reads. */
  readonly references: (record: Json) => Iterable<Digest>;
  /** Blobs that nobody keeps stay this long after they were last written, in case an edit is undone. */
  readonly keepMs: number;
  /** Of those, the oldest go before their time until the store is no larger than this. */
  readonly maxBytes?: number;
  /** Say what would go, remove nothing. */
  readonly dryRun?: boolean;
}

/** What a sweep removed, or would remove, and what is left. */
export interface SweepReport {
  readonly kept: { readonly blobs: number; readonly bytes: number };
  readonly removed: { readonly blobs: number; readonly bytes: number };
  /** Left-over temporary files and damaged blobs that went. */
  readonly litter: number;
  /** Undefined in a dry run, and when there is no log. */
  readonly log: Compaction | undefined;
}

export interface SweepOptions {
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly onWait?: (holder: LockHolder | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Nothing younger goes, whatever the plan: a running engine writes blobs before the record that refers to them, and
 * no stage's outputs are written over a longer time than this.
 */
export const GRACE_MS = 15 * 60_000;

/**
 * Removes what the plan does not keep. One sweep at a time, under the store's lock; engines may run beside it. A blob
 * that an engine stores again while the sweep looks is touched and stays, since its age is looked at again just
 * before it would go. The worst outcome of any race or kill is a record whose blob is gone, which reads as a miss.
 * @throws StoreFailure
 */
export async function sweep(cache: Cache, plan: SweepPlan, options: SweepOptions = {}): Promise<SweepReport> {
  const { disk = realDisk, clock = Date.now } = options;
  return withLock(cache.lockFile, () => sweepLocked(cache, plan, disk, clock()), options);
}

function sweepLocked(cache: Cache, plan: SweepPlan, disk: Disk, nowMs: number): SweepReport {
  cache.actions.refresh();
  const rootKeys = new Set(plan.keys);
  const reached = reachedBlobs(cache, plan, rootKeys);
  const all = [...cache.blobs.list()];
  const isOld = (blob: BlobEntry, ageMs: number): boolean => nowMs - blob.touchedMs > Math.max(ageMs, GRACE_MS);
  const doomed = chooseBlobs(all, reached, plan, isOld);

  const digests = doomed.map((blob) => blob.digest);
  const gone = plan.dryRun === true ? new Set(digests) : cache.blobs.removeAll(digests, (now) => !isOld(now, 0));
  const removed = doomed.filter((blob) => gone.has(blob.digest));
  const present = new Set(all.flatMap((blob) => (gone.has(blob.digest) ? [] : [blob.digest])));
  const isWanted = (key: Digest, record: Json): boolean => {
    if (rootKeys.has(key)) return true;
    for (const digest of plan.references(record)) {
      if (!present.has(digest) && (gone.has(digest) || !cache.blobs.has(digest))) return false;
    }
    return true;
  };
  const bytes = totalOf(removed);
  return {
    kept: { blobs: all.length - removed.length, bytes: totalOf(all) - bytes },
    removed: { blobs: removed.length, bytes },
    litter: removeLitter(cache, plan, disk, nowMs),
    log: plan.dryRun === true ? undefined : compactActionLog(disk, cache.actions.file, isWanted),
  };
}

function reachedBlobs(cache: Cache, plan: SweepPlan, keys: Iterable<Digest>): Set<Digest> {
  const reached = new Set(plan.blobs ?? []);
  for (const key of keys) {
    const read = cache.actions.get(key);
    if (!read.found) continue;
    for (const digest of plan.references(read.record)) reached.add(digest);
  }
  return reached;
}

/** The blobs to remove: too old, or the oldest while the store is too large; never a reached or a young one. */
function chooseBlobs(
  all: readonly BlobEntry[],
  reached: ReadonlySet<Digest>,
  plan: SweepPlan,
  isOld: (blob: BlobEntry, ageMs: number) => boolean,
): BlobEntry[] {
  const free = all.filter((blob) => !reached.has(blob.digest) && isOld(blob, 0));
  free.sort((a, b) => a.touchedMs - b.touchedMs || (a.digest < b.digest ? -1 : 1));
  let left = totalOf(all);
  const doomed: BlobEntry[] = [];
  for (const blob of free) {
    if (!isOld(blob, plan.keepMs) && left <= (plan.maxBytes ?? Number.POSITIVE_INFINITY)) continue;
    doomed.push(blob);
    left -= blob.size;
  }
  return doomed;
}

/** Temporary files of killed processes, and damaged blobs that were kept for looking at. */
function removeLitter(cache: Cache, plan: SweepPlan, disk: Disk, nowMs: number): number {
  const folders: readonly (readonly [folder: string, ageMs: number])[] = [
    [join(cache.root, 'tmp'), GRACE_MS],
    [join(cache.root, 'blobs', 'tmp'), GRACE_MS],
    [cache.blobs.damagedFolder, Math.max(plan.keepMs, GRACE_MS)],
  ];
  let count = 0;
  for (const [folder, ageMs] of folders) {
    for (const path of guarded(folder, () => disk.list(folder).map((name) => join(folder, name)))) {
      const stat = guarded(path, () => disk.stat(path));
      if (stat === undefined || nowMs - Number(stat.mtimeMs) <= ageMs) continue;
      if (plan.dryRun === true || removeQuietly(disk, path)) count++;
    }
  }
  return count;
}

const totalOf = (blobs: readonly BlobEntry[]): number => blobs.reduce((sum, blob) => sum + blob.size, 0);

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error, path);
  }
}
