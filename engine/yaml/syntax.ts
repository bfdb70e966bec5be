/** The YAML parser's complaints in our words. What it tears apart is mended and read again, so that all is found at once. */
import { Composer, type CST, Parser, type YAMLParseError, type Document as YamlDocument } from 'yaml';
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/catalogue/entry.ts';
import type { SourceFile } from '../diagnostic/diagnostic.ts';
import type { Faults } from './faults.ts';
import { type Slip, slipAt, withoutBlock } from './slips.ts';

type Tokens = readonly CST.Token[];

/** All tokens with their depth; walks without recursion. */
function* nested(tokens: Tokens): Generator<{ readonly token: CST.Token; readonly depth: number }> {
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { token, depth } = top;
    yield top;
    if (token.type === 'document' && token.value !== undefined) stack.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items as readonly CST.CollectionItem[]) {
      if (item.key) stack.push({ token: item.key, depth: depth + 1 });
      if (item.value) stack.push({ token: item.value, depth: depth + 1 });
    }
  }
}

/** Offset of the first token nested deeper than `limit`. */
export function depthOf(tokens: Tokens, limit: number): number | undefined {
  for (const { token, depth } of nested(tokens)) if (depth > limit) return token.offset;
  return undefined;
}

const read = (text: string, tokens: Iterable<CST.Token>): YamlDocument[] =>
  [
    ...new Composer({ uniqueKeys: false, merge: false, prettyErrors: false, version: '1.2' }).compose(
      tokens,
      true,
      text.length,
    ),
  ] as YamlDocument[];

/** Mended places at most; a file with more of them has been told enough. */
const MAX_MENDS = 25;

/** The one document of a file, or undefined when its syntax is wrong. */
export function compose(
  source: SourceFile,
  tokens: Tokens,
  names: readonly string[],
  faults: Faults,
): YamlDocument | undefined {
  let text = source.text;
  let documents = read(text, tokens);
  const isBroken = errorsOf(documents).length > 0;
  if (isBroken && /\r/.test(text) && !text.includes('\n')) {
    faults.add('CE1026', {}, { at: { source, start: 0, end: text.indexOf('\r') } });
    return undefined;
  }
  let now = tokens;
  for (let round = 0; round < MAX_MENDS; round++) {
    const errors = errorsOf(documents);
    const slip = errors[0] === undefined ? undefined : slipOf({ source, text, errors, tokens: now, names });
    if (slip === undefined) break;
    faults.add(slip.code, slip.args, { at: { source, start: slip.start, end: slip.end } });
    if (slip.mended === undefined || slip.mended === text) break;
    text = slip.mended;
    now = [...new Parser().parse(text)];
    documents = read(text, now);
  }
  if (isBroken) return undefined;
  const [first, second] = documents;
  if (second !== undefined) {
    const start = /^---/m.exec(source.text.slice(first?.range?.[1] ?? 0));
    const at = (first?.range?.[1] ?? 0) + (start?.index ?? 0);
    faults.add('CE1028', {}, { at: { source, start: at, end: at + 3 } });
    return undefined;
  }
  if (first === undefined || first.contents === null) {
    faults.add('CE1006', { file: source.name }, { at: { source, start: 0, end: 0 } });
    return undefined;
  }
  return first;
}

const errorsOf = (documents: readonly YamlDocument[]): readonly YAMLParseError[] =>
  documents.flatMap((d) => d.errors).sort((a, b) => a.pos[0] - b.pos[0]);

interface Complaints {
  readonly source: SourceFile;
  /** as far as it has been mended */
  readonly text: string;
  readonly errors: readonly YAMLParseError[];
  readonly tokens: Tokens;
  /** of what may stand in the first column */
  readonly names: readonly string[];
}

/** The first thing that is wrong: a slip that is known, or what the parser says. */
function slipOf(complaints: Complaints): Slip | undefined {
  const { source, text, errors, tokens, names } = complaints;
  const torn = findTorn(text, errors);
  if (torn !== undefined) {
    const { code, start, end } = torn;
    return { code, args: { value: source.text.slice(start, end) }, start, end, mended: crossedOut(text, start, end) };
  }
  const [first] = errors;
  if (first === undefined) return undefined;
  const [at] = first.pos;
  const code = codeOf(first);
  const open = code === 'CE1021' || first.code === 'UNEXPECTED_TOKEN' ? openQuote(text, tokens, at) : undefined;
  if (open !== undefined) {
    const end = endOfPiece(text, open);
    return { code: 'CE1021', args: {}, start: open, end: open + 1, mended: crossedOut(text, open, end) };
  }
  const bracket = openBracket(tokens, at);
  if (bracket !== undefined) {
    const [start, close] = bracket;
    return { code: 'CE1013', args: { bracket: close }, start, end: start + 1, mended: withoutBlock(text, start) };
  }
  return slipAt(text, first, names) ?? said(source, text, first, code);
}

const crossedOut = (text: string, start: number, end: number): string =>
  text.slice(0, start) + 'x'.repeat(end - start) + text.slice(end);

function said(source: SourceFile, text: string, error: YAMLParseError, code: Code): Slip {
  const [start, end] = error.pos;
  // the value with the second colon is all that is wrong with its line
  const value = code === 'CE1014' ? endOfLine(text, start) : undefined;
  const mended = value === undefined ? withoutBlock(text, start) : crossedOut(text, start, value);
  return { code, args: argsOf(error, source), start, end: Math.max(start, end), mended };
}

interface Torn {
  readonly code: Code;
  readonly start: number;
  readonly end: number;
}

/** `${x}`, `gdp{year}`, `base[*]` and `in [..]` inside `{…}` or `[…]`, a leading backtick, a text in quotes with more behind it. */
function findTorn(text: string, errors: readonly YAMLParseError[]): Torn | undefined {
  for (const { pos, code } of errors) {
    const [at] = pos;
    const lineEnd = endOfLine(text, at);
    if (text[at] === '{' && text[at - 1] === '$') {
      const close = text.indexOf('}', at);
      if (close !== -1 && close < lineEnd) return { code: 'CE1043', start: at - 1, end: close + 1 };
    }
    const braces = bracesIn(text, at);
    if (braces !== undefined) return { code: 'CE1043', ...braces };
    if (text[at] === '[' && /\b(in|not in)\s*$/.test(text.slice(Math.max(0, at - 10), at))) {
      const close = text.indexOf(']', at);
      if (close !== -1 && close < lineEnd) return { code: 'CE1042', start: startOfPiece(text, at), end: close + 1 };
    }
    const named = bracketsAt(text, at);
    if (named !== undefined) return { code: 'CE1042', ...named };
    if (code === 'BAD_SCALAR_START' && '`@%'.includes(text[at] ?? ' '))
      return { code: text[at] === '`' ? 'CE1044' : 'CE1045', start: at, end: endOfPiece(text, at) };
    // what comes after the first complaint may be misread
    const quoted = code === 'UNEXPECTED_TOKEN' && at === errors[0]?.pos[0] ? quoteBefore(text, at) : undefined;
    if (quoted !== undefined) return { code: 'CE1046', start: quoted, end: endOfPiece(text, at) };
  }
  return undefined;
}

/** `gdp{year}`, `{year}s`: a name in braces that touches the text around it, and no mapping. */
function bracesIn(text: string, at: number): Pick<Torn, 'start' | 'end'> | undefined {
  const open = text[at] === '{' ? at : text[at - 1] === '}' ? text.lastIndexOf('{', at) : -1;
  const [whole = '', , behind = ''] = /^\{([\p{L}_][\p{L}\p{N}_]*)\}([^\s,[\]{}:]*)/u.exec(text.slice(open)) ?? [];
  const touches = behind !== '' || /[\p{L}\p{N}_.-]/u.test(text[open - 1] ?? ' ');
  if (open === -1 || whole === '' || !touches) return undefined;
  return { start: startOfPiece(text, open), end: open + whole.length };
}

/** `base[*]`, `base[(1)].nobs`, `state[year]`: brackets that touch the name before them, and no list. */
function bracketsAt(text: string, at: number): Pick<Torn, 'start' | 'end'> | undefined {
  const [brackets] = /^(?:\[[^[\]{}\n]*\]|\[\[[^[\]{}\n]*\]\])[^\s,[\]{}]*/.exec(text.slice(at)) ?? [];
  const start = startOfPiece(text, at);
  const isNamed = /^[\p{L}_][\p{L}\p{N}_.^-]*$/u.test(text.slice(start, at));
  return brackets === undefined || !isNamed ? undefined : { start, end: at + brackets.length };
}

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
};

/** Back to the value's first character: after `: `, `, `, `{`, `[` or `- `. */
function startOfPiece(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const before = /(?:^|: +|[,{[] *|- +)([^:,{[]*)$/.exec(text.slice(line, at));
  return at - (before?.[1]?.length ?? 0);
}

/** On to the end of the value on this line: a comment or the end of an enclosing `{…}` ends it. */
function endOfPiece(text: string, at: number): number {
  const rest = text.slice(at, endOfLine(text, at));
  const end = /\s+#|\s*[}\]]*\s*,?\s*[\r]?$/.exec(rest);
  return at + Math.max(1, end === null ? rest.length : end.index);
}

/** `'a' == b`: the quoted text just before the token that YAML did not expect. */
function quoteBefore(text: string, at: number): number | undefined {
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const before = /(?:: +|[,{[] *|- +)(('[^'\n]*'|"[^"\n]*") *)$/.exec(text.slice(line, at));
  return before === null ? undefined : at - (before[1]?.length ?? 0);
}

/** Offset of the quote that is not closed on its line: the text in quotes that ends at the complaint, or holds it, began there. */
function openQuote(text: string, tokens: Tokens, at: number): number | undefined {
  let last: { readonly offset: number; readonly source: string } | undefined;
  for (const { token } of nested(tokens)) {
    if (token.type !== 'single-quoted-scalar' && token.type !== 'double-quoted-scalar') continue;
    if (token.offset <= at && token.offset >= (last?.offset ?? 0)) last = token;
  }
  if (last === undefined || !/\S/.test(last.source)) return undefined;
  const end = last.offset + last.source.length;
  return last.source.includes('\n') || end > endOfLine(text, last.offset) || isOpenQuote(last.source)
    ? last.offset
    : undefined;
}

const isOpenQuote = (source: string): boolean => source.length < 2 || source.at(-1) !== source[0];

/** The innermost bracket before the complaint that is not closed, and what would close it. */
function openBracket(tokens: Tokens, at: number): readonly [offset: number, close: string] | undefined {
  let last: CST.FlowCollection | undefined;
  for (const { token } of nested(tokens)) {
    if (token.type !== 'flow-collection' || token.offset > at || token.offset < (last?.offset ?? 0)) continue;
    const close = token.start.type === 'flow-map-start' ? 'flow-map-end' : 'flow-seq-end';
    if (!token.end.some((end) => end.type === close)) last = token;
  }
  return last && [last.offset, last.start.type === 'flow-map-start' ? '}' : ']'];
}

const CODES: Readonly<Record<string, Code>> = {
  TAB_AS_INDENT: 'CE1011',
  BAD_INDENT: 'CE1012',
  BLOCK_AS_IMPLICIT_KEY: 'CE1014',
  MULTILINE_IMPLICIT_KEY: 'CE1015',
  KEY_OVER_1024_CHARS: 'CE1015',
  BAD_DQ_ESCAPE: 'CE1016',
  BAD_ALIAS: 'CE1017',
  BAD_DIRECTIVE: 'CE1018',
  MULTIPLE_ANCHORS: 'CE1019',
  MULTIPLE_TAGS: 'CE1019',
  BAD_PROP_ORDER: 'CE1019',
  ALIAS_PROPS: 'CE1019',
  BLOCK_IN_FLOW: 'CE1020',
  MULTIPLE_DOCS: 'CE1028',
};

function codeOf(e: YAMLParseError): Code {
  if (e.code === 'MISSING_CHAR' && /quote/.test(e.message)) return 'CE1021';
  if (/end with a [\]}]/.test(e.message)) return 'CE1013';
  if (e.code === 'MISSING_CHAR' && /directives-end/.test(e.message)) return 'CE1018';
  return CODES[e.code] ?? 'CE1010';
}

function argsOf(e: YAMLParseError, source: SourceFile): FaultArgs {
  const bracket = /end with a ([\]}])/.exec(e.message)?.[1];
  if (bracket !== undefined) return { bracket };
  const [start, end] = e.pos;
  const value = source.text
    .slice(start, Math.max(end, start + 1))
    .replace(/\s+/g, ' ')
    .trim();
  return { value: value === '' ? '…' : value.slice(0, 40) };
}
