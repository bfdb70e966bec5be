import { dirname, join } from 'node:path';
import { ActionIndex } from './actions.ts';
import type { Clock, Disk } from './disk.ts';
import { realDisk } from './disk.ts';
import { FOREIGN, StoreFailure, storeFailure } from './failure.ts';
import { FileIndex } from './file-index.ts';
import { isRunId, RunLog } from './run-log.ts';
import type { SmallFiles } from './small-files.ts';
import { BlobStore } from './store.ts';

/** A store on disk, all of its parts: the folder `.ceteris` beside a pipeline, or wherever the user wants it. */
export interface Cache {
  readonly root: string;
  /** `blobs/`, `damaged/` */
  readonly blobs: BlobStore;
  /** `actions.log` */
  readonly actions: ActionIndex;
  /** `files.index` */
  readonly files: FileIndex;
  /** `runs/` */
  readonly runs: RunLog;
  /** `lock`, for the sweep */
  readonly lockFile: string;
}

export interface CacheOptions {
  /** Bring blobs and records to the disk one by one; see `BlobStore` for what it costs and what it buys. */
  readonly durable?: boolean;
  readonly disk?: Disk;
  readonly clock?: Clock;
  /** what this process has read of small files before */
  readonly small?: SmallFiles;
}

/**
 * Opens a store; makes nothing on disk before something is written.
 * @throws StoreFailure when its action log is there and cannot be read, or something else has the place of its folder or is in it
 */
export function openCache(root: string, options: CacheOptions = {}): Cache {
  expectStore(root, options.disk ?? realDisk);
  return {
    root,
    blobs: BlobStore.open(root, options),
    actions: ActionIndex.open(join(root, 'actions.log'), options),
    files: FileIndex.open(join(root, 'files.index'), options),
    runs: RunLog.open(join(root, 'runs'), options.disk ?? realDisk),
    lockFile: join(root, 'lock'),
  };
}

/** A store, an empty folder, or one that can be made. */
function expectStore(root: string, disk: Disk): void {
  expectFolder(root, disk);
  const hasLog = isStore(root, disk);
  const isOurs = (name: string): boolean => isOwn(name) && (hasLog || holdsOurs(join(root, name), name, disk));
  const names = namesIn(root, disk).filter((name) => !name.startsWith('.') && !isOurs(name));
  // a store may have got a remark beside it; a folder that is worked in is none, whatever was scattered over it
  const isWorkedIn = names.some((name) => /\.ya?ml$/i.test(name));
  if (names.length > 0 && (isWorkedIn || !hasLog)) throw new StoreFailure(FOREIGN, root);
}

/** All that this program puts into the folder of a store. */
const OWN: ReadonlySet<string> = new Set(
  'actions.log blobs damaged files.index latest lock runs scratch standing tags tmp'.split(' '),
);

const isOwn = (name: string): boolean => OWN.has(name) || /^(actions\.log|files\.index|lock)\./.test(name);

/** How the files are called in those of its folders that others have too. */
const HELD: Readonly<Record<string, (file: string) => boolean>> = {
  runs: (file) => isRunId(file.replace(/\.jsonl$/, '')),
  tmp: (file) => /^\d+-[0-9a-f]{12,}(-\d+)?$/.test(file),
};

const holdsOurs = (folder: string, name: string, disk: Disk): boolean => {
  const held = HELD[name];
  return held === undefined || namesIn(folder, disk).every((file) => file.startsWith('.') || held(file));
};

const isStore = (root: string, disk: Disk): boolean => disk.stat(join(root, 'actions.log')) !== undefined;

/** Whether there is a store in a folder. */
export const hasStore = (root: string): boolean =>
  namesIn(root, realDisk).some((name) => name !== 'tmp' && isOwn(name));

function namesIn(root: string, disk: Disk): readonly string[] {
  try {
    return disk.list(root);
  } catch (error) {
    if (storeFailure(error, root).kind === 'too-many-files') throw storeFailure(error, root);
    return []; // what may not be listed may still be read and written
  }
}

/** A folder, or one that can be made. */
function expectFolder(path: string, disk: Disk): void {
  const stat = disk.stat(path);
  if (stat === undefined && dirname(path) !== path) return expectFolder(dirname(path), disk);
  if (stat !== undefined && !stat.isDirectory()) throw new StoreFailure('ENOTDIR', path);
}
