/** Stats of many files, compared and taken. Synchronous: 10,000 take a third of the time that promises do. */
import { statSync } from 'node:fs';
import type { Digest } from '../../cache/digest.ts';
import type { FileStamp } from '../../cache/file-stamp.ts';
import { quickStat } from './quick-stat.ts';
import { ABSENT, DIGEST, STAMP } from './standing.ts';

const QUIET = { throwIfNoEntry: false } as const;

/** Files whose stats are not what they were, with those of now; zeros where there is no such file. */
export interface Restated {
  /** positions */
  readonly files: readonly number[];
  readonly stamps: Float64Array;
}

/**
 * Times are compared as the doubles that node gives, a quarter of a microsecond apart: nothing that is relied on was written within
 * the last tenth of a second.
 */
export function restate(files: readonly string[], stamps: Float64Array): Restated {
  const changed: number[] = [];
  const now: number[] = [];
  const stillStands = quickStat();
  for (let i = 0, at = 0; i < files.length; i++, at += STAMP) {
    if (stillStands(files[i] as string, stamps, at)) continue;
    const stat = statOf(files[i] as string);
    if (stat === undefined && stamps[at] === ABSENT) continue;
    if (
      stat !== undefined &&
      stat.size === stamps[at] &&
      stat.mtimeMs === stamps[at + 1] &&
      stat.ctimeMs === stamps[at + 2] &&
      stat.ino === stamps[at + 3]
    )
      continue;
    changed.push(i);
    if (stat === undefined) now.push(0, 0, 0, 0);
    else now.push(stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino);
  }
  return { files: changed, stamps: Float64Array.from(now) };
}

/** Stamps with those of now in their places. */
export function restamped(stamps: Float64Array, now: Restated): Float64Array {
  if (now.files.length === 0) return stamps;
  const out = stamps.slice();
  now.files.forEach((file, i) => {
    out.set(now.stamps.subarray(i * STAMP, (i + 1) * STAMP), file * STAMP);
  });
  return out;
}

/**
 * The stats of all files; undefined when one is not there.
 * @param read the stat of a file, by position, when it was read: better than one of now, which may be that of other content
 */
export function stampsOf(
  files: readonly string[],
  read: (file: number) => FileStamp | undefined = () => undefined,
): Float64Array | undefined {
  const stamps = new Float64Array(files.length * STAMP);
  for (let i = 0, at = 0; i < files.length; i++, at += STAMP) {
    const known = read(i);
    const stat = known === undefined ? statOf(files[i] as string) : statIn(known);
    if (stat === undefined) return undefined;
    stamps[at] = stat.size;
    stamps[at + 1] = stat.mtimeMs;
    stamps[at + 2] = stat.ctimeMs;
    stamps[at + 3] = stat.ino;
  }
  return stamps;
}

/** As node gives it in doubles. */
const statIn = ({ size, mtimeNs, ctimeNs, ino }: FileStamp) => ({
  size: Number(size),
  mtimeMs: msOf(mtimeNs),
  ctimeMs: msOf(ctimeNs),
  ino: Number(ino),
});

function msOf(ns: bigint): number {
  const seconds = ns / SECOND_NS;
  const rest = Number(ns - seconds * SECOND_NS);
  return rest < 0 ? (Number(seconds) - 1) * 1000 + (rest + 1e9) / 1e6 : Number(seconds) * 1000 + rest / 1e6;
}

const SECOND_NS = 1_000_000_000n;

/** The same where it is as good when a file is not there. */
export function stampsAround(files: readonly string[]): Float64Array {
  const stamps = new Float64Array(files.length * STAMP);
  for (let i = 0; i < files.length; i++) {
    const stat = statOf(files[i] as string);
    stamps.set(stat === undefined ? [ABSENT, 0, 0, 0] : [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino], i * STAMP);
  }
  return stamps;
}

function statOf(file: string) {
  try {
    return statSync(file, QUIET);
  } catch {
    return undefined; // a folder on the way is a file now, or may not be searched
  }
}

/** Two writes within this leave the same times; whole seconds come from a disk that counts in seconds (file-index.ts). */
const FINE_MARGIN_MS = 100;
const COARSE_MARGIN_MS = 2500;

/** Whether the file had been left alone when `sinceMs` came: what was read after that is what stands. */
export function wasQuiet(stamps: Float64Array, file: number, sinceMs: number): boolean {
  const mtime = stamps[file * STAMP + 1] as number;
  const ctime = stamps[file * STAMP + 2] as number;
  const margin = ctime % 1000 === 0 ? COARSE_MARGIN_MS : FINE_MARGIN_MS;
  return Math.max(mtime, ctime) + margin < sinceMs;
}

/** How far the disk's clock is behind ours, from a file that was written just now; its files look older by as much. */
export function clockLagMs(justWritten: string): number {
  const stat = statOf(justWritten);
  return stat === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Date.now() - stat.mtimeMs);
}

export const digestAt = (digests: Uint8Array, file: number): Digest =>
  Buffer.from(digests.buffer, digests.byteOffset + file * DIGEST, DIGEST).toString('hex') as Digest;

/** Digests in a row, with room for as many files as there are. */
export function digestsOf(digests: readonly Digest[], files: number): Uint8Array {
  const out = Buffer.alloc(files * DIGEST);
  digests.forEach((digest, i) => void out.write(digest, i * DIGEST, 'hex'));
  return out;
}
