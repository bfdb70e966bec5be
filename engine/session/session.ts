/** A store, its threads and what they remember, for one run or for the many of a watch. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Cache, openCache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { SmallFiles } from '../../cache/small-files.ts';
import { PACKED_BYTES } from '../../cache/store.ts';
import type { FileHead } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Part } from '../after-edit/part.ts';
import type { PartOutcome } from '../after-edit/run-part.ts';
import type { LookedAt, Stood } from '../after-edit/stood.ts';
import type { StageOutcome } from '../events/event.ts';
import { Executor } from '../execute/executor.ts';
import { WorkerPool } from '../execute/pool.ts';
import { GroupColumns } from '../foreach/group-columns.ts';
import { pastLevels } from '../foreach/past-groups.ts';
import { History, type Machine } from '../history/history.ts';
import type { ExplainedStage } from '../inspect/explain.ts';
import { Inspection } from '../inspect/inspection.ts';
import { type PlannedStage, planPipeline } from '../inspect/plan-pipeline.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { fileHead, headOf } from '../plan/check.ts';
import { declareInstance } from '../plan/declare.ts';
import { wanted } from '../plan/graph.ts';
import { Preparer } from '../plan/prepare.ts';
import { Programs } from '../programs/programs.ts';
import { rehearsalOver, Values } from '../results/values.ts';
import type { Ends, RunOptions } from '../run/run-options.ts';
import { PipelineRun } from '../run/run-pipeline.ts';
import type { ValueResult } from '../run/session-value.ts';
import { exitCodeOf, type Settled } from '../run/settled.ts';
import type { Tools } from '../run/tools.ts';
import { runWhole } from './run-whole.ts';

type By = Ends & { readonly tools?: Tools };

export interface SessionOptions {
  readonly registry: Registry;
  /** digest of a stage type's code, or of `#gather` */
  readonly code: (type: string) => string;
  readonly runtime: string;
  readonly storeDir: string;
  readonly jobs: number;
  /** ms since 1970 */
  readonly clock: () => number;
  /** versions and platform, put on record with each run */
  readonly machine: Machine;
  /** file that a worker thread starts with; absent: everything runs in this thread */
  readonly worker?: string;
  /** file of the process that starts other programs */
  readonly launcher?: string;
  /** what was read of small data files when the pipeline was checked */
  readonly small?: SmallFiles;
}

export interface RunOutcome {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly stages: readonly StageOutcome[];
  /** when all went well and the run is on record: what stands now */
  readonly stood?: () => Stood;
}

/** Above that the files of small values cost more than the stages; below, whoever looks into the store finds a file a value. */
const MANY = 1000;

export class Session {
  readonly #options: SessionOptions;
  readonly #cache: Cache;
  readonly #pool: WorkerPool | undefined;
  readonly #programs: Programs | undefined;
  readonly #values: Values;
  readonly #executor: Executor;
  readonly #history: History;
  readonly #heads = new Map<string, FileHead>();
  /** what ran before its run began, to find the groups of a `foreach`: milliseconds by key */
  readonly #early = new Map<Digest, number>();
  readonly #groupColumns = new GroupColumns();
  #tools: { readonly pipeline: Pipeline; readonly tools: Tools } | undefined;
  /** when what groups are found in began to be computed: that is part of the run's time */
  #began: number | undefined;

  private constructor(options: SessionOptions, cache: Cache) {
    this.#options = options;
    this.#cache = cache;
    this.#pool = options.worker === undefined ? undefined : new WorkerPool(options.worker);
    const { launcher, storeDir, jobs, clock } = options;
    this.#programs =
      launcher === undefined ? undefined : new Programs({ entry: launcher, scratch: join(storeDir, 'scratch') });
    this.#values = new Values(cache, options.registry.gather, options.code('#gather'));
    this.#executor = new Executor({
      values: this.#values,
      files: cache.files,
      jobs,
      pool: this.#pool,
      programs: this.#programs,
      clock,
    });
    this.#history = new History(cache, options.machine);
  }

  /** @throws StoreFailure when the store is there and cannot be read */
  static open(options: SessionOptions): Session {
    const { storeDir, clock, small } = options;
    return new Session(options, openCache(storeDir, { clock, ...(small === undefined ? {} : { small }) }));
  }

  async run(pipeline: Pipeline, options: RunOptions = {}): Promise<RunOutcome> {
    const [cache, values, executor, history] = [this.#cache, this.#values, this.#executor, this.#history];
    const done = await runWhole(pipeline, {
      ...options,
      ...(options.tellsValues === true ? { differences: this.#options.registry.differences } : {}),
      cache,
      values,
      executor,
      history,
      tools: this.#toolsFor(pipeline),
      early: this.#early,
      groupColumns: this.#groupColumns,
      started: this.#began ?? performance.now(),
      save: () => this.#save(),
    });
    const { run, latest, looked, ...outcome } = done;
    if (looked === undefined || run === undefined || latest === undefined) return outcome;
    return { ...outcome, stood: () => this.#stood(pipeline, run, latest, looked()) };
  }

  /** A run of what an edit may reach, going on from the run that stands; undefined when that one is not on record. */
  async runPart(
    part: Part,
    options: Omit<RunOptions, 'targets' | 'force' | 'judge'>,
  ): Promise<PartOutcome | undefined> {
    const { runPart } = await import('../after-edit/run-part.ts');
    const { pipeline } = part;
    const [cache, values, executor, history] = [this.#cache, this.#values, this.#executor, this.#history];
    const [registry, early, groupColumns] = [this.#options.registry, this.#early, this.#groupColumns];
    const told = options.tellsValues === true ? { differences: registry.differences } : {};
    const of = { cache, values, executor, history, registry, early, groupColumns };
    const done = await runPart(part, { ...options, ...told, ...of, tools: this.#toolsFor(pipeline) });
    if (done === undefined) return undefined;
    this.#early.clear();
    this.#save();
    const { run, latest, looked, ...outcome } = done;
    if (looked === undefined || run === undefined || latest === undefined) return outcome;
    return { ...outcome, stood: () => this.#stood(pipeline, run, latest, looked()) };
  }

  #stood(pipeline: Pipeline, run: RunId, latest: RunId, looked: LookedAt): Stood {
    this.#values.commit(); // the store's files stand as well
    return {
      root: this.#cache.root,
      run: latest,
      record: this.#history.record(pipeline),
      recordFile: join(this.#cache.runs.folder, `${run}.jsonl`),
      store: [this.#cache.actions.file, this.#history.latestFile(pipeline)],
      stampOf: (file, digest) => this.#cache.files.stampOf(file, digest),
      ...looked,
    };
  }

  plan(pipeline: Pipeline, targets?: readonly string[]): readonly PlannedStage[] {
    this.#values.beginRun();
    const [{ instances }, tools] = [wanted(pipeline, targets), this.#rehearsalTools(pipeline)];
    const plan = planPipeline({ pipeline, instances, tools, past: this.#history.past(pipeline) });
    this.#save();
    return plan;
  }

  /** The pipeline looked at beside its store. */
  inspect(pipeline: Pipeline): Inspection {
    const { registry, code, clock, jobs } = this.#options;
    const [pool, programs, files] = [this.#pool, this.#programs, this.#cache.files];
    return new Inspection({
      pipeline,
      cache: this.#cache,
      tools: this.#toolsFor(pipeline),
      past: this.#history.past(pipeline),
      code,
      rehearsal: () => {
        const values = new Values(rehearsalOver(this.#cache), registry.gather, code('#gather'));
        return new Executor({ values, files, jobs, pool, programs, clock });
      },
    });
  }

  /** V8 and CPU family, and the version for people. */
  get runtime(): { readonly runtime: string; readonly ceteris: string } {
    return { runtime: this.#options.runtime, ceteris: this.#options.machine.ceteris ?? '' };
  }

  /** Why the stages asked about, and those above them, are stale, down to the values. */
  async explain(pipeline: Pipeline, asked: readonly string[]): Promise<readonly ExplainedStage[]> {
    this.#values.beginRun();
    const { explainStages } = await import('../inspect/explain.ts');
    const explained = await explainStages({
      pipeline,
      asked,
      tools: this.#rehearsalTools(pipeline),
      stored: this.#values,
      past: this.#history.past(pipeline),
      registry: this.#options.registry,
    });
    this.#save();
    return explained;
  }

  /**
   * The pipeline with the groups of its `foreach` stages found, as far as a run that is asked the same needs them.
   * @param how `compute`: what they read is computed if need be; `look`: what stands in the store, else what the last run found
   */
  async expand(pipeline: Pipeline, how: 'compute' | 'look', asked: RunOptions = {}): Promise<Loaded> {
    this.#began = pipeline.branches.length > 0 && how === 'compute' ? performance.now() : undefined;
    if (pipeline.branches.length === 0) return { pipeline, diagnostics: [], plugins: [] };
    const { expand } = await import('../foreach/expand.ts');
    this.#executor.beginRun();
    return expand(pipeline, {
      registry: this.#options.registry,
      targets: asked.targets ?? [],
      value: async (current, instance, output) => {
        const fresh = (): boolean => this.plan(current, [instance]).every((p) => p.state === 'fresh');
        if (how === 'look' && !fresh()) return undefined;
        // who looks leaves the store as it is, damaged values included
        const tools = how === 'look' ? this.#rehearsalTools(current) : this.#toolsFor(current);
        const value = await this.value(current, instance, output, { ...asked, tools });
        return 'diagnostics' in value ? undefined : value;
      },
      ...(how === 'look' ? { before: (grouped) => pastLevels(grouped, this.#history.past(pipeline)) } : {}),
      found: (grouped, refs) => this.#groupColumns.found(grouped, refs),
    });
  }

  /** How every instance stands, with the digests of what it made; computes what is not there. */
  async settled(pipeline: Pipeline): Promise<{
    readonly pipeline: Pipeline;
    readonly settled: ReadonlyMap<string, Settled>;
    readonly values: Values;
    readonly machine: Machine;
  }> {
    this.#values.beginRun();
    const run = new PipelineRun({
      pipeline,
      instances: [...pipeline.instances.values()],
      tools: this.#toolsFor(pipeline),
      past: this.#history.past(pipeline),
      signal: new AbortController().signal,
      forced: new Set(),
      early: this.#early,
      emit: () => {},
    });
    return { pipeline, settled: await run.settleAll(), values: this.#values, machine: this.#options.machine };
  }

  /** A result, from the store or computed now with what it needs. */
  async value(pipeline: Pipeline, instance: string, output?: string, by: By = {}): Promise<ValueResult> {
    const tools = by.tools ?? this.#toolsFor(pipeline);
    tools.values.beginRun();
    const { instances } = wanted(pipeline, [instance]);
    const run = new PipelineRun({
      pipeline,
      instances,
      tools,
      past: this.#history.past(pipeline),
      signal: by.signal ?? new AbortController().signal,
      leavesWork: by.leavesWork === true,
      forced: new Set(),
      early: this.#early,
      isRehearsal: true,
      emit: () => {},
    });
    const settled = await run.settleAll();
    for (const s of settled.values()) if (s.kind === 'done' && s.ms !== undefined) this.#early.set(s.key, s.ms);
    const own = settled.get(instance);
    this.#save();
    if (own?.kind !== 'done') {
      const diagnostics = [...settled.values()].flatMap((s) => (s.kind === 'failed' ? s.diagnostics : []));
      return { diagnostics, exitCode: exitCodeOf(settled.values()) };
    }
    return run.materialize(instance, output);
  }

  async close(): Promise<void> {
    this.#values.commit();
    this.#save();
    this.#cache.actions.close();
    this.#cache.blobs.close();
    await this.#programs?.close();
    await this.#pool?.close();
  }

  #toolsFor(pipeline: Pipeline): Tools {
    if (this.#tools?.pipeline === pipeline) return this.#tools.tools;
    this.#cache.blobs.packUpTo(pipeline.instances.size > MANY ? PACKED_BYTES : -1);
    const tools = this.#toolsOver(pipeline, this.#values, this.#executor);
    this.#tools = { pipeline, tools };
    return tools;
  }

  /** Tools that find out without leaving a trace in the store, and start no programs. */
  #rehearsalTools(pipeline: Pipeline): Tools {
    const { registry, code, jobs, clock } = this.#options;
    const values = new Values(rehearsalOver(this.#cache), registry.gather, code('#gather'));
    const [files, pool] = [this.#cache.files, this.#pool];
    return this.#toolsOver(pipeline, values, new Executor({ values, files, jobs, pool, programs: undefined, clock }));
  }

  #toolsOver(pipeline: Pipeline, values: Values, executor: Executor): Tools {
    const { code, runtime, clock } = this.#options;
    const preparer = new Preparer({
      code,
      runtime,
      declare: (instance, shape, digests) =>
        declareInstance(instance, {
          pipeline,
          shape,
          head: (param) => this.#head(param, instance.files[param] ?? '', digests.get(param)),
        }),
      digest: (ref) => values.digest(ref),
    });
    return { values, files: this.#cache.files, preparer, executor, history: this.#history, clock };
  }

  /** The head of a file, read once per content. */
  #head(param: string, path: string, digest: Digest | undefined): FileHead {
    const held = digest === undefined ? undefined : this.#cache.files.digested(path, digest);
    if (held !== undefined) return headOf(param, path, held);
    const key = `${param}\0${path}\0${digest ?? ''}`;
    let head = this.#heads.get(key);
    if (head === undefined) {
      if (this.#heads.size > 64) this.#heads.clear();
      this.#heads.set(key, (head = fileHead(param, path)));
    }
    return head;
  }

  /** The file index only saves time: a store that cannot be written does not matter here. */
  #save(): void {
    this.#cache.files.lookAnew();
    try {
      this.#cache.files.save();
    } catch (thrown) {
      if (!(thrown instanceof StoreFailure)) throw thrown;
    }
  }
}
