/** Reading pipeline files from disk: every way in which that can go wrong is a fault with a plain sentence. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/catalogue/entry.ts';
import { type Place, type SourceFile, sourceFile } from '../diagnostic/diagnostic.ts';

/** A pipeline of 10,000 stages has about half a megabyte. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface ReadFault {
  readonly ok: false;
  readonly code: Code;
  readonly args: FaultArgs;
  /** where in the file, as far as it can be shown */
  readonly at?: Place;
}

export type ReadResult = { readonly ok: true; readonly bytes: Uint8Array } | ReadFault;
export type ReadFile = (file: string) => ReadResult;

const fault = (code: Code, args: FaultArgs): ReadFault => ({ ok: false, code, args });

/** Looks before it opens: a pipe or a device is never opened, a file over the limit never read. */
export function readFileBytes(file: string): ReadResult {
  try {
    const wrong = unfit(statSync(file));
    if (wrong !== undefined) return wrong;
    const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(fd); // what was opened may not be what was looked at
      return unfit(stats) ?? { ok: true, bytes: readAll(fd, stats.size) };
    } finally {
      closeSync(fd);
    }
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    return code === 'ENOENT' || code === 'ENOTDIR' ? fault('CE1002', {}) : fault('CE1003', { reason: code });
  }
}

function unfit(stats: Stats): ReadFault | undefined {
  if (stats.isDirectory()) return fault('CE1004', {});
  if (!stats.isFile()) return fault('CE1005', {});
  if (stats.size > MAX_BYTES) return tooLarge(stats.size);
  return undefined;
}

const tooLarge = (size: number): ReadFault =>
  fault('CE1008', { size: (size / 1048576).toFixed(1), limit: MAX_BYTES / 1048576 });

/** A file in /proc says that its size is 0, and another may have grown: read to the end, within the limit. */
function readAll(fd: number, size: number): Uint8Array {
  let buffer = Buffer.allocUnsafe(Math.max(size, 4096) + 1);
  let used = 0;
  for (;;) {
    const n = readSync(fd, buffer, used, buffer.length - used, null);
    if (n === 0) return buffer.subarray(0, used);
    used += n;
    if (used > MAX_BYTES) return buffer.subarray(0, used);
    if (used === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
  }
}

export type SourceResult = { readonly ok: true; readonly source: SourceFile } | ReadFault;

/** @param name as people name it */
export function readSource(file: string, name: string, read: ReadFile = readFileBytes): SourceResult {
  const result = read(file);
  if (!result.ok) return { ...result, args: { file: name, ...result.args } };
  const { bytes } = result;
  const wrong = unreadable(bytes);
  if (wrong !== undefined)
    return { ...wrong, args: { file: name, ...wrong.args }, ...placeOf(wrong, bytes, file, name) };
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  return { ok: true, source: sourceFile(file, name, text) };
}

/** The beginning of an empty file; the first character that is no UTF-8, in the file as it may have been meant. */
function placeOf({ code, args }: ReadFault, bytes: Uint8Array, file: string, name: string): { readonly at?: Place } {
  if (code === 'CE1006') return { at: { source: sourceFile(file, name, ''), start: 0, end: 0 } };
  if (code !== 'CE1009' || args.byte === 1) return {};
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, Number(args.byte) - 1));
  const source = sourceFile(file, name, before + meant(bytes.subarray(Number(args.byte) - 1)));
  return { at: { source, start: before.length, end: before.length + 1 } };
}

/** Chinese texts that are not UTF-8 are mostly GBK, by GB 18030. */
function meant(bytes: Uint8Array): string {
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('utf-8').decode(bytes);
  }
}

function unreadable(bytes: Uint8Array): ReadFault | undefined {
  if (bytes.length === 0) return fault('CE1006', {});
  if (bytes.length > MAX_BYTES) return tooLarge(bytes.length);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return fault('CE1009', { byte: 1 });
  const nul = bytes.indexOf(0);
  if (nul !== -1) return fault('CE1007', { byte: nul + 1 });
  if (!isUtf8(bytes)) return fault('CE1009', { byte: firstBadByte(bytes) + 1 });
  return undefined;
}

/** Offset of the first byte that does not belong to a well-formed UTF-8 sequence (Unicode 15, table 3-7). */
function firstBadByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return -1;
}

function sequenceLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  for (let k = 1; k < length; k++) {
    const b = bytes[i + k] ?? 0;
    const low = k > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = k > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (b < low || b > high) return 0;
  }
  return length;
}

/** How people name a file: relative to where they stand. */
export const displayName = (file: string, cwd: string): string => {
  const relative = path.relative(cwd, file);
  return relative === '' ? path.basename(file) : relative.split(path.sep).join('/');
};
