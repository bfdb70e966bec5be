/** A `ceteris watch --json` under test, waited on by what it says. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { ended, type Lab, type ShownEvent } from './lab.ts';

export interface Watched {
  readonly child: ChildProcess;
  /** all that it has said so far */
  readonly events: ShownEvent[];
  /** The runs that ended between now and when it waits again; `stage status` of each. */
  settled(): Promise<readonly (readonly string[])[]>;
  /** Resolves with the next event that fits, said after the call. */
  next(fits: (event: ShownEvent) => boolean): Promise<ShownEvent>;
  stop(signal?: NodeJS.Signals): Promise<number | undefined>;
}

export function watch(lab: Lab, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Watched {
  const child = lab.start(['watch', '--json', ...args], env);
  const events: ShownEvent[] = [];
  const listeners = new Set<(event: ShownEvent) => void>();
  let rest = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    const lines = `${rest}${bytes}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as ShownEvent;
      events.push(event);
      for (const listener of listeners) listener(event);
    }
  });
  const end = ended(child);
  onTestFinished(() => void child.kill('SIGKILL'));
  const next = (fits: (event: ShownEvent) => boolean): Promise<ShownEvent> =>
    new Promise((resolve, reject) => {
      const listener = (event: ShownEvent): void => {
        if (!fits(event)) return;
        listeners.delete(listener);
        resolve(event);
      };
      listeners.add(listener);
      void end.then(({ err, code }) => reject(new Error(`watch ended (${code}): ${err}`)));
    });
  return {
    child,
    events,
    next,
    async settled() {
      const from = events.length;
      await next((e) => e.type === 'watching');
      return events.slice(from).flatMap((e) => (e.type === 'run-finished' ? [statusesOf(e)] : []));
    },
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return (await end).code;
    },
  };
}

export const statusesOf = (event: ShownEvent): readonly string[] =>
  (event.stages ?? []).map((s) => `${s.stage} ${s.status}`);

/** Lets another process write, as an editor would; the script has `fs` and `at(name)`. */
export function elsewhere(lab: Lab, script: string): void {
  const head = `const fs = require('fs'); const at = (n) => require('path').join(${JSON.stringify(lab.folder)}, n); const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);`;
  execFileSync(process.execPath, ['-e', `${head}${script}`]);
}
