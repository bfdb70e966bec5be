import type { BigIntStats } from 'node:fs';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** All that the cache asks of a file system. Handed in, so that a test can fill the disk or tear a write. */
export interface Disk {
  /** `flags` as of node's `openSync`; `mode` applies to a file made by the call. */
  open(path: string, flags: string | number, mode?: number): number;
  /** Reads at `position`, or at the file's own position when undefined; may read less than asked. */
  read(fd: number, into: Uint8Array, length: number, position?: number): number;
  /** One write call from `offset` to the end of `bytes`; may write less. Returns the bytes written. */
  write(fd: number, bytes: Uint8Array, offset: number): number;
  fstat(fd: number): BigIntStats;
  /** Follows symbolic links; undefined when nothing is there. */
  stat(path: string): BigIntStats | undefined;
  sync(fd: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes the folder and those above it; no error when it is there. */
  makeFolder(path: string): void;
  /** Names in a folder, unsorted; none when the folder is not there. */
  list(path: string): readonly string[];
  /** Sets the modification time, in seconds since 1970. */
  touch(path: string, seconds: number): void;
}

/** Milliseconds since 1970. */
export type Clock = () => number;

/** Longest single read or write: the kernel stops at 2 GiB and node's own check below that. */
const MAX_TRANSFER = 1 << 30;

/** Node's own `recursive` asks again without end where a parent is there and the kernel knows none, as below /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}

/** The file system of this machine. */
export const realDisk: Disk = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  read: (fd, into, length, position) => readSync(fd, into, 0, Math.min(length, MAX_TRANSFER), position ?? null),
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset, Math.min(bytes.length - offset, MAX_TRANSFER)),
  fstat: (fd) => fstatSync(fd, { bigint: true }),
  stat: (path) => {
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      if (errorCode(error) === 'ENOTDIR') return undefined; // as node from 22 on: there is no such file either
      throw error;
    }
  },
  sync: (fd) => fsyncSync(fd),
  close: (fd) => closeSync(fd),
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  unlink: (path) => unlinkSync(path),
  makeFolder,
  list: (path) => {
    try {
      return readdirSync(path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  touch: (path, seconds) => utimesSync(path, seconds, seconds),
};

/** The system's code of an error, `ENOENT` and the like; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
