/** Stats of many files, compared and taken. Synchronous: 10,000 take a third of the time that promises do. */
import { statSync } from 'node:fs';
import { STAMP } from './standing.ts';

const QUIET = { throwIfNoEntry: false } as const;

/** Whether every file is there and the one it was. */
export function allStand(files: readonly string[], stamps: Float64Array): boolean {
  for (let i = 0; i < files.length; i++) if (!stands(files[i] as string, stamps, i * STAMP)) return false;
  return true;
}

/** Positions of the files that are gone or not the ones they were. */
export function changedFiles(files: readonly string[], stamps: Float64Array): readonly number[] {
  const changed: number[] = [];
  for (let i = 0; i < files.length; i++) if (!stands(files[i] as string, stamps, i * STAMP)) changed.push(i);
  return changed;
}

/**
 * Times are compared as the doubles that node gives, a quarter of a microsecond apart: nothing that is relied on was written within
 * the last tenth of a second.
 */
function stands(file: string, stamps: Float64Array, at: number): boolean {
  const stat = statOf(file);
  return (
    stat !== undefined &&
    stat.size === stamps[at] &&
    stat.mtimeMs === stamps[at + 1] &&
    stat.ctimeMs === stamps[at + 2] &&
    stat.ino === stamps[at + 3]
  );
}

/** The stats of all files; undefined when one is not there. */
export function stampsOf(files: readonly string[]): Float64Array | undefined {
  const stamps = new Float64Array(files.length * STAMP);
  for (let i = 0; i < files.length; i++) {
    const stat = statOf(files[i] as string);
    if (stat === undefined) return undefined;
    stamps.set([stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino], i * STAMP);
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
