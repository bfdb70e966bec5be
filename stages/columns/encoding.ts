/** Bytes of a text file to text: UTF-8 with or without a mark, UTF-16 with a mark, GB18030 (Excel in China writes it without one). */
import { error, type Fault } from '../contract.ts';

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly encoding: Encoding }
  | { readonly ok: false; readonly fault: Fault };

/** @param whole false: the bytes are a beginning, cut anywhere */
export function decodeText(bytes: Uint8Array, wanted: Encoding | undefined, whole = true): Decoded {
  const marked = markOf(bytes);
  if (marked === undefined && (wanted === undefined || wanted === 'utf-8') && looksBinary(bytes))
    return { ok: false, fault: error('CE2010', {}, ['file']) };
  const tries: readonly Encoding[] =
    wanted !== undefined ? [wanted] : marked !== undefined ? [marked] : ['utf-8', 'gb18030'];
  for (const encoding of tries) {
    const text = strictly(bytes, encoding, whole);
    if (text !== undefined) return { ok: true, text: text.startsWith('\ufeff') ? text.slice(1) : text, encoding };
  }
  return { ok: false, fault: error('CE2011', { encoding: tries.join(', '), offset: firstBadByte(bytes) }, ['file']) };
}

function markOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

const looksBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 65536).includes(0);

const strict = (encoding: Encoding) => new TextDecoder(encoding, { fatal: true, ignoreBOM: true });

/** One that is never given a beginning remembers nothing. */
const decoders = new Map<Encoding, ReturnType<typeof strict>>();

/** Undefined when a byte does not fit. */
export function strictly(bytes: Uint8Array, encoding: Encoding, whole: boolean): string | undefined {
  try {
    if (!whole) return strict(encoding).decode(bytes, { stream: true });
    let decoder = decoders.get(encoding);
    if (decoder === undefined) decoders.set(encoding, (decoder = strict(encoding)));
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Offset of the first byte that is not UTF-8, by bisection on prefixes. */
function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (strictly(bytes.subarray(0, middle + 1), 'utf-8', false) === undefined) high = middle;
    else low = middle + 1;
  }
  return low;
}
