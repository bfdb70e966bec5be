import { errorCode } from './disk.ts';

/** What kept the store from doing its work, as far as a user can do something about it. */
export type StoreFailureKind = 'full' | 'read-only' | 'too-many-files' | 'in-the-way' | 'foreign' | 'io';

/**
 * The world's fault, not the user's and not ours: the disk said no. Nothing half-written is left behind and
 * nothing that was stored before is lost; the caller may go on without storing, or stop.
 */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly kind: StoreFailureKind;
  /** The file that was to be written or read. */
  readonly path: string;
  /** The system's code, such as `ENOSPC`. */
  readonly code: string;

  constructor(code: string, path: string, cause?: unknown) {
    super(`${KIND_TEXT[kindOf(code)]} (${code}): ${path}`, { cause });
    this.kind = kindOf(code);
    this.path = path;
    this.code = code;
  }
}

/** In place of the system's code: a folder that is in use for something else. */
export const FOREIGN = 'EFOREIGN';

const KIND_TEXT: Readonly<Record<StoreFailureKind, string>> = {
  full: 'the disk is full',
  'read-only': 'the cache cannot be written',
  'too-many-files': 'too many open files',
  'in-the-way': 'something else has the place of the cache',
  foreign: 'the folder holds other files and no cache',
  io: 'the disk failed',
};

function kindOf(code: string): StoreFailureKind {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'full';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'read-only';
    case 'EMFILE':
    case 'ENFILE':
      return 'too-many-files';
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return 'in-the-way';
    case FOREIGN:
      return 'foreign';
    default:
      return 'io';
  }
}

/**
 * That no more files can be open, whatever was to be opened; undefined for any other error.
 * @param path what was to be opened, when the error does not say
 */
export function outOfFiles(error: unknown, path: string): StoreFailure | undefined {
  if (error instanceof StoreFailure) return error.kind === 'too-many-files' ? error : undefined;
  if (!(error instanceof Error)) return undefined;
  // node says only in words why it cannot make a thread, or read what a package says of itself
  const said =
    / (E[MN]FILE)$/.exec(error.message)?.[1] ?? (/: too many open files\.$/.test(error.message) ? 'EMFILE' : '');
  const code = said === '' ? errorCode(error) : said;
  if (code === undefined || kindOf(code) !== 'too-many-files') return undefined;
  return new StoreFailure(code, (error as NodeJS.ErrnoException).path ?? path, error);
}

/** The failure behind an error of the file system; any other error is a bug of ours and is thrown as it is. */
export function storeFailure(error: unknown, path: string): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = errorCode(error);
  if (code === undefined) throw error;
  return new StoreFailure(code, path, error);
}
