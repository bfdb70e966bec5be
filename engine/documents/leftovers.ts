/**
 * Files for people that an earlier run wrote and that no stage writes any more: its stage is gone or renamed, or writes elsewhere or in
 * other formats. One that is still as it was written is removed (the store has its bytes); one that was edited since is somebody's, and stays.
 */
import { statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Emit } from '../events/event.ts';
import type { Past, PastStage, Wrote } from '../history/past.ts';
import type { Values } from '../results/values.ts';

/** What stood before and is written by none of `now`. */
export function leftovers(past: Past, now: readonly Partial<Wrote>[]): readonly Wrote[] {
  const before = [...past.left, ...[...past.stages.values()].filter(isWrote)];
  if (before.length === 0) return [];
  const written = new Set(now.flatMap((s) => s.wrote ?? []));
  return before.flatMap(({ key, wrote }) => {
    const left = wrote.filter((file) => !written.has(file));
    return left.length === 0 ? [] : [{ key, wrote: left }];
  });
}

const isWrote = (stage: PastStage): stage is PastStage & Wrote => stage.wrote !== undefined;

export interface Clearing {
  readonly cache: Cache;
  readonly values: Values;
  /** files that other pipelines of the store have written, relative to it */
  readonly others: () => ReadonlySet<string>;
  readonly emit: Emit;
}

/** Removes what is as it was written, and says what was done with each file that is there. */
export function clear(
  left: readonly Wrote[],
  now: readonly Partial<Wrote>[],
  { cache, values, others, emit }: Clearing,
): void {
  if (left.length === 0) return;
  const foreign = others();
  const inodes = new Set(now.flatMap((s) => (s.wrote ?? []).map((file) => inodeOf(join(cache.root, file)))));
  for (const [file, keys] of keysByFile(left)) {
    const path = join(cache.root, file);
    // a name that differs in case only may be the same file
    const inode = inodeOf(path);
    if (foreign.has(file) || inode === undefined || inodes.has(inode)) continue;
    const stands = cache.files.digest(path);
    const isOurs = stands.ok && keys.some((key) => stands.digest === values.madeAs(key, file));
    emit({ type: 'output-orphaned', file: printedPath(path), removed: isOurs && isRemoved(path) });
  }
}

/** Runs of some stages may have written a file more than once since a run of all looked at what is left. */
function keysByFile(left: readonly Wrote[]): ReadonlyMap<string, readonly Digest[]> {
  const keys = new Map<string, Digest[]>();
  for (const { key, wrote } of left) for (const file of wrote) keys.set(file, [...(keys.get(file) ?? []), key]);
  return keys;
}

function isRemoved(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

const inodeOf = (path: string): string | undefined => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.dev}:${stat.ino}` : undefined;
};
