/** Bytes of values that were lately written or read, so that a chain of stages does not go through the disk. */
import type { Digest } from '../../cache/digest.ts';

/** Below this a copy costs less than setting up shared memory. */
const SHARE_FROM = 1 << 16;

/**
 * What was used lately is held up to the bound, and at least half of that of the latest; a value larger than a quarter of the
 * bound is not held. In two generations: the older one goes as a whole, so nothing is moved about when a value is used.
 */
export class RecentBytes {
  readonly #bound: number;
  #young = new Map<Digest, Uint8Array>();
  #old = new Map<Digest, Uint8Array>();
  #youngBytes = 0;

  constructor(boundBytes: number) {
    this.#bound = boundBytes;
  }

  get(digest: Digest): Uint8Array | undefined {
    const found = this.#young.get(digest);
    if (found !== undefined) return found;
    const older = this.#old.get(digest);
    if (older !== undefined) this.set(digest, older);
    return older;
  }

  set(digest: Digest, bytes: Uint8Array): void {
    if (bytes.byteLength > this.#bound / 4) return;
    const { size } = this.#young;
    this.#young.set(digest, bytes);
    // of one digest, so many bytes
    if (this.#young.size > size) this.#youngBytes += bytes.byteLength;
    if (this.#youngBytes <= this.#bound / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  /** The bytes in memory that threads can share: copied once, whatever the number of threads that read them. */
  shared(digest: Digest, bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength < SHARE_FROM || bytes.buffer instanceof SharedArrayBuffer) return bytes;
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    copy.set(bytes);
    if (this.#young.has(digest) || this.#old.has(digest)) this.set(digest, copy);
    return copy;
  }
}
