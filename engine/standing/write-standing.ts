/** Puts a standing in its place. It only saves time: where the store cannot be written, nothing is lost. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { removeQuietly, temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import { encodeStanding, type Standing } from './standing.ts';

/** Other targets and vars have files of their own, three each at most; the oldest go. */
const MOST = 48;

export function writeStanding(path: string, standing: Standing, disk: Disk): void {
  const temp = temporaryFor(dirname(path));
  try {
    writeWhole(disk, path, encodeStanding(standing), { temp, mode: 0o644, durable: false });
    prune(dirname(path), disk);
  } catch (thrown) {
    storeFailure(thrown, path); // throws what is a bug of ours
  }
}

interface Heads {
  readonly question: string;
  readonly run: string;
  /** by instance */
  readonly heads: ReadonlyMap<string, string>;
}

const headsFile = (path: string): string => `${path}.heads`;

/** Beside the standing, since only a run after an edit asks for them. */
export function writeHeads(path: string, { question, run, heads }: Heads, disk: Disk): void {
  const bytes = new TextEncoder().encode(JSON.stringify({ question, run, heads: Object.fromEntries(heads) }));
  const temp = temporaryFor(dirname(path));
  try {
    writeWhole(disk, headsFile(path), bytes, { temp, mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, path);
  }
}

/** Undefined when there are none that belong to the standing. A damaged file is caught by the comparison or reads as none. */
export function readHeads(path: string, question: string, run: string): ReadonlyMap<string, string> | undefined {
  try {
    const read = JSON.parse(readFileSync(headsFile(path), 'utf8')) as { readonly [key: string]: unknown };
    if (read.question !== question || read.run !== run) return undefined;
    return new Map(Object.entries(read.heads as Readonly<Record<string, string>>));
  } catch {
    return undefined;
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
