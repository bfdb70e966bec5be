/** The lock beside a pipeline: `pipeline.yaml` has `pipeline.lock`. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { realDisk } from '../../cache/disk.ts';
import { removeQuietly } from '../../cache/whole-file.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { lockFileOf } from '../load/pipeline-file.ts';
import { type Lock, readLock } from '../lock/lock.ts';

export const isFault = (found: Lock | Fault): found is Fault => 'severity' in found;

export function loadLock(pipelineFile: string): Lock | Fault {
  const path = lockFileOf(pipelineFile);
  const file = printedPath(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    return reason === 'ENOENT' ? error('CE4010', { file }) : error('CE4011', { file, reason });
  }
  return readLock(text) ?? error('CE4011', { file, reason: 'format' });
}

/** A fault when it cannot be written. */
export function saveLock(pipelineFile: string, lock: Lock): Fault | undefined {
  const path = lockFileOf(pipelineFile);
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(lock, null, 2)}\n`);
    renameSync(`${path}.tmp`, path);
    return undefined;
  } catch (thrown) {
    removeQuietly(realDisk, `${path}.tmp`);
    return error('CE4019', {
      file: printedPath(path),
      reason: (thrown as NodeJS.ErrnoException).code ?? String(thrown),
    });
  }
}
