/** One run of a pipeline: instances start as their inputs finish; what fails blocks only what reads it. */
import type { Digest } from '../../cache/digest.ts';
import { type Declared, error } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { writeDocuments } from '../documents/documents.ts';
import type { Emit, StageOutcome } from '../events/event.ts';
import type { Executed, Job } from '../execute/job.ts';
import type { PastLook } from '../history/past.ts';
import type { Graph } from '../load/graph.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';
import { diagnoseAll } from '../plan/diagnose.ts';
import { criticalPaths, filtersOf, upstreamOf, visibleName } from '../plan/graph.ts';
import { outputsOf } from '../plan/outputs.ts';
import type { Output } from '../plan/part.ts';
import type { Ready } from '../plan/prepare.ts';
import { isEdit } from '../plan/reason.ts';
import type { ActionRecord } from '../results/record.ts';
import { AllOf } from './all-of.ts';
import { changedParts, undone } from './ended.ts';
import type { Frontier } from './frontier.ts';
import { lookUp } from './look-up.ts';
import { LostValues } from './lost-values.ts';
import { madeDifferences } from './made-differences.ts';
import { makerOf } from './maker.ts';
import type { SessionValue, ValueResult } from './session-value.ts';
import { exitCodeOf, hindrance, outcomeOf, outcomeOfNext, type Settled, type Told } from './settled.ts';
import { expectedMs, type Tools } from './tools.ts';
import type { Untouched } from './untouched.ts';
import { whyStale } from './why-stale.ts';

export interface RunOf {
  readonly pipeline: Pipeline;
  readonly instances: readonly Instance[];
  readonly tools: Tools;
  readonly past: PastLook;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** instances to run even when their result is in the store */
  readonly forced: ReadonlySet<string>;
  /** keys that ran for this run before it began, with their milliseconds */
  readonly early: ReadonlyMap<Digest, number>;
  /** an abort ends the run and leaves what is under way to the next one */
  readonly leavesWork?: boolean;
  /** tells values that changed in what stages read from files */
  readonly differences?: Registry['differences'];
  /** nothing is written for people */
  readonly isRehearsal?: boolean;
  /** only what an edit reaches is looked at; `instances` is empty then */
  readonly part?: RunPart;
}

export interface RunPart {
  readonly graph: Graph;
  readonly frontier: Frontier;
  readonly untouched: Untouched;
}

export class PipelineRun {
  readonly #of: RunOf;
  readonly #settling = new Map<string, Promise<Settled>>();
  readonly #settled = new Map<string, Settled>();
  readonly #lost: LostValues;
  /** what stood under a key that was worked out again: the same, if the work is reproducible */
  readonly #replaced = new Map<Digest, ActionRecord>();
  /** what this run waits for */
  readonly #jobs = new Set<Job>();
  /** resolves at an abort: from then on nothing is waited for */
  #leave: () => void = () => {};
  readonly #left: Promise<Executed>;
  readonly #priority: ReadonlyMap<string, number>;
  readonly #untouched: Untouched | undefined;
  readonly #declared = new Map<string, Declared>();

  constructor(of: RunOf) {
    this.#of = of;
    this.#untouched = of.part?.untouched;
    const cost = (i: Instance): number => of.past.stages.get(i.name)?.ms ?? 1;
    this.#priority = criticalPaths(of.instances, cost);
    this.#lost = new LostValues({
      tools: of.tools,
      emit: of.emit,
      makerOf: (digest) => this.#makerOf(digest),
      makeAgain: (maker) => this.#makeAgain(maker),
    });
    this.#left = new Promise((resolve) => {
      this.#leave = () => resolve({ kind: 'cancelled' });
    });
  }

  /** What became of each instance, in the pipeline's order. */
  async settleAll(): Promise<ReadonlyMap<string, Settled>> {
    // one listener for all: a signal compares each new one with those that it has
    const abort = (): void => {
      this.#leave();
      if (this.#of.leavesWork !== true) for (const job of this.#jobs) job.abort();
    };
    this.#of.signal.addEventListener('abort', abort, { once: true });
    if (this.#of.part === undefined) await this.#settleEach();
    else await this.#settleReached(this.#of.part);
    this.#of.signal.removeEventListener('abort', abort);
    return new Map(this.looked.map((i) => [i.name, this.#settled.get(i.name) as Settled]));
  }

  /** Those first from which the way to the end is longest: inputs before their readers, and no more at a time than can be done soon. */
  async #settleEach(): Promise<void> {
    const priority = (i: Instance): number => this.#priority.get(i.name) ?? 0;
    const all = new AllOf();
    for (const { name } of this.#of.instances.toSorted((a, b) => priority(b) - priority(a))) {
      all.add(this.settle(name));
      const { room } = this.#of.tools.executor;
      if (room !== undefined) await Promise.race([room, this.#left]);
    }
    await all.end();
  }

  /** From what an edit touched downwards, as far as something comes out otherwise. */
  #settleReached({ graph, frontier, untouched }: RunPart): Promise<void> {
    return new Promise((resolve, reject) => {
      let open = 0;
      const start = (index: number): void => {
        const name = graph.name(index);
        open++;
        untouched.reach(name);
        this.settle(name)
          .then(() => onward(index, name))
          .catch(reject);
      };
      const onward = (index: number, name: string): void => {
        const isSame = untouched.isSame(name);
        // what a hidden filter says of its rows is said by its owner
        const { owner } = graph.at(index);
        const { ready, spared } = frontier.settled(index, (reader) => !isSame || graph.name(reader) === owner);
        for (const next of ready) start(next);
        for (const i of spared) if (!graph.isHidden(i)) this.#of.emit({ type: 'stage-stands', stage: graph.name(i) });
        if (--open === 0) resolve();
      };
      const first = frontier.first();
      for (const index of first) start(index);
      if (first.length === 0) resolve();
    });
  }

  /** The instances that were looked at, in the pipeline's order. */
  get looked(): readonly Instance[] {
    const { part, instances } = this.#of;
    if (part === undefined) return instances;
    const indices = [...this.#settled.keys()].map((name) => part.graph.index(name) as number);
    return indices.sort((a, b) => a - b).map((i) => part.graph.at(i));
  }

  /** Of what was looked at. */
  outcomes(): StageOutcome[] {
    return this.looked.filter((i) => i.owner === undefined).map((i) => this.#outcome(i));
  }

  /** What a run right after this one would say of an instance. */
  nextOutcome(instance: Instance): StageOutcome {
    return this.#outcome(instance, outcomeOfNext);
  }

  #outcome(instance: Instance, of = outcomeOf): StageOutcome {
    const filters = filtersOf(instance, this.#of.pipeline);
    const hidden = filters.length === 0 ? NONE : filters.map((h) => this.#settledOf(h));
    return of(instance.name, this.#settledOf(instance), hidden);
  }

  /** How an instance ended; one that was not looked at, as it did in the last run. */
  #settledOf(instance: Instance): Settled {
    const settled = this.#settled.get(instance.name) ?? this.#untouched?.settled(instance);
    if (settled === undefined) throw new Error(`ceteris bug: '${instance.name}' is not settled`);
    return settled;
  }

  settle(name: string): Promise<Settled> {
    let promise = this.#settling.get(name);
    if (promise === undefined) this.#settling.set(name, (promise = this.#settle(this.#instance(name))));
    return promise;
  }

  #instance(name: string): Instance {
    const found = this.#of.pipeline.instances.get(name);
    if (found === undefined) throw new Error(`ceteris bug: no instance '${name}'`);
    return found;
  }

  /** What an instance that was looked at declared. */
  declaredOf(name: string): Declared | undefined {
    return this.#declared.get(name);
  }

  /** The output that a reference names, once its instance is done. */
  readonly upstream = (reference: Reference): Output | undefined => {
    if (this.#untouched?.has(reference.instance)) return this.#untouched.output(reference);
    const settled = this.#settled.get(reference.instance);
    return settled?.kind === 'done' ? settled.outputs.get(reference.output) : undefined;
  };

  async #settle(instance: Instance): Promise<Settled> {
    const above = upstreamOf(instance).filter((name) => this.#untouched?.has(name) !== true);
    const inputs =
      above.length === 0
        ? NONE
        : await Promise.all(above.map(async (name) => [this.#instance(name), await this.settle(name)] as const));
    const settled = hindrance(instance, inputs) ?? (await this.#lost.guarded(instance, this.#perform, true));
    this.#settled.set(instance.name, settled);
    this.#untouched?.compare(instance, settled, this.#declared.get(instance.name));
    this.#tell(instance);
    return settled;
  }

  #tell(instance: Instance): void {
    if (instance.owner === undefined)
      this.#of.emit(Object.assign(this.#outcome(instance), { type: 'stage-finished' } as const));
  }

  readonly #perform = async (instance: Instance): Promise<Settled> => {
    if (this.#of.signal.aborted) return { kind: 'cancelled' };
    const { tools, pipeline } = this.#of;
    const groupless = pipeline.groupless?.get(instance.stage);
    if (groupless !== undefined) return { kind: 'failed', diagnostics: [groupless], fault: 'user' };
    for (;;) {
      const looked = lookUp(instance, this.upstream, tools);
      if (looked.kind === 'failed') return { kind: 'failed', diagnostics: looked.diagnostics, fault: 'user' };
      if (looked.kind === 'pending') throw new Error(`ceteris bug: '${instance.name}' waits on ${looked.on.join()}`);
      tools.executor.dismiss((job) => job.instance === instance.name && job.key !== looked.key);
      const early = this.#of.early.get(looked.key) ?? tools.executor.madeInRun(looked.key);
      const isForced = (this.#of.forced.has(instance.name) && early === undefined) || this.#lost.isMadeAgain(instance);
      const record = tools.values.record(looked.key);
      if (record !== undefined && isForced) this.#replaced.set(looked.key, record);
      if (record !== undefined && !isForced) return this.#done(instance, looked, record, early);
      const job = this.#submit(instance, looked);
      let executed: Executed;
      try {
        executed = await (this.#of.leavesWork === true ? Promise.race([job.done, this.#left]) : job.done);
      } finally {
        this.#jobs.delete(job);
      }
      if (executed.kind === 'file-changed') continue;
      if (executed.kind === 'made') return this.#done(instance, looked, executed.record, executed.ms);
      return undone(instance, executed);
    }
  };

  #submit(instance: Instance, ready: Ready): Job {
    const { tools, emit } = this.#of;
    const job = tools.executor.submit({
      instance,
      ready,
      priority: this.#priorityOf(instance),
      expectedMs: expectedMs(instance, ready.action.spec),
    });
    const stage = visibleName(instance);
    job.listen({
      started: () =>
        instance.owner === undefined &&
        emit({ type: 'stage-started', stage, why: whyStale(instance, ready, this.#of) }),
      progress: (done) => emit({ type: 'stage-progress', stage, done }),
    });
    this.#jobs.add(job);
    return job;
  }

  #priorityOf({ name }: Instance): number {
    const { part } = this.#of;
    return part === undefined ? (this.#priority.get(name) ?? 0) : part.frontier.height(part.graph.index(name) ?? 0);
  }

  #done(instance: Instance, ready: Ready, record: ActionRecord, ms: number | undefined): Settled {
    const outputs = outputsOf(instance, ready.declared, this.upstream, record.outputs);
    this.#declared.set(instance.name, ready.declared);
    this.#untouched?.keep(instance, outputs);
    const { pipeline, past, tools } = this.#of;
    const right =
      this.#of.isRehearsal || instance.to === undefined
        ? { written: NONE }
        : writeDocuments(instance, outputs, { pipeline, before: past.stages.get(instance.name), tools });
    for (const file of right.written) this.#of.emit({ type: 'output-written', stage: instance.name, file });
    const before = this.#before(instance);
    const changed = changedParts(instance, record, before);
    const done = {
      kind: 'done',
      ran: ms !== undefined,
      key: ready.key,
      record,
      outputs,
      verdict: diagnoseAll(instance, record.verdict ?? NONE),
      warnings: diagnoseAll(
        instance,
        ready.declared.faults.filter((f) => f.severity === 'warning'),
      ),
      ...((before !== undefined || changed.length > 0) && { changed }),
      ...right,
    } as const;
    return ms === undefined ? done : { ...done, ms, ...this.#told(instance, ready, record) };
  }

  /** The result of the last run. */
  #before({ name }: Instance): ActionRecord | undefined {
    const before = this.#of.past.stages.get(name);
    return before && (this.#replaced.get(before.key) ?? this.#of.tools.values.record(before.key));
  }

  #told(instance: Instance, ready: Ready, record: ActionRecord): { readonly told?: Told } {
    const { differences, tools } = this.#of;
    const old = differences && this.#before(instance);
    if (differences === undefined || old === undefined) return {};
    const reads = Object.keys(instance.files).length > 0;
    const makes = reads ? madeDifferences(old, record, tools.values, differences) : [];
    const edits = whyStale(instance, ready, this.#of).filter(isEdit);
    return { told: { ...(makes.length > 0 && { makes }), ...(edits.length > 0 && { edits }) } };
  }

  /** The bytes of an output's parts; lost ones are made again. */
  async materialize(name: string, output: string | undefined): Promise<ValueResult> {
    const instance = this.#instance(name);
    const read = async (): Promise<Settled | SessionValue> => {
      const settled = this.#settledOf(instance);
      if (settled.kind !== 'done') return settled;
      const [first] = settled.outputs.keys();
      const chosen = settled.outputs.get(output ?? first ?? '');
      if (chosen === undefined) {
        const known = [...settled.outputs.keys()].map((o) => `${name}.${o}`);
        return { kind: 'failed', diagnostics: [error('CE1513', { name: `${name}.${output}`, known })], fault: 'user' };
      }
      const digests = new Map(
        [...chosen.parts].map(([part, ref]) => [part, this.#of.tools.values.digest(ref)] as const),
      );
      const parts = new Map([...digests].map(([part, digest]) => [part, this.#of.tools.values.bytes(digest)] as const));
      return { shape: chosen.shape, parts, digests, refs: chosen.parts };
    };
    const found = await this.#lost.guarded(instance, read, false);
    if ('shape' in found) return found;
    return { diagnostics: found.kind === 'failed' ? found.diagnostics : [], exitCode: exitCodeOf([found]) };
  }

  async #makeAgain(maker: Instance): Promise<Settled> {
    const settled = await this.#lost.guarded(maker, this.#perform, true);
    this.#settled.set(maker.name, settled);
    this.#untouched?.reach(maker.name);
    this.#untouched?.compare(maker, settled, this.#declared.get(maker.name));
    this.#tell(maker);
    return settled;
  }

  #makerOf(digest: Digest): Instance | undefined {
    const run = { settled: this.#settled, untouched: this.#untouched, upstream: this.upstream };
    return makerOf(digest, { ...this.#of, ...run });
  }
}

const NONE: readonly never[] = [];
