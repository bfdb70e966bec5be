/** The YAML parser's complaints in our words. What it tears apart is mended and read again, so that all is found at once. */
import { Composer, type CST, Parser, type YAMLParseError, type Document as YamlDocument } from 'yaml';
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/contract.ts';
import { lineColumn, type SourceFile } from '../diagnostic/diagnostic.ts';
import type { Faults } from './faults.ts';

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
export function compose(source: SourceFile, tokens: Tokens, faults: Faults): YamlDocument | undefined {
  let text = source.text;
  let documents = read(text, tokens);
  let errors = errorsOf(documents);
  let mended = false;
  for (let round = 0; round < MAX_MENDS && errors.length > 0; round++) {
    const torn = findTorn(text, errors);
    if (torn === undefined) break;
    mended = true;
    const at = { source, start: torn.start, end: torn.end };
    faults.add(torn.code, { value: source.text.slice(torn.start, torn.end) }, { at });
    text = text.slice(0, torn.start) + 'x'.repeat(torn.end - torn.start) + text.slice(torn.end);
    documents = read(text, new Parser().parse(text));
    errors = errorsOf(documents);
  }
  reportAll(source, errors, tokens, faults);
  if (mended || errors.length > 0) return undefined;
  const [first, second] = documents;
  if (second !== undefined) {
    const start = second.range?.[0] ?? source.text.length;
    faults.add('CE1028', {}, { at: { source, start: Math.max(0, start - 4), end: start } });
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

interface Torn {
  readonly code: Code;
  readonly start: number;
  readonly end: number;
}

/** `${x}` and `in [..]` inside `{…}` or `[…]`, a leading backtick, a text in quotes with more behind it. */
function findTorn(text: string, errors: readonly YAMLParseError[]): Torn | undefined {
  for (const { pos, code } of errors) {
    const [at] = pos;
    const lineEnd = endOfLine(text, at);
    if (text[at] === '{' && text[at - 1] === '$') {
      const close = text.indexOf('}', at);
      if (close !== -1 && close < lineEnd) return { code: 'CE1043', start: at - 1, end: close + 1 };
    }
    if (text[at] === '[' && /\b(in|not in)\s*$/.test(text.slice(Math.max(0, at - 10), at))) {
      const close = text.indexOf(']', at);
      if (close !== -1 && close < lineEnd) return { code: 'CE1042', start: startOfPiece(text, at), end: close + 1 };
    }
    if (code === 'BAD_SCALAR_START' && '`@%'.includes(text[at] ?? ' '))
      return { code: text[at] === '`' ? 'CE1044' : 'CE1045', start: at, end: endOfPiece(text, at) };
    const quoted = code === 'UNEXPECTED_TOKEN' ? quoteBefore(text, at) : undefined;
    if (quoted !== undefined) return { code: 'CE1046', start: quoted, end: endOfPiece(text, at) };
  }
  return undefined;
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

/** One per line: the rest of a line that was misread says nothing. */
function reportAll(source: SourceFile, errors: readonly YAMLParseError[], tokens: Tokens, faults: Faults): void {
  const lines = new Set<number>();
  let first = true;
  for (const e of errors) {
    const { line } = lineColumn(source, e.pos[0]);
    const follows = !first && /in YAML stream/.test(e.message);
    first = false;
    if (lines.has(line) || follows) continue;
    lines.add(line);
    const [start, end] = e.pos;
    const code = codeOf(e);
    // the parser notices at the end of the file what began far above
    const opens = code === 'CE1021' ? openQuote(tokens) : undefined;
    const at = opens === undefined ? { start, end: Math.max(start, end) } : { start: opens, end: opens + 1 };
    faults.add(code, argsOf(e, source), { at: { source, ...at } });
  }
}

/** Offset of the quote that is never closed: such a text swallows the rest of the file, so it is the last one. */
function openQuote(tokens: Tokens): number | undefined {
  let last: number | undefined;
  for (const { token } of nested(tokens)) {
    if (token.type !== 'single-quoted-scalar' && token.type !== 'double-quoted-scalar') continue;
    if (token.offset >= (last ?? 0)) last = token.offset;
  }
  return last;
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
