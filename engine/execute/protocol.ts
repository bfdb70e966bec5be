/** What the engine and its worker threads say to each other. Everything can be cloned between threads. */
import type { InputValue, Json, RunResult } from '../../stages/contract.ts';
import type { Writable } from '../load/writable.ts';
import type { Work } from './job.ts';

/** What a worker is started with. */
export interface WorkerStart {
  /** name of the channel on which threads call each other for help */
  readonly channel: string;
}

export interface Task {
  readonly type: string;
  readonly spec: Json;
  /** URL of the module that exports the type, when it is the user's own */
  readonly module?: string;
  readonly manner?: Json;
  readonly inputs: Readonly<Record<string, readonly InputValue[]>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export function taskOf({ instance, ready }: Work, inputs: Task['inputs'], files: Task['files']): Task {
  const { action, declared } = ready;
  const task: Writable<Task> = { type: action.type, spec: action.spec, inputs, files };
  if (declared.manner !== undefined) task.manner = declared.manner;
  if (instance.type.origin !== undefined) task.module = instance.type.origin.module;
  return task;
}

export type Answer =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'result'; readonly result: RunResult; readonly ms: number }
  /** `run` threw: a bug, not a fault of the user's */
  | { readonly kind: 'bug'; readonly detail: string }
  /** code of a plugin threw where nobody waits for it, whatever the thread does now */
  | { readonly kind: 'stray'; readonly message: string; readonly stack: string };

/** Handing a buffer over leaves its sender without it; below this, where a stage might hold a constant, bytes are copied. */
const HAND_OVER_FROM = 1 << 20;

/** The buffers of a result that are handed over whole; the others are copied. */
export function transferable(result: RunResult): readonly ArrayBuffer[] {
  if (!result.ok) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const output of Object.values(result.outputs))
    for (const bytes of output.parts.values())
      if (bytes.buffer instanceof ArrayBuffer && bytes.byteLength >= HAND_OVER_FROM) buffers.add(bytes.buffer);
  return [...buffers];
}

/** Parts that are views of a larger buffer, cut to their own size: a clone would carry the whole buffer. */
export function trimmed(result: RunResult): RunResult {
  if (!result.ok) return result;
  const outputs = Object.entries(result.outputs).map(([name, output]) => {
    const parts = [...output.parts].map(
      ([part, bytes]) => [part, bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()] as const,
    );
    return [name, { ...output, parts: new Map(parts) }] as const;
  });
  return { ...result, outputs: Object.fromEntries(outputs) };
}
