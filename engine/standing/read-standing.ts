/** A standing from the store, and the contents of files whose stats prove nothing. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { DIGEST, decodeStanding, type StandingText } from './standing.ts';

export function readStanding(path: string): StandingText | undefined {
  try {
    const bytes = readFileSync(path);
    // stamps are read in place: they must lie on a multiple of eight
    return decodeStanding(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes));
  } catch {
    return undefined; // none, or one that cannot be understood: the pipeline is loaded
  }
}

/** Of the files at these positions, those whose content is not what it was. */
export async function otherContents(standing: StandingText, suspects: Iterable<number>): Promise<readonly number[]> {
  const { createHash } = await import('node:crypto');
  const { files, digests, yaml } = standing;
  const stands = (file: number): boolean => {
    try {
      const fd = openSync(files[file] as string, 'r');
      try {
        if (!fstatSync(fd).isFile()) return false;
        const hash = createHash('sha256');
        for (let isFirst = true; ; isFirst = false) {
          const n = readSync(fd, chunk);
          if (n === 0) break;
          hash.update(chunk.subarray(isFirst && file < yaml && startsWithMark(n) ? 3 : 0, n));
        }
        return hash.digest().compare(digests, file * DIGEST, (file + 1) * DIGEST) === 0;
      } finally {
        closeSync(fd);
      }
    } catch {
      return false;
    }
  };
  const chunk = Buffer.allocUnsafe(1 << 20);
  const startsWithMark = (n: number): boolean => n > 2 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
  return [...suspects].filter((file) => !stands(file));
}
