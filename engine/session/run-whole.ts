/** A run that looks at all that it is asked for, and what goes on record of it. */
import { performance } from 'node:perf_hooks';
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { canStand, type LookedAt, lookedAt } from '../after-edit/stood.ts';
import { clear, leftovers } from '../documents/leftovers.ts';
import { type StageOutcome, timed } from '../events/event.ts';
import type { Executor } from '../execute/executor.ts';
import type { GroupColumns } from '../foreach/group-columns.ts';
import type { History } from '../history/history.ts';
import { unfinishedIn } from '../history/unfinished.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { wanted } from '../plan/graph.ts';
import type { Values } from '../results/values.ts';
import { carriedOver, pastStages } from '../run/past-stages.ts';
import { forcedOf, judged, type RunOptions, tellsNews } from '../run/run-options.ts';
import { PipelineRun } from '../run/run-pipeline.ts';
import { exitCodeOf, isWhole } from '../run/settled.ts';
import type { Tools } from '../run/tools.ts';

interface WholeOf extends Omit<RunOptions, 'tellsValues'> {
  readonly cache: Cache;
  readonly values: Values;
  readonly executor: Executor;
  readonly history: History;
  readonly tools: Tools;
  /** keys that ran for this run before it began, with their milliseconds */
  readonly early: Map<Digest, number>;
  readonly groupColumns: GroupColumns;
  /** says which values changed in the data files */
  readonly differences?: Registry['differences'];
  /** when it began, by the clock of durations */
  readonly started: number;
  /** keeps what was found out about files */
  readonly save: () => void;
}

export interface WholeDone {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly stages: readonly StageOutcome[];
  readonly run?: RunId;
  /** the last run that did anything */
  readonly latest?: RunId;
  /** absent where nothing can be gone on from */
  readonly looked?: () => LookedAt;
}

export async function runWhole(pipeline: Pipeline, of: WholeOf): Promise<WholeDone> {
  const { cache, values, executor, history, tools, targets } = of;
  const emit = timed(of.emit, tools.clock);
  const { instances } = wanted(pipeline, targets);
  const visible = instances.filter((i) => i.owner === undefined);
  const past = history.past(pipeline);
  values.beginRun();
  const writer = history.start(tools.clock());
  emit({ type: 'run-started', run: writer?.id ?? '', pipeline: pipeline.name, stages: visible.length });
  const signal = of.signal ?? new AbortController().signal;
  let isNews = false;
  const run = new PipelineRun({
    pipeline,
    instances,
    tools,
    past,
    signal,
    forced: of.force === true ? forcedOf(visible, targets) : new Set<string>(),
    early: of.early,
    leavesWork: of.leavesWork === true,
    ...(of.differences === undefined ? {} : { differences: of.differences }),
    emit: (event) => {
      isNews ||= tellsNews(event);
      emit(event);
    },
  });
  executor.beginRun();
  executor.dismiss((job) => !pipeline.instances.has(job.instance));
  const settled = await run.settleAll();
  if (!signal.aborted) executor.dismiss(() => true);
  const stages = run.outcomes();
  const torn = of.groupColumns.objections(pipeline, settled);
  const objections = [...torn, ...(of.judge === undefined ? [] : judged(settled, of.judge))];
  const exitCode = signal.aborted ? 130 : Math.max(exitCodeOf(settled.values()), objections.length > 0 ? 1 : 0);
  const ok = exitCode === 0;
  const ms = performance.now() - of.started;
  const done = pastStages(instances, settled, cache.root);
  const carried = carriedOver(pipeline, done, past);
  const left = leftovers(past, [...done, ...carried]);
  const clears = left.length > 0 && !signal.aborted && isWhole(pipeline, settled);
  if (clears) clear(left, done, { cache, values, others: () => history.writtenByOthers(pipeline), emit });
  history.finish(pipeline, writer, {
    ok,
    ms,
    stages: done,
    carried,
    gathers: [...values.usedGathers],
    left: clears ? [] : left,
    isNews: isNews || clears,
    unfinished: unfinishedIn(stages),
  });
  of.save();
  values.endRun();
  of.early.clear();
  emit({ type: 'run-finished', ok, ms, stages, ...(objections.length > 0 ? { diagnostics: objections } : {}) });
  const latest = history.latest(pipeline);
  const stands = canStand({ exitCode, pipeline, settled, objections, past });
  if (!stands || writer === undefined || latest === undefined) return { ok, exitCode, stages };
  return { ok, exitCode, stages, run: writer.id, latest, looked: () => lookedAt(run, settled, values) };
}
