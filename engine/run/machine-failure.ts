/** What the machine did to an instance, as its end; undefined for what is a bug. */
import { outOfFiles, StoreFailure } from '../../cache/failure.ts';
import { error } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { visibleName } from '../plan/graph.ts';
import { OutputFailure } from './documents.ts';
import { LostLauncher } from './launcher-process.ts';
import { storeFault } from './machine-faults.ts';
import type { Settled } from './settled.ts';
import { LostValue } from './values.ts';

export function failureOf(instance: Instance, thrown: unknown): Settled | undefined {
  const failure = thrown instanceof StoreFailure ? thrown : outOfFiles(causeOf(thrown), process.execPath);
  if (failure !== undefined)
    return { kind: 'failed', diagnostics: [diagnose(instance, storeFault(failure))], fault: 'machine' };
  if (thrown instanceof LostLauncher)
    return {
      kind: 'failed',
      diagnostics: [diagnose(instance, error('CE4060', { stage: visibleName(instance), reason: thrown.reason }))],
      fault: 'machine',
    };
  if (thrown instanceof OutputFailure)
    return {
      kind: 'failed',
      diagnostics: [diagnose(instance, error('CE3010', { file: printedPath(thrown.file), reason: thrown.reason }))],
      fault: 'machine',
    };
  if (thrown instanceof LostValue)
    return {
      kind: 'failed',
      diagnostics: [diagnose(instance, error('CE4005', { stage: visibleName(instance) }))],
      fault: 'machine',
    };
  return undefined;
}

const causeOf = (thrown: unknown): unknown => (thrown instanceof LostLauncher ? thrown.cause : thrown);
