/**
 * Tells of every touch of some files. It is their folders that are watched, one watch each whatever the number of files: a
 * file that is deleted, replaced by a rename or not there yet is seen like any other, and 10,000 files need no 10,000 watches.
 * chokidar's raw events are taken, since those that it makes of them are held back (100 ms for a replaced file) or dropped
 * (a second change within 50 ms); what a touch is worth is for the reader to find out.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FSWatcher } from 'chokidar';

interface Armed {
  readonly watcher: FSWatcher;
  /** folder → its inode, to see when another folder has taken its place */
  readonly folders: ReadonlyMap<string, bigint>;
}

export class FolderWatch {
  readonly #touched: (file: string) => void;
  readonly #polls: boolean;
  #armed: Armed | undefined;
  /** real path → the path as the pipeline has it */
  #names: ReadonlyMap<string, string> = new Map();

  /**
   * @param touched a followed file, or a folder on the way to one
   * @param polls looks at the files again and again: network disks may tell nothing
   */
  constructor(touched: (file: string) => void, polls: boolean) {
    this.#touched = touched;
    this.#polls = polls;
  }

  /** Follows these files and no others from now on; says whether something is watched that was not before. */
  async follow(files: Iterable<string>): Promise<boolean> {
    const { names, folders } = whereabouts(files);
    this.#names = names;
    const armed = this.#armed;
    if (armed !== undefined && sameFolders(armed.folders, folders)) return false;
    const isNew = armed === undefined || [...folders].some(([folder, inode]) => armed.folders.get(folder) !== inode);
    this.#armed = { watcher: await this.#arm([...folders.keys()]), folders };
    await armed?.watcher.close();
    return isNew;
  }

  async close(): Promise<void> {
    await this.#armed?.watcher.close();
    this.#armed = undefined;
  }

  async #arm(folders: readonly string[]): Promise<FSWatcher> {
    const { watch } = await import('chokidar');
    const polls = this.#polls;
    const wanted = new Set(folders);
    const watcher = watch([...folders], {
      ignoreInitial: true,
      depth: 0,
      atomic: false,
      usePolling: polls,
      // what is polled must be so file by file
      ignored: (path: string) => (polls ? !wanted.has(path) && !this.#names.has(path) : !wanted.has(path)),
    });
    if (polls) watcher.on('all', (_event: string, path: string) => this.#tell(dirname(path), basename(path)));
    else
      watcher.on('raw', (_event: string, name: string | null, details: unknown) => {
        const { watchedPath } = details as { readonly watchedPath: string };
        this.#tell(watchedPath, name);
      });
    // a folder that goes away in the middle of it: the next look at the files finds out
    watcher.on('error', () => {});
    await new Promise<void>((done) => watcher.once('ready', () => done()));
    return watcher;
  }

  #tell(folder: string, name: string | null): void {
    const at = name === null ? undefined : this.#names.get(join(folder, name));
    if (at !== undefined) return this.#touched(at);
    // a folder tells of itself by its own name, or a system tells no names at all
    const own = this.#names.get(folder);
    if (own !== undefined && (name === null || name === basename(folder))) this.#touched(own);
  }
}

/** The folders to watch, and what a name in them stands for. Links are followed, and both of their ends watched. */
function whereabouts(files: Iterable<string>): {
  readonly names: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, bigint>;
} {
  const names = new Map<string, string>();
  const folders = new Map<string, bigint>();
  const known = new Map<string, string | undefined>();
  const real = (path: string): string | undefined => {
    if (!known.has(path)) known.set(path, realPath(path));
    return known.get(path);
  };
  const inFolder = (path: string, meaning: string): void => {
    const folder = real(dirname(path));
    if (folder === undefined) {
      if (dirname(path) !== path) inFolder(dirname(path), dirname(path)); // not there yet: seen when it is made
      return;
    }
    names.set(join(folder, basename(path)), meaning);
    if (!folders.has(folder)) folders.set(folder, inodeOf(folder));
  };
  for (const file of files) {
    inFolder(file, file);
    inFolder(dirname(file), dirname(file));
    const target = realPath(file);
    if (target !== undefined && target !== file) inFolder(target, file);
  }
  return { names, folders };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

const inodeOf = (folder: string): bigint => statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;

const sameFolders = (a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>): boolean =>
  a.size === b.size && [...a].every(([folder, inode]) => b.get(folder) === inode);
