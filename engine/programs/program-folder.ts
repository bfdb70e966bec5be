/**
 * The folder of one try of a program and of no other: a program that left its process group (`setsid`, a daemon) may have ended well and
 * still be writing where it was.
 */
import {
  chmodSync,
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Collected, Printed, Program } from '../../stages/contract-program.ts';

export interface ProgramFolder {
  readonly base: string;
  /** where the program starts */
  readonly cwd: string;
  readonly home: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param base a name that no other try has or had */
export function programFolder(base: string): ProgramFolder {
  const at = (name: string): string => base + sep + name;
  return { base, cwd: at('work'), home: at('home'), stdout: at('stdout'), stderr: at('stderr') };
}

/** With what the program was declared to find. */
export function makeFolder(folder: ProgramFolder, { place, collect }: Program): void {
  mkdirSync(folder.base, { recursive: true });
  mkdirSync(folder.cwd);
  mkdirSync(folder.home);
  for (const [name, bytes] of place) {
    const file = inside(folder, name);
    makeParents(folder, file);
    writeFileSync(file, bytes, { mode: isScript(bytes) ? 0o777 : 0o666 });
  }
  for (const name of collect) makeParents(folder, inside(folder, name));
}

function makeParents({ cwd }: ProgramFolder, file: string): void {
  const parent = dirname(file);
  if (parent !== cwd) mkdirSync(parent, { recursive: true });
}

/** A file that names its interpreter can be run: `run: [./fit.sh]`. */
const isScript = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x21;

/** What it printed, or why that cannot be taken in: more than 2 GB. */
export function printed({ stdout, stderr }: ProgramFolder): Printed | { readonly reason: string } {
  try {
    return { stdout: readPrinted(stdout), stderr: readPrinted(stderr) };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ERR_FS_FILE_TOO_LARGE') return { reason: code };
    throw thrown;
  }
}

const MOST_NAMED = 8;
/** So many files are removed at once. */
const FEW = 100;

/** Names of files that it was not given, those beside the declared inputs, the last written first; with folders where files are wanted. */
function writtenBy({ place, collect }: Program, { cwd }: ProgramFolder): readonly string[] {
  const time = (name: string): number => statSync(join(cwd, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  try {
    const names = readdirSync(cwd, { withFileTypes: true }).flatMap((entry) => {
      const { name } = entry;
      if (place.has(name)) return [];
      if (isFile(join(cwd, name))) return [name];
      return entry.isDirectory() && collect.includes(name) ? [`${name}/`] : [];
    });
    return names.sort((a, b) => time(b) - time(a) || (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

/** A program that failed and printed nothing may have said why in a log of its own. */
export function ownLog(program: Program, folder: ProgramFolder): Uint8Array | undefined {
  const log = writtenBy(program, folder).find((name) => /\.(?:log|rout)$/i.test(name));
  return log === undefined ? undefined : readEnd(join(folder.cwd, log));
}

/** The declared outputs, all or none. */
export function collected(folder: ProgramFolder, program: Program): Collected {
  const { collect } = program;
  const absent = collect.filter((name) => !isFile(inside(folder, name)));
  if (absent.length > 0)
    return { kind: 'no-output', files: absent, left: writtenBy(program, folder).slice(0, MOST_NAMED) };
  const files = new Map<string, Uint8Array>();
  for (const name of collect)
    try {
      files.set(name, read(inside(folder, name)));
    } catch (thrown) {
      return { kind: 'unreadable', file: name, reason: (thrown as NodeJS.ErrnoException).code ?? String(thrown) };
    }
  return { kind: 'done', files };
}

/** The stage type has checked the name; this is for a type that has not. */
function inside({ cwd }: ProgramFolder, name: string): string {
  const file = join(cwd, name);
  if (!file.startsWith(cwd + sep)) throw new Error(`ceteris bug: '${name}' leaves the program's folder`);
  return file;
}

/** At once, when there is little in it; false when there is more, or somebody writes on. */
export function isRemovedHere(base: string): boolean {
  try {
    // a program may have put a link in its place
    if (!lstatSync(base).isDirectory()) return false;
    const inner = emptied(base).map((name) => join(base, name));
    if (!inner.every((folder) => emptied(folder).length === 0)) return false;
    for (const folder of [...inner, base]) rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** In threads of node. False when something of it is still there: somebody writes on, or it is another's. */
export async function isRemoved(base: string): Promise<boolean> {
  try {
    open(base);
    await rm(base, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Removes the files of a folder when they are few; tells what is still in it. */
function emptied(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.length > FEW) return entries.map((e) => e.name);
  for (const e of entries) if (!e.isDirectory()) unlinkSync(join(folder, e.name));
  return entries.filter((e) => e.isDirectory()).map((e) => e.name);
}

/** Some programs take from themselves the right to write in folders of theirs. */
function open(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) open(join(folder, entry.name));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const END_BYTES = 64 * 1024;

function readEnd(file: string): Uint8Array {
  const fd = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(END_BYTES);
    return bytes.subarray(0, readSync(fd, bytes, 0, END_BYTES, Math.max(0, fstatSync(fd).size - END_BYTES)));
  } finally {
    closeSync(fd);
  }
}

/** Most programs print nothing on standard error: then there is nothing to open. */
function readPrinted(file: string): Uint8Array {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === 0 ? new Uint8Array() : read(file);
}

/** Empty when a program removed it. */
function read(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
    throw thrown;
  }
}
