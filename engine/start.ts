#!/usr/bin/env node
/**
 * Where the program starts. When nothing has changed since an earlier run, the answer is given from here, and the rest of
 * the program is not even loaded. Built as CommonJS: node starts it 6 ms sooner than a module.
 */
import { writeSync } from 'node:fs';
import { error } from '../stages/contract.ts';
import { type Begun, begin, isTerminalOut } from './cli/begin.ts';
import { answer, type Looked } from './standing/answer.ts';

/** Put in by the build: the digest of all that it made, and the version of the package. */
declare const BUILD: string;
declare const VERSION: string;

/** Standard output takes no more: the disk is full, say. */
class Unwritten extends Error {}

/** To the end, also past the size of a pipe. */
function write(fd: 1 | 2, text: string): void {
  let bytes = Buffer.from(text, 'utf8');
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EPIPE') process.exit(0);
    if (code !== 'EAGAIN') throw fd === 1 ? new Unwritten(code) : thrown;
    (fd === 1 ? process.stdout : process.stderr).write(bytes); // a pipe that does not wait: node does
  }
}

/** A shell may stand in a folder that has been removed; paths are then those of the root. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.chdir('/');
    return process.cwd();
  }
}

const importModule = async (url: string): Promise<object> => (await import('./import-module.ts')).importModule(url);

async function start(): Promise<number> {
  const cwd = workingFolder();
  const begun = begin(process.argv.slice(2), cwd, { isTerminal: isTerminalOut, env: process.env });
  if (begun.kind === 'version') {
    write(1, `${VERSION}\n`);
    return 0;
  }
  let looked: Looked | undefined;
  if (begun.kind === 'command' && !begun.args.help) {
    const voice = { out: (text: string) => write(1, text), err: (text: string) => write(2, text) };
    const answered = await answer({ ...begun, cwd, build: BUILD }, voice);
    if (answered.given) return 0;
    looked = answered.looked;
  }
  const { loadProgram } = await import('./program.ts');
  const program = loadProgram({ folder: __dirname, load: require }, useOf(begun, looked), true);
  const { main } = await program.parts.main();
  const code = await main(begun, {
    cwd,
    build: BUILD,
    folder: __dirname,
    importModule,
    startedMs: performance.timeOrigin,
    ...(looked === undefined ? {} : { looked }),
  });
  if (code !== INTERRUPTED) program.keep();
  return code;
}

const INTERRUPTED = 130;
const ENVIRONMENT = 3;

async function sayUnwritten({ message }: Unwritten): Promise<number> {
  const { loadProgram } = await import('./program.ts');
  const { main } = await loadProgram({ folder: __dirname, load: require }, 'refused', false).parts.main();
  const { lang } = begin(process.argv.slice(2), '/', { isTerminal: () => false, env: process.env });
  const faults = [error('CE1564', { reason: message })];
  const refused = { kind: 'refused', lang, json: false, faults } as const;
  await main(refused, { cwd: '/', build: BUILD, folder: __dirname, importModule, startedMs: performance.timeOrigin });
  return ENVIRONMENT;
}

/** What of the program is used: a run after an edit is other code than one of all. */
const useOf = (begun: Begun, looked: Looked | undefined): string =>
  begun.kind === 'command' ? `${begun.args.command}${looked === undefined ? '' : '-edited'}` : begun.kind;

const said = start().catch((thrown: unknown) => {
  if (thrown instanceof Unwritten) return sayUnwritten(thrown);
  throw thrown;
});

said.then(
  (code) => {
    process.exitCode = code;
  },
  (bug: unknown) => {
    process.stderr.write(`ceteris bug: ${bug instanceof Error ? bug.message : String(bug)}\n`);
    if (process.env.CETERIS_DEBUG) process.stderr.write(`${bug instanceof Error ? bug.stack : ''}\n`);
    process.exitCode = 70;
  },
);
