/**
 * `ceteris run` after an edit of data or of what stages say: the pipeline as it was compiled, or loaded beside that, and what of it
 * the edit may reach. Where too little stands to tell, everything is loaded and looked at.
 */
import { isRunId } from '../../cache/run-log.ts';
import type { Part } from '../after-edit/part.ts';
import { headOf, onlyReadsFiles } from '../after-edit/stood.ts';
import type { Compiled, Edited, Before as LoadedBefore } from '../compiled/compiled.ts';
import type { Graph } from '../load/graph.ts';
import type { Instance, Loaded, Pipeline } from '../load/pipeline.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { fileHead } from '../plan/check.ts';
import { declareInstance } from '../plan/declare.ts';
import type { Looked } from './answer.ts';
import { Heads } from './heads.ts';
import { KnownOutputs } from './known-outputs.ts';
import type { Asked } from './question.ts';
import { digestAt } from './stamp.ts';
import type { StandingText } from './standing.ts';

export interface Resumed {
  readonly part: Part;
  readonly before: Before;
  /** the YAML is another */
  readonly edited?: Edited;
}

/** What was loaded on the way to nothing need not be loaded again. */
export interface NotResumed {
  readonly loaded?: Loaded;
}

/** What stood before. */
export interface Before {
  readonly looked: Looked;
  readonly heads: Heads;
  readonly known: KnownOutputs;
  /** outcomes of the stages, a JSON text a line */
  readonly outcomes: string;
}

export interface ResumeOf {
  readonly args: Pick<Asked['args'], 'pipeline' | 'names'>;
  readonly looked?: Looked;
  /** the pipeline file loaded after an edit, beside what it was before */
  readonly edited: (
    file: string,
    before: LoadedBefore,
  ) => Promise<{ readonly edited?: Edited; readonly loaded?: Loaded }>;
  /** the pipeline as it was after loading, not checked; undefined when what is kept is of another time */
  readonly compiled: (file: string, before: LoadedBefore) => Promise<Compiled | undefined>;
}

export async function resume(context: ResumeOf): Promise<Resumed | NotResumed> {
  const { looked } = context;
  const file = pipelineFile(context.args.pipeline);
  if (looked === undefined || typeof file !== 'string') return {};
  const { standing, changed, path } = looked;
  const heads = Heads.read(path, standing);
  const outcomes = standing.outcomes();
  if (heads === undefined || outcomes === undefined || !isRunId(standing.run)) return {};
  const { found, edited, loaded } = await pipelineOf(context, file, looked);
  const nothing: NotResumed = loaded === undefined ? {} : { loaded };
  if (found === undefined) return nothing;
  // other stages are above what was asked for: some have never run, and some are not asked for any more
  if (edited?.isRewired === true && context.args.names.length > 0) return nothing;
  const { pipeline, graph } = found;
  const isWanted = wantedIn(outcomes, graph, context.args.names);
  const around = changed.flatMap((i) => graph.around(standing.files[i] as string));
  const rewritten = new Set(edited?.changed ?? []);
  const pending = new Set(standing.pending.flatMap((name) => graph.index(name) ?? []));
  if (pending.size < standing.pending.length) return nothing;
  const reached = [...new Set([...around, ...rewritten, ...pending])];
  const touched = reached.filter((i) => isWanted?.(i) !== false).sort((a, b) => a - b);
  // what failed may have declared something else than what its readers were last checked by
  const isKept = (i: number): boolean => !rewritten.has(i) && !pending.has(i);
  const same = touched.filter((i) => isKept(i) && declaresTheSame(graph.at(i), pipeline, heads));
  const known = KnownOutputs.read(path, standing);
  const part: Part = {
    pipeline,
    known: (index) => known.get(index),
    graph,
    touched,
    declareTheSame: new Set(same.map((i) => graph.name(i))),
    ...(isWanted === undefined ? {} : { isWanted }),
    hasPending: pending.size > 0,
    since: standing.run,
    stages: standing.stages,
  };
  const others = reached.filter((i) => !part.declareTheSame.has(graph.name(i)));
  if (others.length > 0 && !(await isSound(part, others))) return nothing;
  return { part, before: { looked, heads, known, outcomes }, ...(edited === undefined ? {} : { edited }) };
}

/** The pipeline as it was compiled, or beside it after an edit of its YAML. */
async function pipelineOf(
  context: ResumeOf,
  file: string,
  { standing, changed }: Looked,
): Promise<{ readonly found?: Compiled; readonly edited?: Edited; readonly loaded?: Loaded }> {
  const before = beforeIn(standing);
  if (changed.some((i) => i < standing.yaml)) {
    const { edited, ...loaded } = await context.edited(file, before);
    return edited === undefined ? loaded : { found: edited, edited, ...loaded };
  }
  const found = await context.compiled(file, before);
  return found === undefined ? {} : { found };
}

const beforeIn = ({ files, yaml, digests, rests }: StandingText): LoadedBefore => ({
  sources: files.slice(0, yaml).map((path, i) => ({ path, digest: digestAt(digests, i) })),
  rests,
});

/** A run with targets is about the stages that its answer tells of, and about the filters of these. */
function wantedIn(outcomes: string, graph: Graph, targets: readonly string[]): Part['isWanted'] {
  if (targets.length === 0) return undefined;
  const lines = outcomes.split('\n').filter((line) => line !== '');
  const names = new Set(lines.map((line) => (JSON.parse(line) as { readonly stage: string }).stage));
  return (index) => names.has(graph.isHidden(index) ? (graph.at(index).owner as string) : graph.name(index));
}

/** Whether an edit of its files leaves an instance declaring what it did, so that what was checked below it holds. */
function declaresTheSame(instance: Instance, pipeline: Pipeline, heads: Heads): boolean {
  if (Object.keys(instance.files).length === 0) return true; // one of its documents was edited
  if (!onlyReadsFiles(instance)) return false;
  const declared = declareInstance(instance, {
    pipeline,
    shape: () => undefined,
    head: (param) => fileHead(param, instance.files[param] ?? ''),
  });
  return heads.get(instance.name) === headOf(declared);
}

/** Whether the check has nothing to say of what stands below instances that declare something else. */
async function isSound(part: Part, others: readonly number[]): Promise<boolean> {
  const [{ checksOut }, { Frontier }] = await Promise.all([
    import('../plan/check-part.ts'),
    import('../run/frontier.ts'),
  ]);
  return checksOut(part, new Frontier(part.graph, others).possible);
}
