/**
 * Threads without a stage of their own help one that has a long one. The thread that asks calls all others at once; who is free takes part
 * after part, and the asker too, so that it never waits for a thread that does not come.
 */
import type { Helpers, Job } from '../../stages/contract-helpers.ts';
import type { Registry } from '../../stages/contract-registry.ts';

export interface Call {
  readonly job: Job;
  readonly parts: number;
  /** next part to take, number of parts done, and a mark for each that is done; in shared memory */
  readonly control: Int32Array;
}

const NEXT = 0;
const DONE = 1;
const MARKS = 2;

/** A part takes some milliseconds: a thread that holds one so long was stopped, and its part is done again. */
const PATIENCE_MS = 10_000;

type Jobs = Registry['jobs'];

/** A `BroadcastChannel` on which all threads listen. */
interface Channel {
  postMessage(call: Call): void;
}

/** Takes parts of a call until none is left. */
export function answer(jobs: Jobs, { job, parts, control }: Call): void {
  for (let part = Atomics.add(control, NEXT, 1); part < parts; part = Atomics.add(control, NEXT, 1))
    doPart(jobs, { job, parts, control }, part);
}

function doPart(jobs: Jobs, { job, control }: Call, part: number): void {
  const work = jobs.get(job.kind);
  if (work === undefined) throw new Error(`ceteris bug: nobody knows the job '${job.kind}'`);
  work(job, part);
  if (Atomics.exchange(control, MARKS + part, 1) === 1) return;
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}

/** Calls the other threads on a channel that all of them listen to. */
export class ThreadHelpers implements Helpers {
  readonly #channel: Channel;
  readonly #jobs: Jobs;
  readonly #patienceMs: number;

  constructor(channel: Channel, jobs: Jobs, patienceMs = PATIENCE_MS) {
    this.#channel = channel;
    this.#jobs = jobs;
    this.#patienceMs = patienceMs;
  }

  run(job: Job, parts: number): void {
    const call: Call = { job, parts, control: new Int32Array(new SharedArrayBuffer(4 * (MARKS + parts))) };
    this.#channel.postMessage(call);
    answer(this.#jobs, call);
    const { control } = call;
    for (let done = Atomics.load(control, DONE); done < parts; done = Atomics.load(control, DONE)) {
      if (Atomics.wait(control, DONE, done, this.#patienceMs) !== 'timed-out') continue;
      for (let part = 0; part < parts; part++)
        if (Atomics.load(control, MARKS + part) === 0) doPart(this.#jobs, call, part);
    }
  }
}
