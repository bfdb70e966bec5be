import type { Json } from './canonical.ts';
import { checksum } from './checksum.ts';
import type { Digest } from './digest.ts';

/**
 * The line format of the action log: `<sum> <key> <format> <json>`, in ASCII, between two line feeds. The leading
 * line feed ends whatever a torn write before it left, so that a torn line harms nobody but itself.
 */
const FORMAT = 1;

const SUM = 16;
const KEY = SUM + 1;
const KEY_END = KEY + 64;
const FORMAT_AT = KEY_END + 1;
const HEADER = `${FORMAT} `;
const JSON_AT = FORMAT_AT + HEADER.length;
const NO_SUM = '0'.repeat(SUM);
const BEYOND_ASCII = /[\u007f-\uffff]/;
const EACH_BEYOND = /[\u007f-\uffff]/g;

/** What a line says, or why it says nothing. */
export type LineRead =
  | { readonly found: true; readonly record: Json }
  | { readonly found: false; readonly reason: 'damaged' | 'other-format' };

/** Records as the bytes to append, both line feeds of each included, and where each line starts and ends. */
export interface EncodedLines {
  readonly log: Buffer;
  readonly bounds: readonly (readonly [start: number, end: number])[];
}

/** All lines in one piece of memory: to make and to fill one for each takes as long as the rest. */
export function encodeLines(records: Iterable<readonly [key: Digest, record: Json]>): EncodedLines {
  const bounds: [start: number, end: number][] = [];
  let text = '';
  for (const [key, record] of records) {
    const start = text.length + 1;
    // ASCII only: then a character is a byte, and a line is decoded without looking at its bytes.
    const json = JSON.stringify(record);
    text += `\n${NO_SUM} ${key} ${HEADER}${BEYOND_ASCII.test(json) ? json.replaceAll(EACH_BEYOND, escaped) : json}\n`;
    bounds.push([start, text.length - 1]);
  }
  const log = Buffer.from(text, 'latin1');
  for (const [start, end] of bounds) log.write(checksum(log, start + KEY, end), start, 'latin1');
  return { log, bounds };
}

/** Calls `visit` with the bounds of every non-empty, ended line of `log`; returns where the unended rest starts. */
export function eachLine(log: Buffer, visit: (start: number, end: number) => void): number {
  let start = 0;
  for (let end = log.indexOf(10); end >= 0; end = log.indexOf(10, start)) {
    if (end > start) visit(start, end);
    start = end + 1;
  }
  return start;
}

/** The key of a line, not yet checked; undefined when the line has not even the shape of one. */
export function lineKey(log: Buffer, start: number, end: number): Digest | undefined {
  const isShaped = end - start > FORMAT_AT && log[start + SUM] === 32 && log[start + KEY_END] === 32;
  return isShaped ? (log.toString('latin1', start + KEY, start + KEY_END) as Digest) : undefined;
}

/** The record of a line, checked against its sum. */
export function readLine(log: Buffer, start: number, end: number): LineRead {
  if (log.toString('latin1', start + FORMAT_AT, start + JSON_AT) !== HEADER)
    return { found: false, reason: 'other-format' };
  if (log.toString('latin1', start, start + SUM) !== checksum(log, start + KEY, end))
    return { found: false, reason: 'damaged' };
  try {
    return { found: true, record: JSON.parse(log.toString('latin1', start + JSON_AT, end)) as Json };
  } catch {
    return { found: false, reason: 'damaged' };
  }
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
