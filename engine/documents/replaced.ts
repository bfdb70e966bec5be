/**
 * What stands in the place of a document before it is written. Bytes that are in the store may go: they can be had again. Others are
 * somebody's, and are kept beside the document first; under `out/` only where a run has written the file before, since what earlier
 * stores left there is of ceteris.
 */
import { constants, copyFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Digest } from '../../cache/digest.ts';
import { errorCode } from '../../cache/disk.ts';
import type { FileIndex } from '../../cache/file-index.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Replaced } from '../events/event.ts';
import type { Writer } from '../history/history.ts';

export interface ReplacedOf {
  readonly files: FileIndex;
  /** folder of the pipeline */
  readonly folder: string;
  /** whether the store has these bytes */
  readonly isStored: (digest: Digest) => boolean;
  /** the bytes that the stage wrote there last */
  readonly last: (file: string) => Digest | undefined;
  /** whose run has the file on record */
  readonly writer: (file: string) => Writer | undefined;
}

/**
 * Keeps what somebody else wrote in a file that is to be replaced; says what there is to say of it.
 * @throws an error of the file system when it cannot be kept
 */
export function replaced(file: string, of: ReplacedOf): Replaced | undefined {
  const stands = of.files.digest(file);
  if (!stands.ok && stands.reason !== 'unreadable' && stands.reason !== 'changed-while-reading') return undefined;
  const held = stands.ok ? stands.digest : undefined;
  if (held !== undefined && held === of.last(file)) return undefined;
  const writer = of.writer(file);
  if (held !== undefined && of.isStored(held)) {
    return writer?.other === undefined ? undefined : { file: printedPath(file), also: writer.other };
  }
  if (writer === undefined && file.startsWith(join(of.folder, 'out') + sep)) return undefined;
  const as = keptBeside(file, held, of.files);
  return { file: printedPath(file), kept: printedPath(as), was: writer === undefined ? 'there' : 'edited' };
}

/** A copy under a name that nobody has; one that is there already will do. */
function keptBeside(file: string, held: Digest | undefined, files: FileIndex): string {
  for (let n = 1; ; n++) {
    const as = `${file}.before${n === 1 ? '' : `-${n}`}`;
    const stands = files.digest(as);
    if (stands.ok && stands.digest === held) return as;
    if (stands.ok || stands.reason !== 'missing') continue;
    try {
      copyFileSync(file, as, constants.COPYFILE_EXCL);
      return as;
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') throw thrown;
    }
  }
}
