import { constants } from 'node:buffer';
import { dirname, join } from 'node:path';
import { type Disk, errorCode } from './disk.ts';
import { StoreFailure, storeFailure } from './failure.ts';
import { freshHex } from './fresh-name.ts';

/** How `writeWhole` writes: where first, with which permissions, and whether it waits for the disk. */
export interface WholeWrite {
  /** A path that nobody else uses, on the same file system as the target. */
  readonly temp: string;
  readonly mode: number;
  /** Wait until the bytes are on the disk before the name is given. */
  readonly durable: boolean;
}

/**
 * Puts a file in place all at once: whoever opens `target`, at any instant and after a kill at any instruction, finds
 * the old content or the new, never a part. Makes missing folders.
 * @throws StoreFailure; the temporary file is gone then, the target as it was
 */
export function writeWhole(disk: Disk, target: string, bytes: Uint8Array, how: WholeWrite): void {
  try {
    const fd = makingFolder(disk, how.temp, () => disk.open(how.temp, 'wx', how.mode));
    try {
      writeAll(disk, fd, bytes);
      if (how.durable) disk.sync(fd);
    } finally {
      disk.close(fd);
    }
    makingFolder(disk, target, () => disk.rename(how.temp, target));
    if (how.durable) syncFolder(disk, dirname(target));
  } catch (error) {
    removeQuietly(disk, how.temp);
    throw storeFailure(error, target);
  }
}

/** A name that nobody else uses, in the folder `tmp` beside `target`, where the sweep finds what a kill left over. */
export function temporaryFor(target: string): string {
  return join(dirname(target), 'tmp', `${process.pid}-${freshHex(16)}`);
}

/** Writes all bytes, going on after short writes. */
export function writeAll(disk: Disk, fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const n = disk.write(fd, bytes, done);
    if (n <= 0) throw new StoreFailure('EIO', `file descriptor ${fd}`);
    done += n;
  }
}

/**
 * Reads an open file from `position` up to `size` bytes; less when the file ends before. The memory is the result's
 * own and starts at its offset 0, so views of any element type fit on it.
 */
export function readOpenFile(disk: Disk, fd: number, size: number, position = 0): Uint8Array {
  if (size > constants.MAX_LENGTH) throw new StoreFailure('EFBIG', `file descriptor ${fd}`);
  const bytes = Buffer.allocUnsafeSlow(size);
  let done = 0;
  while (done < size) {
    const n = disk.read(fd, bytes.subarray(done), size - done, position + done);
    if (n === 0) break;
    done += n;
  }
  return new Uint8Array(bytes.buffer, 0, done);
}

/** Runs `work`; when the folder of `path` is missing, makes it and runs `work` once more. */
export function makingFolder<T>(disk: Disk, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    disk.makeFolder(dirname(path));
    return work();
  }
}

/** Removes a file if that is possible; for clean-up on a path that has failed already. */
export function removeQuietly(disk: Disk, path: string): boolean {
  try {
    disk.unlink(path);
    return true;
  } catch {
    return false;
  }
}

/** Brings a folder's names to the disk; some file systems cannot and say so, which is no failure. */
export function syncFolder(disk: Disk, path: string): void {
  const fd = disk.open(path, 'r');
  try {
    disk.sync(fd);
  } catch (error) {
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    disk.close(fd);
  }
}
