/** What files, the store and our own code do wrong while running, as faults. */
import { StoreFailure } from '../../cache/failure.ts';
import type { FileFault } from '../../cache/file-index.ts';
import { type AnyStageType, error, type Fault } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import { fileParam } from '../load/file-param.ts';

/** @throws StoreFailure when no more files can be open: the file is not at fault */
export function fileFault(param: string, file: string, fault: FileFault): Fault {
  const failure = new StoreFailure(fault.errno ?? fault.reason, file);
  if (failure.kind === 'too-many-files') throw failure;
  const at = fileParam(param);
  switch (fault.reason) {
    case 'missing':
      return error('CE3001', { file }, at);
    case 'directory':
    case 'not-regular':
      return error('CE3002', { file }, at);
    case 'unreadable':
      return error('CE3003', { file, reason: fault.errno ?? fault.reason }, at);
    case 'changed-while-reading':
      return error('CE3004', { file }, at);
  }
}

const STORE_CODES = {
  'read-only': 'CE4001',
  full: 'CE4002',
  'too-many-files': 'CE4003',
  io: 'CE4004',
  'in-the-way': 'CE4006',
  foreign: 'CE4050',
} as const;

export const storeFault = (failure: StoreFailure): Fault =>
  error(STORE_CODES[failure.kind], { file: printedPath(failure.path), reason: failure.code });

/** A stage type that threw: a bug of ours, or of a plugin's author. */
export const bugFault = ({ type, origin }: AnyStageType, detail: string): Fault =>
  error(origin === undefined ? 'CE3901' : 'CE2991', { type, detail });
