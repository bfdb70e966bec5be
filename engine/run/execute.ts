/** Carries actions out: reads what they read, runs them here or in a thread, stores what they made, then the record. */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type PQueue from 'p-queue';
import type { Digest } from '../../cache/digest.ts';
import { outOfFiles, StoreFailure } from '../../cache/failure.ts';
import type { FileIndex } from '../../cache/file-index.ts';
import type { InputValue, RunResult } from '../../stages/contract.ts';
import { detailOf } from '../diagnostic/thrown.ts';
import { distinct } from '../plan/diagnose.ts';
import { oddResult } from '../plan/odd-plugin.ts';
import type { MadeOutput } from '../plan/outputs.ts';
import { BriefJobs } from './brief-jobs.ts';
import { checkMade } from './check-made.ts';
import { ContextHere } from './context-here.ts';
import { type Executed, Job, type Work } from './job.ts';
import { LostLauncher } from './launcher-process.ts';
import { BoundedMemo } from './memo.ts';
import type { PoolResult, WorkerPool } from './pool.ts';
import type { Programs } from './programs.ts';
import { type Task, taskOf } from './protocol.ts';
import type { ActionRecord } from './record.ts';
import type { Values } from './values.ts';

/** What came of a job; undefined when that waits for being stored, which ends the job: others run meanwhile, and what they make is stored with it. */
type Performed = Executed | undefined;

export interface ExecutorOptions {
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
/** So many jobs of a moment each wait at most. */
const MOST_BRIEF = 128;
/** The event loop is let in this often. */
const BREATH_MS = 5;

export class Executor {
  readonly #options: ExecutorOptions;
  readonly #jobs = new Map<Digest, Job>();
  /** jobs of an earlier run that this one has not asked for yet */
  #left = new Set<Job>();
  /** milliseconds by key: of stages that are the same work each one ran, whichever was first and however they were timed */
  #made = new Map<Digest, number>();
  #queue: Promise<PQueue> | undefined;
  #places: PQueue | undefined;
  /** jobs that the queue does not have yet */
  #ready: Job[] = [];
  readonly #brief = new BriefJobs();
  #isCalled = false;
  #isBriefQueued = false;
  #room: Promise<void> | undefined;
  #makeRoom: () => void = () => {};
  readonly #memo = new BoundedMemo();
  #breathed = 0;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** The job of this key, which may be under way already. */
  submit(work: Work): Job {
    const { key } = work.ready;
    const found = this.#jobs.get(key);
    if (found !== undefined) {
      if (this.#left.delete(found)) this.#admit();
      return found;
    }
    const job = new Job(work, this.#forget);
    this.#jobs.set(key, job);
    const isBrief = this.#isBrief(work);
    if (isBrief) this.#brief.add(job);
    else this.#ready.push(job);
    if (!this.#isCalled && !(isBrief && this.#isBriefQueued)) void this.#call();
    return job;
  }

  /**
   * A wait for whoever would submit more than can be done soon; undefined when there is room. What thousands of stages hold while
   * they wait for their turn costs more than they do.
   */
  get room(): Promise<void> | undefined {
    if (this.#room === undefined && this.#brief.size >= MOST_BRIEF)
      this.#room = new Promise((resolve) => {
        this.#makeRoom = resolve;
      });
    return this.#room;
  }

  /** What is under way counts as left behind until it is submitted again; what only waits for its turn is dropped. */
  beginRun(): void {
    this.#left = new Set();
    this.#made = new Map();
    for (const job of [...this.#jobs.values()])
      if (job.hasStarted) this.#left.add(job);
      else job.abort();
    this.#admit();
  }

  /** What was left behind takes no place away from the run that is to find out whether it is still wanted. */
  #admit(): void {
    if (this.#places !== undefined) this.#places.concurrency = this.#options.jobs + this.#left.size;
  }

  /** How long a key took that was made since the run began. */
  madeInRun(key: Digest): number | undefined {
    return this.#made.get(key);
  }

  /** Ends the work of an earlier run that is not wanted any more. */
  dismiss(isUnwanted: (job: Job) => boolean): void {
    for (const job of this.#left) if (isUnwanted(job)) job.abort();
  }

  readonly #forget = (job: Job): void => {
    if (this.#left.delete(job)) this.#admit();
    if (this.#jobs.get(job.key) === job) this.#jobs.delete(job.key);
  };

  /** It is done here within milliseconds. */
  #isBrief({ instance, ready, expectedMs }: Work): boolean {
    const { type, files } = instance;
    return (
      expectedMs <= BREATH_MS &&
      type.external !== true &&
      type.helped !== true &&
      type.origin === undefined &&
      ready.action.files.every(
        ([param, digest]) => this.#options.files.digested(files[param] ?? '', digest) !== undefined,
      )
    );
  }

  /** Hands over what is ready. Those that become ready together are to be compared before the first starts. */
  async #call(): Promise<void> {
    this.#isCalled = true;
    this.#places?.pause();
    this.#queue ??= import('p-queue').then(({ default: Queue }) => new Queue({ concurrency: this.#options.jobs }));
    const [queue] = [(this.#places = await this.#queue), await setImmediate()];
    this.#isCalled = false;
    const ready = this.#ready;
    this.#ready = [];
    for (const job of ready) void this.#alone(queue, job);
    if (this.#brief.size > 0 && !this.#isBriefQueued) {
      this.#isBriefQueued = true;
      void queue.add(() => this.#together(), { priority: this.#brief.priority });
    }
    queue.start();
  }

  async #alone(queue: PQueue, job: Job): Promise<void> {
    try {
      const { priority } = job.work;
      const performed = await queue.add(() => this.#inTurn(job), { priority });
      if (queue.size === 0) this.#options.values.commit();
      if (performed !== undefined) job.end(performed);
    } catch (thrown) {
      job.fail(thrown);
    }
  }

  /**
   * Brief jobs share a place in the queue: each is done in less time than it takes to queue it. Those that become ready by them
   * come into the same place, for a moment: then others have their turn.
   */
  async #together(): Promise<void> {
    const until = performance.now() + BREATH_MS;
    do {
      await this.#some(until);
      await setImmediate();
    } while (this.#brief.size > 0 && performance.now() < until);
    this.#isBriefQueued = false;
    if (this.#brief.size > 0 && !this.#isCalled) void this.#call();
  }

  /** What some brief jobs make is stored together, and then whoever waits for them is told. */
  async #some(until: number): Promise<void> {
    for (let job = this.#brief.next(); job !== undefined; job = this.#brief.next()) {
      try {
        const performing = this.#perform(job);
        const performed = isLater(performing) ? await performing : performing;
        if (performed !== undefined) job.end(performed);
      } catch (thrown) {
        job.fail(thrown);
      }
      if (performance.now() > until) break;
    }
    this.#options.values.commit();
    if (this.#room === undefined || this.#brief.size >= MOST_BRIEF / 2) return;
    this.#room = undefined;
    this.#makeRoom();
  }

  /** Signals and messages of threads come in between two stages; trivial stages need not each wait for them. */
  async #inTurn(job: Job): Promise<Performed> {
    if (performance.now() - this.#breathed > BREATH_MS) {
      this.#options.values.commit();
      await setImmediate();
      this.#breathed = performance.now();
    }
    return this.#perform(job);
  }

  #perform(job: Job): Performed | Promise<Performed> {
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
    const ended = (result: RunResult): PoolResult =>
      stop.aborted && type.external === true
        ? { kind: 'cancelled' }
        : { kind: 'result', result, ms: performance.now() - started };
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
    const odd = work.instance.type.origin === undefined ? undefined : oddResult(result);
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

const isLater = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as Partial<Promise<T>> | undefined | null)?.then === 'function';

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
