/** A standing from the store, and the contents of files whose stats prove nothing. */
import { readFileSync } from 'node:fs';
import { decodeStanding, type StandingText, type Unsure } from './standing.ts';

export function readStanding(path: string): StandingText | undefined {
  try {
    const bytes = readFileSync(path);
    // stamps are read in place: they must lie on a multiple of eight
    return decodeStanding(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes));
  } catch {
    return undefined; // none, or one that cannot be understood: the pipeline is loaded
  }
}

export async function contentStands({ file, digest, isText }: Unsure, files: readonly string[]): Promise<boolean> {
  const { digestOf } = await import('../../cache/digest.ts');
  try {
    const bytes = readFileSync(files[file] as string);
    const hasMark = isText && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return digestOf(hasMark ? bytes.subarray(3) : bytes) === digest;
  } catch {
    return false;
  }
}
