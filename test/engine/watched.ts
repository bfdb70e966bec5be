/** A `ceteris watch --json` under test, waited on by what it says. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { ended, type Lab, type ShownEvent } from './lab.ts';

export interface Watched {
  readonly child: ChildProcess;
  /** all that it has said so far */
  readonly events: ShownEvent[];
  /** All that it says from what was taken last until it waits again. */
  cycle(): Promise<readonly ShownEvent[]>;
  /** The runs of a cycle, `stage status` of each. */
  settled(): Promise<readonly (readonly string[])[]>;
  /** The first event that fits after the one that was taken last. */
  next(fits: (event: ShownEvent) => boolean): Promise<ShownEvent>;
  stop(signal?: NodeJS.Signals): Promise<number | undefined>;
}

export function watch(lab: Lab, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Watched {
  const child = lab.start(['watch', '--json', ...args], env);
  const events: ShownEvent[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    const lines = `${rest}${bytes}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as ShownEvent;
      events.push(event);
      for (const listener of [...listeners]) listener();
    }
  });
  const end = ended(child);
  onTestFinished(() => void child.kill('SIGKILL'));
  // events are taken in turn, so that none is missed between two waits
  let taken = 0;
  const next = (fits: (event: ShownEvent) => boolean): Promise<ShownEvent> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const at = events.findIndex((e, i) => i >= taken && fits(e));
        if (at === -1) return;
        taken = at + 1;
        listeners.delete(look);
        resolve(events[at] as ShownEvent);
      };
      listeners.add(look);
      look();
      void end.then(({ err, code }) => reject(new Error(`watch ended (${code}): ${err}`)));
    });
  const cycle = async (): Promise<readonly ShownEvent[]> => {
    const from = taken;
    await next((e) => e.type === 'watching');
    return events.slice(from, taken);
  };
  return {
    child,
    events,
    next,
    cycle,
    settled: async () => (await cycle()).flatMap((e) => (e.type === 'run-finished' ? [statusesOf(e)] : [])),
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
