/**
 * A run after an edit of data: what the edit may reach is looked at, from the files downwards, and all else stands as the last run
 * left it. Costs what is stale, not what there is.
 */
import { performance } from 'node:perf_hooks';
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { clear } from '../documents/leftovers.ts';
import { type EngineEvent, timed } from '../events/event.ts';
import type { Executor } from '../execute/executor.ts';
import type { GroupColumns } from '../foreach/group-columns.ts';
import type { History } from '../history/history.ts';
import type { PastStage, Wrote } from '../history/past.ts';
import { PastText } from '../history/past-text.ts';
import { unfinishedIn } from '../history/unfinished.ts';
import type { Graph } from '../load/graph.ts';
import type { Values } from '../results/values.ts';
import { Frontier } from '../run/frontier.ts';
import { pastStages } from '../run/past-stages.ts';
import { tellsNews } from '../run/run-options.ts';
import { PipelineRun } from '../run/run-pipeline.ts';
import { exitCodeOf } from '../run/settled.ts';
import type { Tools } from '../run/tools.ts';
import { type Part, untouchedIn } from './part.ts';
import { canStand, type LookedAt, lookedAt, type Stood } from './stood.ts';

export interface PartOutcome {
  readonly ok: boolean;
  readonly exitCode: number;
  /** when the run is on record and can be gone on from: what stands now of what was looked at */
  readonly stood?: () => Stood;
}

interface PartTools {
  readonly cache: Cache;
  readonly values: Values;
  readonly executor: Executor;
  readonly history: History;
  readonly tools: Tools;
  readonly registry: Registry;
  /** keys that ran for this run before it began, with their milliseconds */
  readonly early: Map<Digest, number>;
  readonly groupColumns: GroupColumns;
  readonly signal?: AbortSignal;
  readonly leavesWork?: boolean;
  /** says which values changed in the data files */
  readonly differences?: Registry['differences'];
  readonly emit?: (event: EngineEvent) => void;
}

export interface PartDone extends Omit<PartOutcome, 'stood'> {
  readonly run: RunId | undefined;
  /** the last run that did anything */
  readonly latest: RunId | undefined;
  /** absent where nothing can be gone on from */
  readonly looked?: () => LookedAt;
}

export async function runPart(part: Part, of: PartTools): Promise<PartDone | undefined> {
  const started = performance.now();
  const { pipeline, graph, stages, isWanted } = part;
  const { cache, values, executor, history, tools } = of;
  const signal = of.signal ?? new AbortController().signal;
  const past = await goesOnFrom(part, { ...of, signal });
  if (past === undefined) return undefined;
  const emit = timed(of.emit, tools.clock);
  const writer = history.start(tools.clock());
  const frontier = new Frontier(graph, part.touched, isWanted);
  const shown = frontier.possible.filter((i) => !graph.isHidden(i)).map((i) => graph.name(i));
  emit({ type: 'run-started', run: writer?.id ?? '', pipeline: pipeline.name, stages, looksAt: shown });
  const untouched = untouchedIn(part, past, tools);
  let isNews = false;
  const run = new PipelineRun({
    pipeline,
    instances: [],
    tools,
    past,
    signal,
    forced: new Set(),
    early: of.early,
    leavesWork: of.leavesWork === true,
    ...(of.differences === undefined ? {} : { differences: of.differences }),
    part: { graph, frontier, untouched },
    emit: (event) => {
      isNews ||= tellsNews(event);
      emit(event);
    },
  });
  const settled = await run.settleAll();
  if (!signal.aborted) executor.dismiss(() => true);
  const outcomes = run.outcomes();
  const objections = of.groupColumns.objections(pipeline, settled);
  const exitCode = signal.aborted ? 130 : Math.max(exitCodeOf(settled.values()), objections.length > 0 ? 1 : 0);
  const ms = performance.now() - started;
  const { looked } = run;
  const done = pastStages(looked, settled, cache.root);
  const left = leftBy(done, past);
  const clears = left.length > 0 && isWanted === undefined && exitCode === 0;
  if (clears) clear(left, done, { cache, values, others: () => history.writtenByOthers(pipeline), emit });
  history.finishPart(pipeline, writer, {
    ok: exitCode === 0,
    ms,
    isNews: isNews || clears,
    unfinished: unfinishedIn(outcomes),
    looked: looked.length,
    past,
    ...(part.hasPending ? { position: (name: string) => graph.index(name) ?? graph.size } : {}),
    stages: done,
    lookedAt: [...settled.keys()],
    ...(isWanted === undefined ? {} : { isCarried: (name) => isCarried(name, graph, isWanted, settled.has(name)) }),
    gathers: [...new Set([...past.gathers, ...values.usedGathers])],
    left: clears ? [] : [...past.left, ...left],
  });
  values.endRun();
  const said = objections.length > 0 ? { diagnostics: objections } : {};
  emit({ type: 'run-finished', ok: exitCode === 0, ms, stages: outcomes, ...said });
  const outcome = { ok: exitCode === 0, exitCode, run: writer?.id, latest: history.latest(pipeline) };
  const stands = canStand({ exitCode, pipeline, settled, objections, past });
  return stands ? { ...outcome, looked: () => lookedAt(run, settled, values) } : outcome;
}

/** The record of the last run; undefined when a run of all has to be. */
async function goesOnFrom(part: Part, of: PartTools & { readonly signal: AbortSignal }): Promise<PastText | undefined> {
  const past = PastText.of(of.cache, part.since);
  if (past === undefined || past.gathers.length > mostGathers(part.graph)) return undefined;
  // a run of all would clear them away
  if (part.isWanted === undefined && past.left.length > 0) return undefined;
  of.values.beginRun();
  of.executor.beginRun();
  if (part.pipeline.groups.length === 0) return past;
  const { sameGroups } = await import('./same-groups.ts');
  return (await sameGroups(part, past, of)) ? past : undefined;
}

/** Files that stages wrote and do not write any more. */
const leftBy = (done: readonly PastStage[], past: PastText): readonly Wrote[] =>
  done.flatMap(({ name, wrote }) => {
    const before = past.stages.get(name);
    const left = before?.wrote?.filter((file) => wrote?.includes(file) !== true) ?? [];
    return before === undefined || left.length === 0 ? [] : [{ key: before.key, wrote: left }];
  });

/** Nobody knows which of them an edit has made useless: now and then a run looks at everything, and they are found anew. */
const mostGathers = ({ size }: Graph): number => 1000 + 4 * size;

/** It was not asked for, or it was looked at and is not done. */
function isCarried(name: string, graph: Graph, isWanted: NonNullable<Part['isWanted']>, isLooked: boolean): boolean {
  if (isLooked) return true;
  const index = graph.index(name);
  return index === undefined || !isWanted(index);
}
