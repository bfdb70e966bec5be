/** The pipeline file that an argument names: itself, or `pipeline.yaml` in a folder. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { error } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';

/** `pipeline.yaml` has `pipeline.lock`. */
export const lockFileOf = (pipelineFile: string): string => `${pipelineFile.replace(/\.ya?ml$/i, '')}.lock`;

export function pipelineFile(path: string): string | Diagnostic {
  if (existsSync(path) && statSync(path).isDirectory()) {
    for (const name of ['pipeline.yaml', 'pipeline.yml']) if (existsSync(join(path, name))) return join(path, name);
    return error('CE1511', { name: printedPath(path) });
  }
  return noPipeline(path) ?? path;
}

/** Read as YAML, a table for print would be one mistake a line. */
export const noPipeline = (path: string): Diagnostic | undefined =>
  isOutput(path) ? error('CE1568', { name: printedPath(resolve(path)), stage: 'STAGE' }) : undefined;

/** It looks like data, or like what stages write. */
export const isOutput = (path: string): boolean => OTHERS.test(path);

/** The nearest folder around a file that holds a pipeline. */
export function pipelineAround(file: string): string | undefined {
  const folder = dirname(file);
  if (['pipeline.yaml', 'pipeline.yml'].some((name) => existsSync(join(folder, name)))) return folder;
  return folder === file ? undefined : pipelineAround(folder);
}

/** Endings of data and of what stages write. */
const OTHERS = /\.(?:csv|docx|dta|html|log|md|parquet|pdf|png|svg|tex|tsv|xlsx)$/i;
