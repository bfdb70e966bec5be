/** YAML text to nodes: syntax, duplicate and forbidden names, aliases, merge keys, limits of size and depth. */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
  type Document as YamlDocument,
} from 'yaml';
import type { Place, SourceFile } from '../diagnostic/diagnostic.ts';
import type { Faults } from './faults.ts';
import { brokenNode, type Entry, listNode, mappingNode, type Style, scalarNode, type YamlNode } from './node.ts';
import { readPlain } from './plain-yaml.ts';
import { compose, depthOf } from './syntax.ts';
import { TOP_KEYS } from './top-keys.ts';
import { tornEntries, tornItems } from './torn.ts';

/** A pipeline nests four or five deep. */
export const MAX_DEPTH = 100;
/** Nodes of one value after aliases and vars: a study with 10,000 stages has 80,000. */
export const MAX_NODES = 1_000_000;

/** Names that mean something to JavaScript's objects. */
export const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The root of the file; undefined when the YAML itself is wrong, all of which has been said. */
export function parseYaml(source: SourceFile, faults: Faults): YamlNode | undefined {
  const root = readPlain(source);
  if (root === undefined) return parseFully(source, faults);
  plain.add(source);
  return root;
}

const plain = new WeakSet<SourceFile>();

/** Whether a file that was parsed needed no full parser. */
export const isPlain = (source: SourceFile): boolean => plain.has(source);

/** The same by way of the full parser, whatever is in the file. */
export function parseFully(source: SourceFile, faults: Faults): YamlNode | undefined {
  try {
    const tokens = [...new Parser().parse(source.text)];
    const deep = depthOf(tokens, MAX_DEPTH);
    if (deep !== undefined) {
      faults.add('CE1032', { limit: MAX_DEPTH }, { at: { source, start: deep, end: deep + 1 } });
      return undefined;
    }
    const document = compose(source, tokens, TOP_KEYS, faults);
    return document === undefined ? undefined : new Converter(source, document, faults).root();
  } catch (thrown) {
    // the parser recurses on some malformed text that no depth of tokens shows
    if (!(thrown instanceof RangeError)) throw thrown;
    faults.add('CE1032', { limit: MAX_DEPTH }, { at: { source, start: 0, end: 1 } });
    return undefined;
  }
}

type Ast = Scalar | Alias | YAMLMap | YAMLSeq;

class Converter {
  readonly #source: SourceFile;
  readonly #document: YamlDocument;
  readonly #faults: Faults;
  readonly #anchors = new Map<string, YamlNode | 'open'>();

  constructor(source: SourceFile, document: YamlDocument, faults: Faults) {
    this.#source = source;
    this.#document = document;
    this.#faults = faults;
  }

  root(): YamlNode {
    return this.#node(this.#document.contents as Ast | null, this.#at(0, 0));
  }

  #at(start: number, end: number): Place {
    return { source: this.#source, start, end };
  }

  #place(ast: { range?: readonly number[] | null | undefined }, fallback: Place): Place {
    const start = ast.range?.[0];
    return start === undefined ? fallback : this.#at(start, ast.range?.[1] ?? start);
  }

  #node(ast: Ast | null | undefined, fallback: Place): YamlNode {
    if (ast === null || ast === undefined) return scalarNode(null, fallback, { text: '' });
    if (isAlias(ast)) return this.#alias(ast, fallback);
    const anchor = ast.anchor;
    if (anchor === undefined) return this.#written(ast, fallback);
    this.#anchors.set(anchor, 'open');
    const node = this.#written(ast, fallback);
    this.#anchors.set(anchor, node);
    return node;
  }

  #written(ast: Scalar | YAMLMap | YAMLSeq, fallback: Place): YamlNode {
    const at = this.#place(ast, fallback);
    const tag = this.#tagFault(ast, at);
    if (tag !== undefined) return tag;
    if (isScalar(ast)) return this.#scalar(ast, at);
    const node = isMap(ast) ? this.#mapping(ast, at) : this.#list(ast as YAMLSeq, at);
    return this.#limited(node);
  }

  #limited(node: YamlNode): YamlNode {
    if (node.size > MAX_NODES) this.#faults.add('CE1033', { limit: MAX_NODES }, { at: node.at });
    else if (node.depth > MAX_DEPTH) this.#faults.add('CE1032', { limit: MAX_DEPTH }, { at: node.at });
    else return node;
    return brokenNode(node.at);
  }

  /** `!missing(x)` is a tag to YAML; here it is an expression that lacks its quotes. */
  #tagFault(ast: Scalar | YAMLMap | YAMLSeq, at: Place): YamlNode | undefined {
    const { tag } = ast;
    if (tag === undefined || tag.startsWith('tag:yaml.org,2002:')) {
      if (!isScalar(ast) || ast.value === null || typeof ast.value !== 'object') return undefined;
    }
    const line = this.#source.text.lastIndexOf('\n', at.start - 1) + 1;
    const mark = this.#source.text.lastIndexOf('!', Math.max(line, at.start - 1));
    const place = mark >= line ? this.#at(mark, Math.max(at.end, mark + 1)) : at;
    const written = this.#source.text.slice(place.start, place.end).trimEnd();
    this.#faults.add('CE1035', { value: written.split('\n')[0] ?? written }, { at: place });
    return brokenNode(place);
  }

  #scalar(ast: Scalar, at: Place): YamlNode {
    const style = STYLES[ast.type ?? ''] ?? 'plain';
    const { value } = ast;
    const text = style === 'plain' ? (ast.source ?? '') : String(value);
    if (typeof value === 'number') {
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$|^0[xo]/.test(text))
        this.#faults.add('CE1036', { value: text }, { at });
      else if (!Number.isFinite(value)) this.#faults.add('CE1037', { value: text }, { at });
      else return scalarNode(value, at, { style, text });
      return brokenNode(at);
    }
    if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      return scalarNode(value, at, { style, text });
    this.#faults.add('CE1035', { value: text }, { at });
    return brokenNode(at);
  }

  #list(ast: YAMLSeq, at: Place): YamlNode {
    const items = ast.items.map((item) => this.#node(item as Ast | null, at));
    return listNode(ast.flow ? tornItems(items, this.#faults) : items, at);
  }

  #mapping(ast: YAMLMap, at: Place): YamlNode {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    const bare = new Set<Entry>();
    let mergeKey: Place | undefined;
    let isShort = false;
    for (const pair of ast.items) {
      const key = pair.key as Ast | null;
      const keyAt = key === null ? at : this.#place(key, at);
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
        if (mergeKey !== undefined) this.#duplicate('<<', keyAt, mergeKey);
        mergeKey ??= keyAt;
        merged.push(...this.#merge(pair.value as Ast | null, keyAt));
        continue;
      }
      const name = this.#keyName(key, keyAt);
      const value = this.#node(pair.value as Ast | null, this.#at(keyAt.end, keyAt.end));
      if (name === undefined) {
        isShort = true;
        continue;
      }
      const before = entries.get(name);
      if (before !== undefined) {
        this.#duplicate(name, keyAt, before.key);
        continue;
      }
      const entry = { name, key: keyAt, value };
      entries.set(name, entry);
      if (pair.value === null) bare.add(entry);
    }
    for (const entry of merged) if (!entries.has(entry.name)) entries.set(entry.name, entry);
    const node = mappingNode(ast.flow ? tornEntries(entries, bare, this.#faults) : entries, at);
    return isShort ? { ...node, broken: true } : node;
  }

  #duplicate(name: string, at: Place, first: Place): void {
    const line = this.#source.text.slice(0, first.start).split('\n').length;
    this.#faults.add('CE1030', { name, line }, { at });
  }

  #keyName(key: Ast | null, at: Place): string | undefined {
    const plain = isScalar(key) && (key.type ?? 'PLAIN') === 'PLAIN';
    const name = isScalar(key) && key.value !== null ? (plain ? (key.source ?? '') : String(key.value)) : '';
    if (name === '') this.#faults.add('CE1031', {}, { at });
    else if (FORBIDDEN.has(name)) this.#faults.add('CE1034', { value: name }, { at });
    else return name;
    return undefined;
  }

  #alias(ast: Alias, fallback: Place): YamlNode {
    const at = this.#place(ast, fallback);
    const target = this.#anchors.get(ast.source);
    if (target !== undefined && target !== 'open') return target;
    if (target === 'open') this.#faults.add('CE1039', { name: ast.source }, { at });
    else this.#faults.add('CE1038', { name: ast.source, known: [...this.#anchors.keys()] }, { at });
    return brokenNode(at);
  }

  /** `<<: *a` or `<<: [*a, *b]`. A key of the mapping itself wins; two merged mappings must not both have it. */
  #merge(ast: Ast | null, key: Place): readonly Entry[] {
    const node = this.#node(ast, key);
    const sources = node.kind === 'list' ? node.items : [node];
    const found = new Map<string, Entry>();
    for (const source of sources) {
      if (source.kind === 'broken') continue;
      if (source.kind !== 'mapping') {
        this.#faults.add('CE1040', {}, { at: key });
        continue;
      }
      for (const entry of source.entries.values()) {
        if (found.has(entry.name)) this.#faults.add('CE1041', { name: entry.name }, { at: key });
        else found.set(entry.name, entry);
      }
    }
    return [...found.values()];
  }
}

const STYLES: Readonly<Record<string, Style>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

/** A value on its own, as after `--set name=`. */
export function parseValue(source: SourceFile, start: number, faults: Faults): YamlNode | undefined {
  // blanks in front keep the offsets those of the whole argument
  const shifted = { ...source, text: ' '.repeat(start) + source.text.slice(start) };
  if (shifted.text.trim() === '') return scalarNode('', { source, start, end: start });
  const before = faults.count;
  const node = parseYaml(shifted, faults);
  return faults.count > before ? undefined : node;
}
