/** Stages whose documents would go to a file that the pipeline is made from: found before anything runs, so that no data are lost. */
import { type Declared, error, type Fault, isInner } from '../../stages/contract.ts';
import { folded } from '../load/output-path.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { lockFileOf } from '../load/pipeline-file.ts';

/** CE1350 for each such document of an instance. */
export function overwrites({ to }: Instance, { outputs }: Declared, pipeline: Pipeline): readonly Fault[] {
  if (to === undefined) return NONE;
  const faults: Fault[] = [];
  for (const { shape, parts } of Object.values(outputs)) {
    if (shape.kind !== 'document') continue;
    const formats = parts === 'made' ? shape.formats : parts.map(({ name }) => name).filter((name) => !isInner(name));
    for (const format of formats) {
      const file = `${to}.${format}`;
      if (isMadeFrom(pipeline, file)) faults.push(error('CE1350', { file: nameIn(pipeline, file) }, ['to']));
    }
  }
  return faults;
}

function isMadeFrom(pipeline: Pipeline, file: string): boolean {
  if (pipeline.isMadeFrom !== undefined) return pipeline.isMadeFrom(file);
  let files = filesOf.get(pipeline);
  if (files === undefined) filesOf.set(pipeline, (files = allFiles(pipeline)));
  return files.has(folded(file));
}

const filesOf = new WeakMap<Pipeline, ReadonlySet<string>>();

function allFiles({ file, sources, instances }: Pipeline): ReadonlySet<string> {
  const files = new Set([lockFileOf(file), ...sources.map(({ path }) => path)].map(folded));
  for (const instance of instances.values()) for (const path of Object.values(instance.files)) files.add(folded(path));
  return files;
}

/** It lies in the folder of the pipeline, as all documents do. */
const nameIn = ({ folder }: Pipeline, file: string): string => file.slice(folder.length + 1);

const NONE: readonly never[] = [];
