import { createHash } from 'node:crypto';
import type { Digest } from './digest.ts';
import type { FileStamp } from './file-stamp.ts';

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
    writeRow(bytes, at, entry);
    at += ROW;
  }
  paths.copy(bytes, at);
  sumOf(bytes).copy(bytes, MAGIC.length);
  return bytes;
}

function writeRow(bytes: Buffer, at: number, entry: FileEntry): void {
  bytes.writeBigUInt64LE(entry.size, at);
  bytes.writeBigInt64LE(entry.mtimeNs, at + 8);
  bytes.writeBigInt64LE(entry.ctimeNs, at + 16);
  bytes.writeBigUInt64LE(entry.ino, at + 24);
  bytes.write(entry.digest, at + 32, 'hex');
}

/** What stands in the row of a file that is not known any more: no file has such an inode and size. */
const isNone = (bytes: Buffer, at: number): boolean =>
  bytes.readBigUInt64LE(at + 24) === 0n && bytes.readBigUInt64LE(at) === NONE_SIZE;
const NONE_SIZE = 2n ** 64n - 1n;

/** The rows of an index by path, decoded one at a time, since a run asks for few of them. */
export interface FileTable {
  readonly paths: Iterable<string>;
  readonly entry: (path: string) => FileEntry | undefined;
  /**
   * The index with other rows in their places, and without those that are undefined; itself undefined when a new path has no row:
   * then it must be written anew. Costs a copy, however many rows there are.
   */
  readonly patched: (changes: ReadonlyMap<string, FileEntry | undefined>) => Buffer | undefined;
}

/** Looking through all paths is quicker for so few of them than a map. */
const FEW = 16;

/** Reads what `encodeTable` wrote; undefined for anything else: another format, a part, a flipped bit. */
export function decodeTable(bytes: Buffer): FileTable | undefined {
  if (bytes.length < ROWS_AT || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined;
  if (bytes.compare(sumOf(bytes), 0, SUM, MAGIC.length, COUNT_AT) !== 0) return undefined;
  const count = bytes.readDoubleLE(COUNT_AT);
  let texts: readonly string[] | undefined;
  const paths = (): readonly string[] =>
    (texts ??= bytes
      .toString('utf8', ROWS_AT + count * ROW)
      .split('\0')
      .slice(0, count));
  let rows: ReadonlyMap<string, number> | undefined;
  let asked = 0;
  const find = (path: string): number => {
    if (rows === undefined && asked++ < FEW) return paths().indexOf(path);
    rows ??= new Map(paths().map((p, i) => [p, i]));
    return rows.get(path) ?? -1;
  };
  return {
    get paths() {
      return paths();
    },
    entry: (path) => {
      const at = ROWS_AT + find(path) * ROW;
      return at < ROWS_AT || isNone(bytes, at) ? undefined : rowAt(bytes, at);
    },
    patched: (changes) => {
      const out = Buffer.from(bytes);
      for (const [path, entry] of changes) {
        const at = ROWS_AT + find(path) * ROW;
        if (at >= ROWS_AT) writeRow(out, at, entry ?? NONE);
        else if (entry !== undefined) return undefined;
      }
      sumOf(out).copy(out, MAGIC.length);
      return out;
    },
  };
}

const NONE: FileEntry = { size: NONE_SIZE, mtimeNs: 0n, ctimeNs: 0n, ino: 0n, digest: '0'.repeat(64) as Digest };

const rowAt = (bytes: Buffer, at: number): FileEntry => ({
  size: bytes.readBigUInt64LE(at),
  mtimeNs: bytes.readBigInt64LE(at + 8),
  ctimeNs: bytes.readBigInt64LE(at + 16),
  ino: bytes.readBigUInt64LE(at + 24),
  digest: bytes.toString('hex', at + 32, at + ROW) as Digest,
});

const sumOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes.subarray(COUNT_AT)).digest();
