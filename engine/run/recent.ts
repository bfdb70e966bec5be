/** Bytes of values that were lately written or read, so that a chain of stages does not go through the disk. */
import type { Digest } from '../../cache/digest.ts';

/** Below this a copy costs less than setting up shared memory. */
const SHARE_FROM = 1 << 16;

/** The least recently used go first when the bound is passed; a value larger than a quarter of the bound is not held. */
export class RecentBytes {
  readonly #bound: number;
  readonly #held = new Map<Digest, Uint8Array>();
  #bytes = 0;

  constructor(boundBytes: number) {
    this.#bound = boundBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(digest: Digest): Uint8Array | undefined {
    const found = this.#held.get(digest);
    if (found === undefined) return undefined;
    this.#held.delete(digest);
    this.#held.set(digest, found);
    return found;
  }

  set(digest: Digest, bytes: Uint8Array): void {
    this.delete(digest);
    if (bytes.byteLength > this.#bound / 4) return;
    this.#held.set(digest, bytes);
    this.#bytes += bytes.byteLength;
    for (const [oldest] of this.#held) {
      if (this.#bytes <= this.#bound) break;
      this.delete(oldest);
    }
  }

  delete(digest: Digest): void {
    const found = this.#held.get(digest);
    if (found === undefined) return;
    this.#held.delete(digest);
    this.#bytes -= found.byteLength;
  }

  /** The bytes in memory that threads can share: copied once, whatever the number of threads that read them. */
  shared(digest: Digest, bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength < SHARE_FROM || bytes.buffer instanceof SharedArrayBuffer) return bytes;
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    copy.set(bytes);
    if (this.#held.has(digest)) this.set(digest, copy);
    return copy;
  }
}
