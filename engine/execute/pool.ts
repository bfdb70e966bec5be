/** Worker threads, started when first needed and kept. An idle one does not keep the process alive. */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { outOfFiles, type StoreFailure } from '../../cache/failure.ts';
import type { Answer, Task, WorkerStart } from './protocol.ts';

export type PoolResult =
  | Exclude<Answer, { readonly kind: 'progress' | 'stray' }>
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'machine'; readonly failure: StoreFailure };

let pools = 0;

export class WorkerPool {
  readonly #entry: string;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #channel = `ceteris ${process.pid} ${++pools}`;

  /** @param entry file that a thread starts with: `engine/worker-start.ts`, built */
  constructor(entry: string) {
    this.#entry = entry;
  }

  /** A thread waits for work. */
  get hasIdle(): boolean {
    return this.#idle.length > 0;
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
        // only our own: with removeAllListeners a Worker loses those by which it hears of its thread at all
        for (const [event, listener] of heard) worker.off(event, listener);
        signal.removeEventListener('abort', abort);
        if (isAlive) this.#release(worker);
        else this.#discard(worker);
        resolve(result);
      };
      const abort = (): void => finish({ kind: 'cancelled' }, false);
      const failed = (error: Error): void => finish(this.#failureOf(error), false);
      const ended = (code: number): void =>
        finish({ kind: 'bug', detail: `a worker thread ended with code ${code}` }, false);
      const answered = (answer: Answer): void => {
        if (answer.kind === 'progress') progress(answer.done);
        else if (answer.kind !== 'stray') finish(answer, true);
      };
      const heard = [
        ['message', answered],
        ['messageerror', failed],
        ['error', failed],
        ['exit', ended],
      ] as const;
      signal.addEventListener('abort', abort, { once: true });
      for (const [event, listener] of heard) worker.on(event, listener);
      worker.postMessage(task);
    });
  }

  /** Has so many threads alive, those without work to help the others. */
  ensure(count: number): void {
    while (this.#all.size < count) {
      const worker = this.#start();
      worker.unref();
      this.#idle.push(worker);
    }
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(all.map((worker) => worker.terminate()));
  }

  #failureOf(error: Error & { readonly code?: string }): PoolResult {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'memory' };
    const failure = outOfFiles(error, this.#entry);
    return failure === undefined ? { kind: 'bug', detail: error.message } : { kind: 'machine', failure };
  }

  #start(): Worker {
    const start: WorkerStart = { channel: this.#channel };
    const worker = new Worker(this.#entry, { workerData: start });
    this.#all.add(worker);
    this.#watch(worker);
    worker.on('message', (answer: Answer) => answer.kind === 'stray' && throwStray(answer));
    return worker;
  }

  #release(worker: Worker): void {
    worker.unref();
    if (!this.#all.has(worker)) return;
    this.#idle.push(worker);
  }

  /** A thread that ends while nobody waits for it is forgotten. */
  #watch(worker: Worker): void {
    const dropped = (): void => {
      const at = this.#idle.indexOf(worker);
      if (at !== -1) this.#idle.splice(at, 1);
      this.#all.delete(worker);
    };
    worker.on('error', dropped);
    worker.on('exit', dropped);
  }

  #discard(worker: Worker): void {
    this.#all.delete(worker);
    void worker.terminate();
  }
}

/** As if it had been thrown in this thread: the program hears it. */
function throwStray({ message, stack }: Extract<Answer, { readonly kind: 'stray' }>): void {
  const thrown = new Error(message);
  thrown.stack = stack;
  setImmediate(() => {
    throw thrown;
  });
}
