/** A study in a temporary folder, worked on with the real command line, as its user would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const ceteris = resolve(import.meta.dirname, '../../dist/ceteris.js');

/** Same answers on any machine: no colours, no language of the user's. */
const environment = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', CI: 'true' };

export interface ShownDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
  readonly stage?: string;
}

export interface ShownStage {
  readonly stage: string;
  readonly status: string;
  readonly ms?: number;
  readonly changed?: readonly string[];
  readonly notes?: readonly { readonly code: string; readonly message: string }[];
  readonly diagnostics?: readonly ShownDiagnostic[];
  readonly because?: readonly string[];
}

export interface ShownEvent {
  readonly type: string;
  readonly ok?: boolean;
  readonly stage?: string;
  readonly status?: string;
  readonly stages?: readonly ShownStage[];
  readonly diagnostics?: readonly ShownDiagnostic[];
  readonly [key: string]: unknown;
}

export interface Ended {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly out: string;
  readonly err: string;
}

export interface Ran extends Ended {
  readonly events: readonly ShownEvent[];
  /** `stage status`, in the order of the pipeline */
  readonly stages: readonly string[];
  readonly stage: (name: string) => ShownStage | undefined;
  /** of the pipeline and of all stages */
  readonly diagnostics: readonly ShownDiagnostic[];
  /** `code line:text`, the text being what the place marks in its file */
  readonly faults: readonly string[];
}

export interface Lab {
  readonly folder: string;
  at(name: string): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Replaces a text that stands in the file once or more often, the first time only. */
  edit(name: string, from: string, to: string): void;
  /** As `edit`, leaving the modification time as it was. */
  editKeepingTime(name: string, from: string, to: string): void;
  read(name: string): string;
  bytes(name: string): Uint8Array;
  /** `ceteris run --json …` */
  run(...args: readonly string[]): Promise<Ran>;
  /** `ceteris check --json …` */
  check(...args: readonly string[]): Promise<Ran>;
  /** `ceteris COMMAND … --json`, its output parsed */
  json<T>(...args: readonly string[]): Promise<T>;
  /** `ceteris …` as it is written */
  cli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** `ceteris …`, still running */
  start(args: readonly string[], env?: Readonly<Record<string, string>>, program?: string): ChildProcess;
}

export function openLab(files: Readonly<Record<string, string | Uint8Array>>): Lab {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-lab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return labIn(folder, files);
}

export function labIn(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Lab {
  const at = (name: string): string => join(folder, name);
  const write = (all: Readonly<Record<string, string | Uint8Array>>): void => {
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
    }
  };
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const edit = (name: string, from: string, to: string): void => {
    const text = read(name);
    if (!text.includes(from)) throw new Error(`${name} does not hold ${JSON.stringify(from)}`);
    writeFileSync(
      at(name),
      text.replace(from, () => to),
    );
  };
  const start = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    program = ceteris,
  ): ChildProcess => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return child;
  };
  const cli = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    ended(start(args, env));
  const ran = async (args: readonly string[]): Promise<Ran> => readRun(await cli(args), folder);
  write(files);
  return {
    folder,
    at,
    write,
    edit,
    editKeepingTime(name, from, to) {
      const { atime, mtime } = statSync(at(name));
      edit(name, from, to);
      utimesSync(at(name), atime, mtime);
    },
    read,
    bytes: (name) => readFileSync(at(name)),
    run: (...args) => ran(['run', '--json', ...args]),
    check: (...args) => ran(['check', '--json', ...args]),
    async json<T>(...args: readonly string[]): Promise<T> {
      const { out, err } = await cli([...args, '--json']);
      try {
        return JSON.parse(out) as T;
      } catch {
        throw new Error(`no JSON from ${args.join(' ')}: ${out}${err}`);
      }
    },
    cli,
    start,
  };
}

/** `{ raw: 'ran', fit: 'cached' }`, in the order of the pipeline. */
export const statuses = ({ events }: Ran): Readonly<Record<string, string>> =>
  Object.fromEntries((events.findLast((e) => e.type === 'run-finished')?.stages ?? []).map((s) => [s.stage, s.status]));

/** Resolves once `check` holds; looks every 10 ms. The test itself has the limit. */
export async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((wake) => setTimeout(wake, 10));
}

/** What `show --json` gives of a table or a model. */
export interface Shown {
  readonly [key: string]: unknown;
}

/** Waits for the end of a process, with what it said. */
export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((done, fail) => {
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code: code ?? undefined, signal: signal ?? undefined, out, err }));
  });
}

/** What stands at the place that a diagnostic marks, if that is on one line. */
function marked(folder: string, { file, line, column, end_line, end_column }: ShownDiagnostic): string {
  if (file === undefined || line === undefined || column === undefined || !existsSync(join(folder, file))) return '';
  const text = readFileSync(join(folder, file), 'utf8').split('\n')[line - 1] ?? '';
  return text.slice(column - 1, end_line === line && end_column !== undefined ? end_column - 1 : undefined);
}

export function readRun(end: Ended, folder: string): Ran {
  const events = end.out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ShownEvent);
  const last = events.findLast((e) => e.type === 'run-finished') ?? events.at(-1);
  const stages = last?.stages ?? [];
  const diagnostics = [...(last?.diagnostics ?? []), ...stages.flatMap((s) => s.diagnostics ?? [])];
  return {
    ...end,
    events,
    stages: stages.map((s) => `${s.stage} ${s.status}`),
    stage: (name) => stages.find((s) => s.stage === name),
    diagnostics,
    faults: diagnostics.map((d) => `${d.code} ${d.line ?? 0}:${marked(folder, d)}`),
  };
}

/** A panel of six units and five years, made up; `x` moves y, `z` and `note` do not. */
export const PANEL = [
  'id,year,y,x,z,note',
  ...Array.from({ length: 30 }, (_, i) => {
    const [unit, t] = [Math.floor(i / 5) + 1, i % 5];
    const x = ((i * 37) % 23) / 10;
    const z = ((i * 29 + 7) % 19) / 10;
    const y = (5 + unit / 3 + 0.5 * x + ((i * 13) % 11) / 20).toFixed(3);
    return `${unit},${2001 + t},${y},${x},${z},n${i}`;
  }),
  '',
].join('\n');
