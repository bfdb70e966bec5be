/** A wait for promises that come one by one: it ends when all have, and fails as soon as one does. */
export class AllOf {
  #open = 1;
  #end: () => void = () => {};
  #fail: (thrown: unknown) => void = () => {};
  readonly #all = new Promise<void>((resolve, reject) => {
    this.#end = () => --this.#open === 0 && resolve();
    this.#fail = reject;
  });

  constructor() {
    this.#all.catch(() => {}); // whoever calls `end` sees it
  }

  add(one: Promise<unknown>): void {
    this.#open++;
    one.then(this.#end, this.#fail);
  }

  /** Nothing comes any more. */
  end(): Promise<void> {
    this.#end();
    return this.#all;
  }
}
