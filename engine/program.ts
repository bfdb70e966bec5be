/**
 * The program beyond its start. To parse and compile `program.js` takes longer than most commands, and node forgets what it compiled. So at the end of a command what V8 has compiled is put beside it, and the next process goes on
 * from there; likewise for each large package that is loaded when it is wanted. Nothing depends on that: where it is missing, damaged, of another build or another node, or cannot be written, the
 * program is compiled as ever.
 *
 * V8 looks at its own version, its flags and the length of the source, and trusts the rest; a flipped bit would be run. So the file
 * says whose it is and carries a digest of all that is in it.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** Put in by the build: the digest of all that it made. */
declare const BUILD: string;

export type Parts = typeof import('./parts.ts');

export interface Program {
  readonly parts: Parts;
  /** Puts what has been compiled beside the program when the next process would gain by it. Never fails. */
  keep(): void;
}

/** Digest, then the bytes of bytecode that there were when the file was made. */
const HEAD = 40;

/** Bytes of bytecode compiled beyond what was kept, from which on it is kept anew: a tenth of what a run uses. */
const MUCH = 64 * 1024;

export interface Place {
  /** absolute path of the folder that `program.js` is in */
  readonly folder: string;
  /** the `require` of that folder */
  readonly load: NodeJS.Require;
}

/** A file of the program that has been run, and what V8 holds of it. */
interface Run {
  readonly exports: unknown;
  readonly script: Script;
  /** where what was compiled is put */
  readonly kept: string;
  /** bytes of bytecode that there were when what it went on from was made; 0 when it went on from nothing */
  readonly bytecode: number;
}

/** Packages that are files of their own: see `.ci/build.mjs`. */
const PACKAGE = /^\.\/packages\/([\w-]+)\.js$/;

/**
 * @param use what is kept is kept by use: who runs pipelines need not read what drawing up a crate compiled
 * @param keeps `keep` will be called
 */
export function loadProgram({ folder, load }: Place, use: string, keeps: boolean): Program {
  const mayKeep = keeps && !isOff() && isWritable(folder);
  const packages = new Map<string, Run>();
  const run = (name: string, kept: string): Run => {
    const found = isOff() ? undefined : read(kept);
    // V8 throws away what has not been called for a while, such as all that loads a pipeline by the end of a long run
    if (mayKeep && found === undefined) setFlagsFromString('--no-flush-bytecode');
    const file = join(folder, name);
    // ASCII, and the function around it stands in the file: neither decoding nor joining takes time
    const script = new Script(readFileSync(file, 'latin1'), {
      filename: file,
      ...(found === undefined ? {} : { cachedData: found.data }),
    });
    const module = { exports: {} };
    (script.runInThisContext() as (...values: unknown[]) => void)(module.exports, require, module, file, folder);
    const bytecode = script.cachedDataRejected === false ? (found?.bytecode ?? 0) : 0;
    return { exports: module.exports, script, kept, bytecode };
  };
  const keptOf = (name: string): string => join(folder, 'compiled', name);
  const require = (id: string): unknown => {
    const name = PACKAGE.exec(id)?.[1];
    if (name === undefined) return load(id);
    const known = packages.get(name) ?? run(id, keptOf(name));
    packages.set(name, known);
    return known.exports;
  };
  const program = run('program.js', keptOf(use));
  return {
    parts: program.exports as Parts,
    keep() {
      if (!mayKeep) return;
      const { bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics();
      const grown = program.bytecode === 0 || bytecode >= program.bytecode + MUCH;
      const anew = [...packages.values()].filter((one) => one.bytecode === 0);
      if (grown) anew.push(program);
      if (anew.length === 0) return;
      setFlagsFromString('--flush-bytecode'); // V8 asks for the same flags when it reads
      for (const { kept, script } of anew) write(kept, bytecode, script.createCachedData());
    },
  };
}

/** Node's own variable for what it keeps itself from version 22 on. */
const isOff = (): boolean => Boolean(process.env.NODE_DISABLE_COMPILE_CACHE);

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whose the file is. Two versions of node may have one version of V8. */
const owner = (): string =>
  JSON.stringify([BUILD, process.version, process.versions.v8, process.platform, process.arch]);

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(owner()).update(bytes).digest();

function read(path: string): { readonly bytecode: number; readonly data: Buffer } | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  if (bytes.length <= HEAD || !digestOf(bytes.subarray(32)).equals(bytes.subarray(0, 32))) return undefined;
  return { bytecode: bytes.readDoubleLE(32), data: bytes.subarray(HEAD) };
}

/** A process that reads meanwhile sees the old file or the new one. On a full disk the next process compiles as this one did. */
function write(path: string, bytecode: number, data: Buffer): void {
  const bytes = Buffer.alloc(HEAD + data.length);
  bytes.writeDoubleLE(bytecode, 32);
  data.copy(bytes, HEAD);
  digestOf(bytes.subarray(32)).copy(bytes);
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    try {
      writeFileSync(fresh, bytes);
      renameSync(fresh, path);
    } finally {
      rmSync(fresh, { force: true });
    }
  } catch {
    // nothing depends on it
  }
}
