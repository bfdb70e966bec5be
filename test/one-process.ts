/**
 * Commands in one process that stays: what the result of an edit is held against. A command line that is started for it takes
 * twice the time, and is not what those tests are about.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { begin } from '../engine/cli/begin.ts';
import { type Finished, type Folder, lastOf } from './command-line.ts';

const env = { NO_COLOR: '1', LC_ALL: 'C' };
let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** As `folder.run`. */
export async function inOneProcess(folder: Folder, ...args: readonly string[]): Promise<Finished> {
  const words = args.length === 0 ? ['run'] : args;
  const all = words[0] === 'run' && !words.includes('--json') ? [...words, '--json'] : words;
  const said = await commandInOneProcess(folder.path, all);
  return { ...said, last: lastOf(said.stdout) };
}

/** As `folder.show`. */
export async function shownInOneProcess(folder: Folder, stage: string): Promise<unknown> {
  return JSON.parse((await inOneProcess(folder, 'show', stage, '--json')).stdout);
}

/** As `ceteris …` in that folder. */
export function commandInOneProcess(cwd: string, args: readonly string[]): Promise<Said> {
  const answer = last.then(() => ask(cwd, args));
  last = answer.catch(() => undefined);
  return answer;
}

type Said = Omit<Finished, 'last'>;

function ask(cwd: string, args: readonly string[]): Promise<Said> {
  const begun = begin(args, cwd, { isTerminal: () => false, env });
  const control = running();
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error(`the process ended at ${args.join(' ')}`));
    control.once('exit', ended);
    control.once('message', (said: Said) => {
      control.off('exit', ended);
      resolve(said);
    });
    control.send({ begun, cwd });
  });
}

/** Ends with the one that asks. */
function running(): ChildProcess {
  if (child?.connected) return child;
  child = fork(join(import.meta.dirname, 'one-process.mjs'), {
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  child.unref();
  child.channel?.unref();
  return child;
}
