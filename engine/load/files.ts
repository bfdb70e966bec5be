/** The main file and all that it includes, joined into one set of vars, labels, defaults and stages. */
import path from 'node:path';
import { lineColumn, type Place, type SourceFile } from '../diagnostic/diagnostic.ts';
import type { PluginFile } from '../plugins/bundle.ts';
import type { Faults } from '../yaml/faults.ts';
import {
  type Entries,
  type Entry,
  isText,
  type MappingNode,
  mappingNode,
  type ScalarNode,
  type YamlNode,
} from '../yaml/node.ts';
import { displayName, type ReadFile, readSource } from '../yaml/source.ts';
import { TOP_KEYS } from '../yaml/top-keys.ts';
import { parseYaml } from '../yaml/yaml.ts';

export interface Joined {
  readonly sources: readonly SourceFile[];
  /** of all files that are asked for, also of those that cannot be read */
  readonly paths: readonly string[];
  readonly name?: Entry;
  readonly title?: Entry;
  readonly vars: Entries;
  readonly labels: Entries;
  /** by stage type; each value is a mapping */
  readonly defaults: ReadonlyMap<string, DefaultsOfType>;
  readonly stages: Entries;
  readonly plugins: readonly PluginFile[];
  /** false when a file could not be read: what seems unknown may be defined there */
  readonly complete: boolean;
}

export interface DefaultsOfType {
  readonly key: Place;
  readonly params: MappingNode;
}

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export interface FilesOptions {
  readonly cwd: string;
  readonly read?: ReadFile;
}

/** Undefined when the main file has no mapping to go on with. */
export function joinFiles(mainFile: string, options: FilesOptions, faults: Faults): Joined | undefined {
  return new Joiner(options, faults).join(mainFile);
}

class Joiner {
  readonly #options: FilesOptions;
  readonly #faults: Faults;
  readonly #sources: SourceFile[] = [];
  readonly #done = new Set<string>();
  readonly #open: string[] = [];
  readonly #vars = new Map<string, Entry>();
  readonly #labels = new Map<string, Entry>();
  readonly #stages = new Map<string, Entry>();
  readonly #plugins = new Map<string, PluginFile>();
  readonly #defaults = new Map<string, { key: Place; params: Map<string, Entry> }>();
  #complete = true;

  constructor(options: FilesOptions, faults: Faults) {
    this.#options = options;
    this.#faults = faults;
  }

  join(mainFile: string): Joined | undefined {
    const main = this.#file(mainFile, undefined);
    if (main === undefined) return undefined;
    const name = main.entries.get('name');
    const title = main.entries.get('title');
    return {
      sources: this.#sources,
      paths: [...this.#done],
      ...(name === undefined ? {} : { name }),
      ...(title === undefined ? {} : { title }),
      vars: this.#vars,
      labels: this.#labels,
      defaults: new Map(
        [...this.#defaults].map(([type, d]) => [type, { key: d.key, params: mappingNode(d.params, d.key) }]),
      ),
      stages: this.#stages,
      plugins: [...this.#plugins.values()],
      complete: this.#complete,
    };
  }

  #file(file: string, from: Place | undefined): MappingNode | undefined {
    this.#done.add(file);
    const result = readSource(file, displayName(file, this.#options.cwd), this.#options.read);
    if (!result.ok) {
      this.#complete = false;
      this.#faults.add(result.code, result.args, { at: result.at ?? from });
      return undefined;
    }
    const { source } = result;
    this.#sources.push(source);
    const root = parseYaml(source, this.#faults);
    if (root?.kind !== 'mapping') {
      if (root !== undefined && root.kind !== 'broken') this.#faults.add('CE1050', {}, { at: root.at });
      this.#complete = false;
      return undefined;
    }
    if (root.broken) this.#complete &&= stagesAndVarsStand(root);
    this.#top(root, source, from === undefined);
    return root;
  }

  #top(root: MappingNode, source: SourceFile, isMain: boolean): void {
    for (const entry of root.entries.values())
      if (!TOP_KEYS.includes(entry.name))
        this.#faults.add('CE1051', { name: entry.name, known: TOP_KEYS }, { at: entry.key });
    this.#version(root, source, isMain);
    const name = root.entries.get('name')?.value;
    if (name !== undefined && name.kind !== 'broken' && !(isText(name) && NAME.test(name.value)))
      this.#faults.add('CE1054', { value: name.kind === 'scalar' ? name.text : '…' }, { at: name.at });
    for (const item of this.#texts(root, 'plugins')) {
      const file = path.resolve(path.dirname(source.path), item.value);
      if (!this.#plugins.has(file)) this.#plugins.set(file, { path: file, at: item.at });
    }
    this.#include(root, source);
    this.#put(this.#section(root, 'vars'), this.#vars);
    this.#put(this.#section(root, 'labels'), this.#labels, 'CE1059');
    this.#put(this.#section(root, 'stages'), this.#stages);
    for (const entry of this.#section(root, 'defaults').values()) this.#putDefaults(entry);
  }

  #version(root: MappingNode, source: SourceFile, isMain: boolean): void {
    const version = root.entries.get('ceteris');
    if (version === undefined) {
      const at = [...root.entries.values()][0]?.key ?? { source, start: 0, end: 0 };
      if (isMain) this.#faults.add('CE1052', {}, { at });
      return;
    }
    const { value } = version;
    if (value.kind === 'broken' || (value.kind === 'scalar' && value.value === 1)) return;
    const at = value.at.end > value.at.start ? value.at : version.key;
    this.#faults.add('CE1053', { value: value.kind === 'scalar' ? value.text : '…' }, { at });
  }

  /** A text or a list of texts. */
  #texts(root: MappingNode, key: string): readonly (ScalarNode & { readonly value: string })[] {
    const node = root.entries.get(key)?.value;
    if (node === undefined) return [];
    return (node.kind === 'list' ? node.items : [node]).flatMap((item) => {
      if (item.kind === 'broken' || isEmpty(item)) return [];
      if (isText(item) && item.value.trim() !== '') return [item];
      this.#faults.add('CE1056', { key, expected: 'text | [text, …]' }, { at: item.at });
      return [];
    });
  }

  #include(root: MappingNode, source: SourceFile): void {
    const items = this.#texts(root, 'include');
    this.#open.push(source.path);
    for (const item of items) {
      const file = path.resolve(path.dirname(source.path), item.value);
      const cycle = this.#open.indexOf(file);
      if (cycle !== -1) {
        const names = [...this.#open.slice(cycle), file].map((f) => displayName(f, this.#options.cwd));
        this.#faults.add('CE1057', { cycle: names.join(' → ') }, { at: item.at });
      } else if (!this.#done.has(file)) this.#file(file, item.at);
    }
    this.#open.pop();
  }

  #section(root: MappingNode, key: string): Entries {
    const entry = root.entries.get(key);
    if (entry === undefined || entry.value.kind === 'broken' || isEmpty(entry.value)) return new Map();
    if (entry.value.kind === 'mapping') return entry.value.entries;
    this.#faults.add('CE1056', { key, expected: '{ … }' }, { at: entry.value.at });
    return new Map();
  }

  /** @param code of two of a name: others name a stage or a var, and another name is as good */
  #put(entries: Entries, into: Map<string, Entry>, code: 'CE1058' | 'CE1059' = 'CE1058'): void {
    for (const entry of entries.values()) {
      const before = into.get(entry.name);
      if (before === undefined) into.set(entry.name, entry);
      else this.#twice(entry, before, code);
    }
  }

  #twice(entry: Entry, before: Entry, code: 'CE1058' | 'CE1059'): void {
    const { line, column } = lineColumn(before.key.source, before.key.start);
    const other = `${before.key.source.name}:${line}:${column}`;
    this.#faults.add(code, { name: entry.name, other }, { at: entry.key });
  }

  #putDefaults(entry: Entry): void {
    if (entry.value.kind === 'broken' || isEmpty(entry.value)) return;
    if (entry.value.kind !== 'mapping') {
      this.#faults.add('CE1056', { key: `defaults.${entry.name}`, expected: '{ … }' }, { at: entry.value.at });
      return;
    }
    const of = this.#defaults.get(entry.name) ?? { key: entry.key, params: new Map<string, Entry>() };
    this.#defaults.set(entry.name, of);
    this.#put(entry.value.entries, of.params, 'CE1059');
  }
}

/** `key:` with nothing behind it is the same as no key. */
const isEmpty = (node: YamlNode): boolean =>
  (node.kind === 'scalar' && node.value === null) || (node.kind === 'list' && node.items.length === 0);

/** Broken values leave all names standing; a broken section does not. */
const stagesAndVarsStand = (root: MappingNode): boolean =>
  ['include', 'vars', 'stages'].every((key) => root.entries.get(key)?.value.kind !== 'broken');
