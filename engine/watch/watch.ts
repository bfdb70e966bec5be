/**
 * Follows a pipeline while people edit. A burst of saves is one batch; a save that comes while a run is under way ends that run
 * and starts the next, which takes over the work that is still wanted and cancels the rest; an error keeps the last good state, and
 * the next save recovers. What is half done (a file that is empty or gone for a moment, a YAML that makes no sense yet) is given
 * a little time before anything is made of it.
 */
import { lstatSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreFailure } from '../../cache/failure.ts';
import type { CliContext } from '../cli/context.ts';
import { expanded } from '../cli/loaded.ts';
import { unknownTargets } from '../cli/targets.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { EngineEvent } from '../events/event.ts';
import type { Loaded } from '../load/pipeline.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import { storeFault } from '../run/run-faults.ts';
import type { Session } from '../session/session.ts';
import type { NotResumed, Resumed } from '../standing/resume.ts';
import { retold } from '../standing/retold.ts';
import { restate, stampsAround } from '../standing/stamp.ts';
import { displayName } from '../yaml/source.ts';
import { FolderWatch } from './folders.ts';
import { keepWhole, type Retell, resumed, runReached } from './reached.ts';

/** Saves closer together than this are one batch: editors and spreadsheets write, flush and rename within a millisecond or two. */
const SETTLE_MS = 8;
/** So long a file may be empty, gone or broken before that is taken for the new state. */
const GRACE_MS = 200;
/** Up to so many instances looking at all of them costs less than reading and keeping what stands (10 ms). */
const FEW = 100;

export class Watch {
  readonly #context: CliContext;
  readonly #emit: (event: EngineEvent) => void;
  readonly #retell: Retell;
  readonly #folders: FolderWatch;
  #session: Session | undefined;
  #loaded: Loaded | undefined;
  /** the YAML files of the pipeline, and all files that it reads */
  #sources: ReadonlySet<string> = new Set();
  #files: ReadonlySet<string> = new Set();
  /** those that decide what the code of plugins is, as they were when it was read */
  #around: readonly string[] = [];
  #aroundStamps: Float64Array = new Float64Array(0);
  /** those that held something when last looked at */
  #full = new Set<string>();
  /** touched since the last run began */
  #dirty = new Set<string>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #again = false;
  #warned = '';
  /** the pipeline has more than a few instances */
  #isMany = false;
  /** when the YAML was read, or earlier */
  #readMs = 0;
  #closed = false;
  #fail: (bug: unknown) => void = () => {};
  /** rejects on a bug of ours; whatever else goes wrong is told of and waited out */
  readonly broken = new Promise<never>((_, reject) => {
    this.#fail = reject;
  });

  /** @param retell what makes the events of a part those of a run of all, where that is not by `emit` */
  constructor(
    context: CliContext,
    emit: (event: EngineEvent) => void,
    retell: Retell = (_before, stages) => retold(stages, emit),
  ) {
    this.#context = context;
    this.#emit = emit;
    this.#retell = retell;
    const fromEnvironment = !/^(?:|0|false)$/i.test(process.env.CHOKIDAR_USEPOLLING ?? '');
    this.#folders = new FolderWatch((file) => this.#touched(file), context.args.given.poll === true || fromEnvironment);
  }

  start(): void {
    void this.#cycle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#running?.abort.abort();
    await this.#running?.done;
    await this.#folders.close();
    await this.#session?.close();
  }

  #touched(file: string): void {
    if (this.#closed) return;
    if (this.#dirty.size === 0) this.#since = performance.now();
    this.#dirty.add(file);
    this.#settleIn(SETTLE_MS);
  }

  #settleIn(ms: number): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      // what else has happened is told first: it belongs to the same save
      setImmediate(() => this.#timer === timer && this.#settle());
    }, ms);
    this.#timer = timer;
  }

  #settle(): void {
    if (this.#closed) return;
    const leftMs = this.#since + GRACE_MS - performance.now();
    // the content that is still to come will be told of
    if (leftMs > 0 && [...this.#dirty].some((f) => this.#full.has(f) && isEmpty(f))) return this.#settleIn(leftMs);
    if (this.#running === undefined) return void this.#cycle();
    this.#again = true;
    this.#running.abort.abort();
  }

  async #cycle(): Promise<void> {
    do {
      this.#again = false;
      const abort = new AbortController();
      const done = this.#once(abort.signal).catch((thrown: unknown) => this.#trouble(thrown));
      this.#running = { abort, done };
      await done;
      this.#running = undefined;
    } while (this.#again && !this.#closed);
    if (!this.#closed) this.#emit({ type: 'watching', at: this.#context.clock(), files: this.#files.size });
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { args } = this.#context;
    const file = pipelineFile(args.pipeline);
    if (typeof file !== 'string') {
      this.#takeSaved();
      await this.#follow(join(args.pipeline, 'pipeline.yaml'), { diagnostics: [], plugins: [] });
      return this.#refuse([file]);
    }
    const beganMs = this.#context.clock();
    const saved = this.#takeSaved();
    const resumed: Resumed | NotResumed = saved.size === 0 ? {} : await this.#resumed(file, saved);
    if ('part' in resumed) {
      if (signal.aborted || (await this.#runReached(resumed, beganMs, signal))) return;
    }
    const loaded = await this.#load(file, saved, 'part' in resumed ? undefined : resumed.loaded);
    const { pipeline } = loaded;
    const errors = loaded.diagnostics.filter((d) => d.severity === 'error');
    const wrong =
      pipeline === undefined || errors.length > 0 ? loaded.diagnostics : unknownTargets(args.names, pipeline);
    if (pipeline === undefined || wrong.length > 0) return this.#refuseLater(wrong, signal);
    const warnings = args.json ? [] : diagnosticLines(loaded.diagnostics, this.#context);
    this.#warn(warnings.map((line) => `${line}\n`).join(''));
    if (signal.aborted) return;
    this.#session ??= await this.#context.openSession(pipeline.folder);
    const ends = { signal, leavesWork: true };
    const whole = await expanded(this.#session, pipeline, 'compute', args.names, ends);
    if (signal.aborted) return;
    if (!whole.ok) return this.#refuse(whole.diagnostics);
    const outcome = await this.#session.run(whole.pipeline, {
      ...(args.names.length > 0 ? { targets: args.names } : {}),
      // what was asked for once is not asked for at each save
      ...(args.force && this.#since === 0 ? { force: true } : {}),
      ...ends,
      tellsValues: true,
      // a run that was cut short by a newer save is told of by the one that follows
      emit: (event) => signal.aborted || this.#emit(event),
    });
    this.#isMany = whole.pipeline.instances.size > FEW;
    if (outcome.stood === undefined || signal.aborted || !this.#isMany) return;
    const keeps = { context: this.#context, sinceMs: this.#readMs, isQuiet: this.#isQuiet };
    keepWhole(keeps, pipeline, loaded.diagnostics, outcome.stood);
  }

  /** What the saves may reach, where a run stands that they are edits after. */
  async #resumed(file: string, saved: ReadonlySet<string>): Promise<Resumed | NotResumed> {
    if (this.#session === undefined || !this.#isMany) return {};
    const found = await resumed(this.#context, file, saved);
    if (!('part' in found)) return found;
    for (const one of saved) this.#full.delete(one);
    for (const one of saved) if (this.#files.has(one) && !isEmpty(one)) this.#full.add(one);
    if ([...saved].some((one) => !this.#files.has(one) || !isPlainFile(one))) {
      // a folder or a link may lead elsewhere now
      if (await this.#folders.follow(this.#files)) return {};
    }
    if (found.edited === undefined) return found;
    this.#loaded = undefined;
    // a file that nobody followed may have changed since it was looked at
    return (await this.#follow(file, { pipeline: found.edited.pipeline, diagnostics: [], plugins: [] })) ? {} : found;
  }

  async #runReached(resumed: Resumed, sinceMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#session === undefined) return false;
    this.#warn(this.#context.args.json ? '' : resumed.before.looked.standing.warnings);
    const of = { context: this.#context, session: this.#session, resumed, retell: this.#retell, sinceMs };
    return runReached({ ...of, isQuiet: this.#isQuiet }, { signal, leavesWork: true });
  }

  readonly #isQuiet = (): boolean => this.#dirty.size === 0;

  /** The pipeline, read anew unless only data was touched. A folder is watched before what it holds is trusted. */
  async #load(file: string, saved: ReadonlySet<string>, read: Loaded | undefined): Promise<Loaded> {
    for (let [touched, known] = [saved, read]; ; [touched, known] = [this.#takeSaved(), undefined]) {
      const before = this.#loaded;
      const isData =
        before?.pipeline !== undefined &&
        [...touched].every((f) => this.#files.has(f) && !this.#sources.has(f)) &&
        restate(this.#around, this.#aroundStamps).files.length === 0;
      if (!isData) this.#readMs = this.#context.clock();
      const loaded = isData
        ? await this.#context.recheck(before)
        : await this.#context.load(file, this.#context.args.set, known);
      this.#loaded = loaded;
      if (!(await this.#follow(file, loaded))) return loaded;
    }
  }

  /** What was saved since it was asked last; it is told of. */
  #takeSaved(): ReadonlySet<string> {
    const saved = this.#dirty;
    this.#dirty = new Set();
    this.#tellSaved([...saved]);
    return saved;
  }

  /** Once, as long as they are the same. */
  #warn(text: string): void {
    if (text !== '' && text !== this.#warned) this.#context.err(text);
    this.#warned = text;
  }

  #tellSaved(files: readonly string[]): void {
    if (files.length === 0) return;
    const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
    const names = (all: readonly string[]): string[] => all.map((f) => displayName(f, this.#context.cwd)).sort();
    const gone = names(files.filter((f) => !isThere(f)));
    this.#emit({ type: 'saved', at: this.#context.clock(), files: names(files.filter(isThere)), gone });
  }

  /** A store that cannot be used may be usable when the next save comes. */
  #trouble(thrown: unknown): void {
    if (thrown instanceof StoreFailure) this.#refuse([storeFault(thrown)]);
    else this.#fail(thrown);
  }

  /** The pipeline cannot be run: what was computed stays, and the next save is waited for. */
  async #refuseLater(diagnostics: readonly Diagnostic[], signal: AbortSignal): Promise<void> {
    const wait = this.#since === 0 ? 0 : this.#since + GRACE_MS - performance.now();
    if (wait > 0) await pause(wait, undefined, { signal }).catch(() => {});
    if (!signal.aborted) this.#refuse(diagnostics);
  }

  #refuse(diagnostics: readonly Diagnostic[]): void {
    this.#emit({ type: 'run-finished', at: this.#context.clock(), ok: false, ms: 0, stages: [], diagnostics });
  }

  /** Watches the YAML files, the code and the data files, also those that are not there yet. */
  #follow(file: string, { pipeline, paths, around }: Loaded): Promise<boolean> {
    const own = [...(paths ?? []), ...(pipeline?.sources.map((s) => s.path) ?? [])];
    const sources = new Set([file, ...(own.length > 0 ? own : this.#sources)]);
    const files = new Set(sources);
    for (const instance of pipeline?.instances.values() ?? [])
      for (const path of Object.values(instance.files)) files.add(path);
    // while the YAML is broken its data files are not known: those of before are kept
    if (pipeline === undefined) for (const path of this.#files) files.add(path);
    this.#sources = sources;
    this.#files = files;
    this.#full = new Set([...files].filter((f) => !isEmpty(f)));
    const hasNoCode = pipeline !== undefined && pipeline.code === undefined;
    this.#around = around ?? (hasNoCode ? [] : this.#around);
    this.#aroundStamps = stampsAround(this.#around);
    return this.#folders.follow([...files, ...near(this.#around, [...sources], dirname(file))]);
  }
}

/** Of files around code those in its own folders and below that of the pipeline; what lies farther away is looked at when something is saved. */
function near(around: readonly string[], sources: readonly string[], folder: string): readonly string[] {
  const folders = new Set(sources.map((source) => dirname(source)));
  const isOwn = (file: string): boolean => file.startsWith(folder + sep) && !file.includes(`${sep}node_modules${sep}`);
  return around.filter((file) => folders.has(dirname(file)) || isOwn(file));
}

const isPlainFile = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Not there, or without content. */
const isEmpty = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
