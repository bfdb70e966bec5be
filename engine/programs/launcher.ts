/**
 * A small process that starts other programs: a fork costs what its parent holds in memory, and the engine may hold a panel of
 * a gigabyte. Each program leads a process group of its own, so that what it starts ends with it. When the engine is gone,
 * however it went, all groups are ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { LaunchReport, LaunchRequest, LaunchResult } from './launch-protocol.ts';

/** From asking a group to end to ending it. */
const GRACE_MS = 5000;
/** So often it is looked whether a group that was asked to end has. */
const LOOK_MS = 20;

/** A timer takes no more: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

interface Running {
  readonly child: ChildProcess;
  /** when its group is ended, once it was asked to end */
  endsAt?: number;
}

const running = new Map<number, Running>();

function tell(result: LaunchResult): void {
  running.delete(result.id);
  report(result);
}

function report(said: LaunchReport): void {
  if (process.connected) process.send?.(said);
}

function start(request: Extract<LaunchRequest, { readonly kind: 'start' }>): void {
  const { id } = request;
  let files: readonly [out: number, err: number];
  try {
    files = opened(request.stdout, request.stderr);
  } catch (thrown) {
    return tell({ id, kind: 'disk', code: codeOf(thrown) });
  }
  try {
    startWith(request, files);
  } catch (thrown) {
    tell({ id, kind: 'error', code: codeOf(thrown) });
  } finally {
    for (const file of files) closeSync(file);
  }
}

function opened(stdout: string, stderr: string): readonly [number, number] {
  const out = openSync(stdout, 'w');
  try {
    return [out, openSync(stderr, 'w')];
  } catch (thrown) {
    closeSync(out);
    throw thrown;
  }
}

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? String(thrown);

function startWith(
  { id, argv, cwd, env, timeoutMs }: Extract<LaunchRequest, { readonly kind: 'start' }>,
  [out, err]: readonly [number, number],
): void {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', out, err] });
  const self: Running = { child };
  running.set(id, self);
  if (child.pid !== undefined) report({ kind: 'started', id, pid: child.pid });
  let isLate = false;
  const late = (): void => {
    isLate = true;
    stop(self);
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, Math.min(timeoutMs, LONGEST_MS));
  child.on('error', (error) => {
    clearTimeout(timer);
    tell({ id, kind: 'error', code: codeOf(error) });
  });
  child.on('exit', (code, signal) => {
    clearTimeout(timer);
    whenOver(self, () => {
      if (isLate) tell({ id, kind: 'timeout' });
      else tell(signal === null ? { id, kind: 'exit', code: code ?? 0 } : { id, kind: 'signal', signal });
    });
  });
}

/** What the program left behind in its group goes with it; when it was asked to end, that has its time too. */
function whenOver(self: Running, over: () => void): void {
  const { child, endsAt } = self;
  if (endsAt !== undefined && performance.now() < endsAt && isSignalled(child, 0))
    return void setTimeout(() => whenOver(self, over), LOOK_MS);
  isSignalled(child, 'SIGKILL');
  over();
}

/** Whether there was somebody in the program's group to signal; 0 just asks. */
function isSignalled(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function stop(self: Running): void {
  if (self.endsAt !== undefined) return;
  self.endsAt = performance.now() + GRACE_MS;
  isSignalled(self.child, 'SIGTERM');
  const force = setTimeout(() => isSignalled(self.child, 'SIGKILL'), GRACE_MS).unref();
  // its number may be another's by then
  self.child.once('exit', () => clearTimeout(force));
}

process.on('message', (request: LaunchRequest) => {
  if (request.kind === 'start') return start(request);
  const found = running.get(request.id);
  if (found !== undefined) stop(found);
});

process.on('disconnect', () => {
  for (const self of running.values()) stop(self);
  const wait = (): void => {
    if (running.size === 0) process.exit(0);
    setTimeout(wait, LOOK_MS);
  };
  wait();
});

// Ctrl-C reaches the whole terminal: the engine decides what ends
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
