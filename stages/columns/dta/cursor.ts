/** Reads the bytes of a Stata file one after another; what is not there is a fault with its place. */
import { error, type Fault } from '../../contract.ts';

/** Thrown inside the reader alone, which returns its fault. */
export class DtaFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  little = true;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  damaged(expected: string, offset = this.at): DtaFault {
    return new DtaFault(error('CE3162', { expected, offset }, ['file']));
  }

  /** Where the next `count` bytes begin, which the file is sure to have. */
  take(count: number, what: string): number {
    if (count > this.left) throw this.damaged(what);
    const from = this.at;
    this.at += count;
    return from;
  }

  u8 = (what: string): number => this.view.getUint8(this.take(1, what));
  u16 = (what: string): number => this.view.getUint16(this.take(2, what), this.little);
  u32 = (what: string): number => this.view.getUint32(this.take(4, what), this.little);

  /** A count of eight bytes; one that a double would round is none that a file can have. */
  u64(what: string): number {
    const value = this.view.getBigUint64(this.take(8, what), this.little);
    if (value > Number.MAX_SAFE_INTEGER) throw this.damaged(what, this.at - 8);
    return Number(value);
  }

  /** The next bytes are this mark. */
  is(mark: string): boolean {
    if (mark.length > this.left) return false;
    for (let i = 0; i < mark.length; i++) if (this.bytes[this.at + i] !== mark.charCodeAt(i)) return false;
    return true;
  }

  mark(mark: string): void {
    if (!this.is(mark)) throw this.damaged(mark);
    this.at += mark.length;
  }

  /** A text in a field of so many bytes, up to its end or NUL, as raw bytes. */
  field(width: number, what: string): string {
    const from = this.take(width, what);
    return rawText(this.bytes, from, from + width);
  }
}

/** Bytes up to a NUL as characters of the same numbers; what they mean is for the encoding to say. */
export function rawText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
