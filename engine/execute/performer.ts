/** Carries one action out: reads what it reads, runs it here or in a thread, stores what it made, then the record. */
import { performance } from 'node:perf_hooks';
import type { Digest } from '../../cache/digest.ts';
import { outOfFiles, StoreFailure } from '../../cache/failure.ts';
import type { FileIndex } from '../../cache/file-index.ts';
import type { InputValue, RunResult } from '../../stages/contract.ts';
import { detailOf } from '../diagnostic/thrown.ts';
import { distinct } from '../plan/diagnose.ts';
import { oddFaults } from '../plan/odd-faults.ts';
import { oddResult } from '../plan/odd-plugin.ts';
import type { MadeOutput } from '../plan/outputs.ts';
import { LostLauncher } from '../programs/launcher-process.ts';
import type { Programs } from '../programs/programs.ts';
import type { ActionRecord } from '../results/record.ts';
import type { Values } from '../results/values.ts';
import { checkMade } from './check-made.ts';
import { ContextHere } from './context-here.ts';
import type { Executed, Job, Work } from './job.ts';
import { BoundedMemo } from './memo.ts';
import type { PoolResult, WorkerPool } from './pool.ts';
import { type Task, taskOf } from './protocol.ts';

/** What came of a job; undefined when that waits for being stored, which ends the job: others run meanwhile, and what they make is stored with it. */
export type Performed = Executed | undefined;

export interface PerformerOptions {
  readonly values: Values;
  readonly files: FileIndex;
  readonly jobs: number;
  readonly pool: WorkerPool | undefined;
  readonly programs: Programs | undefined;
  readonly clock: () => number;
}

/** A message to a thread and back, with its bytes, costs about a tenth of this. */
const HOP_MS = 20;
/** A new thread loads the stages and compiles them anew: it must have more to do than that costs. */
const START_MS = 150;
/** So long a stage goes to a thread even when it is the only one: the main thread must hear Ctrl-C. */
const LONG_MS = 500;
const HOP_BYTES = 4 * 2 ** 20;
/** A stage on so much is worth starting threads that help it. */
const HELP_BYTES = 256 * 2 ** 20;
/** Longer than that the event loop is not kept waiting. */
export const BREATH_MS = 5;

export class Performer {
  readonly #options: PerformerOptions;
  /** milliseconds by key: of stages that are the same work each one ran, whichever was first and however they were timed */
  #made = new Map<Digest, number>();
  readonly #memo = new BoundedMemo();

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  beginRun(): void {
    this.#made = new Map();
  }

  /** How long a key took that was made since the run began. */
  madeInRun(key: Digest): number | undefined {
    return this.#made.get(key);
  }

  perform(job: Job): Performed | Promise<Performed> {
    const { work, stop } = job;
    if (stop.aborted) return { kind: 'cancelled' };
    const files = this.#files(work);
    if (files === undefined) return { kind: 'file-changed' };
    const isAway = this.#isAway(work, files);
    if (isAway && work.instance.type.helped === true && this.#readsBytes(work) >= HELP_BYTES)
      this.#options.pool?.ensure(this.#options.jobs);
    const inputs = this.#inputs(work, isAway);
    job.started();
    if (isAway || work.expectedMs > BREATH_MS || work.instance.type.external === true) this.#options.values.commit();
    const task = taskOf(work, inputs, files);
    const started = performance.now();
    const ended = (answer: PoolResult | undefined): Performed =>
      answer === undefined ? { kind: 'cancelled' } : this.#keep(job, answer, performance.now() - started);
    const answer = isAway ? this.#options.pool?.run(task, stop.signal, job.progress) : this.#here(job, task);
    return isLater(answer) ? answer.then(ended) : ended(answer);
  }

  /** Bytes of the files whose digests are in the key; undefined when one has changed since. */
  #files(work: Work): Readonly<Record<string, Uint8Array>> | undefined {
    const out: Record<string, Uint8Array> = {};
    for (const [param, digest] of work.ready.action.files) {
      const path = work.instance.files[param] ?? '';
      const held = this.#options.files.digested(path, digest);
      if (held !== undefined) {
        out[param] = held;
        continue;
      }
      const read = this.#options.files.read(path);
      if (!read.ok || read.digest !== digest) return undefined;
      out[param] = read.bytes;
    }
    return out;
  }

  #inputs(work: Work, isAway: boolean): Readonly<Record<string, readonly InputValue[]>> {
    const { values } = this.#options;
    const inputs: Record<string, InputValue[]> = Object.fromEntries(
      Object.keys(work.instance.inputs).map((port) => [port, []]),
    );
    for (const [port, , kind, parts] of work.ready.action.inputs) {
      const bytes = parts.map(
        ([name, digest]) => [name, isAway ? values.sharedBytes(digest) : values.bytes(digest)] as const,
      );
      (inputs[port] ??= []).push({ kind, parts: new Map(bytes), digests: new Map(parts) });
    }
    return inputs;
  }

  #isAway(work: Work, files: Readonly<Record<string, Uint8Array>>): boolean {
    if (this.#options.pool === undefined || work.instance.type.external === true) return false;
    if (work.instance.type.origin !== undefined) return true; // a thread can be ended, whatever its code does
    const bytes = Object.values(files).reduce((sum, b) => sum + b.byteLength, 0);
    if (this.#options.jobs > 1 && work.instance.type.helped === true)
      if (this.#readsBytes(work) >= (this.#options.pool.hasIdle ? HOP_BYTES : HELP_BYTES)) return true;
    if (this.#options.jobs === 1) return work.expectedMs > LONG_MS;
    return work.expectedMs > (this.#options.pool.hasIdle ? HOP_MS : START_MS) || bytes > HOP_BYTES;
  }

  #readsBytes({ ready }: Work): number {
    const { values } = this.#options;
    return ready.action.inputs.reduce(
      (sum, [, , , parts]) => parts.reduce((s, [, digest]) => s + values.bytes(digest).byteLength, sum),
      0,
    );
  }

  /** At once, where the stage does not wait for anything. */
  #here({ work, stop, progress }: Job, task: Task): PoolResult | Promise<PoolResult> {
    const started = performance.now();
    const { type } = work.instance;
    const { programs } = this.#options;
    const context = new ContextHere(task, this.#memo, progress, stop);
    if (type.external === true && programs !== undefined) context.launch = (program) => programs.run(program, stop);
    const ended = (result: RunResult): PoolResult => {
      if (stop.aborted && type.external === true) return { kind: 'cancelled' };
      // a thread has checked what it sends
      const odd = type.origin === undefined ? undefined : oddResult(result);
      return odd === undefined
        ? { kind: 'result', result, ms: performance.now() - started }
        : { kind: 'bug', detail: odd };
    };
    const failed = (thrown: unknown): PoolResult => {
      if (thrown instanceof StoreFailure || (thrown instanceof LostLauncher && !stop.aborted)) throw thrown;
      const failure = outOfFiles(thrown, process.execPath);
      if (failure !== undefined) return { kind: 'machine', failure };
      return stop.aborted ? { kind: 'cancelled' } : { kind: 'bug', detail: detailOf(thrown) };
    };
    try {
      const result = type.run(context);
      return isLater(result) ? result.then(ended, failed) : ended(result);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  #keep(job: Job, answer: PoolResult, ms: number): Performed {
    if (answer.kind === 'machine') throw answer.failure;
    if (answer.kind !== 'result') return answer;
    const { work } = job;
    const { result } = answer;
    const odd = work.instance.type.origin === undefined || result.ok ? undefined : oddFaults(result.faults);
    if (odd !== undefined) return { kind: 'bug', detail: odd };
    if (!result.ok) return { kind: 'faults', faults: distinct(result.faults), ms };
    const { declared } = work.ready;
    const wrong = checkMade(declared, result.outputs) ?? work.instance.type.checks?.(declared, result.outputs);
    if (wrong !== undefined) return { kind: 'bug', detail: wrong };
    const record = this.#record(work, result, answer.ms);
    this.#options.values.keep(work.ready.key, record, {
      stored: () => job.end({ kind: 'made', record, ms }),
      failed: (thrown) => job.fail(thrown),
    });
    this.#made.set(work.ready.key, ms);
    return undefined;
  }

  #record(work: Work, result: Extract<RunResult, { readonly ok: true }>, ms: number): ActionRecord {
    const outputs: Record<string, MadeOutput> = {};
    for (const [name, output] of Object.entries(result.outputs)) {
      const parts: (readonly [string, Digest, number])[] = [];
      for (const [part, bytes] of output.parts) parts.push([part, this.#options.values.put(bytes), bytes.byteLength]);
      outputs[name] = output.shape === undefined ? { parts } : { parts, shape: output.shape };
    }
    const { notes, verdict } = result;
    const record = {
      action: work.ready.action,
      outputs,
      notes,
      ms: rounded(ms),
      when: Math.round(this.#options.clock()),
    };
    return verdict === undefined ? record : { ...record, verdict };
  }
}

export const isLater = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as Partial<Promise<T>> | undefined | null)?.then === 'function';

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
