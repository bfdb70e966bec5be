import { strFromU8, unzipSync } from 'fflate';

/** The text of one part of an office file. */
export const partText = (file: Uint8Array, name: string): string =>
  strFromU8(unzipSync(file)[name] ?? new Uint8Array());
