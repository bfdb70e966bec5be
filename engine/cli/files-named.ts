import { resolve } from 'node:path';
import type { Instance, Pipeline } from '../load/pipeline.ts';

/** Stages that read the data file of that name: as it is written from where the user stands, or from the pipeline's folder. */
export function filesNamed(text: string, pipeline: Pipeline, cwd: string): readonly Instance[] {
  const paths = new Set([resolve(cwd, text), resolve(pipeline.folder, text)]);
  return [...pipeline.instances.values()].filter((i) => Object.values(i.files).some((file) => paths.has(file)));
}
