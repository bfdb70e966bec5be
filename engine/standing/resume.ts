/**
 * `ceteris run` after an edit of data: the pipeline as it was compiled, and what of it the edit cannot have reached. Undefined when
 * too little stands to tell; then everything is loaded and looked at.
 */
import { join } from 'node:path';
import type { CliContext } from '../cli/context.ts';
import { pipelineFile } from '../cli/context.ts';
import type { Found } from '../cli/loaded.ts';
import type { Instance, Loaded, Pipeline } from '../load/pipeline.ts';
import { fileHead } from '../plan/check.ts';
import { declareInstance } from '../plan/declare.ts';
import { headOf, onlyReadsFiles } from '../run/stood.ts';
import type { Unchanged } from '../run/untouched.ts';
import type { Before } from './keep.ts';
import { questionOf, standingFile } from './question.ts';
import { contentStands, readStanding } from './read-standing.ts';
import { changedFiles } from './stamp.ts';
import type { StandingText } from './standing.ts';
import { readHeads } from './write-standing.ts';

export interface Resumed {
  readonly found: Extract<Found, { readonly ok: true }>;
  readonly unchanged: Unchanged;
  readonly before: Before;
}

/** @param compiled the pipeline without a check, when no YAML file has changed */
export async function resume(
  context: CliContext,
  compiled: (file: string) => Promise<Loaded | undefined>,
): Promise<Resumed | undefined> {
  const { args } = context;
  const file = pipelineFile(args.pipeline);
  if (args.force || args.given.locked === true || typeof file !== 'string') return undefined;
  const store = args.cache ?? join(file, '..', '.ceteris');
  const question = questionOf(context, file, store);
  const path = standingFile(question, store);
  const standing = readStanding(path);
  if (standing?.question !== question) return undefined;
  const changed = await reallyChanged(standing);
  // another log of results, or another last run: what stood there is not what stood here
  if (changed.some((i) => i >= standing.files.length - standing.own)) return undefined;
  const heads = readHeads(path, question, standing.run);
  const said = standing.outcomes();
  const pipeline = (await compiled(file))?.pipeline;
  if (heads === undefined || said === undefined || pipeline === undefined) return undefined;
  const touched = touchedBy(
    changed.map((i) => standing.files[i] as string),
    pipeline,
  );
  if (!touched.every((i) => declaresTheSame(i, pipeline, heads))) return undefined;
  const names = new Set(touched.map((i) => i.name));
  const unchanged: Unchanged = {
    instances: new Set([...pipeline.instances.keys()].filter((name) => !names.has(name))),
    declareTheSame: names,
    withNotes: stagesWithNotes(said),
  };
  return {
    found: { ok: true, pipeline, warnings: [] },
    unchanged,
    before: { standing, heads, warnings: standing.warnings },
  };
}

/** Files whose stats changed, and those whose content did although their stats cannot show it. */
async function reallyChanged({ files, stamps, unsure }: StandingText): Promise<readonly number[]> {
  const changed = new Set(changedFiles(files, stamps));
  for (const one of unsure) if (!changed.has(one.file) && !(await contentStands(one, files))) changed.add(one.file);
  return [...changed];
}

/** Instances that read one of the files or write it. */
function touchedBy(files: readonly string[], pipeline: Pipeline): readonly Instance[] {
  const all = new Set(files);
  return [...pipeline.instances.values()].filter(
    (i) =>
      Object.values(i.files).some((f) => all.has(f)) ||
      (i.to !== undefined && files.some((f) => f.startsWith(`${i.to}.`))),
  );
}

/** Whether an edit of its files leaves an instance declaring what it did, so that what was checked below it holds. */
function declaresTheSame(instance: Instance, pipeline: Pipeline, heads: ReadonlyMap<string, string>): boolean {
  if (Object.keys(instance.files).length === 0) return true; // one of its documents was edited
  if (!onlyReadsFiles(instance)) return false;
  const declared = declareInstance(instance, {
    pipeline,
    shape: () => undefined,
    head: (param) => fileHead(param, instance.files[param] ?? ''),
  });
  return heads.get(instance.name) === headOf(declared);
}

function stagesWithNotes(outcomes: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of outcomes.split('\n'))
    if (!line.endsWith('"status":"cached"}') && line !== '')
      names.add((JSON.parse(line) as { readonly stage: string }).stage);
  return names;
}
