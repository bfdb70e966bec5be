/**
 * What a file's stat said when its content was digested. Two stats of equal fields are the same content: the system
 * sets the change time at every write and at every attempt to put the modification time back.
 */
export interface FileStamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
}

/**
 * Two writes closer than the clock tick of the file system leave the same times. Linux ticks every 10 ms at most; a
 * stamp of whole seconds comes from a file system that counts in one or two seconds.
 */
const FINE_MARGIN_NS = 100_000_000n;
const COARSE_MARGIN_NS = 2_500_000_000n;
const SECOND_NS = 1_000_000_000n;

export function isSame(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}

/** How long a file of this stamp must have been left alone before a reading of it stands. */
export function marginNs(stamp: FileStamp): bigint {
  const isCoarse = stamp.ctimeNs % SECOND_NS === 0n;
  return isCoarse ? COARSE_MARGIN_NS : FINE_MARGIN_NS;
}

/** When anything about the file last changed. */
export function changedNs({ mtimeNs, ctimeNs }: FileStamp): bigint {
  if (mtimeNs > ctimeNs) return mtimeNs; // a time in the future
  return ctimeNs;
}
