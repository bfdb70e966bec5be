/**
 * What stood when a run ended, in one file: every file that the run read or wrote with its stat, and what the same command
 * would say if it were given again. While nothing has changed that is the answer, and no pipeline is loaded to find it.
 */
export interface Standing {
  /** the command, and all that its answer depends on beside files */
  readonly question: string;
  readonly pipeline: string;
  readonly stages: number;
  /** of `files`, how many at the beginning are YAML or code, and how many at the end the store's own */
  readonly yaml: number;
  readonly own: number;
  /** how many before these last are only there to be no other files, or none at all (`ABSENT`) */
  readonly around: number;
  /** what the pipeline rests on beside files: see `restsOn` */
  readonly rests: string;
  /** the run that did the work */
  readonly run: string;
  /** instances that failed, do not hold or were blocked in it: whatever else has changed, they are looked at again */
  readonly pending: readonly string[];
  /** the first line of a run's record, without what differs between runs */
  readonly record: { readonly [name: string]: string };
  /** `12 cached`, in the language and colours of the question */
  readonly summary: string;
  /** what goes to standard error, with its line ends */
  readonly warnings: string;
  /** absolute paths */
  readonly files: readonly string[];
  /** four numbers a file: `STAMP` */
  readonly stamps: Float64Array;
  /** SHA-256 of the content of each file, in a row; nothing for the store's own. A byte order mark of YAML does not count. */
  readonly digests: Uint8Array;
  /**
   * positions of files whose last change was too close to the run for their stat to prove anything (git's racy rule): their
   * content must
   */
  readonly unsure: readonly number[];
  /** outcomes of the stages, a JSON text a line */
  readonly outcomes: string;
}

/** Numbers of a stamp: size, modification time, change time (ms since 1970), inode. */
export const STAMP = 4;
/** In place of the size of a file that is not there. */
export const ABSENT = -1;
/** Bytes of a digest. */
export const DIGEST = 32;

const MAGIC = 'ceteris standing 4\n';
/** magic, then the lengths of header, paths and outcomes, the count of files, and two sums */
const LENGTHS_AT = 24;
const STAMPS_AT = LENGTHS_AT + 6 * 8;

/** Stamps, digests and paths need no sum: one that is damaged is the stat or the content of no file. */
export function encodeStanding(standing: Standing): Uint8Array {
  const { files, stamps, digests, outcomes, ...rest } = standing;
  const header = Buffer.from(JSON.stringify(rest), 'utf8');
  const paths = Buffer.from(files.join('\0'), 'utf8');
  const said = Buffer.from(outcomes, 'utf8');
  const parts = [stampBytes(stamps), digests, header, paths, said];
  const bytes = Buffer.alloc(STAMPS_AT + parts.reduce((sum, part) => sum + part.length, 0));
  bytes.write(MAGIC, 'latin1');
  const numbers = [header.length, paths.length, said.length, files.length, sumOf(header), sumOf(said)];
  numbers.forEach((n, i) => void bytes.writeDoubleLE(n, LENGTHS_AT + 8 * i));
  let at = STAMPS_AT;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

type SixNumbers = [number, number, number, number, number, number];

const stampBytes = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** @param bytes at the start of their memory. Undefined for anything but a whole standing of this format. */
export function decodeStanding(bytes: Uint8Array): StandingText | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (text.length < STAMPS_AT || text.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const numbers = Array.from({ length: 6 }, (_, i) => text.readDoubleLE(LENGTHS_AT + 8 * i));
  if (!numbers.every(Number.isSafeInteger)) return undefined; // sums of lengths would round a fraction away
  const [headerLength, pathsLength, saidLength, count, headerSum, saidSum] = numbers as SixNumbers;
  const digestsAt = STAMPS_AT + count * STAMP * 8;
  const headerAt = digestsAt + count * DIGEST;
  const pathsAt = headerAt + headerLength;
  const saidAt = pathsAt + pathsLength;
  if (saidAt + saidLength !== text.length || sumOf(text.subarray(headerAt, pathsAt)) !== headerSum) return undefined;
  const files = count === 0 ? [] : text.toString('utf8', pathsAt, saidAt).split('\0');
  if (files.length !== count) return undefined;
  return {
    ...(JSON.parse(text.toString('utf8', headerAt, pathsAt)) as Omit<
      Standing,
      'files' | 'stamps' | 'digests' | 'outcomes'
    >),
    files,
    stamps: new Float64Array(bytes.buffer, bytes.byteOffset + STAMPS_AT, count * STAMP),
    digests: bytes.subarray(digestsAt, headerAt),
    outcomes: () => {
      const said = text.subarray(saidAt);
      return sumOf(said) === saidSum ? said.toString('utf8') : undefined;
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
