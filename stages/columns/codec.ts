/**
 * Columns, row counts and row indices as canonical bytes: equal values give equal bytes, so that a digest of the bytes
 * is a digest of the values. Little-endian; values start at a multiple of 8, so numbers are read in place.
 *
 * Header (16 bytes): 'ccol' · format · kind · two zero bytes · count (float64).
 * number: count float64; missing is the one quiet NaN, and −0 is kept.
 * text: count uint32 codes · level count uint32 · (levels + 1) uint32 offsets · UTF-8; levels in order of first appearance.
 * index: count uint32. rows: nothing more.
 */
import { type Column, MISSING, type TextColumn } from './column.ts';

const FORMAT = 1;
const HEADER = 16;
const KIND = { number: 1, text: 2, index: 3, rows: 4 } as const;
const MAGIC = 0x6c6f6363; // 'ccol'

/** Longer columns of numbers are made where threads can share them. */
const SHARED_FROM = 1 << 20;

function allocate(kind: number, count: number, payload: number): { bytes: Uint8Array; view: DataView } {
  const size = HEADER + payload;
  const isLong = kind === KIND.number && size >= SHARED_FROM;
  const bytes = isLong ? new Uint8Array(new SharedArrayBuffer(size)) : new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  bytes[4] = FORMAT;
  bytes[5] = kind;
  view.setFloat64(8, count, true);
  return { bytes, view };
}

function open(bytes: Uint8Array, kind: number): { buffer: ArrayBufferLike; at: number; count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER || view.getUint32(0, true) !== MAGIC || bytes[4] !== FORMAT || bytes[5] !== kind)
    throw new Error('ceteris bug: these bytes are no column of the kind asked for');
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return { buffer: aligned.buffer, at: aligned.byteOffset + HEADER, count: view.getFloat64(8, true) };
}

/** Whether these are the bytes of a column, an index or a row count, of any kind. */
export const isColumn = (bytes: Uint8Array): boolean =>
  bytes.byteLength >= HEADER && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;

export const kindOfBytes = (bytes: Uint8Array): 'number' | 'text' | 'index' | 'rows' => {
  for (const [name, code] of Object.entries(KIND)) if (bytes[5] === code) return name as keyof typeof KIND;
  throw new Error('ceteris bug: these bytes are no column');
};

export function encodeColumn(column: Column): Uint8Array {
  return column.kind === 'number' ? encodeNumbers(column.values) : encodeTexts(column);
}

function encodeNumbers(values: Float64Array): Uint8Array {
  const n = values.length;
  const { bytes } = allocate(KIND.number, n, n * 8);
  const out = new Float64Array(bytes.buffer, HEADER, n);
  for (let i = 0; i < n; i++) {
    const v = values[i] as number;
    out[i] = Number.isNaN(v) ? Number.NaN : v; // one NaN: others may carry payload bits
  }
  return bytes;
}

function encodeTexts(column: TextColumn): Uint8Array {
  const n = column.codes.length;
  const renumber = new Uint32Array(column.levels.length).fill(MISSING);
  const levels: Uint8Array[] = [];
  const known = new Map<string, number>();
  const codes = new Uint32Array(n);
  const encoder = new TextEncoder();
  for (let i = 0; i < n; i++) {
    const code = column.codes[i] as number;
    if (code === MISSING) {
      codes[i] = MISSING;
      continue;
    }
    if (renumber[code] === MISSING) {
      const text = column.levels[code] as string;
      let at = known.get(text);
      if (at === undefined) {
        known.set(text, (at = levels.length));
        levels.push(encoder.encode(text));
      }
      renumber[code] = at;
    }
    codes[i] = renumber[code] as number;
  }
  const total = levels.reduce((sum, level) => sum + level.length, 0);
  const { bytes, view } = allocate(KIND.text, n, n * 4 + 4 + (levels.length + 1) * 4 + total);
  new Uint32Array(bytes.buffer, HEADER, n).set(codes);
  let at = HEADER + n * 4;
  view.setUint32(at, levels.length, true);
  at += 4;
  const base = at + (levels.length + 1) * 4;
  let offset = 0;
  for (const level of levels) {
    view.setUint32(at, offset, true);
    bytes.set(level, base + offset);
    offset += level.length;
    at += 4;
  }
  view.setUint32(at, offset, true);
  return bytes;
}

export function decodeColumn(bytes: Uint8Array): Column {
  if (bytes[5] === KIND.number) {
    const { buffer, at, count } = open(bytes, KIND.number);
    return { kind: 'number', values: new Float64Array(buffer as ArrayBuffer, at, count) };
  }
  const { buffer, at, count } = open(bytes, KIND.text);
  const codes = new Uint32Array(buffer as ArrayBuffer, at, count);
  const view = new DataView(buffer as ArrayBuffer, at + count * 4);
  const levelCount = view.getUint32(0, true);
  const base = at + count * 4 + 4 + (levelCount + 1) * 4;
  const decoder = new TextDecoder();
  const levels: string[] = [];
  for (let j = 0; j < levelCount; j++) {
    const from = view.getUint32(4 + j * 4, true);
    const to = view.getUint32(8 + j * 4, true);
    // a copy: TextDecoder refuses shared memory
    levels.push(decoder.decode(new Uint8Array(buffer as ArrayBuffer, base + from, to - from).slice()));
  }
  return { kind: 'text', codes, levels };
}

export function encodeIndex(index: Uint32Array): Uint8Array {
  const { bytes } = allocate(KIND.index, index.length, index.length * 4);
  new Uint32Array(bytes.buffer, HEADER, index.length).set(index);
  return bytes;
}

export function decodeIndex(bytes: Uint8Array): Uint32Array {
  const { buffer, at, count } = open(bytes, KIND.index);
  return new Uint32Array(buffer as ArrayBuffer, at, count);
}

export const encodeRows = (rows: number): Uint8Array => allocate(KIND.rows, rows, 0).bytes;

export const decodeRows = (bytes: Uint8Array): number => open(bytes, KIND.rows).count;
