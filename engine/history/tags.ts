/** Names that people give to runs ("as-submitted"): a file each under `tags/`. A tagged run is never swept. */
import { join } from 'node:path';
import type { Cache } from '../../cache/cache.ts';
import { realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { isRunId, type RunId } from '../../cache/run-log.ts';
import { readOpenFile, removeQuietly, temporaryFor, writeWhole } from '../../cache/whole-file.ts';

export interface Tag {
  readonly name: string;
  readonly run: RunId;
  /** when it was set, ms since 1970 */
  readonly at: number;
}

/** Letters and digits of any script; never the form of a run's id, nor a path. */
export const isTagName = (name: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name) && !isRunId(name) && !/^latest(~|$)/.test(name);

const folderOf = (cache: Cache): string => join(cache.root, 'tags');
const fileOf = (cache: Cache, name: string): string => join(folderOf(cache), `${name}.json`);

/** By name. A damaged file is no tag. @throws StoreFailure */
export function readTags(cache: Cache): Tag[] {
  try {
    return realDisk
      .list(folderOf(cache))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .flatMap((file) => readTag(cache, file.slice(0, -'.json'.length)) ?? []);
  } catch (thrown) {
    throw storeFailure(thrown, folderOf(cache));
  }
}

function readTag(cache: Cache, name: string): Tag | undefined {
  try {
    const fd = realDisk.open(fileOf(cache, name), 'r');
    try {
      const text = new TextDecoder().decode(readOpenFile(realDisk, fd, Number(realDisk.fstat(fd).size)));
      const { run, at } = JSON.parse(text) as { readonly run?: unknown; readonly at?: unknown };
      return typeof run === 'string' && isRunId(run) ? { name, run, at: Number(at) } : undefined;
    } finally {
      realDisk.close(fd);
    }
  } catch {
    return undefined;
  }
}

/** @throws StoreFailure */
export function writeTag(cache: Cache, { name, run, at }: Tag): void {
  const bytes = new TextEncoder().encode(JSON.stringify({ run, at }));
  const temp = temporaryFor(folderOf(cache));
  writeWhole(realDisk, fileOf(cache, name), bytes, { temp, mode: 0o644, durable: true });
}

/** False when there was none. */
export const removeTag = (cache: Cache, name: string): boolean => removeQuietly(realDisk, fileOf(cache, name));
