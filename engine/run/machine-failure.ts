/** What the machine did to an instance, as its end; undefined for what is a bug. */
import { dirname } from 'node:path';
import { outOfFiles, StoreFailure } from '../../cache/failure.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { OutputFailure } from '../documents/documents.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { visibleName } from '../plan/graph.ts';
import { LostLauncher } from '../programs/launcher-process.ts';
import { LostValue } from '../results/values.ts';
import { storeFault } from './run-faults.ts';
import type { Settled } from './settled.ts';

export function failureOf(instance: Instance, thrown: unknown): Settled | undefined {
  const fault = faultOf(visibleName(instance), thrown);
  return fault && { kind: 'failed', diagnostics: [diagnose(instance, fault)], fault: 'machine' };
}

function faultOf(stage: string, thrown: unknown): Fault | undefined {
  const cause = thrown instanceof LostLauncher ? thrown.cause : thrown;
  const failure = thrown instanceof StoreFailure ? thrown : outOfFiles(cause, process.execPath);
  if (failure !== undefined) return storeFault(failure);
  if (thrown instanceof LostLauncher) return error('CE4060', { stage, reason: thrown.reason });
  if (thrown instanceof OutputFailure) return outputFault(thrown);
  return thrown instanceof LostValue ? error('CE4005', { stage }) : undefined;
}

/** What has the place of an output, or of a folder on the way to it, is no matter of rights. */
function outputFault({ file, reason }: OutputFailure): Fault {
  const inTheWay = { EISDIR: 'CE3050', ENOTEMPTY: 'CE3050', ENOTDIR: 'CE3051', EEXIST: 'CE3051' } as const;
  const code = (inTheWay as Readonly<Record<string, 'CE3050' | 'CE3051'>>)[reason];
  if (code === undefined) return error('CE3010', { file: printedPath(file), reason });
  return error(code, { file: printedPath(file), folder: printedPath(dirname(file)) });
}
