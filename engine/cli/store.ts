/** The store of a command that needs no pipeline to be loaded: its folder, and which of its pipelines is meant. */
import { dirname, join } from 'node:path';
import { type Cache, openCache } from '../../cache/cache.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { pipelineId } from '../history/history.ts';
import { type RecordedRun, runsOf } from '../history/run-list.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import type { CliContext } from './context.ts';

export interface OpenStore {
  readonly cache: Cache;
  readonly file: string;
  /** runs of the pipeline, newest first */
  readonly runs: () => RecordedRun[];
}

/** @throws StoreFailure */
export function openStore({ args, clock }: CliContext): OpenStore | Diagnostic {
  const file = pipelineFile(args.pipeline);
  if (typeof file !== 'string') return file;
  const cache = openCache(args.cache ?? join(dirname(file), '.ceteris'), { clock });
  let runs: RecordedRun[] | undefined;
  return { cache, file, runs: () => (runs ??= runsOf(cache, { file, of: pipelineId(cache, file) })) };
}
