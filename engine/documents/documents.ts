/**
 * Files for people. What stands at `<to>.<format>` is put right after its stage succeeded, whether it ran or not:
 * a deleted or edited file comes back from the store without running anything, and its bytes are read only then.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Digest } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import type { FileIndex } from '../../cache/file-index.ts';
import { writeWhole } from '../../cache/whole-file.ts';
import { isInner } from '../../stages/contract.ts';
import { printedPath } from '../diagnostic/printed-path.ts';
import type { Replaced } from '../events/event.ts';
import type { History } from '../history/history.ts';
import type { Wrote } from '../history/past.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import type { Outputs, PartRef } from '../plan/part.ts';
import type { Values } from '../results/values.ts';
import { replaced } from './replaced.ts';

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
  readonly history: Pick<History, 'writer'>;
  readonly disk?: Disk;
}

/** Files for people that were put right, as they are printed, and what stood there that was not of the stage. */
export interface PutRight {
  readonly written: readonly string[];
  readonly replaced?: readonly Replaced[];
}

/**
 * Writes the documents of an instance that are missing or differ; says which.
 * @param before what the stage wrote in the last run
 * @throws LostValue when a value must be made again first, StoreFailure of the store, OutputFailure
 */
export function writeDocuments(instance: Instance, outputs: Outputs, { pipeline, before, tools }: Writing): PutRight {
  const { values, files, history, disk = realDisk } = tools;
  const written: string[] = [];
  const others: Replaced[] = [];
  const of = {
    files,
    folder: pipeline.folder,
    isStored: (digest: Digest) => values.has(digest),
    last: (file: string) => before && values.madeAs(before.key, file),
    writer: (file: string) => history.writer(pipeline, file),
  };
  for (const [file, ref] of documentsOf(instance, outputs)) {
    const digest = values.digest(ref);
    const stands = files.digest(file);
    if (stands.ok && stands.digest === digest) continue;
    const bytes = values.bytes(digest);
    const other = guarded(file, () => replaced(file, of));
    if (other !== undefined) others.push(other);
    writeFile(file, bytes, disk);
    files.forget(file);
    written.push(printedPath(file));
  }
  return others.length === 0 ? { written } : { written, replaced: others };
}

export interface Writing {
  readonly pipeline: Pipeline;
  readonly before: (Partial<Wrote> & { readonly key: Digest }) | undefined;
  readonly tools: DocumentTools;
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
  guarded(file, () => writeWhole(disk, file, bytes, { temp, mode: 0o644, durable: false }));
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new OutputFailure(file, storeFailure(thrown, file).code);
  }
}
