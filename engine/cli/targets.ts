/** Stages named on the command line: `baseline` (all its cases) or `baseline[(4)]`. */
import { isAbsolute, sep } from 'node:path';
import { error } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Grouped } from '../load/groups.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { isOutput } from '../load/pipeline-file.ts';
import { visibleName } from '../plan/graph.ts';

const visible = (pipeline: Pipeline): Instance[] =>
  [...pipeline.instances.values()].filter((i) => i.owner === undefined);

/** Instances that a name stands for, in the pipeline's order. */
export const instancesNamed = (name: string, pipeline: Pipeline): Instance[] =>
  visible(pipeline).filter((i) => i.name === name || i.stage === name);

export function unknownTargets(names: readonly string[], pipeline: Pipeline): Diagnostic[] {
  if (names.length === 0) return [];
  const known = [...new Set(visible(pipeline).flatMap((i) => [i.stage, i.name]))];
  const files = fileTargets(names, pipeline);
  if (files.length > 0) return files;
  return names
    .filter((name) => instancesNamed(name, pipeline).length === 0 && maybeGroupOf(name, pipeline) === undefined)
    .map((name) => error('CE1510', { name, known }));
}

/** Files among the names: no file stands for a stage, but the stage that writes it can be told. @param names files by their absolute paths */
export const fileTargets = (names: readonly string[], pipeline: Pipeline): Diagnostic[] =>
  names
    .filter((name) => isAbsolute(name) && isOutput(name))
    .map((file) => error('CE1568', { name: printedPath(file), stage: writerOf(file, pipeline) ?? 'STAGE' }));

const writerOf = (file: string, pipeline: Pipeline): string | undefined =>
  visible(pipeline).find(({ to }) => to !== undefined && (file.startsWith(`${to}.`) || file.startsWith(to + sep)))
    ?.stage;

/** For who only looks: names that may be those of groups, while the data that would tell has not been read. */
export function unreadGroups(names: readonly string[], pipeline: Pipeline): Diagnostic[] {
  return names
    .filter((name) => instancesNamed(name, pipeline).length === 0)
    .flatMap((name) => unreadGroup(name, pipeline) ?? []);
}

export function unreadGroup(name: string, pipeline: Pipeline): Diagnostic | undefined {
  const grouped = maybeGroupOf(name, pipeline);
  if (grouped === undefined) return undefined;
  const from = grouped.from.flatMap(({ instance }) => pipeline.instances.get(instance) ?? []).map(visibleName);
  return error('CE1565', { name, from: [...new Set(from)] });
}

/** `by_province[Beijing]` while the provinces are not known, or only as they were. */
const maybeGroupOf = (name: string, { branches, groups, remembered }: Pipeline): Grouped | undefined =>
  [...branches, ...groups.filter(({ stage }) => remembered?.has(stage) === true)].find(
    ({ stage }) => name.startsWith(`${stage}[`) && name.endsWith(']'),
  );
