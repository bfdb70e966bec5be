/**
 * What stood when a run ended, in one file: every file that the run read or wrote with its stat, and what the same command
 * would say if it were given again. While nothing has changed that is the answer, and no pipeline is loaded to find it.
 */
import type { Digest } from '../../cache/digest.ts';

/** A file whose last change was too close to the run for its stat to prove anything (git's racy rule): its content must. */
export interface Unsure {
  /** position in `files` */
  readonly file: number;
  readonly digest: Digest;
  /** a byte order mark does not count */
  readonly isText: boolean;
}

export interface Standing {
  /** the command, and all that its answer depends on beside files */
  readonly question: string;
  readonly pipeline: string;
  readonly stages: number;
  /** of `files`, how many at the beginning are YAML, and how many at the end the store's own */
  readonly yaml: number;
  readonly own: number;
  /** the run that did the work */
  readonly run: string;
  /** the first line of a run's record, without what differs between runs */
  readonly record: { readonly [name: string]: string };
  /** `12 cached`, in the language and colours of the question */
  readonly summary: string;
  /** what goes to standard error, with its line ends */
  readonly warnings: string;
  /** absolute paths */
  readonly files: readonly string[];
  /** four numbers a file; see `readStamp` */
  readonly stamps: Float64Array;
  readonly unsure: readonly Unsure[];
  /** outcomes of the stages, a JSON text a line */
  readonly outcomes: string;
}

/** Numbers of a stamp: size, modification time, change time (ms since 1970), inode. */
export const STAMP = 4;

const MAGIC = 'ceteris standing 1\n';
/** magic, then the lengths of header, paths and outcomes, the count of files, and two sums */
const LENGTHS_AT = 24;
const STAMPS_AT = LENGTHS_AT + 6 * 8;

/** Stamps and paths need no sum: one that is damaged is the stat of no file. */
export function encodeStanding(standing: Standing): Uint8Array {
  const { files, stamps, outcomes, ...rest } = standing;
  const header = Buffer.from(JSON.stringify(rest), 'utf8');
  const paths = Buffer.from(files.join('\0'), 'utf8');
  const said = Buffer.from(outcomes, 'utf8');
  const bytes = Buffer.alloc(STAMPS_AT + stamps.byteLength + header.length + paths.length + said.length);
  bytes.write(MAGIC, 'latin1');
  const numbers = [header.length, paths.length, said.length, files.length, sumOf(header), sumOf(said)];
  numbers.forEach((n, i) => void bytes.writeDoubleLE(n, LENGTHS_AT + 8 * i));
  bytes.set(new Uint8Array(stamps.buffer, stamps.byteOffset, stamps.byteLength), STAMPS_AT);
  Buffer.concat([header, paths, said]).copy(bytes, STAMPS_AT + stamps.byteLength);
  return bytes;
}

/** @param bytes at the start of their memory. Undefined for anything but a whole standing of this format. */
export function decodeStanding(bytes: Uint8Array): StandingText | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.length < STAMPS_AT || text.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const number = (i: number): number => text.readDoubleLE(LENGTHS_AT + 8 * i);
  const [headerLength, pathsLength, saidLength, count] = [number(0), number(1), number(2), number(3)];
  const headerAt = STAMPS_AT + count * STAMP * 8;
  const pathsAt = headerAt + headerLength;
  const saidAt = pathsAt + pathsLength;
  if (saidAt + saidLength !== text.length || sumOf(text.subarray(headerAt, pathsAt)) !== number(4)) return undefined;
  const files = count === 0 ? [] : text.toString('utf8', pathsAt, saidAt).split('\0');
  if (files.length !== count) return undefined;
  return {
    ...(JSON.parse(text.toString('utf8', headerAt, pathsAt)) as Omit<Standing, 'files' | 'stamps' | 'outcomes'>),
    files,
    stamps: new Float64Array(bytes.buffer, bytes.byteOffset + STAMPS_AT, count * STAMP),
    outcomes: () => {
      const said = text.subarray(saidAt);
      return sumOf(said) === number(5) ? said.toString('utf8') : undefined;
    },
  };
}

/** A standing as read: most commands do not print its outcomes. */
export interface StandingText extends Omit<Standing, 'outcomes'> {
  /** undefined: damaged */
  readonly outcomes: () => string | undefined;
}

/** 32 bits; guards against accident, and is quick without the start of a hash library. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0x9e3779b9 ^ bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    sum = Math.imul(sum ^ (bytes[i] as number), 0x01000193);
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}
