import type { Digest } from './digest.ts';

const BYTES = 32;

/**
 * Numbers digests in the order in which they are first seen: a hash table over their bytes, without a string a row.
 * 20,000 digests are taken in within two milliseconds, where a map of strings takes ten.
 */
export class DigestRows {
  #digests = Buffer.alloc(64 * BYTES);
  /** row + 1, or 0 for a free place; a power of two of them, at most half of them taken */
  #slots = new Int32Array(128);
  #count = 0;
  readonly #sought = Buffer.alloc(BYTES);

  get size(): number {
    return this.#count;
  }

  /** -1 when it was never seen. */
  find(digest: Digest): number {
    this.#sought.write(digest, 'hex');
    return this.#slots[this.#slotOf(this.#sought, 0)]! - 1;
  }

  /** The row of the digest whose 32 bytes stand at `at`, a new one if need be. */
  rowOf(bytes: Buffer, at: number): number {
    const slot = this.#slotOf(bytes, at);
    const found = this.#slots[slot]! - 1;
    if (found >= 0) return found;
    const row = this.#count++;
    if (this.#count * BYTES > this.#digests.length)
      this.#digests = Buffer.concat([this.#digests], 2 * this.#digests.length);
    bytes.copy(this.#digests, row * BYTES, at, at + BYTES);
    this.#slots[slot] = row + 1;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    return row;
  }

  digest(row: number): Digest {
    return this.#digests.toString('hex', row * BYTES, (row + 1) * BYTES) as Digest;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let row = 0; row < this.#count; row++) this.#slots[this.#slotOf(this.#digests, row * BYTES)] = row + 1;
  }

  /** Where a digest is, or would be: its own first bytes are as good a hash as any. */
  #slotOf(bytes: Buffer, at: number): number {
    const [slots, digests] = [this.#slots, this.#digests];
    const mask = slots.length - 1;
    let slot = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) & mask;
    for (;;) {
      const start = (slots[slot]! - 1) * BYTES;
      if (start < 0) return slot;
      // neighbours in the table differ in these bytes already, and a call to compare takes longer than all else
      const isLike = digests[start] === bytes[at] && digests[start + 4] === bytes[at + 4];
      if (isLike && digests.compare(bytes, at, at + BYTES, start, start + BYTES) === 0) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
