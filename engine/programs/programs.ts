/**
 * Runs programs that stages describe: a fresh folder with the declared files, a declared environment, declared outputs. What a
 * failed or stopped program left never leaves its folder.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFailure, storeFailure } from '../../cache/failure.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from '../../cache/process-identity.ts';
import type { Printed, Program, ProgramEnd } from '../../stages/contract-program.ts';
import type { LaunchResult } from './launch-protocol.ts';
import { LauncherProcess, LostLauncher, type StartRequest } from './launcher-process.ts';
import { missingInterpreter } from './missing-interpreter.ts';
import {
  collected,
  isRemoved,
  isRemovedHere,
  makeFolder,
  ownLog,
  type ProgramFolder,
  printed,
  programFolder,
} from './program-folder.ts';
import type { Stop } from './stop.ts';

export interface ProgramsOptions {
  /** `engine/programs/launcher.ts` built */
  readonly entry: string;
  /** folder for the programs' folders */
  readonly scratch: string;
}

/** Pause before the first retry; doubled with each. */
const RETRY_MS = 200;
/** A folder is removed in a tenth of a millisecond; when it took so long, the disk is busy. */
const LONG_MS = 5;
/** Longer than it takes to start what was waiting for a program. */
const PAUSE_MS = 20;
/** So many folders are left to threads then. */
const WHILE = 20;
const DEFAULT_PATH = '/usr/bin:/bin';
const OWNER = 'owner.json';

/** Folders get a number that none of this process had before. */
let folders = 0;

export class Programs {
  readonly #options: ProgramsOptions;
  /** folders that are being removed: no program is to run in them any more */
  readonly #leaving = new Set<Promise<unknown>>();
  /** folders of programs that have ended */
  readonly #left: string[] = [];
  #pause: NodeJS.Timeout | undefined;
  /** so many are removed by threads before it is tried here again */
  #leftToThreads = 0;
  #launcher: LauncherProcess | undefined;
  #own: string | undefined;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /**
   * Tries as often as the program says. When it is stopped the end means nothing.
   * @throws LostLauncher after the last try; a program may have done things outside, so no try is made that was not asked for
   */
  async run(program: Program, stop: Stop): Promise<ProgramEnd> {
    for (let round = 0; ; round++) {
      const isLast = (): boolean => round >= program.retries || stop.aborted;
      try {
        const end = await this.#once(program, stop);
        if (end.kind === 'done' || end.kind === 'not-started' || isLast())
          return round === 0 ? end : { ...end, tries: round + 1 };
      } catch (thrown) {
        if (!(thrown instanceof LostLauncher) || isLast()) throw thrown;
      }
      await pause(RETRY_MS * 2 ** round, stop);
    }
  }

  async close(): Promise<void> {
    this.#launcher?.close();
    this.#launcher = undefined;
    if (this.#own === undefined) this.#sweepDead();
    this.#removeLeft();
    await Promise.all(this.#leaving);
    // what cannot be removed now is removed by a later run: its owner is dead then
    if (this.#own !== undefined) await sweep(this.#own);
    this.#own = undefined;
  }

  /** @throws StoreFailure when the disk does not take what the program needs or prints */
  async #once(program: Program, stop: Stop): Promise<ProgramEnd> {
    const id = folders++;
    const base = join(
      onDisk(this.#options.scratch, () => this.#folder()),
      String(id),
    );
    const folder = programFolder(base);
    try {
      onDisk(base, () => makeFolder(folder, program));
      const ended = this.#started().await(requestOf(id, program, folder), stop);
      this.#removeLeft();
      return endOf(await ended, program, folder);
    } finally {
      this.#left.push(base);
      this.#pause ??= setTimeout(() => this.#removeLeft(), PAUSE_MS).unref();
    }
  }

  /** While the next program starts, so that it does not wait; when none follows, in a pause. */
  #removeLeft(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    for (const base of this.#left.splice(0)) this.#track(this.#remove(base));
  }

  /** In threads of node while removing means to wait for the disk. */
  async #remove(base: string): Promise<void> {
    if (this.#leftToThreads > 0) this.#leftToThreads--;
    else {
      const began = performance.now();
      const isGone = isRemovedHere(base);
      if (performance.now() - began > LONG_MS) this.#leftToThreads = WHILE;
      if (isGone) return;
    }
    await isRemoved(base);
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#leaving.delete(tracked));
    this.#leaving.add(tracked);
  }

  /** One that was lost is followed by another. */
  #started(): LauncherProcess {
    if (this.#launcher?.isLost !== false) this.#launcher = new LauncherProcess(this.#options.entry);
    return this.#launcher;
  }

  /** Folders of engines that were killed. */
  #sweepDead(): void {
    for (const name of namesIn(this.#options.scratch)) {
      const folder = join(this.#options.scratch, name);
      const owner = ownerOf(folder);
      if (owner !== undefined && livenessOf(owner) === 'dead') this.#track(sweep(folder));
    }
  }

  /** Ours, named so that others can tell when we are gone. */
  #folder(): string {
    if (this.#own !== undefined) return this.#own;
    const { scratch } = this.#options;
    mkdirSync(scratch, { recursive: true });
    this.#sweepDead();
    const own = ownIdentity();
    const folder = join(scratch, `${own.pid}-${own.start}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, OWNER), JSON.stringify(own));
    return (this.#own = folder);
  }
}

function ownerOf(folder: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** The owner's name goes last: it tells the next one that what is still there may go. */
async function sweep(own: string): Promise<void> {
  const inner = namesIn(own).filter((name) => name !== OWNER);
  const removed = await Promise.all(inner.map((name) => isRemoved(join(own, name))));
  if (removed.every(Boolean)) await isRemoved(own);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a program removed it
  }
}

function requestOf(id: number, program: Program, { cwd, home, stdout, stderr }: ProgramFolder): StartRequest {
  const { argv, timeoutMs } = program;
  const own = { PATH: process.env.PATH ?? DEFAULT_PATH, HOME: home, TMPDIR: home };
  const fixed = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const env = { ...own, ...fixed, ...program.env };
  const timeout = timeoutMs === undefined ? {} : { timeoutMs };
  return { kind: 'start', id, argv, cwd, env, stdout, stderr, ...timeout };
}

const NOTHING: Printed = { stdout: new Uint8Array(), stderr: new Uint8Array() };

function endOf(ended: LaunchResult, program: Program, folder: ProgramFolder): ProgramEnd {
  if (ended.kind === 'disk') throw new StoreFailure(ended.code, folder.stdout);
  const said = onDisk(folder.base, () => printed(folder));
  if ('reason' in said) return { ...NOTHING, kind: 'unreadable', file: 'stdout', reason: said.reason };
  const end = endSaying(said, ended, program, folder);
  const isSilent = end.kind !== 'done' && said.stdout.length === 0 && said.stderr.length === 0;
  const log = isSilent ? onDisk(folder.base, () => ownLog(program, folder)) : undefined;
  return log === undefined ? end : { ...end, log };
}

function endSaying(
  said: Printed,
  ended: Exclude<LaunchResult, { readonly kind: 'disk' }>,
  program: Program,
  folder: ProgramFolder,
): ProgramEnd {
  switch (ended.kind) {
    case 'exit':
      return ended.code === 0
        ? { ...said, ...collected(folder, program) }
        : { ...said, kind: 'exit', code: ended.code };
    case 'signal':
      return { ...said, kind: 'signal', signal: ended.signal };
    case 'timeout':
      return { ...said, kind: 'timeout', ms: program.timeoutMs ?? 0 };
    case 'error':
      return { ...said, ...notStarted(ended.code, program, folder) };
  }
}

function notStarted(reason: string, program: Program, { cwd }: ProgramFolder) {
  const path = program.env.PATH ?? process.env.PATH ?? DEFAULT_PATH;
  const lacks = reason === 'ENOENT' ? missingInterpreter({ program: program.argv[0] ?? '', cwd, path }) : undefined;
  return { kind: 'not-started' as const, reason, ...(lacks === undefined ? {} : { lacks }) };
}

/** @throws StoreFailure: the folders of programs are in the store's folder */
function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw storeFailure(thrown, path);
  }
}

const pause = (ms: number, stop: Stop): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.forget(done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.listen(done);
  });
