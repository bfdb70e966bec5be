/**
 * A small process that starts other programs: a fork costs what its parent holds in memory, and the engine may hold a panel of
 * a gigabyte. Each program leads a process group of its own, so that what it starts ends with it. When the engine is gone,
 * however it went, all groups are ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { LaunchRequest, LaunchResult } from './launch-protocol.ts';

/** From asking a group to end to ending it. */
const GRACE_MS = 5000;

const running = new Map<number, ChildProcess>();

function start(request: Extract<LaunchRequest, { readonly kind: 'start' }>): void {
  const { id, argv, cwd, env } = request;
  const [program = '', ...args] = argv;
  const out = openSync(request.stdout, 'w');
  const err = openSync(request.stderr, 'w');
  const tell = (result: LaunchResult): void => {
    if (running.delete(id) && process.connected) process.send?.(result);
  };
  try {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', out, err] });
    running.set(id, child);
    child.on('error', (error: NodeJS.ErrnoException) => tell({ id, kind: 'error', code: error.code ?? error.message }));
    child.on('exit', (code, signal) => {
      // what the program left behind in its group goes with it
      signalGroup(child, 'SIGKILL');
      tell(signal === null ? { id, kind: 'exit', code: code ?? 0 } : { id, kind: 'signal', signal });
    });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    if (process.connected) process.send?.({ id, kind: 'error', code } satisfies LaunchResult);
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // the group has ended
  }
}

function stop(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
  // its number may be another's by then
  child.once('exit', () => clearTimeout(force));
}

process.on('message', (request: LaunchRequest) => {
  if (request.kind === 'start') return start(request);
  const child = running.get(request.id);
  if (child !== undefined) stop(child);
});

process.on('disconnect', () => {
  for (const child of running.values()) stop(child);
  const wait = (): void => {
    if (running.size === 0) process.exit(0);
    setTimeout(wait, 20);
  };
  wait();
});

// Ctrl-C reaches the whole terminal: the engine decides what ends
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
