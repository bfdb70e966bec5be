/** A crate as a folder or as one zip file; both hold the same files. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { realDisk } from '../../cache/disk.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { METADATA } from './metadata.ts';

export type Packed = ReadonlyMap<string, Uint8Array>;

/** Zip entries carry a time; a fixed one, so that equal crates are equal bytes. 1 January 1980 is the first there is. */
const ZIP_TIME = new Date(1980, 0, 1);

export const isZip = (target: string): boolean => target.toLowerCase().endsWith('.zip');

/** Written whole or not at all: a fault when the disk says no. */
export async function writePackage(target: string, files: Packed): Promise<Fault | undefined> {
  const temporary = `${target}.${process.pid}.tmp`;
  const { zipSync } = await import('fflate');
  const fault = unlessDiskRefuses(target, () => {
    makeFolder(path.dirname(target));
    rmSync(temporary, { recursive: true, force: true });
    if (isZip(target)) {
      const entries = [...files].map(([name, bytes]) => [name, [bytes, { mtime: ZIP_TIME, level: 6 }]] as const);
      writeFileSync(temporary, zipSync(Object.fromEntries(entries) as never));
    } else writeAll(temporary, files);
    renameSync(temporary, target);
  });
  if (fault !== undefined) unlessDiskRefuses(target, () => rmSync(temporary, { recursive: true, force: true }));
  return fault;
}

/** A fault when the disk says no; what was written until then stays. */
export const writeFolder = (folder: string, files: Packed): Fault | undefined =>
  unlessDiskRefuses(folder, () => writeAll(folder, files));

function writeAll(folder: string, files: Packed): void {
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    makeFolder(path.dirname(file));
    writeFileSync(file, bytes);
  }
}

function makeFolder(folder: string): void {
  try {
    realDisk.makeFolder(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') throw Object.assign(new Error(folder), { code: 'ENOTDIR' });
    throw thrown;
  }
}

function unlessDiskRefuses(place: string, work: () => void): Fault | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return error('CE3111', { file: printedPath(place), reason: errnoOf(thrown) });
  }
}

/** @throws what is no error of the file system: a bug */
function errnoOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') throw thrown;
  return code;
}

/** Names that would be written outside the folder, or into a store, are left out. */
export async function readPackage(source: string): Promise<Packed | Fault> {
  const file = printedPath(source);
  let bytes: Uint8Array;
  try {
    const stat = statSync(source);
    if (stat.isDirectory()) return onTop(readFolder(source));
    if (!stat.isFile()) return error('CE1005', { file }); // a device may have no end
    bytes = new Uint8Array(readFileSync(source));
  } catch (thrown) {
    return error('CE3114', { file, reason: errnoOf(thrown) });
  }
  const { unzipSync } = await import('fflate');
  try {
    const entries = Object.entries(unzipSync(bytes)).map(([name, content]) => [nameOf(name), content] as const);
    return onTop(new Map(entries.filter(([name]) => isSafe(name) && !name.endsWith('/'))));
  } catch {
    return error('CE3115', { file });
  }
}

export const isSafe = (name: string): boolean =>
  !path.posix.isAbsolute(name) &&
  !/^[A-Za-z]:|\\/.test(name) &&
  !name.split('/').some((part) => part === '..' || part === '.ceteris') &&
  !name.includes('\0');

/** Some zip programs do not say in which encoding their names are; those in use write UTF-8, or GBK on a Chinese Windows. */
function nameOf(name: string): string {
  const codes = Array.from(name, (c) => c.charCodeAt(0));
  if (codes.every((c) => c < 0x80) || codes.some((c) => c > 0xff)) return name;
  for (const encoding of ['utf-8', 'gbk'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(Uint8Array.from(codes));
    } catch {}
  return name;
}

/** Who packs an unpacked crate again packs its folder: all files are one folder deeper then. */
function onTop(files: Packed): Packed {
  const deeper = files.has(METADATA)
    ? undefined
    : [...files.keys()].find((name) => name.endsWith(`/${METADATA}`) && name.split('/').length === 2);
  if (deeper === undefined) return files;
  const prefix = deeper.slice(0, -METADATA.length);
  return new Map(
    [...files].flatMap(([name, bytes]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), bytes]] : [])),
  );
}

/** Files as they are; what a link points to is no part of a crate. */
function readFolder(folder: string, under = ''): Packed {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(path.join(folder, under), { withFileTypes: true })) {
    const name = under === '' ? entry.name : `${under}/${entry.name}`;
    if (!isSafe(name)) continue;
    if (entry.isDirectory()) for (const [inner, bytes] of readFolder(folder, name)) files.set(inner, bytes);
    else if (entry.isFile()) files.set(name, new Uint8Array(readFileSync(path.join(folder, name))));
  }
  return files;
}

export const isEmptyPlace = (target: string): boolean =>
  !existsSync(target) || (statSync(target).isDirectory() && readdirSync(target).length === 0);
