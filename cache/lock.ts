import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type Disk, errorCode, realDisk } from './disk.ts';
import { storeFailure } from './failure.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { makingFolder, readOpenFile, removeQuietly, temporaryFor, writeAll } from './whole-file.ts';

/** Who holds a lock. `nonce` tells two holdings of one process apart. */
export interface LockHolder extends ProcessIdentity {
  readonly nonce: string;
}

/** A lock that is held. */
export interface Lock {
  readonly holder: LockHolder;
  /** Gives the lock back; a second call does nothing. */
  release(): void;
}

export interface LockOptions {
  /** Called once for each holder that has to be waited for. */
  readonly onWait?: (holder: LockHolder | undefined) => void;
  /** Ends the waiting: `acquireLock` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly disk?: Disk;
  readonly clock?: Clock;
}

const POLL_MS = 50;

/** A holder on another machine or in another container cannot be looked at; no sweep takes as long as this. */
const ELSEWHERE_MS = 3_600_000;

/**
 * Waits for the lock file `path` and takes it. For the sweep only: runs need no lock.
 *
 * The lock dies with its owner: it names the owning process (number, start time, boot), and whoever finds the owner
 * dead breaks it, so there is never a file for a user to delete. It is broken under a lock of its own, `path.break`, by
 * one who looks again once he has that: a dead owner's file can be removed by the holder of `path.break` alone, so
 * what he has just seen is what he removes, and not the file of one who came in between.
 * @throws StoreFailure when the folder cannot be written
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { disk = realDisk, clock = Date.now, signal } = options;
  const holder: LockHolder = { ...ownIdentity(), nonce: randomBytes(8).toString('hex') };
  let waitedFor: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    if (tryLock(disk, clock, path, holder)) return heldLock(disk, path, holder);
    const current = readHolder(disk, path);
    if (current !== undefined && current.nonce !== waitedFor) {
      waitedFor = current.nonce;
      options.onWait?.(current);
    }
    await pause(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** Runs `work` under the lock and gives the lock back whatever happens. */
export async function withLock<T>(path: string, work: () => T | Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = await acquireLock(path, options);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function heldLock(disk: Disk, path: string, holder: LockHolder): Lock {
  let isHeld = true;
  const release = (): void => {
    if (isHeld) removeOwn(disk, path, holder);
    isHeld = false;
  };
  return { holder, release };
}

/** One attempt: takes a free lock; breaks a dead owner's and then takes it if nobody was faster. */
function tryLock(disk: Disk, clock: Clock, path: string, holder: LockHolder): boolean {
  try {
    if (makeLockFile(disk, path, holder)) return true;
    if (!isAbandoned(disk, clock, path)) return false;
    const breaker = `${path}.break`;
    if (!tryLock(disk, clock, breaker, holder)) return false;
    try {
      if (isAbandoned(disk, clock, path)) disk.unlink(path);
    } finally {
      removeOwn(disk, breaker, holder);
    }
    return makeLockFile(disk, path, holder);
  } catch (error) {
    throw storeFailure(error, path);
  }
}

/**
 * Makes the lock file, its content and all, in one step; false when there is one. Where the file system has no hard
 * links it takes two steps, and a kill between them leaves a file without a name, which counts as one from elsewhere.
 */
function makeLockFile(disk: Disk, path: string, holder: LockHolder): boolean {
  const temp = temporaryFor(path);
  try {
    writeNew(disk, temp, holder);
    disk.link(temp, path);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (NO_LINKS.includes(code)) return makeWithoutLink(disk, path, holder);
    throw error;
  } finally {
    removeQuietly(disk, temp);
  }
}

const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

function makeWithoutLink(disk: Disk, path: string, holder: LockHolder): boolean {
  try {
    writeNew(disk, path, holder);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function writeNew(disk: Disk, path: string, holder: LockHolder): void {
  const fd = makingFolder(disk, path, () => disk.open(path, 'wx', 0o644));
  try {
    writeAll(disk, fd, Buffer.from(JSON.stringify(holder)));
  } finally {
    disk.close(fd);
  }
}

function isAbandoned(disk: Disk, clock: Clock, path: string): boolean {
  const stat = disk.stat(path);
  if (stat === undefined) return false;
  const holder = readHolder(disk, path);
  const liveness = holder === undefined ? 'elsewhere' : livenessOf(holder);
  return liveness === 'dead' || (liveness === 'elsewhere' && clock() - Number(stat.mtimeMs) > ELSEWHERE_MS);
}

/** Removes the lock file if it still is ours: after an hour another machine may have taken it. */
function removeOwn(disk: Disk, path: string, holder: LockHolder): void {
  if (readHolder(disk, path)?.nonce === holder.nonce) removeQuietly(disk, path);
}

/** Who holds the lock; undefined when nobody does or the file cannot be understood. */
function readHolder(disk: Disk, path: string): LockHolder | undefined {
  try {
    const fd = disk.open(path, 'r');
    try {
      const bytes = readOpenFile(disk, fd, Number(disk.fstat(fd).size));
      const holder = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<LockHolder> | null;
      return typeof holder?.pid === 'number' && typeof holder.nonce === 'string' ? (holder as LockHolder) : undefined;
    } finally {
      disk.close(fd);
    }
  } catch (error) {
    if (errorCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
