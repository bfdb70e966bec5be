/** A worker thread: runs one stage at a time and answers with what it made. */
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { BroadcastChannel, type MessagePort } from 'node:worker_threads';
import { outOfFiles } from '../../cache/failure.ts';
import type { Helpers } from '../../stages/contract-helpers.ts';
import type { Memo } from '../../stages/contract-memo.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { detailOf, pluginPlace } from '../diagnostic/thrown.ts';
import { oddResult } from '../plan/odd-plugin.ts';
import { stageTypesIn } from '../plugins/plugin-types.ts';
import { answer, type Call, ThreadHelpers } from './helpers.ts';
import { BoundedMemo } from './memo.ts';
import { type Answer, type Task, transferable, trimmed, type WorkerStart } from './protocol.ts';

interface Thread {
  readonly port: MessagePort;
  readonly memo: Memo;
  readonly helpers: Helpers;
  readonly importModule: (url: string) => Promise<object>;
}

/** Progress is told at most this often. */
const PROGRESS_MS = 100;

async function perform(registry: Registry, task: Task, { port, memo, helpers, importModule }: Thread): Promise<Answer> {
  const type =
    task.module === undefined
      ? registry.types.get(task.type)
      : stageTypesIn(await importModule(task.module)).find((t) => t.type === task.type);
  if (type === undefined) return { kind: 'bug', detail: `no stage type '${task.type}' in the worker` };
  let told = performance.now();
  const progress = (done: number): void => {
    const now = performance.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    port.postMessage({ kind: 'progress', done } satisfies Answer);
  };
  try {
    const started = performance.now();
    const result = await type.run({ ...task, memo, helpers, progress });
    const odd = task.module === undefined ? undefined : oddResult(result);
    if (odd !== undefined) return { kind: 'bug', detail: odd };
    return { kind: 'result', result: trimmed(result), ms: performance.now() - started };
  } catch (thrown) {
    if (outOfFiles(thrown, '') !== undefined) throw thrown; // ends the thread, and the pool hears why
    return { kind: 'bug', detail: detailOf(thrown) };
  }
}

/** A plugin may have put a function into its result, or what else has no value outside its thread. */
function send(port: MessagePort, answer: Answer): void {
  try {
    port.postMessage(answer, answer.kind === 'result' ? transferable(answer.result) : []);
  } catch (thrown) {
    if (!(thrown instanceof DOMException && thrown.name === 'DataCloneError')) throw thrown;
    const detail = `run returned what is no value (${thrown.message})`;
    port.postMessage({ kind: 'bug', detail } satisfies Answer);
  }
}

/** What code of a plugin throws from a timer or a promise would end the thread, and with it a stage of somebody else's. */
function hearStrays(port: MessagePort): void {
  process.on('uncaughtException', (thrown: unknown) => {
    if (!(thrown instanceof Error) || pluginPlace(thrown) === undefined) throw thrown;
    port.postMessage({ kind: 'stray', message: thrown.message, stack: thrown.stack ?? '' } satisfies Answer);
  });
}

/** What was left to promises and to timers that are due is told before the answer: nobody listens after that. */
async function strays(): Promise<void> {
  await setImmediate();
  if (process.getActiveResourcesInfo().includes('Timeout')) await setTimeout(1);
}

/** @param importModule imports the module of a plugin, by its URL */
export function serve(
  port: MessagePort,
  { channel: name }: WorkerStart,
  { registry, importModule }: { readonly registry: Registry } & Pick<Thread, 'importModule'>,
): void {
  const memo = new BoundedMemo();
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event) => answer(registry.jobs, (event as { readonly data: Call }).data);
  const helpers = new ThreadHelpers(channel, registry.jobs);
  let hears = false;
  port.on('message', async (task: Task) => {
    if (task.module !== undefined && !hears) {
      hears = true;
      hearStrays(port);
    }
    const answer = await perform(registry, task, { port, memo, helpers, importModule });
    if (task.module !== undefined) await strays();
    send(port, answer);
  });
}
