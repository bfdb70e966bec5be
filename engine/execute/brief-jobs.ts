/** Jobs that take no longer than a moment each, those first from which the way to the end is longest. */
import type { Job } from './job.ts';

export class BriefJobs {
  /** the next one is the last */
  #jobs: Job[] = [];
  #news: Job[] = [];

  get size(): number {
    return this.#jobs.length + this.#news.length;
  }

  /** Of the next one. */
  get priority(): number {
    this.#sort();
    return this.#jobs.at(-1)?.work.priority ?? 0;
  }

  add(job: Job): void {
    this.#news.push(job);
  }

  next(): Job | undefined {
    this.#sort();
    return this.#jobs.pop();
  }

  /** Of equals those that came first stay before the others. */
  #sort(): void {
    if (this.#news.length === 0) return;
    this.#jobs = [...this.#news.reverse(), ...this.#jobs].sort((a, b) => a.work.priority - b.work.priority);
    this.#news = [];
  }
}
