/**
 * A file of named sections behind one line of JSON: what is asked for is looked at in place, the rest is bytes that were read.
 * Each section begins on a multiple of eight, so that numbers can be read where they lie.
 */
import { type Digest, digestOf } from '../../cache/digest.ts';

export interface Sections<H> {
  readonly head: H;
  bytes(name: string): Buffer;
  numbers(name: string): Uint32Array;
  /** texts that hold no NUL */
  texts(name: string): readonly string[];
}

interface Outline<H> {
  readonly format: number;
  readonly head: H;
  /** of the rest of this line and of all that follows it */
  readonly sum: Digest;
  readonly sections: readonly (readonly [name: string, bytes: number])[];
}

const aligned = (n: number): number => Math.ceil(n / 8) * 8;

export const numbersOf = (numbers: readonly number[]): Buffer => Buffer.from(Uint32Array.from(numbers).buffer);

export const textsOf = (texts: readonly string[]): Buffer => Buffer.from(texts.join('\0'), 'utf8');

/** Texts one after another, and where each begins, and the end. None of them may hold half of a character. */
export function inARow(texts: readonly string[]): { readonly bytes: Buffer; readonly starts: readonly number[] } {
  const text = texts.join('');
  const bytes = Buffer.from(text, 'utf8');
  const isAscii = bytes.length === text.length;
  const starts = [0];
  let at = 0;
  for (const one of texts) starts.push((at += isAscii ? one.length : Buffer.byteLength(one)));
  return { bytes, starts };
}

export function encodeSections<H>(format: number, head: H, sections: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts = Object.entries(sections);
  const body = Buffer.alloc(parts.reduce((sum, [, bytes]) => sum + aligned(bytes.length), 0));
  let at = 0;
  for (const [, bytes] of parts) {
    body.set(bytes, at);
    at += aligned(bytes.length);
  }
  const lengths = parts.map(([name, { length }]) => [name, length] as const);
  const outline: Outline<H> = { format, head, sum: sumOf(head, lengths, body), sections: lengths };
  const line = Buffer.from(JSON.stringify(outline), 'utf8');
  const padded = Buffer.alloc(aligned(line.length + 1), ' ');
  padded.set(line);
  padded[padded.length - 1] = 10;
  return Buffer.concat([padded, body]);
}

/** Undefined for anything but a whole file of this format. */
export function decodeSections<H>(format: number, file: Uint8Array): Sections<H> | undefined {
  const end = file.indexOf(10) + 1;
  if (end === 0) return undefined;
  // numbers are read in place
  const bytes = file.byteOffset % 8 === 0 ? file : new Uint8Array(file);
  const outline = outlineOf<H>(bytes.subarray(0, end));
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + end, bytes.length - end);
  if (outline?.format !== format || sumOf(outline.head, outline.sections, body) !== outline.sum) return undefined;
  const places = new Map<string, Buffer>();
  let at = 0;
  for (const [name, length] of outline.sections) {
    places.set(name, body.subarray(at, at + length));
    at += aligned(length);
  }
  const section = (name: string): Buffer => {
    const found = places.get(name);
    if (found === undefined) throw new Error(`ceteris bug: no section '${name}'`);
    return found;
  };
  return {
    head: outline.head,
    bytes: section,
    numbers: (name) => {
      const { buffer, byteOffset, length } = section(name);
      return new Uint32Array(buffer, byteOffset, length / 4);
    },
    texts: (name) => {
      const text = section(name);
      return text.length === 0 ? [] : text.toString('utf8').split('\0');
    },
  };
}

const sumOf = (head: unknown, sections: Outline<unknown>['sections'], body: Uint8Array): Digest =>
  digestOf(JSON.stringify([head, sections, digestOf(body)]));

function outlineOf<H>(line: Uint8Array): Outline<H> | undefined {
  try {
    return JSON.parse(Buffer.from(line).toString('utf8')) as Outline<H>;
  } catch {
    return undefined;
  }
}
