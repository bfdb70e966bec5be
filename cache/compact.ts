import type { Json } from './canonical.ts';
import { eachLine, lineKey, readLine } from './checked-line.ts';
import type { Digest } from './digest.ts';
import { type Disk, errorCode } from './disk.ts';
import { storeFailure } from './failure.ts';
import { removeIndex } from './place-index.ts';
import { makingFolder, readOpenFile, removeQuietly, temporaryFor, writeAll } from './whole-file.ts';

/** What a compaction did to the log. */
export interface Compaction {
  readonly kept: number;
  readonly dropped: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Rewrites an action log without the lines that are damaged, superseded or refused by `keep`. Call it under the
 * store's lock; running engines need none and go on appending:
 * what they append before the new log has its name is carried over before and after the renaming, and what they
 * append to the old log after that they write again, since each looks after its write whether its log still has a
 * name. Killed in between, it loses at most records, which costs a second run of their actions.
 * @throws StoreFailure; the log is as it was then
 */
export function compactActionLog(
  disk: Disk,
  file: string,
  keep: (key: Digest, record: Json) => boolean,
): Compaction | undefined {
  const old = openOld(disk, file);
  if (old === undefined) return undefined;
  const temp = temporaryFor(file);
  try {
    const log = endedLines(disk, old, 0);
    const kept = keptLines(log, keep);
    const fresh = makingFolder(disk, temp, () => disk.open(temp, 'ax', 0o644));
    try {
      for (const line of kept.lines) writeAll(disk, fresh, line);
      const late = endedLines(disk, old, log.length);
      writeAll(disk, fresh, late);
      disk.sync(fresh); // or a power cut could leave the new name without its bytes, and every record with it
      removeIndex(disk, file);
      disk.rename(temp, file);
      writeAll(disk, fresh, endedLines(disk, old, log.length + late.length));
      const bytesAfter = Number(disk.fstat(fresh).size);
      return { kept: kept.lines.length, dropped: kept.dropped, bytesBefore: log.length, bytesAfter };
    } finally {
      disk.close(fresh);
    }
  } catch (error) {
    removeQuietly(disk, temp);
    throw storeFailure(error, file);
  } finally {
    disk.close(old);
  }
}

function openOld(disk: Disk, file: string): number | undefined {
  try {
    return disk.open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw storeFailure(error, file);
  }
}

/** From `position` to the last line feed: a write that is under way is left to the next look. */
function endedLines(disk: Disk, fd: number, position: number): Buffer {
  const bytes = readOpenFile(disk, fd, Math.max(0, Number(disk.fstat(fd).size) - position), position);
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return log.subarray(0, log.lastIndexOf(10) + 1);
}

/** The last line of each key if it is sound and wanted, with its line feed. */
function keptLines(log: Buffer, keep: (key: Digest, record: Json) => boolean): { lines: Buffer[]; dropped: number } {
  const last = new Map<Digest, readonly [start: number, end: number]>();
  let seen = 0;
  eachLine(log, (start, end) => {
    seen++;
    const key = lineKey(log, start, end);
    if (key !== undefined) last.set(key, [start, end]);
  });
  const lines: Buffer[] = [];
  for (const [key, [start, end]] of last) {
    const read = readLine(log, start, end);
    if (read.found && keep(key, read.record)) lines.push(log.subarray(start, end + 1));
  }
  return { lines, dropped: seen - lines.length };
}
