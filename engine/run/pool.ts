/** Worker threads, started when first needed and kept. An idle one does not keep the process alive. */
import { Worker } from 'node:worker_threads';
import type { Answer, Task, WorkerStart } from './protocol.ts';

export interface WorkerPlace {
  /** the thread's entry, `engine/run/worker.ts` built */
  readonly entry: URL;
  /** URL of a module that exports `registry` */
  readonly registry: string;
}

export type PoolResult =
  | Exclude<Answer, { readonly kind: 'progress' }>
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'memory' };

export class WorkerPool {
  readonly #place: WorkerPlace;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();

  constructor(place: WorkerPlace) {
    this.#place = place;
  }

  /** Number of threads that are alive. */
  get size(): number {
    return this.#all.size;
  }

  /** Runs a task in a free thread, or in a new one: the caller bounds how many run at once. Never rejects. */
  run(task: Task, signal: AbortSignal, progress: (done: number) => void): Promise<PoolResult> {
    if (signal.aborted) return Promise.resolve({ kind: 'cancelled' });
    const worker = this.#idle.pop() ?? this.#start();
    worker.ref();
    return new Promise((resolve) => {
      const finish = (result: PoolResult, isAlive: boolean): void => {
        worker.removeAllListeners();
        signal.removeEventListener('abort', abort);
        if (isAlive) this.#release(worker);
        else this.#discard(worker);
        resolve(result);
      };
      const abort = (): void => finish({ kind: 'cancelled' }, false);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'progress') progress(answer.done);
        else finish(answer, true);
      });
      worker.on('messageerror', (error) => finish({ kind: 'bug', detail: error.message }, false));
      worker.on('error', (error: Error & { readonly code?: string }) =>
        finish(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? { kind: 'memory' } : { kind: 'bug', detail: error.message },
          false,
        ),
      );
      worker.on('exit', (code) => finish({ kind: 'bug', detail: `a worker thread ended with code ${code}` }, false));
      worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(all.map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const start: WorkerStart = { registry: this.#place.registry };
    const worker = new Worker(this.#place.entry, { workerData: start });
    this.#all.add(worker);
    return worker;
  }

  #release(worker: Worker): void {
    worker.unref();
    if (!this.#all.has(worker)) return;
    const dropped = (): void => {
      const at = this.#idle.indexOf(worker);
      if (at !== -1) this.#idle.splice(at, 1);
      this.#all.delete(worker);
    };
    worker.on('error', dropped);
    worker.on('exit', dropped);
    this.#idle.push(worker);
  }

  #discard(worker: Worker): void {
    this.#all.delete(worker);
    worker.on('error', () => {}); // it is being ended; what it says now is of no interest
    void worker.terminate();
  }
}
