/** Actions in their turn: those first from which the way to the end is longest, and as many at a time as there are places. */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type PQueue from 'p-queue';
import type { Digest } from '../../cache/digest.ts';
import { BriefJobs } from './brief-jobs.ts';
import { Job, type Work } from './job.ts';
import { BREATH_MS, isLater, type Performed, Performer, type PerformerOptions } from './performer.ts';

/** So many jobs of a moment each wait at most. */
const MOST_BRIEF = 128;

export class Executor {
  readonly #options: PerformerOptions;
  readonly #performer: Performer;
  readonly #jobs = new Map<Digest, Job>();
  /** jobs of an earlier run that this one has not asked for yet */
  #left = new Set<Job>();
  #queue: Promise<PQueue> | undefined;
  #places: PQueue | undefined;
  /** jobs that the queue does not have yet */
  #ready: Job[] = [];
  readonly #brief = new BriefJobs();
  #isCalled = false;
  #isBriefQueued = false;
  #room: Promise<void> | undefined;
  #makeRoom: () => void = () => {};
  #breathed = 0;

  constructor(options: PerformerOptions) {
    this.#options = options;
    this.#performer = new Performer(options);
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
    this.#performer.beginRun();
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
    return this.#performer.madeInRun(key);
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
        const performing = this.#performer.perform(job);
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
    return this.#performer.perform(job);
  }
}
