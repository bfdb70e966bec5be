/** A folder of its own and the real command line, for tests from outside. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const CLI = resolve(import.meta.dirname, '..', 'dist', 'ceteris.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** the closing event of `run --json` */
  readonly last: {
    readonly ok: boolean;
    readonly stages: readonly {
      readonly stage: string;
      readonly status: string;
      readonly diagnostics?: readonly Told[];
    }[];
    readonly diagnostics?: readonly Told[];
  };
}

export interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
}

export class Folder {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>>) {
    this.path = mkdtempSync(join(tmpdir(), 'ceteris-test-'));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  write(name: string, text: string | Uint8Array): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text);
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  edit(name: string, from: string, to: string): void {
    const text = this.read(name);
    if (!text.includes(from)) throw new Error(`${name} has no '${from}'`);
    this.write(name, text.replace(from, to));
  }

  /** Runs to the end; `--json` is added to `run`. */
  run(...args: readonly string[]): Finished {
    const words = args.length === 0 ? ['run'] : args;
    const all = words[0] === 'run' && !words.includes('--json') ? [...words, '--json'] : words;
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...all], {
      cwd: this.path,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C' },
      maxBuffer: 1 << 28,
    });
    return { code: status, stdout, stderr, last: lastOf(stdout) };
  }

  /** What a command prints that is given in another folder. */
  elsewhere(cwd: string, ...args: readonly string[]): string {
    return spawnSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
  }

  /** Starts and leaves running. */
  start(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.path,
      env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  show(stage: string): { readonly [key: string]: unknown } {
    const { stdout } = this.run('show', stage, '--json');
    return JSON.parse(stdout) as { readonly [key: string]: unknown };
  }
}

/** The closing event of what `run --json` printed. */
export function lastOf(stdout: string): Finished['last'] {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Finished['last']) : { ok: false, stages: [] };
}

/** `{ raw: 'ran', fit: 'cached' }` */
export const statuses = ({ last }: Finished): Readonly<Record<string, string>> =>
  Object.fromEntries(last.stages.map((s) => [s.stage, s.status]));

/** Everything that was reported, of stages and of the pipeline. */
export const told = ({ last }: Pick<Finished, 'last'>): readonly Told[] => [
  ...(last.diagnostics ?? []),
  ...last.stages.flatMap((s) => s.diagnostics ?? []),
];

/** Resolves once `check` holds; looks every 10 ms. The caller's test has the limit. */
export async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((wake) => setTimeout(wake, 10));
}
