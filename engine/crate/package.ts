/** A crate as a folder or as one zip file; both hold the same files. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export type Packed = ReadonlyMap<string, Uint8Array>;

/** Zip entries carry a time; a fixed one, so that equal crates are equal bytes. 1 January 1980 is the first there is. */
const ZIP_TIME = new Date(1980, 0, 1);

export const isZip = (target: string): boolean => target.toLowerCase().endsWith('.zip');

/** Written whole or not at all. */
export async function writePackage(target: string, files: Packed): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  if (isZip(target)) {
    const { zipSync } = await import('fflate');
    const entries = [...files].map(([name, bytes]) => [name, [bytes, { mtime: ZIP_TIME, level: 6 }]] as const);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(temporary, zipSync(Object.fromEntries(entries) as never));
  } else {
    for (const [name, bytes] of files) {
      const file = path.join(temporary, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
  renameSync(temporary, target);
}

/** Names that would be written outside the folder are left out. */
export async function readPackage(source: string): Promise<Packed> {
  if (statSync(source).isDirectory()) return readFolder(source);
  const { unzipSync } = await import('fflate');
  const entries = unzipSync(new Uint8Array(readFileSync(source)));
  return new Map(Object.entries(entries).filter(([name]) => isSafe(name) && !name.endsWith('/')));
}

export const isSafe = (name: string): boolean =>
  !path.posix.isAbsolute(name) &&
  !/^[A-Za-z]:|\\/.test(name) &&
  !name.split('/').includes('..') &&
  !name.includes('\0');

function readFolder(folder: string): Packed {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return new Map(
    files.map((name) => [name.split(path.sep).join('/'), new Uint8Array(readFileSync(path.join(folder, name)))]),
  );
}

export const isEmptyPlace = (target: string): boolean =>
  !existsSync(target) || (statSync(target).isDirectory() && readdirSync(target).length === 0);
