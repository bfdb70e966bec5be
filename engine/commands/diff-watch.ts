/** `ceteris diff --watch`: run after each save, and say what is other than it was at the beginning, or in the run that was named. */
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { findPipeline } from '../cli/loaded.ts';
import { type OpenStore, openStore } from '../cli/store.ts';
import type { EngineEvent } from '../events/event.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import { compare, type Named, workingState } from './side-by-side.ts';
import { tell } from './tell-diff.ts';

export interface WatchedDiff {
  /** undefined: what stands after the first run */
  readonly from: Named | undefined;
  /** only these and what they rest on; all when there are none */
  readonly stages: readonly string[];
}

export async function watchDiff(context: CliContext, store: OpenStore, of: WatchedDiff): Promise<number> {
  const { Watch } = await import('../watch/watch.ts');
  // the names are those of runs: all stages are watched
  const all: CliContext = { ...context, args: { ...context.args, names: [] } };
  const live = new LiveDiff(all, store, of);
  const watch = new Watch(all, (event) => live.hear(event));
  const stopped = new Promise<number>((resolve) => {
    const stop = (): void => void watch.close().then(() => resolve(EXIT.interrupted));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  watch.start();
  return Promise.race([stopped, watch.broken]);
}

class LiveDiff {
  readonly #context: CliContext;
  #store: OpenStore;
  #from: Named | undefined;
  readonly #stages: readonly string[];
  #told: string | undefined;
  #isNews = false;
  #telling: Promise<void> = Promise.resolve();

  constructor(context: CliContext, store: OpenStore, { from, stages }: WatchedDiff) {
    this.#context = context;
    this.#store = store;
    this.#from = from;
    this.#stages = stages;
  }

  hear(event: EngineEvent): void {
    const { lang, color, err } = this.#context;
    if (event.type === 'run-finished') {
      this.#isNews = true;
      const faults = [...(event.diagnostics ?? []), ...event.stages.flatMap((s) => s.diagnostics ?? [])];
      for (const line of diagnosticLines(faults, { lang, color })) err(`${line}\n`);
    }
    if (event.type !== 'watching' || !this.#isNews) return;
    this.#isNews = false;
    this.#telling = this.#telling.then(() => this.#tell());
  }

  async #tell(): Promise<void> {
    const found = await findPipeline(this.#context);
    if (!found.ok) return; // the run has said what is wrong
    const opened = openStore(this.#context, true);
    if ('code' in opened) return;
    this.#store = opened;
    const now = await workingState(this.#context, this.#store, found);
    if (this.#from === undefined) {
      this.#from = { name: ui['diff-start'][this.#context.lang], side: now.side };
      if (!this.#context.args.json) this.#context.err(`${ui['diff-watching'][this.#context.lang]}\n`);
    }
    const diff = await compare(
      this.#context,
      this.#store,
      { a: this.#from, b: now, isNow: true, stages: this.#stages },
      now.found,
    );
    const text = JSON.stringify(diff);
    if (text === this.#told || (this.#told === undefined && diff.stages.length === 0)) return;
    this.#told = text;
    tell(this.#context, this.#from, now, diff);
  }
}
