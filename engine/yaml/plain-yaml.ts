/**
 * A reader of the YAML that pipelines are mostly written in: block and flow collections, plain and quoted scalars on one line,
 * texts over several lines, anchors of values, `<<`, comments. It gives the very nodes that the full parser gives, in a fifth of the time and a tenth of the memory, or nothing at
 * all: at the first sign of anything else (tags, escapes, a name twice, any mistake) the full parser reads
 * the file and says what there is to say. A test holds the two together on random texts.
 */
import type { Place, SourceFile } from '../diagnostic/diagnostic.ts';
import { blockScalar } from './block-scalar.ts';
import { coreValue, NULL } from './core-schema.ts';
import { type Entry, listNode, mappingNode, type ScalarNode, scalarNode, type YamlNode } from './node.ts';
import { isOpen } from './torn.ts';

/** Tabs, carriage returns, other control characters, line and paragraph separators, byte order marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant
const UNUSUAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** Nested deeper than any pipeline, and less than what the full parser refuses. */
const MOST_DEPTH = 40;
const LONGEST_KEY = 500;
const MOST_NODES = 500_000;

const [NEWLINE, SPACE, HASH, COLON, COMMA, DASH] = [10, 32, 35, 58, 44, 45] as const;
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, SINGLE, DOUBLE, BACKSLASH] = [123, 125, 91, 93, 39, 34, 92] as const;
const [ANCHOR, ALIAS, LITERAL, FOLDED] = [38, 42, 124, 62] as const;

/** What a plain scalar never starts with here. */
const INDICATORS = new Set([...'?:,[]{}#&*!|>\'"%@`'].map((c) => c.charCodeAt(0)));
/** What a plain key never holds here. */
const NOT_IN_KEYS = new Set([...',[]{}#&*!|>\'"%@`'].map((c) => c.charCodeAt(0)));

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const ANCHOR_NAME = /[\w-]+/y;
/** What an anchor does not stand before. */
const ANCHORS_NO_MORE = / *[&*]/y;

const MERGE = '<<';

const NOT_PLAIN = new Error('not plain');

/** The root of the file; undefined when the full parser must read it. */
export function readPlain(source: SourceFile): YamlNode | undefined {
  if (UNUSUAL.test(source.text)) return undefined;
  try {
    return new PlainReader(source).root();
  } catch (thrown) {
    if (thrown === NOT_PLAIN) return undefined;
    throw thrown;
  }
}

class PlainReader {
  readonly #source: SourceFile;
  readonly #text: string;
  #at = 0;
  /** column of what stands at `#at`, at the start of a line's content; -1 at the end of the file */
  #indent = -1;
  /** the outermost column of the comments that were passed on the way there; -1 when there were none */
  #commentIndent = -1;
  /** where the line of the last value ends, which is where the collections end that it closes */
  #lineEnd = 0;
  readonly #anchors = new Map<string, YamlNode>();

  constructor(source: SourceFile) {
    this.#source = source;
    this.#text = source.text;
  }

  root(): YamlNode {
    this.#toContent();
    if (this.#indent !== 0) throw NOT_PLAIN;
    const root = this.#blockMapping(0, 0);
    if (root.size > MOST_NODES || root.depth > MOST_DEPTH) throw NOT_PLAIN;
    return root;
  }

  #place(start: number, end: number): Place {
    return { source: this.#source, start, end };
  }

  #code(at: number): number {
    return this.#text.charCodeAt(at); // NaN at the end
  }

  /** From the start of a line to the next content. */
  #toContent(): void {
    const text = this.#text;
    this.#commentIndent = -1;
    for (let start = this.#at; ; ) {
      let at = start;
      while (this.#code(at) === SPACE) at++;
      const code = this.#code(at);
      if (code !== NEWLINE && code !== HASH) {
        this.#at = at;
        this.#indent = at < text.length ? at - start : -1;
        return;
      }
      if (code === HASH) this.#commentIndent = Math.max(this.#commentIndent, at - start);
      const end = text.indexOf('\n', at);
      start = end === -1 ? text.length : end + 1;
    }
  }

  /** After a value: blanks and a comment, then on to the next content. */
  #endLine(): void {
    const text = this.#text;
    let at = this.#at;
    while (this.#code(at) === SPACE) at++;
    if (this.#code(at) === HASH && at > this.#at) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    }
    if (at < text.length && this.#code(at) !== NEWLINE) throw NOT_PLAIN;
    this.#at = this.#lineEnd = Math.min(at + 1, text.length);
    this.#toContent();
  }

  /** Whether the collection in column `indent` goes on; what is further in belongs to nobody. */
  #goesOn(indent: number): boolean {
    if (this.#indent === indent) return true;
    if (this.#indent > indent) throw NOT_PLAIN;
    // such a comment the parser counts to the collection
    if (this.#commentIndent >= Math.max(1, indent)) throw NOT_PLAIN;
    return false;
  }

  #blockMapping(indent: number, depth: number): YamlNode {
    if (depth > MOST_DEPTH) throw NOT_PLAIN;
    const start = this.#at;
    const entries = new Entries();
    do {
      if (indent === 0 && /^(?:---|\.\.\.)/.test(this.#text.slice(this.#at, this.#at + 3))) throw NOT_PLAIN;
      const { name, key } = this.#key(NOT_IN_KEYS);
      entries.add(name, key, this.#blockValue(indent, depth));
    } while (this.#goesOn(indent));
    return mappingNode(entries.merged(), this.#place(start, this.#lineEnd));
  }

  /** What follows the colon of a key in column `indent`. */
  #blockValue(indent: number, depth: number): YamlNode {
    let at = this.#at;
    while (this.#code(at) === SPACE) at++;
    if (this.#code(at) === ANCHOR) return this.#anchored(at, indent, depth);
    const first = this.#code(at);
    if (first !== NEWLINE && (first !== HASH || at === this.#at)) {
      this.#at = at;
      return this.#inline(indent, depth);
    }
    this.#endLine();
    if (this.#indent <= indent) throw NOT_PLAIN; // nothing, or a list that is not further in
    const code = this.#code(this.#at);
    if (code === OPEN || code === OPEN_LIST) return this.#inline(indent, depth);
    return this.#isItem() ? this.#blockList(this.#indent, depth + 1) : this.#blockMapping(this.#indent, depth + 1);
  }

  /** `&name`, then the value on the same line or below. */
  #anchored(at: number, indent: number, depth: number): YamlNode {
    const name = this.#anchorName(at + 1);
    if (this.#anchors.has(name) || !this.#isBlank(this.#at)) throw NOT_PLAIN;
    ANCHORS_NO_MORE.lastIndex = this.#at;
    if (ANCHORS_NO_MORE.test(this.#text)) throw NOT_PLAIN;
    const node = this.#blockValue(indent, depth);
    if (this.#anchors.has(name)) throw NOT_PLAIN; // another one within it
    this.#anchors.set(name, node);
    return node;
  }

  #anchorName(at: number): string {
    ANCHOR_NAME.lastIndex = at;
    const name = ANCHOR_NAME.exec(this.#text)?.[0];
    if (name === undefined) throw NOT_PLAIN;
    this.#at = ANCHOR_NAME.lastIndex;
    return name;
  }

  /** `*name`: the very node. */
  #alias(inFlow: boolean): YamlNode {
    const node = this.#anchors.get(this.#anchorName(this.#at + 1));
    if (node === undefined || !(this.#isBlank(this.#at) || (inFlow && isFlow(this.#code(this.#at))))) throw NOT_PLAIN;
    return node;
  }

  #isItem(): boolean {
    return this.#code(this.#at) === DASH && this.#code(this.#at + 1) === SPACE;
  }

  #blockList(indent: number, depth: number): YamlNode {
    if (depth > MOST_DEPTH) throw NOT_PLAIN;
    const start = this.#at;
    const items: YamlNode[] = [];
    do {
      if (!this.#isItem()) throw NOT_PLAIN;
      const dash = this.#at++;
      while (this.#code(this.#at) === SPACE) this.#at++;
      items.push(
        this.#isKey() ? this.#blockMapping(indent + this.#at - dash, depth + 1) : this.#inline(indent, depth + 1),
      );
    } while (this.#goesOn(indent));
    return listNode(items, this.#place(start, this.#lineEnd));
  }

  /** Whether the rest of the line starts with a key. */
  #isKey(): boolean {
    const code = this.#code(this.#at);
    if (code === OPEN || code === OPEN_LIST) return false;
    const end = this.#text.indexOf('\n', this.#at);
    return (
      /:(?: |$)/.test(this.#text.slice(this.#at, end === -1 ? undefined : end)) && code !== SINGLE && code !== DOUBLE
    );
  }

  /** A value on the line of its key or dash. */
  #inline(indent: number, depth: number): YamlNode {
    const code = this.#code(this.#at);
    if (code === LITERAL || code === FOLDED) return this.#block(indent);
    const node =
      code === OPEN || code === OPEN_LIST
        ? this.#flow(indent, depth + 1)
        : code === ALIAS
          ? this.#alias(false)
          : code === SINGLE || code === DOUBLE
            ? this.#quoted()
            : this.#plain(false);
    this.#endLine();
    return node;
  }

  /** `|` or `>` and the lines below. */
  #block(indent: number): ScalarNode {
    const start = this.#at;
    const block = blockScalar(this.#text, start, indent);
    if (block === undefined) throw NOT_PLAIN;
    this.#at = this.#lineEnd = block.end;
    this.#toContent();
    return scalarNode(block.value, this.#place(start, block.end), { style: 'block', text: block.value });
  }

  /** A key and its colon, after which a blank or the end of the line stands. */
  #key(notIn: ReadonlySet<number>): { readonly name: string; readonly key: Place } {
    const start = this.#at;
    const first = this.#code(start);
    if (first === SINGLE || first === DOUBLE) {
      const { value, at } = this.#quoted();
      if (value === MERGE) throw NOT_PLAIN; // a name like any other
      return this.#named(String(value), at);
    }
    if (INDICATORS.has(first) || (first === DASH && this.#isItem())) throw NOT_PLAIN;
    let at = start;
    for (let code = first; ; code = this.#code(++at)) {
      if (code === COLON && this.#isBlank(at + 1)) break;
      if (!(code >= SPACE) || notIn.has(code)) throw NOT_PLAIN; // the end of the line, or of the file
    }
    this.#at = at;
    const name = this.#text.slice(start, at);
    if (NULL.test(name) || name.endsWith(' ')) throw NOT_PLAIN;
    return this.#named(name, this.#place(start, at));
  }

  #named(name: string, key: Place): { readonly name: string; readonly key: Place } {
    if (name === '' || FORBIDDEN_NAMES.has(name) || key.end - key.start > LONGEST_KEY) throw NOT_PLAIN;
    if (this.#code(this.#at) !== COLON || !this.#isBlank(this.#at + 1)) throw NOT_PLAIN;
    this.#at++;
    return { name, key };
  }

  #isBlank(at: number): boolean {
    const code = this.#code(at);
    return code === SPACE || code === NEWLINE || at >= this.#text.length;
  }

  #quoted(): ScalarNode {
    const start = this.#at;
    const quote = this.#code(start);
    let doubled = false;
    for (let at = start + 1; ; at++) {
      const code = this.#code(at);
      if (!(code >= SPACE) || (code === BACKSLASH && quote === DOUBLE)) throw NOT_PLAIN;
      if (code !== quote) continue;
      if (quote === SINGLE && this.#code(at + 1) === SINGLE) {
        doubled = true;
        at++;
        continue;
      }
      this.#at = at + 1;
      const inner = this.#text.slice(start + 1, at);
      const value = doubled ? inner.replaceAll("''", "'") : inner;
      const style = quote === SINGLE ? 'single' : 'double';
      return scalarNode(value, this.#place(start, at + 1), { style, text: value });
    }
  }

  #plain(inFlow: boolean): ScalarNode {
    const start = this.#at;
    const first = this.#code(start);
    if (!(first > SPACE) || INDICATORS.has(first) || (first === DASH && this.#endsDash(start + 1))) throw NOT_PLAIN;
    let at = start;
    let end = start;
    for (let code = first; code >= SPACE; code = this.#code(++at)) {
      if (code === SPACE) continue;
      if (code === HASH && this.#code(at - 1) === SPACE) break;
      if (code === COLON && (this.#isBlank(at + 1) || (inFlow && isFlow(this.#code(at + 1))))) throw NOT_PLAIN;
      if (inFlow && isFlow(code)) break;
      end = at + 1;
    }
    this.#at = end;
    const text = this.#text.slice(start, end);
    const value = coreValue(text);
    if (value === undefined) throw NOT_PLAIN;
    return scalarNode(value, this.#place(start, end), { style: 'plain', text });
  }

  /** A dash before a blank is not the start of a scalar, nor one before a comma or bracket inside brackets. */
  #endsDash(at: number): boolean {
    return this.#isBlank(at) || isFlow(this.#code(at));
  }

  #flow(indent: number, depth: number): YamlNode {
    if (depth > MOST_DEPTH) throw NOT_PLAIN;
    return this.#code(this.#at) === OPEN ? this.#flowMapping(indent, depth) : this.#flowList(indent, depth);
  }

  #flowMapping(indent: number, depth: number): YamlNode {
    const start = this.#at++;
    const entries = new Entries();
    for (this.#flowSpace(indent); this.#code(this.#at) !== CLOSE; ) {
      const { name, key } = this.#key(NOT_IN_KEYS);
      this.#flowSpace(indent);
      entries.add(name, key, this.#flowValue(indent, depth));
      this.#flowEnd(CLOSE, indent);
    }
    return mappingNode(entries.merged(), this.#place(start, ++this.#at));
  }

  #flowList(indent: number, depth: number): YamlNode {
    const start = this.#at++;
    const items: YamlNode[] = [];
    for (this.#flowSpace(indent); this.#code(this.#at) !== CLOSE_LIST; ) {
      const item = this.#flowValue(indent, depth);
      // an expression that the commas have cut
      if (item.kind === 'scalar' && item.style === 'plain' && isOpen(item.text)) throw NOT_PLAIN;
      items.push(item);
      this.#flowEnd(CLOSE_LIST, indent);
    }
    return listNode(items, this.#place(start, ++this.#at));
  }

  #flowValue(indent: number, depth: number): YamlNode {
    const code = this.#code(this.#at);
    if (code === OPEN || code === OPEN_LIST) return this.#flow(indent, depth + 1);
    if (code === ALIAS) return this.#alias(true);
    return code === SINGLE || code === DOUBLE ? this.#quoted() : this.#plain(true);
  }

  /** After an item: a comma, or the closing bracket, which is left. */
  #flowEnd(close: number, indent: number): void {
    this.#flowSpace(indent);
    const code = this.#code(this.#at);
    if (code === COMMA) {
      this.#at++;
      this.#flowSpace(indent);
    } else if (code !== close) throw NOT_PLAIN;
  }

  /** Blanks and line ends inside brackets; what follows on another line is further in than the key. */
  #flowSpace(indent: number): void {
    let line = -1;
    for (let code = this.#code(this.#at); code === SPACE || code === NEWLINE; code = this.#code(++this.#at))
      if (code === NEWLINE) line = this.#at + 1;
    if (line !== -1 && this.#at - line <= indent) throw NOT_PLAIN;
    if (this.#code(this.#at) === HASH) throw NOT_PLAIN;
  }
}

/** The entries of a mapping as they are read; those that `<<` brings in follow, where a name is not taken. */
class Entries {
  readonly #own = new Map<string, Entry>();
  #more: YamlNode | undefined;

  add(name: string, key: Place, value: YamlNode): void {
    if (name === MERGE) {
      if (this.#more !== undefined || value.kind !== 'mapping') throw NOT_PLAIN;
      this.#more = value;
    } else if (this.#own.has(name)) throw NOT_PLAIN;
    else this.#own.set(name, { name, key, value });
  }

  merged(): ReadonlyMap<string, Entry> {
    if (this.#more?.kind === 'mapping')
      for (const [name, entry] of this.#more.entries) if (!this.#own.has(name)) this.#own.set(name, entry);
    return this.#own;
  }
}

const isFlow = (code: number): boolean =>
  code === COMMA || code === OPEN || code === CLOSE || code === OPEN_LIST || code === CLOSE_LIST;
