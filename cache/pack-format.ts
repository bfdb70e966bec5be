import { checksum } from './checksum.ts';
import type { Digest } from './digest.ts';
import type { Disk } from './disk.ts';
import { readOpenFile } from './whole-file.ts';

/** A value to write, or what became of one that is there. */
export interface PackItem {
  readonly digest: Digest;
  /** ms since 1970 */
  readonly touchedMs: number;
  /** `touched`: asked to be written again; `gone`: damaged or removed */
  readonly what: Uint8Array | 'touched' | 'gone';
}

/** Takes in a row of a table: the digest is the 32 bytes at `at`, the size that of the value, or one of the two below. */
export type RowVisitor = (table: Buffer, at: number, place: number, size: number, touchedMs: number) => void;
export const SIZE_TOUCHED = -1;
export const SIZE_GONE = -2;

/** Ends in the number of the format. */
const MAGIC = Buffer.from('\n\x89values\x01', 'latin1');
const SUM = 16;
const SUM_AT = MAGIC.length;
const SUMMED_AT = SUM_AT + SUM;
const COUNT_AT = SUMMED_AT;
const TABLE_AT = COUNT_AT + 4;
export const ROW = 44;
const SIZE = 32;
const TIME = 36;
const TOUCHED = 0xfffffffe;
const GONE = 0xffffffff;
/** No batch has more rows; a larger count is damage. */
export const MOST_ROWS = 100_000;
/** As many batches of a few small values fit in what is read at once. */
const WINDOW = 1 << 16;

/** A batch as the bytes to append: magic, sum, count, a row an item, then the values one after another. */
export function encodeBatch(items: readonly PackItem[]): Buffer {
  const tableEnd = TABLE_AT + items.length * ROW;
  const length = items.reduce((sum, { what }) => sum + (typeof what === 'string' ? 0 : what.length), tableEnd);
  const batch = Buffer.allocUnsafeSlow(length);
  MAGIC.copy(batch);
  batch.writeUInt32LE(items.length, COUNT_AT);
  let row = TABLE_AT;
  let place = tableEnd;
  for (const { digest, touchedMs, what } of items) {
    batch.write(digest, row, 'hex');
    batch.writeUInt32LE(what === 'touched' ? TOUCHED : what === 'gone' ? GONE : what.length, row + SIZE);
    batch.writeDoubleLE(touchedMs, row + TIME);
    row += ROW;
    if (typeof what === 'string') continue;
    batch.set(what, place);
    place += what.length;
  }
  batch.write(checksum(batch, SUMMED_AT, tableEnd), SUM_AT, 'latin1');
  return batch;
}

/** Visits the rows of a batch at the start of `batch` that stands at `base` of its file, but for values that go past `limit`. */
export function eachRow(batch: Buffer, base: number, limit: number, visit: RowVisitor): void {
  const tableEnd = TABLE_AT + batch.readUInt32LE(COUNT_AT) * ROW;
  let place = base + tableEnd;
  for (let row = TABLE_AT; row < tableEnd; row += ROW) {
    const size = batch.readUInt32LE(row + SIZE);
    const length = size < TOUCHED ? size : 0;
    if (place + length <= limit)
      visit(batch, row, place, size === length ? size : TOUCHED - 1 - size, batch.readDoubleLE(row + TIME));
    place += length;
  }
}

/**
 * Visits the rows of all whole batches of an open file from `from` on, reading just their tables; returns where the rest
 * starts, which is a batch that is being written or the torn end of one. Whatever else is in between (a torn write that
 * others have appended to, a damaged table) is passed over up to the next sound table.
 */
export function scanPack(disk: Disk, fd: number, from: number, size: number, visit: RowVisitor): number {
  const file = new Window(disk, fd, size);
  for (let at = from; at < size; ) {
    const table = file.soundTable(at);
    const end = table === undefined ? at : payloadEnd(table, at);
    const isEnded = table !== undefined && (end === size || (end < size && file.hasMagic(end)));
    const next = isEnded ? end : file.nextSound(at + 1);
    if (table !== undefined && (next !== undefined || end <= size)) eachRow(table, at, next ?? end, visit);
    if (next === undefined) return end <= size ? end : at;
    at = next;
  }
  return Math.max(from, size);
}

function payloadEnd(table: Buffer, base: number): number {
  let end = base;
  const tableEnd = TABLE_AT + table.readUInt32LE(COUNT_AT) * ROW;
  for (let row = TABLE_AT; row < tableEnd; row += ROW) {
    const size = table.readUInt32LE(row + SIZE);
    if (size < TOUCHED) end += size;
  }
  return end + tableEnd;
}

/** What is read of a file at a time. */
class Window {
  readonly #disk: Disk;
  readonly #fd: number;
  readonly #size: number;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(disk: Disk, fd: number, size: number) {
    this.#disk = disk;
    this.#fd = fd;
    this.#size = size;
  }

  /** Also where just the start of one is, of a batch that is being written. */
  hasMagic(at: number): boolean {
    const from = this.#from(at, MAGIC.length);
    const length = Math.min(this.#bytes.length - from, MAGIC.length);
    for (let i = 0; i < length; i++) if (this.#bytes[from + i] !== MAGIC[i]) return false;
    return true;
  }

  /** The bytes from `at` on when a whole and sound table stands there. */
  soundTable(at: number): Buffer | undefined {
    const head = this.#from(at, TABLE_AT);
    if (this.#bytes.length - head < TABLE_AT || !this.hasMagic(at)) return undefined;
    const count = this.#bytes.readUInt32LE(head + COUNT_AT);
    if (count > MOST_ROWS) return undefined;
    const tableEnd = TABLE_AT + count * ROW;
    const from = this.#from(at, tableEnd);
    const bytes = this.#bytes;
    if (bytes.length - from < tableEnd) return undefined;
    const sum = checksum(bytes, from + SUMMED_AT, from + tableEnd);
    return bytes.toString('latin1', from + SUM_AT, from + SUMMED_AT) === sum ? bytes.subarray(from) : undefined;
  }

  nextSound(from: number): number | undefined {
    for (let at = from; at + TABLE_AT <= this.#size; ) {
      const from = this.#from(at, Math.min(WINDOW, this.#size - at));
      const found = this.#bytes.indexOf(MAGIC, from);
      if (found === -1) at += Math.max(1, this.#bytes.length - from - MAGIC.length + 1);
      else if (this.soundTable(at + found - from) !== undefined) return at + found - from;
      else at += found - from + 1;
    }
    return undefined;
  }

  /** Where in the bytes `at` is; at least `length` of them are there from it on, unless the file ends before. */
  #from(at: number, length: number): number {
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const bytes = readOpenFile(
        this.#disk,
        this.#fd,
        Math.min(Math.max(length, WINDOW), Math.max(0, this.#size - at)),
        at,
      );
      this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#start = at;
    }
    return at - this.#start;
  }
}
