/** The store of a command that needs no pipeline to be loaded: its folder, and which of its pipelines is meant. */
import { dirname, join } from 'node:path';
import { type Cache, hasStore, openCache } from '../../cache/cache.ts';
import { error } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
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

/** @param mayBeNew the command makes a store that is named and not there @throws StoreFailure */
export function openStore({ args, clock }: CliContext, mayBeNew = false): OpenStore | Diagnostic {
  const file = pipelineFile(args.pipeline);
  if (typeof file !== 'string') return file;
  const cache = openCache(args.cache ?? join(dirname(file), '.ceteris'), { clock });
  // one that a run has not made yet is as good as empty; one that was named and is not there is a slip
  if (args.cache !== undefined && !mayBeNew && !hasStore(cache.root))
    return error('CE4051', { file: printedPath(cache.root) });
  let runs: RecordedRun[] | undefined;
  return { cache, file, runs: () => (runs ??= runsOf(cache, { file, of: pipelineId(cache, file) })) };
}
