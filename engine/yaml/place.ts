/** From a path in the params, and characters in a text, to offsets in the file. */
import type { ParamPath } from '../../stages/contract.ts';
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Entries, Entry, Piece, ScalarNode, YamlNode } from './node.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is written at the path, or its nearest written ancestor. */
export interface Found {
  readonly entry?: Entry;
  readonly node?: YamlNode;
  /** true when the whole path is written */
  readonly exact: boolean;
}

export function find(entries: Entries, path: ParamPath): Found {
  const [first, ...rest] = path;
  let entry = first === undefined ? undefined : entries.get(String(first));
  if (entry === undefined) return { exact: path.length === 0 };
  let node: YamlNode = entry.value;
  for (const step of rest) {
    const below: Entry | YamlNode | undefined =
      node.kind === 'mapping'
        ? node.entries.get(String(step))
        : node.kind === 'list'
          ? node.items[Number(step)]
          : undefined;
    // a scalar where a list may stand is its own first item
    if (below === undefined) return { entry, node, exact: node.kind === 'scalar' && step === 0 };
    if ('value' in below && 'key' in below) {
      entry = below;
      node = below.value;
    } else node = below as YamlNode;
  }
  return { entry, node, exact: true };
}

/** What of a param is meant: characters of its text, or a name that stands somewhere in it. */
export interface Part {
  readonly within?: Range | undefined;
  readonly name?: string | undefined;
  /** of a value that a var puts in, where that is written, and not where it is used */
  readonly origin?: boolean;
}

/** The value at a path; its key when the value is empty; `fallback` when nothing of the path is written. */
export function placeOf(entries: Entries, path: ParamPath, fallback: Place, part: Part = {}): Place {
  const { entry, node } = find(entries, path);
  if (entry === undefined || node === undefined) return fallback;
  if (part.origin === true && node.from !== undefined) return node.from;
  if (part.within !== undefined && node.kind === 'scalar') return placeWithin(node, part.within);
  const named = part.name === undefined ? undefined : (placeOfName(node, part.name) ?? elsewhere(entries, part.name));
  if (named !== undefined) return named;
  return node.at.end > node.at.start ? node.at : entry.key;
}

/** A stage may speak of one param and mean its neighbour: controls are regressors like those in x. */
function elsewhere(entries: Entries, name: string): Place | undefined {
  for (const entry of entries.values()) {
    const found = placeOfName(entry.value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a name stands in a value: an item that is the name, or else a text that holds it as a word. */
function placeOfName(node: YamlNode, name: string): Place | undefined {
  const scalars = [...scalarsOf(node)];
  const whole = scalars.find((s) => s.value === name);
  if (whole !== undefined) return whole.at.end > whole.at.start ? whole.at : undefined;
  for (const scalar of scalars) {
    if (typeof scalar.value !== 'string') continue;
    const start = wordAt(scalar.value, name);
    if (start !== -1) return placeWithin(scalar, { start, end: start + name.length });
  }
  return undefined;
}

function* scalarsOf(node: YamlNode): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item);
  else if (node.kind === 'mapping') for (const entry of node.entries.values()) yield* scalarsOf(entry.value);
}

const LETTER = /[\p{L}\p{N}_]/u;

function wordAt(text: string, word: string): number {
  if (word === '') return -1;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (!LETTER.test(text[at - 1] ?? ' ') && !LETTER.test(text[at + word.length] ?? ' ')) return at;
  return -1;
}

/** Characters of a scalar's value, in the file. */
export function placeWithin(node: ScalarNode, within: Range): Place {
  if (typeof node.value !== 'string' && node.style !== 'plain') return node.at;
  const start = locate(node, within.start);
  if (typeof start === 'object') return start;
  const last = locate(node, Math.max(within.start, within.end - 1));
  const end = typeof last === 'object' ? last.end : within.end > within.start ? last + 1 : start;
  return { source: node.at.source, start, end: Math.max(start, end) };
}

function locate(node: ScalarNode, offset: number): number | Place {
  if (node.pieces === undefined) return sourceOffset(node, offset);
  let before = 0;
  for (const piece of node.pieces) {
    if (offset < piece.end || isLast(node.pieces, piece))
      return typeof piece.from === 'object' ? piece.from : sourceOffset(node, piece.from + (offset - before));
    before = piece.end;
  }
  return node.at;
}

const isLast = (pieces: readonly Piece[], piece: Piece): boolean => pieces[pieces.length - 1] === piece;

const BLANK = /\s/;
const ESCAPE_LENGTH: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * Offset in the file of the character at `offset` of the value: both texts are walked side by side. Line folding,
 * indentation and doubled or escaped quotes only ever add blanks and marks, so what is not blank stands in the same order.
 */
function sourceOffset(node: ScalarNode, offset: number): number {
  const { source, start, end } = node.at;
  const raw = source.text;
  const header = node.style === 'block' ? raw.indexOf('\n', start) : -1;
  let at = header !== -1 ? header + 1 : node.style === 'single' || node.style === 'double' ? start + 1 : start;
  const value = valueAsWritten(node);
  for (let i = 0; i < offset && at < end; ) {
    if (BLANK.test(value[i] ?? '')) {
      // a run of blanks of the value against one of the file: inside a line they are the same
      if (BLANK.test(raw[at] ?? '') && raw[at] !== '\n' && raw[at] !== '\r') at++;
      i++;
      continue;
    }
    at = skipBlanks(raw, at, end);
    const wide = node.style === 'double' && raw[at] === '\\' ? (ESCAPE_LENGTH[raw[at + 1] ?? ''] ?? 2) : 0;
    i += wide === 10 && (value.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
    at += wide || (node.style === 'single' && raw.startsWith("''", at) ? 2 : 1);
  }
  if (offset < value.length && !BLANK.test(value[offset] ?? '')) at = skipBlanks(raw, at, end);
  return Math.min(at, end);
}

/** The value before vars were put in is what stands in the file. */
const valueAsWritten = (node: ScalarNode): string => node.text;

function skipBlanks(raw: string, from: number, end: number): number {
  let at = from;
  while (at < end && (BLANK.test(raw[at] ?? '') || (raw[at] === '\\' && /[\r\n]/.test(raw[at + 1] ?? '')))) at++;
  return at;
}
