import { dirname, resolve } from 'node:path';
import { error, type Fault } from '../../stages/contract.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { visibleName } from '../plan/graph.ts';

/** As it is written from where the user stands, or from the pipeline's folder. */
const pathsOf = (text: string, pipeline: Pipeline, cwd: string): ReadonlySet<string> =>
  new Set([resolve(cwd, text), resolve(pipeline.folder, text)]);

/** Stages that read the data file or script of that name, or are of a type whose code is in it. */
export function filesNamed(text: string, pipeline: Pipeline, cwd: string): readonly Instance[] {
  const paths = pathsOf(text, pipeline, cwd);
  return [...pipeline.instances.values()].filter(
    ({ files, type }) =>
      Object.values(files).some((file) => paths.has(file)) ||
      type.origin?.files?.some((file) => paths.has(file)) === true,
  );
}

/** Why an edit of a file that no stage reads cannot be foretold; undefined when it is none of the pipeline's. */
export function unreadFile(text: string, pipeline: Pipeline, cwd: string): Fault | undefined {
  const paths = pathsOf(text, pipeline, cwd);
  const code = new Set(pipeline.code?.sources.map(({ path }) => path));
  const own = pipeline.sources.find(({ path }) => paths.has(path));
  if (own !== undefined) return code.has(own.path) ? undefined : error('CE1566', { name: text });
  const maker = [...pipeline.instances.values()].find(
    ({ to }) =>
      to !== undefined && [...paths].some((path) => dirname(path) === dirname(to) && path.startsWith(`${to}.`)),
  );
  return maker === undefined ? undefined : error('CE1567', { name: text, stage: visibleName(maker) });
}
