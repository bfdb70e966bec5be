/**
 * The engine's side of the process that starts programs. When that process is lost (killed by somebody, or for want of memory), what
 * it had started would go on unwatched: its groups are ended from here.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mayBe, type ProcessStart, processStart } from '../../cache/process-identity.ts';
import type { LaunchReport, LaunchRequest, LaunchResult } from './launch-protocol.ts';
import type { Stop } from './stop.ts';
import { workingIn } from './working-in.ts';

/** No program can be started, or none be watched any more. */
export class LostLauncher extends Error {
  override readonly name = 'LostLauncher';
  /** a signal, or the system's code when the process could not even be started */
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(`the process that starts programs is gone (${reason})`, { cause });
    this.reason = reason;
  }
}

export type StartRequest = Extract<LaunchRequest, { readonly kind: 'start' }>;

interface Waiting {
  /** where the program works */
  readonly cwd: string;
  readonly done: (result: LaunchResult) => void;
  readonly lost: (failure: LostLauncher) => void;
  /** leader of the program's group, once it runs */
  leader?: ProcessStart;
}

export class LauncherProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lost: LostLauncher | undefined;

  constructor(entry: string) {
    // its own process group: Ctrl-C in the terminal is for the engine to pass on. The smaller it is, the cheaper each fork of it
    this.#child = fork(entry, [], {
      detached: true,
      stdio: 'ignore',
      execArgv: ['--single-threaded', '--max-semi-space-size=1'],
    });
    this.#child.on('message', (report: LaunchReport) => this.#hear(report));
    this.#child.on('exit', (code, signal) => this.#lose(signal ?? `code ${code}`));
    this.#child.on('error', (thrown: NodeJS.ErrnoException) => {
      // a channel that broke: the exit says why
      if (this.#child.pid === undefined) this.#lose(thrown.code ?? thrown.message, thrown);
      else this.#child.kill('SIGKILL');
    });
    this.#child.channel?.unref();
    this.#child.unref();
  }

  get isLost(): boolean {
    return this.#lost !== undefined || !this.#child.connected;
  }

  /** @throws LostLauncher */
  await(request: StartRequest, stopping: Stop): Promise<LaunchResult> {
    const { id, cwd } = request;
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost);
      const stop = (): void => this.#send({ kind: 'stop', id });
      const over = (): void => {
        stopping.forget(stop);
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) this.#child.unref();
      };
      stopping.listen(stop);
      this.#waiting.set(id, {
        cwd,
        done(result) {
          over();
          resolve(result);
        },
        lost(failure) {
          over();
          reject(failure);
        },
      });
      this.#child.ref();
      this.#send(request);
      if (stopping.aborted) stop();
    });
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #send(request: LaunchRequest): void {
    if (this.#child.connected) this.#child.send(request);
  }

  #hear(report: LaunchReport): void {
    const waiting = this.#waiting.get(report.id);
    if (waiting === undefined) return;
    if (report.kind === 'started') waiting.leader = processStart(report.pid);
    else waiting.done(report);
  }

  #lose(reason: string, cause?: unknown): void {
    if (this.#lost !== undefined) return;
    this.#lost = new LostLauncher(reason, cause);
    for (const { cwd, leader, lost } of [...this.#waiting.values()]) {
      // it may have been lost between the start of a program and its word of it
      for (const one of leader === undefined ? workingIn(cwd) : [leader]) endGroup(one);
      lost(this.#lost);
    }
  }
}

/** At once: who was to give it time is gone. A leader that has ended may have left others in its group. */
function endGroup(leader: ProcessStart): void {
  if (!mayBe(leader)) return;
  try {
    process.kill(-leader.pid, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}
