import type { Digest } from './digest.ts';

const BYTES = 32;
/** The row of no place. */
const NOWHERE = -1;
/** count, slots */
const COUNTS = 2 * Uint32Array.BYTES_PER_ELEMENT;

/** Where a value stands and when it was last written or asked to be written, ms since 1970. */
export interface Place {
  readonly at: number;
  readonly size: number;
  readonly touchedMs: number;
}

/**
 * Digests with a place in a file each, numbered in the order in which they are first seen: a hash table over their bytes, without a
 * string or an object a row. 20,000 digests are taken in within two milliseconds, where a map of strings takes ten. Its memory can be
 * written and laid over what is read, without work for each row.
 */
export class PlaceTable {
  #count = 0;
  #digests = Buffer.alloc(64 * BYTES);
  /** by row; NOWHERE for what is gone */
  #at = new Float64Array(64);
  #touchedMs = new Float64Array(64);
  #sizes = new Uint32Array(64);
  /** row + 1, or 0 for a free place; a power of two of them, at most half of them taken */
  #slots = new Int32Array(128);
  readonly #sought = Buffer.alloc(BYTES);

  /** The number of rows, those that are gone included. */
  get size(): number {
    return this.#count;
  }

  /** -1 when it was never seen. */
  find(digest: Digest): number {
    this.#sought.write(digest, 'hex');
    return this.#slots[this.#slotOf(this.#sought, 0)]! - 1;
  }

  /** The row of the digest whose 32 bytes stand at `at`, a new one without a place if need be. */
  rowOf(bytes: Buffer, at: number): number {
    const slot = this.#slotOf(bytes, at);
    const found = this.#slots[slot]! - 1;
    if (found >= 0) return found;
    const row = this.#count++;
    if (row === this.#at.length) this.#grow();
    bytes.copy(this.#digests, row * BYTES, at, at + BYTES);
    this.#at[row] = NOWHERE;
    this.#slots[slot] = row + 1;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    return row;
  }

  rowFor(digest: Digest): number {
    return this.rowOf(Buffer.from(digest, 'hex'), 0);
  }

  digest(row: number): Digest {
    return this.#digests.toString('hex', row * BYTES, (row + 1) * BYTES) as Digest;
  }

  /** Undefined for what is gone. */
  place(row: number): Place | undefined {
    const at = this.#at[row]!;
    return at === NOWHERE ? undefined : { at, size: this.#sizes[row]!, touchedMs: this.#touchedMs[row]! };
  }

  /** The last row that has a place. */
  last(): (Place & { readonly digest: Digest }) | undefined {
    for (let row = this.#count - 1; row >= 0; row--) {
      const place = this.place(row);
      if (place !== undefined) return { ...place, digest: this.digest(row) };
    }
    return undefined;
  }

  put(row: number, at: number, size: number, touchedMs: number): void {
    this.#at[row] = at;
    this.#sizes[row] = size;
    this.#touchedMs[row] = touchedMs;
  }

  remove(row: number): void {
    this.#at[row] = NOWHERE;
  }

  touch(row: number, ms: number): void {
    this.#touchedMs[row] = Math.max(this.#touchedMs[row]!, ms);
  }

  /** Its memory, in the order of bytes of this machine; each piece a multiple of eight bytes but the last. */
  parts(): readonly Uint8Array[] {
    const count = this.#count;
    return [
      new Uint8Array(Uint32Array.of(count, this.#slots.length).buffer),
      ...[
        this.#at.subarray(0, count),
        this.#touchedMs.subarray(0, count),
        this.#slots,
        this.#digests.subarray(0, count * BYTES),
        this.#sizes.subarray(0, count),
      ].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
    ];
  }

  /** Lies over what `parts` gave, from `start` on, a multiple of eight; undefined when the length is another. */
  static over(memory: ArrayBuffer, start: number): PlaceTable | undefined {
    if (memory.byteLength < start + COUNTS) return undefined;
    const [count = 0, slots = 0] = new Uint32Array(memory, start, 2);
    const bytes =
      COUNTS + count * (2 * Float64Array.BYTES_PER_ELEMENT + BYTES + Uint32Array.BYTES_PER_ELEMENT) + 4 * slots;
    const isRight =
      (slots & (slots - 1)) === 0 && slots >= Math.max(128, 2 * count) && memory.byteLength === start + bytes;
    if (!isRight) return undefined;
    const table = new PlaceTable();
    let at = start + COUNTS;
    const taken = (length: number): number => (at += length) - length;
    table.#count = count;
    table.#at = new Float64Array(memory, taken(8 * count), count);
    table.#touchedMs = new Float64Array(memory, taken(8 * count), count);
    table.#slots = new Int32Array(memory, taken(4 * slots), slots);
    table.#digests = Buffer.from(memory, taken(BYTES * count), BYTES * count);
    table.#sizes = new Uint32Array(memory, taken(4 * count), count);
    return table;
  }

  #grow(): void {
    const rows = Math.max(64, 2 * this.#at.length);
    this.#digests = Buffer.concat([this.#digests], rows * BYTES);
    this.#at = grown(this.#at, new Float64Array(rows));
    this.#touchedMs = grown(this.#touchedMs, new Float64Array(rows));
    this.#sizes = grown(this.#sizes, new Uint32Array(rows));
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

function grown<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
