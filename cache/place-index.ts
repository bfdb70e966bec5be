/**
 * Where things stand in a file that is only ever appended to, as of some earlier look, in a file beside it: whoever opens the first reads
 * what was appended since. Never needed and never trusted: it says of which file and up to where it tells, and whoever reads a thing at a
 * place compares it with its digest or sum as ever.
 */
import { digestOf } from './digest.ts';
import type { Disk } from './disk.ts';
import { PlaceTable } from './place-table.ts';
import { readOpenFile, removeQuietly, temporaryFor, writeWhole } from './whole-file.ts';

export interface Indexed {
  /** of the file that is told of */
  readonly inode: bigint;
  /** up to where it was read */
  readonly offset: number;
  readonly table: PlaceTable;
}

/** Ends in the number of the format. */
const MAGIC = Buffer.from('\n\x89places', 'latin1');
/** Written as the machine has it: an index of a machine with another order of bytes is none. */
const ORDER = 0x01020304;
const SUM = 32;
const SUM_AT = 8;
const SUMMED_AT = SUM_AT + SUM;
const OFFSET_AT = SUMMED_AT + 8;
const INODE_AT = OFFSET_AT + 8;
const TABLE_AT = INODE_AT + 8;
const FORMAT = 1;

/** Fewer are read from the file itself in no time. */
const LEAST = 1000;
/** Reading the rest again is cheap while it is no more than one part in so many. */
const REST = 8;

/** Whether so many rows that no index tells of are worth a new one. */
export const isWorthIndexing = (news: number, all: number): boolean => news >= LEAST && news * REST >= all;

/** Undefined when there is none, or none of this file. */
export function readIndex(disk: Disk, file: string, inode: bigint, size: number): Indexed | undefined {
  try {
    const fd = disk.open(indexFile(file), 'r');
    try {
      const head = headOf(readOpenFile(disk, fd, TABLE_AT));
      if (head === undefined || head.inode !== inode || head.offset > size) return undefined;
      const bytes = readOpenFile(disk, fd, Number(disk.fstat(fd).size));
      if (bytes.length < bytes.buffer.byteLength || sumOf(bytes) !== sumIn(bytes)) return undefined;
      const table = PlaceTable.over(bytes.buffer as ArrayBuffer, TABLE_AT);
      return table === undefined ? undefined : { ...head, table };
    } finally {
      disk.close(fd);
    }
  } catch {
    return undefined; // whatever is wrong with it, the file itself says all
  }
}

/** Does nothing when that is not possible. */
export function writeIndex(disk: Disk, file: string, { inode, offset, table }: Indexed): void {
  const head = Buffer.alloc(TABLE_AT);
  MAGIC.copy(head);
  new Uint32Array(head.buffer, head.byteOffset + SUMMED_AT, 2).set([ORDER, FORMAT]);
  head.writeDoubleLE(offset, OFFSET_AT);
  head.writeBigUInt64LE(BigInt.asUintN(64, inode), INODE_AT);
  const bytes = Buffer.concat([head, ...table.parts()]);
  bytes.write(sumOf(bytes), SUM_AT, 'hex');
  try {
    writeWhole(disk, indexFile(file), bytes, { temp: temporaryFor(file), mode: 0o644, durable: false });
  } catch {
    // a full or read-only disk: the next look takes longer
  }
}

export const removeIndex = (disk: Disk, file: string): void => void removeQuietly(disk, indexFile(file));

const sumOf = (bytes: Uint8Array): string => digestOf(bytes.subarray(SUMMED_AT));

const sumIn = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset + SUM_AT, SUM).toString('hex');

const indexFile = (file: string): string => `${file}.index`;

function headOf(bytes: Uint8Array): Pick<Indexed, 'inode' | 'offset'> | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (head.length < TABLE_AT || !head.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const [order, format] = new Uint32Array(bytes.buffer, bytes.byteOffset + SUMMED_AT, 2);
  if (order !== ORDER || format !== FORMAT) return undefined;
  return { offset: head.readDoubleLE(OFFSET_AT), inode: head.readBigUInt64LE(INODE_AT) };
}
