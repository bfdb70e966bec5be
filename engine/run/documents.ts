/**
 * Files for people. What stands at `<to>.<format>` is put right after its stage succeeded, whether it ran or not:
 * a deleted or edited file comes back from the store without running anything, and its bytes are read only then.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { FileIndex } from '../../cache/file-index.ts';
import { writeWhole } from '../../cache/whole-file.ts';
import { isInner } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Outputs, PartRef } from '../plan/part.ts';
import type { Values } from './values.ts';

/** The place of an output cannot be written. */
export class OutputFailure extends Error {
  override readonly name = 'OutputFailure';
  readonly file: string;
  readonly reason: string;

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.file = file;
    this.reason = reason;
  }
}

export interface DocumentTools {
  readonly values: Values;
  readonly files: FileIndex;
  readonly disk?: Disk;
}

/**
 * Writes the documents of an instance that are missing or differ; says which.
 * @throws LostValue when a value must be made again first, StoreFailure of the store, OutputFailure
 */
export function writeDocuments(instance: Instance, outputs: Outputs, tools: DocumentTools): readonly string[] {
  const written: string[] = [];
  for (const [file, ref] of documentsOf(instance, outputs)) {
    const digest = tools.values.digest(ref);
    const stands = tools.files.digest(file);
    if (stands.ok && stands.digest === digest) continue;
    writeFile(file, tools.values.bytes(digest), tools.disk ?? realDisk);
    tools.files.forget(file);
    written.push(file);
  }
  return written;
}

/** The files that an instance's documents belong in, by absolute path. */
export function documentsOf({ to }: Instance, outputs: Outputs): readonly (readonly [file: string, PartRef])[] {
  if (to === undefined) return [];
  return [...outputs.values()]
    .filter((output) => output.shape.kind === 'document')
    .flatMap((output) => [...output.parts].filter(([format]) => !isInner(format)))
    .map(([format, ref]) => [`${to}.${format}`, ref]);
}

function writeFile(file: string, bytes: Uint8Array, disk: Disk): void {
  const temp = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    writeWhole(disk, file, bytes, { temp, mode: 0o644, durable: false });
  } catch (error) {
    if (error instanceof StoreFailure) throw new OutputFailure(file, error.code);
    throw error;
  }
}
