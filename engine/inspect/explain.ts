/**
 * Why stages are stale, down to the values. What stands above the stages asked about is rehearsed where that is cheap: run in
 * memory, so that its new values are known and can be set beside those of the last run; nothing is written.
 */
import type { Digest } from '../../cache/digest.ts';
import { type ColumnType, isInner, type PartName, type TableShape } from '../../stages/contract.ts';
import type { ColumnDifferences, ColumnState } from '../../stages/contract-differences.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Past } from '../history/past.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';
import { upstreamOf, wanted } from '../plan/graph.ts';
import type { Output, PartRef } from '../plan/part.ts';
import { type PartChange, partChanges } from '../plan/part-changes.ts';
import type { Ready } from '../plan/prepare.ts';
import type { PartDifference, Reason } from '../plan/reason.ts';
import { casesOfInputs, whereOf, writtenParams } from '../plan/stale.ts';
import type { ActionRecord } from '../results/record.ts';
import { LostValue, type Values } from '../results/values.ts';
import { lookUp } from '../run/look-up.ts';
import { PipelineRun } from '../run/run-pipeline.ts';
import { expectedMs, type Tools } from '../run/tools.ts';
import { casesBefore } from '../run/why-stale.ts';
import { asStages, type Planned, type PlannedStage, plannedOf } from './plan-pipeline.ts';

export interface ExplainedStage extends PlannedStage {
  /** what it makes otherwise than in the last run, where that was found out */
  readonly makes?: readonly PartDifference[];
  /** it would run again, and was found to give the result that it had: what reads it stays as it is */
  readonly same?: true;
  /** fresh, with another result than that of the last run: `show` has made it since, or an edit was taken back */
  readonly notOfLastRun?: true;
}

export interface ExplainOptions {
  readonly pipeline: Pipeline;
  readonly asked: readonly string[];
  /** over memory: what is kept in them is not kept */
  readonly tools: Tools;
  /** what really stands in the store */
  readonly stored: Values;
  readonly past: Past;
  readonly registry: Registry;
}

/** A stage that took longer is not rehearsed: people wait for an explanation as they do for a page. */
const REHEARSED_MS = 1000;
const MOST_EXAMPLES = 10;

export async function explainStages(options: ExplainOptions): Promise<readonly ExplainedStage[]> {
  const { pipeline, asked, tools, stored, past } = options;
  const { instances } = wanted(pipeline, asked);
  const fresh = new Set(
    [...plannedOf({ pipeline, instances, tools, past, stored })].flatMap(([name, p]) =>
      p.state === 'fresh' ? [name] : [],
    ),
  );
  const rehearsed = rehearsable(instances, options, fresh);
  const run = new PipelineRun({
    pipeline,
    instances: rehearsed,
    tools,
    past,
    signal: new AbortController().signal,
    forced: new Set(),
    early: new Map(),
    isRehearsal: true,
    emit: () => {},
  });
  await run.settleAll();
  const planned = plannedOf({ pipeline, instances, tools, past, stored });
  const differ = new Differ(options, run);
  const told = [...planned].map(([name, one]): [string, Planned] => {
    const instance = pipeline.instances.get(name);
    return [
      name,
      instance === undefined || one.state !== 'stale' ? one : { ...one, why: differ.why(instance, one.why) },
    ];
  });
  return asStages(new Map(told), { instances, past, pipeline }).map((stage): ExplainedStage => {
    const instance = rehearsed.find((i) => i.name === stage.stage);
    const makes = instance === undefined || stage.state !== 'stale' ? [] : differ.makes(instance);
    const isSame = instance !== undefined && stage.state === 'stale' && differ.makesTheSame(instance);
    const key = stage.state === 'fresh' ? planned.get(stage.stage)?.ready?.key : undefined;
    const isNew = key !== undefined && past.stages.get(stage.stage)?.key !== key;
    return {
      ...stage,
      ...(isNew ? { notOfLastRun: true } : {}),
      ...(makes.length === 0 ? {} : { makes }),
      ...(isSame ? { same: true } : {}),
    };
  });
}

/** What is above the stages asked about, and those themselves that only read files; each with all that it needs. */
function rehearsable(
  instances: readonly Instance[],
  { asked, past }: ExplainOptions,
  fresh: ReadonlySet<string>,
): readonly Instance[] {
  const names = new Set<string>();
  return instances.filter((i) => {
    const isAsked = i.owner === undefined && (asked.includes(i.name) || asked.includes(i.stage));
    if (isAsked && (Object.keys(i.files).length === 0 || upstreamOf(i).length > 0)) return false;
    // what is in the store costs nothing
    const ms = fresh.has(i.name) ? 0 : (past.stages.get(i.name)?.ms ?? expectedOf(i));
    if (ms > REHEARSED_MS || !upstreamOf(i).every((name) => names.has(name))) return false;
    names.add(i.name);
    return true;
  });
}

/** Of a stage that never ran; one whose weight hangs on its spec is not begun at all. */
function expectedOf(instance: Instance): number {
  try {
    return expectedMs(instance, {});
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

class Differ {
  readonly #options: ExplainOptions;
  readonly #run: PipelineRun;

  constructor(options: ExplainOptions, run: PipelineRun) {
    this.#options = options;
    this.#run = run;
  }

  /** The reasons, those about columns with their values. */
  why(instance: Instance, reasons: readonly Reason[]): readonly Reason[] {
    const ready = this.#ready(instance);
    const old = this.#past(instance.name);
    if (ready === undefined || old === undefined) return reasons;
    const { past, tools } = this.#options;
    const params = past.stages.get(instance.name)?.params;
    const casesOf = casesBefore(past, tools.values);
    const changes = partChanges(
      { inputs: old.action.inputs, casesOf, ...(params === undefined ? {} : { params }) },
      { inputs: ready.action.inputs, casesOf: casesOfInputs(instance), params: writtenParams(instance) },
    );
    let next = 0;
    // the reasons about parts stand in the order of the changes
    return reasons.map((reason) => {
      const change = reason.kind === 'part' ? changes[next++] : undefined;
      const values = change === undefined ? undefined : this.#ofChange(instance, change);
      return values === undefined || reason.kind !== 'part' ? reason : { ...reason, values };
    });
  }

  /** Columns that the stage makes otherwise than in the last run. */
  makes(instance: Instance): readonly PartDifference[] {
    const old = this.#past(instance.name);
    const ready = this.#ready(instance);
    const now = ready === undefined ? undefined : this.#options.tools.values.record(ready.key);
    if (old === undefined || now === undefined) return [];
    return Object.entries(now.outputs).flatMap(([output, { parts }]) => {
      const had = new Map(old.outputs[output]?.parts.map(([part, digest]) => [part, digest] as const));
      const reference = { instance: instance.name, output, inner: [], path: [] };
      return parts.flatMap(([part, digest]): PartDifference[] => {
        const before = had.get(part);
        if (before === undefined || before === digest) return [];
        const values = this.#differences(reference, part, before, digest);
        return values === undefined ? [] : [{ part, values }];
      });
    });
  }

  /** Undone work is not the same work. */
  makesTheSame(instance: Instance): boolean {
    const old = this.#past(instance.name);
    const ready = this.#ready(instance);
    const now = ready === undefined ? undefined : this.#options.tools.values.record(ready.key);
    return old !== undefined && now !== undefined && JSON.stringify(old.outputs) === JSON.stringify(now.outputs);
  }

  #ofChange(instance: Instance, { port, index, part, before, now }: PartChange): ColumnDifferences | undefined {
    const reference = instance.inputs[port]?.[index];
    if (reference === undefined || before === undefined || now === undefined) return undefined;
    if (this.#lostItsFilter(instance)) return undefined; // its rows were others: what they are called now says nothing of them
    return this.#differences(reference, part, before, now);
  }

  #lostItsFilter({ name }: Instance): boolean {
    const filter = whereOf(name);
    return this.#options.past.stages.has(filter) && !this.#options.pipeline.instances.has(filter);
  }

  #differences(of: Reference, part: PartName, before: Digest, now: Digest): ColumnDifferences | undefined {
    const output = this.#run.upstream(of);
    if (output === undefined || output.shape.kind !== 'table' || isInner(part)) return undefined;
    const { shape } = output;
    try {
      return this.#options.registry.differences(
        this.#state(before, shape, (key) => this.#oldPart(of, key)),
        this.#state(now, shape, (key) => output.parts.get(key)),
        { most: MOST_EXAMPLES, type: typeOf(shape, part) },
      );
    } catch (thrown) {
      if (thrown instanceof LostValue) return undefined; // a value that was swept away cannot be shown
      throw thrown;
    }
  }

  #state(column: Digest, shape: TableShape, keyed: (name: string) => PartRef | undefined): ColumnState {
    const { values } = this.#options.tools;
    const names = shape.panel === undefined ? [] : [shape.panel.unit, shape.panel.time];
    const refs = names.map((name) => [name, keyed(name)] as const);
    const keys = refs.flatMap(([name, ref]) =>
      ref === undefined ? [] : [{ column: values.bytes(values.digest(ref)), type: typeOf(shape, name) }],
    );
    return { column: values.bytes(column), ...(keys.length === names.length && keys.length > 0 ? { keys } : {}) };
  }

  /** A part of an output as it was in the last run, if the stages between have kept their form since. */
  #oldPart(of: Reference, part: PartName): PartRef | undefined {
    const instance = this.#options.pipeline.instances.get(of.instance);
    if (instance === undefined) return undefined;
    const old = this.#past(of.instance);
    const through = instance.owner === undefined ? undefined : Object.values(instance.inputs)[0]?.[0];
    // a filter that is new: what it picks from was read as a whole
    if (old === undefined) return through === undefined ? undefined : this.#oldPart(through, part);
    const made = (name: PartName): PartRef | undefined => {
      const digest = old.outputs[of.output]?.parts.find(([p]) => p === name)?.[1];
      return digest === undefined ? undefined : { digest };
    };
    const parts = this.#ready(instance)?.declared.outputs[of.output]?.parts;
    if (parts === undefined || parts === 'made') return made(part);
    const decl = parts.find((p) => p.name === part);
    if (decl === undefined || decl.how === 'made') return made(part);
    const source = instance.inputs[decl.input]?.[decl.index];
    const column = source === undefined ? undefined : this.#oldPart(source, decl.part);
    if (decl.how === 'passed' || column === undefined) return column;
    const index = made(decl.by);
    return index === undefined ? undefined : { gather: { column, index } };
  }

  #past(name: string): ActionRecord | undefined {
    const past = this.#options.past.stages.get(name);
    return past === undefined ? undefined : this.#options.tools.values.record(past.key);
  }

  #ready(instance: Instance): Ready | undefined {
    const upstream = (reference: Reference): Output | undefined => this.#run.upstream(reference);
    if (upstreamRefs(instance).some((r) => upstream(r) === undefined)) return undefined;
    try {
      const looked = lookUp(instance, upstream, this.#options.tools);
      return looked.kind === 'ready' ? looked : undefined;
    } catch (thrown) {
      if (thrown instanceof LostValue) return undefined; // what it reads was swept away
      throw thrown;
    }
  }
}

const upstreamRefs = (instance: Instance): readonly Reference[] => Object.values(instance.inputs).flat();

const typeOf = (shape: TableShape, column: string): ColumnType =>
  shape.columns.find((c) => c.name === column)?.type ?? 'unknown';
