import { createHash } from 'node:crypto';
import type { Digest } from './digest.ts';

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

/** A stamp and the digest of the content it stands for. */
export interface FileEntry extends FileStamp {
  readonly digest: Digest;
}

const MAGIC = Buffer.from('ceteris files 1\n', 'latin1');
const SUM = 32;
const COUNT_AT = MAGIC.length + SUM;
const ROWS_AT = COUNT_AT + 8;
const ROW = 64;

/**
 * The index as bytes: magic and format, SHA-256 of the rest, count, a row of 64 bytes each (size, mtime, ctime, inode,
 * digest; little-endian), then the paths, each ended by a NUL.
 */
export function encodeTable(entries: ReadonlyMap<string, FileEntry>): Buffer {
  const paths = Buffer.from([...entries.keys()].map((path) => `${path}\0`).join(''), 'utf8');
  const bytes = Buffer.alloc(ROWS_AT + entries.size * ROW + paths.length);
  MAGIC.copy(bytes);
  bytes.writeDoubleLE(entries.size, COUNT_AT);
  let at = ROWS_AT;
  for (const entry of entries.values()) {
    bytes.writeBigUInt64LE(entry.size, at);
    bytes.writeBigInt64LE(entry.mtimeNs, at + 8);
    bytes.writeBigInt64LE(entry.ctimeNs, at + 16);
    bytes.writeBigUInt64LE(entry.ino, at + 24);
    bytes.write(entry.digest, at + 32, 'hex');
    at += ROW;
  }
  paths.copy(bytes, at);
  sumOf(bytes).copy(bytes, MAGIC.length);
  return bytes;
}

/** The rows of an index by path, decoded one at a time, since a run asks for few of them. */
export interface FileTable {
  readonly paths: Iterable<string>;
  readonly entry: (path: string) => FileEntry | undefined;
}

/** Reads what `encodeTable` wrote; undefined for anything else: another format, a part, a flipped bit. */
export function decodeTable(bytes: Buffer): FileTable | undefined {
  if (bytes.length < ROWS_AT || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined;
  if (bytes.compare(sumOf(bytes), 0, SUM, MAGIC.length, COUNT_AT) !== 0) return undefined;
  const count = bytes.readDoubleLE(COUNT_AT);
  const paths = bytes.toString('utf8', ROWS_AT + count * ROW).split('\0');
  const rows = new Map<string, number>();
  for (let i = 0; i < count; i++) rows.set(paths[i] ?? '', ROWS_AT + i * ROW);
  return {
    paths: rows.keys(),
    entry: (path) => {
      const at = rows.get(path);
      return at === undefined ? undefined : rowAt(bytes, at);
    },
  };
}

const rowAt = (bytes: Buffer, at: number): FileEntry => ({
  size: bytes.readBigUInt64LE(at),
  mtimeNs: bytes.readBigInt64LE(at + 8),
  ctimeNs: bytes.readBigInt64LE(at + 16),
  ino: bytes.readBigUInt64LE(at + 24),
  digest: bytes.toString('hex', at + 32, at + ROW) as Digest,
});

const sumOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes.subarray(COUNT_AT)).digest();
