/** Puts a standing in its place. It only saves time: where the store cannot be written, nothing is lost. */
import { dirname, join } from 'node:path';
import type { Disk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { removeQuietly, temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import { headsFile } from './heads.ts';
import { encodeStanding, type Standing } from './standing.ts';

/** Other targets and vars have files of their own, five each at most; the oldest go. */
const MOST = 80;

export function writeStanding(path: string, standing: Standing, disk: Disk): void {
  const temp = temporaryFor(dirname(path));
  try {
    writeWhole(disk, path, encodeStanding(standing), { temp, mode: 0o644, durable: false });
    prune(dirname(path), disk);
  } catch (thrown) {
    storeFailure(thrown, path); // throws what is a bug of ours
  }
}

export function writeHeads(path: string, text: string, disk: Disk): void {
  const temp = temporaryFor(dirname(path));
  try {
    writeWhole(disk, headsFile(path), new TextEncoder().encode(text), { temp, mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, path);
  }
}

function prune(folder: string, disk: Disk): void {
  const names = disk.list(folder);
  if (names.length <= MOST) return;
  const byAge = names
    .map((name) => ({ path: join(folder, name), ms: Number(disk.stat(join(folder, name))?.mtimeMs ?? 0n) }))
    .sort((a, b) => b.ms - a.ms);
  for (const { path } of byAge.slice(MOST)) removeQuietly(disk, path);
}
