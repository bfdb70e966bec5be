/**
 * What people get wrong in YAML, found by the look of the lines around the parser's complaint. The parser says where it could not go
 * on, which is often below the slip, and goes on to misread what follows; here the slip is named, and mended so that the rest of the
 * file can be read for others. A mended text has the length of the one before, and is never used for anything but finding mistakes.
 */
import type { YAMLParseError } from 'yaml';
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/catalogue/entry.ts';
import { type Line, Lines } from './lines.ts';

export interface Slip {
  readonly code: Code;
  readonly args: FaultArgs;
  readonly start: number;
  readonly end: number;
  /** the text without it; absent: nothing can be said of what follows */
  readonly mended?: string;
}

/** Full-width marks that look like those of YAML. */
const FULL_WIDTH: Readonly<Record<string, string>> = {
  '：': ':',
  '，': ',',
  '、': ',',
  '；': ';',
  '（': '(',
  '）': ')',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '｛': '{',
  '｝': '}',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '「': '"',
  '」': '"',
};

/** Blanks that are no spaces to YAML: no-break, ideographic and the like, and those without width. */
const ODD_BLANK = /[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]/;

/** What the parser says where lines stand in the wrong column. */
const OF_INDENT: ReadonlySet<string> = new Set(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY']);

/** The slip on the line of the parser's first complaint, or around it. */
export function slipAt(text: string, { pos, code }: YAMLParseError, names: readonly string[]): Slip | undefined {
  const lines = new Lines(text);
  const [offset] = pos;
  const index = lines.at(offset);
  const around = { text, lines, index, line: lines.line(index), offset, names };
  for (const find of [conflict, oddBlanks, tabs, fullWidth, noSpace, badStart]) {
    const slip = find(around);
    if (slip !== undefined) return slip;
  }
  const words = code === 'MISSING_CHAR' || code === 'MULTILINE_IMPLICIT_KEY' ? noColon(around) : undefined;
  return words ?? (OF_INDENT.has(code) ? wrongIndent(around) : undefined);
}

/** Without the stage, or the other entry of a section, in which something could not be read. */
export function withoutBlock(text: string, offset: number): string {
  const lines = new Lines(text);
  let top = lines.at(offset);
  for (let above = lines.parent(top); above !== undefined && lines.line(above).indent > 0; above = lines.parent(above))
    top = above;
  return asComments(text, lines, top, lines.endOf(top));
}

interface Around {
  readonly text: string;
  readonly lines: Lines;
  readonly index: number;
  readonly line: Line;
  /** of the complaint */
  readonly offset: number;
  /** of what may stand in the first column */
  readonly names: readonly string[];
}

const replaced = (text: string, line: Pick<Line, 'start' | 'end'>, by: string): string =>
  text.slice(0, line.start) + by.padEnd(line.end - line.start).slice(0, line.end - line.start) + text.slice(line.end);

function asComments(text: string, lines: Lines, from: number, to: number): string {
  return lines.all.slice(from, to).reduce((t, line) => (line.end > line.start ? replaced(t, line, '#') : t), text);
}

/** The line as a key with something behind it, or with nothing when others stand under it. */
function harmless({ text, lines, index, line }: Around, indent = line.indent): string {
  const after = lines.after(index);
  const isHeader = after !== undefined && lines.line(after).indent > indent;
  const room = line.end - line.start - indent;
  const by = isHeader ? (room < 2 ? '?' : 'k:') : room < 4 ? '#' : 'k: x';
  return replaced(text, line, ' '.repeat(indent) + by);
}

/** Both sides of a merge: no more can be said than that. */
function conflict({ lines }: Around): Slip | undefined {
  const line = lines.all.find(({ indent, content }) => indent === 0 && /^<{7} |^={7}$|^>{7} |^\|{7} /.test(content));
  return line && { code: 'CE1022', args: {}, start: line.from, end: line.start + 7 };
}

/** A run of lines that are indented with what YAML does not count. */
function indented(around: Around, wrong: RegExp, code: Code, args: (mark: string) => FaultArgs): Slip | undefined {
  const { text, lines, index, line } = around;
  const blanksOf = ({ start, from }: Line): string => text.slice(start, from);
  const mark = wrong.exec(blanksOf(line))?.[0];
  if (mark === undefined) return undefined;
  let last = index;
  for (let next = lines.after(last); next !== undefined; next = lines.after(next)) {
    if (!wrong.test(blanksOf(lines.line(next)))) break;
    last = next;
  }
  const mended = asComments(text, lines, index, last + 1);
  return { code, args: args(mark), start: line.start, end: line.from, mended };
}

const tabs = (around: Around): Slip | undefined => indented(around, /\t/, 'CE1011', () => ({}));

const codePoint = (mark: string): string =>
  `U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function oddBlanks(around: Around): Slip | undefined {
  const found = indented(around, ODD_BLANK, 'CE1023', (mark) => ({ value: codePoint(mark) }));
  if (found !== undefined) return found;
  const { line } = around;
  const before = /^(?:- +)*[^\s:'"#]+:/.exec(line.content)?.[0] ?? '';
  const mark = line.content[before.length] ?? '';
  if (before === '' || !ODD_BLANK.test(mark)) return undefined;
  const start = line.from + before.length;
  return { code: 'CE1023', args: { value: codePoint(mark) }, start, end: start + 1, mended: harmless(around) };
}

/** `y：lnpp`, `panel: ｛ unit: city ｝` */
function fullWidth(around: Around): Slip | undefined {
  const { content, from } = around.line;
  const key = /^(?:- +)*[^\s:：'"#[\]{},][^:：'"#[\]{},]*：/.exec(content);
  const value = /^(?:- +)*[^\s:：'"#[\]{},][^:：'"#[\]{},]*: +[［【｛“‘「]/.exec(content);
  const at = (key ?? value)?.[0].length;
  if (at === undefined) return undefined;
  const mark = content[at - 1] as string;
  const start = from + at - 1;
  const args = { value: mark, plain: FULL_WIDTH[mark] ?? mark };
  return { code: 'CE1024', args, start, end: start + 1, mended: harmless(around) };
}

/** `y:lnpp` */
function noSpace(around: Around): Slip | undefined {
  const { content, from } = around.line;
  const found = /^((?:- +)*)([A-Za-z_][\w-]*):([^\s:/\\].*)$/.exec(content);
  if (found === null) return undefined;
  const [, dashes = '', key = '', value = ''] = found;
  if (/^[A-Za-z_][\w-]*:\s/.test(value)) return undefined;
  const start = from + dashes.length;
  const args = { value: content.slice(dashes.length), fixed: `${key}: ${value}` };
  return { code: 'CE1025', args, start, end: from + content.length, mended: harmless(around) };
}

/** `y: | city`, `x: - policy`: a mark of YAML's own, with more behind it on the line. */
function badStart(around: Around): Slip | undefined {
  const { offset } = around;
  const { content, from } = around.line;
  const found = /^((?:- +)*[^\s:'"#]+: +)((?:[|>][-+\d]*|-) +[^\s#].*)$/.exec(content);
  if (found === null) return undefined;
  const [, before = '', value = ''] = found;
  const start = from + before.length;
  if (offset < start) return undefined;
  return { code: 'CE1045', args: { value }, start, end: start + value.length, mended: harmless(around) };
}

/** A line that is nothing but words. */
function noColon(around: Around): Slip | undefined {
  const { content, from, end } = around.line;
  if (!/^[^\s:#'"{}[\],*&!|>%@`?-][^:#{}[\]]*$/.test(content)) return undefined;
  return { code: 'CE1015', args: { value: content.slice(0, 40) }, start: from, end, mended: harmless(around) };
}

/** A line further in or out than its neighbours. */
function wrongIndent(around: Around): Slip | undefined {
  const { text, lines, index, line } = around;
  if (!lines.isKey(index) || /[{["']/.test(line.content)) return outdented(around);
  const next = lines.after(index);
  const before = lines.before(index);
  if (next === undefined || lines.isHeader(index) || !lines.isKey(next) || lines.line(next).indent <= line.indent)
    return outdented(around);
  // a key with a value, and keys under it: one of the two lines is wrong, and it is the one that the other neighbour does not side with
  const wanted = lines.line(next).indent;
  if (before !== undefined && lines.line(before).indent === wanted)
    return { code: 'CE1012', args: {}, start: line.from, end: line.end, mended: harmless(around, wanted) };
  let mended = text;
  for (let i = next; i < lines.endOf(index); i++) {
    const inner = lines.line(i);
    if (inner.indent >= wanted)
      mended = replaced(mended, inner, text.slice(inner.start + wanted - line.indent, inner.end));
  }
  const { from, end } = lines.line(next);
  return { code: 'CE1012', args: {}, start: from, end, mended };
}

/** A line that returns to a column in which nothing stands. */
function outdented(around: Around): Slip | undefined {
  const { text, lines, index, line, names } = around;
  const parent = lines.parent(index);
  const above = parent === undefined ? undefined : lines.line(parent);
  const first = parent === undefined ? undefined : lines.after(parent);
  if (parent === undefined || above === undefined || first === undefined || first === index) return undefined;
  const wanted = lines.line(first).indent;
  if (wanted === line.indent) return undefined;
  const told = { code: 'CE1012', args: {} } as const;
  const isForeign = above.indent === 0 && !names.includes(/^[^:]*/.exec(above.content)?.[0] ?? '');
  if (isForeign) return { ...told, start: above.from, end: above.end, mended: asComments(text, lines, parent, index) };
  const moved = ' '.repeat(wanted) + line.content;
  const mended = wanted < line.indent ? replaced(text, line, moved) : harmless(around, wanted);
  return { ...told, start: line.from, end: line.end, mended };
}
