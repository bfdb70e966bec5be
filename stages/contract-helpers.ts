/**
 * Other threads that help with one stage while nothing else is theirs to do. They save time and change nothing: work is cut into the same
 * parts whatever their number, and what the parts give is put together in the parts' order.
 */
export interface Helpers {
  /**
   * Does parts 0 … parts − 1 of a job, here and on whatever threads are free, and returns when all are done. A part may be done twice, with the
   * same result. A job is cloned for other threads: its long arrays must lie in shared memory, and a part writes to such only.
   */
  run(job: Job, parts: number): void;
}

export interface Job {
  /** a key of the registry's `jobs` */
  readonly kind: string;
}
