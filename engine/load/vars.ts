/** `${var}`: typed when it is the whole value, text inside a longer one. Vars may use vars. */
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Faults } from '../yaml/faults.ts';
import {
  brokenNode,
  type Entries,
  type Entry,
  listNode,
  mappingNode,
  type Piece,
  relocate,
  type ScalarNode,
  scalarNode,
  type YamlNode,
} from '../yaml/node.ts';
import { placeWithin } from '../yaml/place.ts';
import { describe } from '../yaml/words.ts';
import { MAX_DEPTH, MAX_NODES } from '../yaml/yaml.ts';

export const VAR_NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** An expression or a paragraph, not a book. */
const MAX_TEXT = 1_000_000;

/** What stands between `${` and `}`; `$${` is no use of a var. */
const USE = /\$\$\{|\$\{([^{}]*)\}?/g;

export class Vars {
  readonly #written: Entries;
  readonly #faults: Faults;
  /** names are unknown when a file that may define them could not be read */
  readonly #complete: boolean;
  readonly #values = new Map<string, YamlNode>();
  readonly #open: string[] = [];
  #budget = MAX_NODES;

  constructor(written: Entries, faults: Faults, complete: boolean) {
    this.#written = written;
    this.#faults = faults;
    this.#complete = complete;
    for (const name of written.keys()) this.#value(name);
  }

  /** The node with all vars put in. A use that is at fault leaves a broken node. */
  substitute(node: YamlNode): YamlNode {
    switch (node.kind) {
      case 'scalar':
        return typeof node.value === 'string' && node.value.includes('${') ? this.#text(node, node.value) : node;
      case 'list': {
        const items = this.#items(node.items);
        return items === node.items ? node : listNode(items, node.at);
      }
      case 'mapping': {
        const entries = this.#entries(node.entries);
        return entries === node.entries ? node : mappingNode(entries, node.at);
      }
      case 'broken':
        return node;
    }
  }

  /** A list put in by an item that is one whole `${var}` is spliced flat: `[open, "${controls}"]`. */
  #items(items: readonly YamlNode[]): readonly YamlNode[] {
    let changed = false;
    const out: YamlNode[] = [];
    for (const item of items) {
      const put = this.substitute(item);
      changed ||= put !== item;
      if (put !== item && item.kind === 'scalar' && put.kind === 'list') out.push(...put.items);
      else out.push(put);
    }
    return changed ? out : items;
  }

  #entries(entries: Entries): Entries {
    let out: Map<string, Entry> | undefined;
    for (const [name, entry] of entries) {
      const value = this.substitute(entry.value);
      if (value === entry.value) continue;
      out ??= new Map(entries);
      out.set(name, { ...entry, value });
    }
    return out ?? entries;
  }

  #text(node: ScalarNode, text: string): YamlNode {
    const whole = /^\$\{([^{}]*)\}$/.exec(text);
    if (whole !== null) return this.#use(whole[1] ?? '', node.at) ?? brokenNode(node.at);
    let value = '';
    let from = 0;
    let broken = false;
    const pieces: Piece[] = [];
    const literal = (end: number): void => {
      value += text.slice(from, end);
      pieces.push({ end: value.length, from });
    };
    for (const match of text.matchAll(USE)) {
      const end = match.index + match[0].length;
      if (match[0] === '$${') {
        literal(match.index + 1);
        value += '{';
        pieces.push({ end: value.length, from: end - 1 });
      } else {
        literal(match.index);
        const at = placeWithin(node, { start: match.index, end });
        const put = this.#inner(match, at);
        broken ||= put === undefined;
        value += put ?? '';
        pieces.push({ end: value.length, from: at });
      }
      from = end;
    }
    literal(text.length);
    if (value.length > MAX_TEXT) {
      this.#faults.add('CE1033', { limit: MAX_TEXT }, { at: node.at });
      broken = true;
    }
    return broken ? brokenNode(node.at) : scalarNode(value, node.at, { style: node.style, text, pieces });
  }

  #inner(match: RegExpExecArray, at: Place): string | undefined {
    const name = match[1] ?? '';
    if (!match[0].endsWith('}')) {
      this.#faults.add('CE1102', { value: match[0].slice(0, 40) }, { at });
      return undefined;
    }
    const node = this.#use(name, at);
    if (node === undefined || node.kind === 'broken') return undefined;
    if (node.kind === 'scalar' && node.value !== null) return String(node.value);
    this.#faults.add('CE1103', { name: name.trim(), is: describe(node), use: match[0] }, { at });
    return undefined;
  }

  #use(written: string, at: Place): YamlNode | undefined {
    const name = written.trim();
    if (!VAR_NAME.test(name)) {
      this.#faults.add('CE1102', { value: `\${${written}}` }, { at });
      return undefined;
    }
    const cycle = this.#open.indexOf(name);
    if (cycle !== -1) {
      this.#faults.add('CE1101', { cycle: [...this.#open.slice(cycle), name].join(' → ') }, { at });
      return undefined;
    }
    const node = this.#value(name);
    if (node === undefined) {
      if (this.#complete) this.#faults.add('CE1100', { name, known: [...this.#written.keys()] }, { at });
      return undefined;
    }
    return this.#afford(node, at) ? relocate(node, at) : undefined;
  }

  #afford(node: YamlNode, at: Place): boolean {
    if (this.#budget < 0) return false; // said once is enough
    this.#budget -= node.size;
    if (this.#budget < 0) this.#faults.add('CE1033', { limit: MAX_NODES }, { at });
    return this.#budget >= 0;
  }

  #value(name: string): YamlNode | undefined {
    const known = this.#values.get(name);
    const entry = this.#written.get(name);
    if (known !== undefined || entry === undefined) return known;
    this.#open.push(name);
    let node = this.substitute(entry.value);
    this.#open.pop();
    if (node.depth > MAX_DEPTH) {
      this.#faults.add('CE1032', { limit: MAX_DEPTH }, { at: node.at });
      node = brokenNode(node.at);
    }
    this.#values.set(name, node);
    return node;
  }
}
