/** Stages named on the command line: `baseline` (all its cases) or `baseline[(4)]`. */
import { error } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';

const visible = (pipeline: Pipeline): Instance[] =>
  [...pipeline.instances.values()].filter((i) => i.owner === undefined);

/** Instances that a name stands for, in the pipeline's order. */
export const instancesNamed = (name: string, pipeline: Pipeline): Instance[] =>
  visible(pipeline).filter((i) => i.name === name || i.stage === name);

export function unknownTargets(names: readonly string[], pipeline: Pipeline): Diagnostic[] {
  if (names.length === 0) return [];
  const known = [...new Set(visible(pipeline).flatMap((i) => [i.stage, i.name]))];
  return names
    .filter((name) => instancesNamed(name, pipeline).length === 0 && !maybeGroup(name, pipeline))
    .map((name) => error('CE1510', { name, known }));
}

/** `by_province[Beijing]` while the provinces are not known. */
const maybeGroup = (name: string, { branches }: Pipeline): boolean =>
  branches.some(({ stage }) => name.startsWith(`${stage}[`) && name.endsWith(']'));
