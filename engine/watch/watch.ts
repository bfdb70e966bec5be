/**
 * Follows a pipeline while people edit. A burst of saves is one batch; a save that comes while a run is under way cancels what it
 * made pointless and starts anew (results that are finished stay in the store); an error keeps the last good state, and the next
 * save recovers.
 */
import type { FSWatcher } from 'chokidar';
import { type CliContext, pipelineFile } from '../cli/context.ts';
import { expanded } from '../cli/loaded.ts';
import { unknownTargets } from '../cli/targets.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { EngineEvent } from '../report/event.ts';
import type { Session } from '../run/session.ts';

/** Saves closer together than this are one batch; a file still being written keeps changing. */
const SETTLE_MS = 25;

export class Watch {
  readonly #context: CliContext;
  readonly #emit: (event: EngineEvent) => void;
  #session: Session | undefined;
  #watcher: FSWatcher | undefined;
  #watched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #again = false;
  #closed = false;

  constructor(context: CliContext, emit: (event: EngineEvent) => void) {
    this.#context = context;
    this.#emit = emit;
  }

  async start(): Promise<void> {
    const { default: chokidar } = await import('chokidar');
    this.#watcher = chokidar.watch([], { ignoreInitial: true, atomic: true, followSymlinks: true });
    this.#watcher.on('all', () => this.#changed());
    await this.#cycle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#running?.abort.abort();
    await this.#running?.done;
    await this.#watcher?.close();
    await this.#session?.close();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#settle(), SETTLE_MS);
  }

  async #settle(): Promise<void> {
    if (this.#closed) return;
    if (this.#running === undefined) return this.#cycle();
    this.#again = true;
    this.#running.abort.abort();
  }

  async #cycle(): Promise<void> {
    do {
      this.#again = false;
      const abort = new AbortController();
      const done = this.#once(abort.signal);
      this.#running = { abort, done };
      await done;
      this.#running = undefined;
    } while (this.#again && !this.#closed);
    if (!this.#closed) this.#emit({ type: 'watching', at: this.#context.clock(), files: this.#watched.size });
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { args } = this.#context;
    const file = pipelineFile(args.pipeline);
    if (typeof file !== 'string') return this.#refuse([file]);
    const loaded = await this.#context.load(file);
    const { pipeline } = loaded;
    this.#follow(file, pipeline);
    const errors = loaded.diagnostics.filter((d) => d.severity === 'error');
    const wrong =
      pipeline === undefined || errors.length > 0 ? loaded.diagnostics : unknownTargets(args.names, pipeline);
    if (pipeline === undefined || wrong.length > 0) return this.#refuse(wrong);
    this.#session ??= await this.#context.openSession(pipeline.folder);
    const whole = await expanded(this.#session, pipeline, 'compute', args.names);
    if (!whole.ok) return this.#refuse(whole.diagnostics);
    await this.#session.run(whole.pipeline, {
      ...(args.names.length > 0 ? { targets: args.names } : {}),
      signal,
      emit: (event) => {
        // a run that was cut short by a newer save is told of by the one that follows
        if (event.type !== 'run-finished' || !signal.aborted) this.#emit(event);
      },
    });
  }

  /** The pipeline cannot be run: what was computed stays, and the next save is waited for. */
  #refuse(diagnostics: readonly Diagnostic[]): void {
    this.#emit({ type: 'run-finished', at: this.#context.clock(), ok: false, ms: 0, stages: [], diagnostics });
  }

  /** Watches the YAML files and the data files, also those that are not there yet. */
  #follow(file: string, pipeline: Pipeline | undefined): void {
    const files = new Set([file, ...(pipeline?.sources.map((s) => s.path) ?? [])]);
    for (const instance of pipeline?.instances.values() ?? [])
      for (const path of Object.values(instance.files)) files.add(path);
    // while the YAML is broken its data files are not known: those of before are kept
    if (pipeline === undefined) for (const path of this.#watched) files.add(path);
    const added = [...files].filter((f) => !this.#watched.has(f));
    const removed = [...this.#watched].filter((f) => !files.has(f));
    if (added.length > 0) this.#watcher?.add(added);
    if (removed.length > 0) void this.#watcher?.unwatch(removed);
    this.#watched = files;
  }
}
