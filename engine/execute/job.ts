/** An action under way, and what can come of it. */
import type { Digest } from '../../cache/digest.ts';
import type { Fault } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Ready } from '../plan/prepare.ts';
import { Stop } from '../programs/stop.ts';
import type { ActionRecord } from '../results/record.ts';

export type Executed =
  | { readonly kind: 'made'; readonly record: ActionRecord; readonly ms: number }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[]; readonly ms: number }
  /** a file is not what its key says any more; prepare again */
  | { readonly kind: 'file-changed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'bug'; readonly detail: string };

export interface Work {
  readonly instance: Instance;
  readonly ready: Ready;
  /** longer ways to the end go first */
  readonly priority: number;
  /** what it is likely to cost, in milliseconds */
  readonly expectedMs: number;
}

/** Who wants to hear how a job gets on. */
export interface Listener {
  started(): void;
  progress(done: number): void;
}

/** Runs that want the same key share a job. */
export class Job {
  readonly work: Work;
  readonly stop = new Stop();
  /** rejects with LostValue or StoreFailure */
  readonly done: Promise<Executed>;
  readonly #forget: (job: Job) => void;
  #resolve: (executed: Executed) => void = () => {};
  #reject: (thrown: unknown) => void = () => {};
  #listeners: readonly Listener[] = [];
  #hasStarted = false;

  /** @param forget called when the job has ended or is not to be found any more */
  constructor(work: Work, forget: (job: Job) => void) {
    this.work = work;
    this.#forget = forget;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {}); // whoever waits sees it; nobody may be waiting any more
  }

  get key(): Digest {
    return this.work.ready.key;
  }

  get instance(): string {
    return this.work.instance.name;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** A job that has started already says so at once. */
  listen(listener: Listener): void {
    this.#listeners = [...this.#listeners, listener];
    if (this.#hasStarted) listener.started();
  }

  started(): void {
    this.#hasStarted = true;
    for (const l of this.#listeners) l.started();
  }

  readonly progress = (done: number): void => {
    for (const l of this.#listeners) l.progress(done);
  };

  end(executed: Executed): void {
    this.#forget(this);
    this.#resolve(executed);
  }

  fail(thrown: unknown): void {
    this.#forget(this);
    this.#reject(thrown);
  }

  /** Whoever wants the key now starts anew. */
  abort(): void {
    this.stop.abort();
    this.end({ kind: 'cancelled' });
  }
}
