/**
 * `ceteris run` after an edit of data: the pipeline as it was compiled, and what of it the edit may reach. Undefined when too little
 * stands to tell; then everything is loaded and looked at.
 */
import { isRunId } from '../../cache/run-log.ts';
import type { CliContext } from '../cli/context.ts';
import { pipelineFile } from '../cli/context.ts';
import type { SourceDigest } from '../load/compiled.ts';
import type { Graph } from '../load/graph.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { fileHead } from '../plan/check.ts';
import { declareInstance } from '../plan/declare.ts';
import type { Part } from '../run/run-part.ts';
import { headOf, onlyReadsFiles } from '../run/stood.ts';
import type { Looked } from './answer.ts';
import { Heads } from './heads.ts';
import { digestAt } from './stamp.ts';
import type { StandingText } from './standing.ts';

export interface Resumed {
  readonly part: Part;
  readonly before: Before;
}

/** What stood before. */
export interface Before {
  readonly looked: Looked;
  readonly heads: Heads;
  /** outcomes of the stages, a JSON text a line */
  readonly outcomes: string;
}

export async function resume(context: CliContext): Promise<Resumed | undefined> {
  const { looked } = context;
  const file = pipelineFile(context.args.pipeline);
  if (looked === undefined || typeof file !== 'string') return undefined;
  const { standing, changed, path } = looked;
  if (changed.some((i) => i < standing.yaml) || !isRunId(standing.run)) return undefined;
  const heads = Heads.read(path, standing);
  const outcomes = standing.outcomes();
  const compiled = await context.compiled(file, sourcesIn(standing));
  if (heads === undefined || outcomes === undefined || compiled === undefined) return undefined;
  const { pipeline, graph } = compiled;
  const isWanted = wantedIn(outcomes, graph, context.args.names);
  const around = changed.flatMap((i) => graph.around(standing.files[i] as string));
  const touched = [...new Set(around)].filter((i) => isWanted?.(i) !== false).sort((a, b) => a - b);
  const same = touched.filter((i) => declaresTheSame(graph.at(i), pipeline, heads));
  const part: Part = {
    pipeline,
    graph,
    touched,
    declareTheSame: new Set(same.map((i) => graph.name(i))),
    ...(isWanted === undefined ? {} : { isWanted }),
    since: standing.run,
    stages: standing.stages,
  };
  const others = touched.filter((i) => !part.declareTheSame.has(graph.name(i)));
  if (others.length > 0 && !(await isSound(part, others))) return undefined;
  return { part, before: { looked, heads, outcomes } };
}

const sourcesIn = (standing: StandingText): readonly SourceDigest[] =>
  standing.files.slice(0, standing.yaml).map((path, i) => ({ path, digest: digestAt(standing.digests, i) }));

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
async function isSound({ pipeline, graph, isWanted }: Part, others: readonly number[]): Promise<boolean> {
  const [{ checksOut }, { Frontier }] = await Promise.all([
    import('../plan/check-part.ts'),
    import('../run/frontier.ts'),
  ]);
  return checksOut(pipeline, graph, new Frontier(graph, others, isWanted).possible);
}
