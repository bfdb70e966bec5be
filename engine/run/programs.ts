/**
 * Runs programs that stages describe: an empty folder with the declared files, a declared environment, declared outputs. What a
 * failed or stopped program left never leaves its folder.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { livenessOf, ownIdentity, type ProcessIdentity } from '../../cache/process-identity.ts';
import type { Program, ProgramEnd } from '../../stages/contract-program.ts';
import type { LaunchRequest, LaunchResult } from './launch-protocol.ts';
import { emptied, makeProgramFolder, type ProgramFolder } from './program-folder.ts';

export interface ProgramsOptions {
  /** `engine/run/launcher.ts` built */
  readonly entry: URL;
  /** folder for the programs' folders */
  readonly scratch: string;
}

/** Pause before the first retry; doubled with each. */
const RETRY_MS = 200;

type Ended = LaunchResult | { readonly kind: 'timeout' } | { readonly kind: 'gone' };

export class Programs {
  readonly #options: ProgramsOptions;
  /** folders that are empty again */
  readonly #free: ProgramFolder[] = [];
  readonly #waiting = new Map<number, (result: Ended) => void>();
  #launcher: ChildProcess | undefined;
  #next = 0;
  #own: string | undefined;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** Tries as often as the program says. When the signal is aborted the end means nothing. */
  async run(program: Program, signal: AbortSignal): Promise<ProgramEnd> {
    for (let round = 0; ; round++) {
      const end = await this.#once(program, signal);
      const isFinal = end.kind === 'done' || end.kind === 'not-started' || round >= program.retries || signal.aborted;
      if (isFinal) return end;
      await pause(RETRY_MS * 2 ** round, signal);
    }
  }

  close(): void {
    this.#launcher?.disconnect();
    this.#launcher = undefined;
    if (this.#own !== undefined) rmSync(this.#own, { recursive: true, force: true });
    this.#own = undefined;
    this.#free.length = 0;
  }

  async #once(program: Program, signal: AbortSignal): Promise<ProgramEnd> {
    const id = this.#next++;
    const folder = this.#free.pop() ?? makeProgramFolder(join(this.#folder(), String(id)));
    const { cwd, home, stdout, stderr } = folder;
    let isOver = false;
    try {
      for (const [name, bytes] of program.place) {
        const file = inside(cwd, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
      for (const name of program.collect) mkdirSync(dirname(inside(cwd, name)), { recursive: true });
      const env = {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        HOME: home,
        TMPDIR: home,
        LANG: 'C.UTF-8',
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        ...program.env,
      };
      const request = { kind: 'start', id, argv: program.argv, cwd, env, stdout, stderr } as const;
      const ended = await this.#await(request, program.timeoutMs, signal);
      isOver = ended.kind === 'exit' && ended.code === 0;
      const printed = { stdout: read(stdout), stderr: read(stderr) };
      switch (ended.kind) {
        case 'exit':
          return ended.code === 0
            ? { ...printed, ...collected(cwd, program.collect) }
            : { ...printed, kind: 'exit', code: ended.code };
        case 'signal':
          return { ...printed, kind: 'signal', signal: ended.signal };
        case 'timeout':
          return { ...printed, kind: 'timeout', ms: program.timeoutMs ?? 0 };
        case 'error':
          return { ...printed, kind: 'not-started', reason: ended.code };
        case 'gone':
          return { ...printed, kind: 'signal', signal: 'SIGKILL' };
      }
    } finally {
      this.#leave(folder, isOver);
    }
  }

  /** @param isOver the program ended by itself and well, so that nothing of it can still be at work in there */
  #leave(folder: ProgramFolder, isOver: boolean): void {
    if (!isOver) rmSync(folder.base, { recursive: true, force: true });
    else if (emptied(folder)) this.#free.push(folder);
  }

  #await(
    request: Extract<LaunchRequest, { readonly kind: 'start' }>,
    timeoutMs: number | undefined,
    signal: AbortSignal,
  ): Promise<Ended> {
    const { id } = request;
    const launcher = this.#started();
    return new Promise((resolve) => {
      let late = false;
      const stop = (): void => {
        if (launcher.connected) launcher.send({ kind: 'stop', id } satisfies LaunchRequest);
      };
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              late = true;
              stop();
            }, timeoutMs);
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(id, (result) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) launcher.unref();
        resolve(late ? { kind: 'timeout' } : result);
      });
      launcher.ref();
      launcher.send(request);
      if (signal.aborted) stop();
    });
  }

  #started(): ChildProcess {
    if (this.#launcher?.connected === true) return this.#launcher;
    // its own process group: Ctrl-C in the terminal is for the engine to pass on
    const launcher = fork(this.#options.entry, [], { detached: true, stdio: 'ignore', execArgv: [] });
    launcher.on('message', (result: LaunchResult) => this.#waiting.get(result.id)?.(result));
    launcher.on('exit', () => {
      if (this.#launcher === launcher) this.#launcher = undefined;
      for (const settle of [...this.#waiting.values()]) settle({ kind: 'gone' });
    });
    launcher.channel?.unref();
    launcher.unref();
    return (this.#launcher = launcher);
  }

  /** Our folder, named so that others can tell when we are gone; those of the dead are removed. */
  #folder(): string {
    if (this.#own !== undefined) return this.#own;
    const { scratch } = this.#options;
    mkdirSync(scratch, { recursive: true });
    for (const name of readdirSync(scratch)) {
      const owner = ownerOf(join(scratch, name));
      if (owner !== undefined && livenessOf(owner) === 'dead')
        rmSync(join(scratch, name), { recursive: true, force: true });
    }
    const own = ownIdentity();
    const folder = join(scratch, `${own.pid}-${own.start}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'owner.json'), JSON.stringify(own));
    return (this.#own = folder);
  }
}

function ownerOf(folder: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** The stage type has checked the name; this is for a type that has not. */
function inside(folder: string, name: string): string {
  const file = join(folder, name);
  if (relative(folder, file).startsWith('..')) throw new Error(`ceteris bug: '${name}' leaves the program's folder`);
  return file;
}

function collected(
  cwd: string,
  names: readonly string[],
):
  | { readonly kind: 'done'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'no-output'; readonly files: readonly string[] } {
  const absent = names.filter((name) => {
    const file = inside(cwd, name);
    return !existsSync(file) || !statSync(file).isFile();
  });
  if (absent.length > 0) return { kind: 'no-output', files: absent };
  return { kind: 'done', files: new Map(names.map((name) => [name, read(inside(cwd, name))])) };
}

const read = (file: string): Uint8Array => (existsSync(file) ? new Uint8Array(readFileSync(file)) : new Uint8Array());

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
