/** Ends a job, and the program that it runs. A signal is made when one is asked for: with its listeners it costs as much as a trivial stage. */
export class Stop {
  #controller: AbortController | undefined;
  #listeners: Set<() => void> | undefined;
  aborted = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Calls once it is aborted. */
  listen(listener: () => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  forget(listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#controller?.abort();
    for (const listener of this.#listeners ?? []) listener();
  }
}
