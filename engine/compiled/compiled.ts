/**
 * A pipeline as it was after loading, kept under the digests of its YAML files: while these are the same, nothing is parsed. The
 * graph lies in it as numbers, and each instance as a text of its own, which is read when somebody asks for that instance.
 * Where things stand in the files is not kept; the files are loaded after all when a message needs to say it.
 *
 * Groups of `foreach` stages are in it as they were found in the data, and the code of plugins as it was bundled: only who has looked
 * at all files since (`Before`) may go on from those.
 */
import { readFileSync } from 'node:fs';
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { AnyStageType, Text } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { type SourceFile, sourceFile } from '../diagnostic/diagnostic.ts';
import { type Graph, Instances } from '../load/graph.ts';
import type { Known } from '../load/groups.ts';
import { folded } from '../load/output-path.ts';
import type { Instance, Loaded, Pipeline } from '../load/pipeline.ts';
import { lockFileOf } from '../load/pipeline-file.ts';
import type { Bundle } from '../plugins/plugins.ts';
import { type ReadFile, readFileBytes, readSource } from '../yaml/source.ts';
import { decodeSections, type Sections } from './sections.ts';

/** An instance without its place and with its type by name: what JSON can hold. */
export type Flat = Omit<Instance, 'type' | 'place'> & { readonly type: string };

export interface SourceDigest {
  readonly path: string;
  readonly digest: Digest;
}

export interface Head {
  /** what else the result depends on: the program, the vars */
  readonly of: string;
  readonly name: string;
  readonly title?: Text;
  readonly file: string;
  readonly folder: string;
  readonly labels: Readonly<Record<string, Text>>;
  readonly sources: readonly SourceDigest[];
  /** stage types, each once */
  readonly types: readonly string[];
  readonly groups: readonly Known[];
  /** code of plugins, and how many of the sources, at their end, it was made of */
  readonly bundles: readonly Bundle[];
  readonly code: number;
}

export const FORMAT = 4;

/** What a run went by. */
export interface Before {
  readonly sources: readonly SourceDigest[];
  readonly rests: string;
}

/** What a pipeline rests on beside its files: the groups that were found, the code that was made of plugins. */
export const restsOn = ({ groups, bundles }: Pick<Head, 'groups' | 'bundles'>): string =>
  groups.length + bundles.length === 0 ? '' : digestOf(JSON.stringify([groups, bundles.map((b) => b.digest)]));

export interface CompiledOf {
  /** where it is kept */
  readonly path: string;
  /** what else the result depends on */
  readonly of: string;
  /** with the types of these plugins */
  readonly registry: (bundles: readonly Bundle[]) => Promise<Registry | undefined>;
  /** as people name a file */
  readonly nameOf: (file: string) => string;
  /** loads the files from the bytes that were compared */
  readonly whole: (read: ReadFile, registry: Registry, groups: readonly Known[]) => Loaded;
}

export interface Compiled {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
}

/**
 * Undefined when there is none, it is damaged, or a YAML file is another now.
 * @param before what is known to be so still: then the files are not even read
 */
export async function readCompiled(options: CompiledOf, before?: Before): Promise<Compiled | undefined> {
  const sections = sectionsAt(options.path);
  if (sections === undefined || sections.head.of !== options.of) return undefined;
  const { head } = sections;
  const read = before === undefined ? sourcesOf(head, options) : undefined;
  if (before === undefined ? read === undefined : !sameSources(head.sources, before.sources)) return undefined;
  if (restsOn(head) !== (before?.rests ?? '')) return undefined;
  const registry = await options.registry(head.bundles);
  if (registry === undefined || !head.types.every((type) => registry.types.has(type))) return undefined;
  let sources = read;
  const texts = (): readonly SourceFile[] => (sources ??= textsNow(head, options));
  const whole = (read: ReadFile): Loaded => options.whole(read, registry, head.groups);
  return compiledIn(sections, { registry, texts, whole });
}

/** Undefined when the sections are not those of one pipeline. */
export function compiledIn(sections: Sections<Head>, of: GraphOf, made?: Made): Compiled | undefined {
  const graph = new CompiledGraph(sections, of, made);
  if (!graph.isWhole) return undefined;
  const { name, title, file, folder, labels, groups, sources } = sections.head;
  const pipeline: Pipeline = {
    name,
    ...(title === undefined ? {} : { title }),
    file,
    folder,
    labels,
    get sources() {
      return of.texts();
    },
    instances: new Instances(graph),
    branches: [],
    groups,
    isMadeFrom: (path) =>
      graph.isRead(path) || [lockFileOf(file), ...sources.map((s) => s.path)].some((f) => folded(f) === folded(path)),
  };
  return { pipeline, graph };
}

/** A pipeline whose YAML was edited, and what of it differs from what was compiled. */
export interface Edited extends Compiled {
  /** instances whose text is another */
  readonly changed: readonly number[];
  /** one of these reads other stages than before */
  readonly isRewired?: true;
  /** to be kept when the run is done */
  readonly bytes: Uint8Array;
}

/**
 * The edited pipeline beside the compiled one; undefined when more differs than what stages say: their number, names and order,
 * where they write, labels, files that are included.
 * @param before what was compiled
 * @param bytes the pipeline compiled
 */
export function compareCompiled(
  before: Sections<Head>,
  registry: Registry,
  loaded: Loaded & { readonly pipeline: Pipeline },
  bytes: Uint8Array,
): Edited | undefined {
  const { pipeline } = loaded;
  const now = decodeSections<Head>(FORMAT, bytes);
  if (now === undefined || frameOf(before.head) !== frameOf(now.head)) return undefined;
  if (!before.bytes('names').equals(now.bytes('names')) || !before.bytes('hidden').equals(now.bytes('hidden')))
    return undefined;
  const made = [...pipeline.instances.values()].entries();
  const graph = new CompiledGraph(now, { registry, texts: () => pipeline.sources, whole: () => loaded }, made);
  const changed: number[] = [];
  let isRewired = false;
  for (let i = 0; i < graph.size; i++) {
    const [old, text] = [nodeIn(before, i), nodeIn(now, i)];
    if (old.equals(text)) continue;
    const { to, files, inputs } = graph.at(i);
    const was = JSON.parse(old.toString('utf8')) as Flat;
    if (was.to !== to) return undefined;
    isRewired ||= sourcesIn(was) !== sourcesIn({ inputs });
    // the stage that would write over the file may be one that is not looked at
    if (Object.values(files).some((file) => graph.isWritten(file))) return undefined;
    changed.push(i);
  }
  return { pipeline, graph, changed, bytes, ...(isRewired ? { isRewired } : {}) };
}

/** Which stages an instance reads. */
const sourcesIn = ({ inputs }: Pick<Flat, 'inputs'>): string =>
  JSON.stringify([...new Set(Object.values(inputs).flatMap((of) => of.map((r) => r.instance)))].sort());

/** What all stages depend on, and what a run says of itself. */
const frameOf = ({ name, title, file, folder, labels, sources, ...rest }: Head): string =>
  JSON.stringify([name, title ?? null, file, folder, labels, sources.map((s) => s.path), restsOn(rest)]);

/** What was compiled, when it is what a run went by. */
export function compiledBefore({ path, of }: Pick<CompiledOf, 'path' | 'of'>, before: Before) {
  const sections = sectionsAt(path);
  if (sections === undefined || sections.head.of !== of || restsOn(sections.head) !== before.rests) return undefined;
  return sameSources(sections.head.sources, before.sources) ? sections : undefined;
}

/** The text of an instance. */
export function nodeIn(sections: Sections<Head>, index: number): Buffer {
  const starts = sections.numbers('starts');
  return sections.bytes('nodes').subarray(starts[index], starts[index + 1]);
}

function sectionsAt(path: string): Sections<Head> | undefined {
  try {
    return decodeSections<Head>(FORMAT, readFileSync(path));
  } catch {
    return undefined; // none: the files are loaded
  }
}

const sameSources = (a: readonly SourceDigest[], b: readonly SourceDigest[]): boolean =>
  a.length === b.length && a.every((s, i) => s.path === b[i]?.path && s.digest === b[i]?.digest);

function sourcesOf({ sources }: Head, { nameOf }: CompiledOf): readonly SourceFile[] | undefined {
  const out: SourceFile[] = [];
  for (const { path, digest } of sources) {
    const read = readSource(path, nameOf(path));
    if (!read.ok || digestOf(read.source.text) !== digest) return undefined;
    out.push(read.source);
  }
  return out;
}

/** The files as they are when they are asked for; one that was edited or removed meanwhile is as good as another place to show. */
const textsNow = ({ sources }: Head, { nameOf }: CompiledOf): readonly SourceFile[] =>
  sources.map(({ path }) => {
    const read = readSource(path, nameOf(path));
    return read.ok ? read.source : sourceFile(path, nameOf(path), '');
  });

/** What a compiled pipeline is read with. */
export interface GraphOf {
  readonly registry: Registry;
  readonly texts: () => readonly SourceFile[];
  readonly whole: (read: ReadFile) => Loaded;
}

/** Instances that are there already, by position. */
type Made = Iterable<readonly [number, Instance]>;

class CompiledGraph implements Graph {
  readonly size: number;
  readonly #sections: Sections<Head>;
  readonly #of: GraphOf;
  readonly #names: readonly string[];
  readonly #nodes: Buffer;
  /** where the text of each begins, and the end */
  readonly #starts: Uint32Array;
  readonly #readerStarts: Uint32Array;
  readonly #readers: Uint32Array;
  readonly #made: Map<number, Instance>;
  #indices: ReadonlyMap<string, number> | undefined;
  /** by folded path */
  #around: ReadonlyMap<string, readonly number[]> | undefined;
  #loaded: ReadonlyMap<string, Instance> | undefined;

  constructor(sections: Sections<Head>, of: GraphOf, made: Made = []) {
    this.#made = new Map(made);
    this.#sections = sections;
    this.#of = of;
    this.#names = sections.texts('names');
    this.#nodes = sections.bytes('nodes');
    this.#starts = sections.numbers('starts');
    this.#readerStarts = sections.numbers('reader starts');
    this.#readers = sections.numbers('readers');
    this.size = this.#names.length;
  }

  /** A name or a path with a NUL in it would be two. */
  get isWhole(): boolean {
    const files = this.#sections.texts('files').length;
    return this.size === this.#starts.length - 1 && files === this.#sections.numbers('files of').length;
  }

  name(index: number): string {
    return this.#names[index] as string;
  }

  index(name: string): number | undefined {
    this.#indices ??= new Map(this.#names.map((n, i) => [n, i]));
    return this.#indices.get(name);
  }

  at(index: number): Instance {
    let instance = this.#made.get(index);
    if (instance === undefined) this.#made.set(index, (instance = this.#make(index)));
    return instance;
  }

  isHidden(index: number): boolean {
    return this.#sections.bytes('hidden')[index] === 1;
  }

  readers(index: number): Uint32Array {
    return this.#readers.subarray(this.#readerStarts[index], this.#readerStarts[index + 1]);
  }

  around(file: string): readonly number[] {
    this.#around ??= this.#allAround();
    const dot = file.lastIndexOf('.');
    const written = dot === -1 ? [] : (this.#around.get(folded(`${file.slice(0, dot)}.*`)) ?? []);
    return [...(this.#around.get(folded(file)) ?? []), ...written];
  }

  isRead(file: string): boolean {
    this.#around ??= this.#allAround();
    return this.#around.has(folded(file));
  }

  /** By a stage that writes for people, if it has that format. */
  isWritten(file: string): boolean {
    const dot = file.lastIndexOf('.');
    this.#around ??= this.#allAround();
    return dot !== -1 && this.#around.has(folded(`${file.slice(0, dot)}.*`));
  }

  #allAround(): ReadonlyMap<string, readonly number[]> {
    const paths = this.#sections.texts('files');
    const of = this.#sections.numbers('files of');
    const around = new Map<string, number[]>();
    paths.map(folded).forEach((path, i) => {
      const there = around.get(path);
      if (there === undefined) around.set(path, [of[i] as number]);
      else there.push(of[i] as number);
    });
    return around;
  }

  #make(index: number): Instance {
    const text = this.#nodes.toString('utf8', this.#starts[index], this.#starts[index + 1]);
    const { type: name, ...rest } = JSON.parse(text) as Flat;
    const type = this.#of.registry.types.get(name) as AnyStageType;
    return { ...rest, type, place: (path, part) => this.#place(rest.name, path, part) };
  }

  #place(name: string, ...[path, part]: Parameters<Instance['place']>): ReturnType<Instance['place']> {
    const instance = this.#wholly().get(name);
    if (instance !== undefined) return instance.place(path, part);
    const [source] = this.#of.texts(); // the YAML was edited since it was compared
    if (source === undefined) throw new Error('ceteris bug: a pipeline without a file');
    return { source, start: 0, end: 0 };
  }

  #wholly(): ReadonlyMap<string, Instance> {
    if (this.#loaded !== undefined) return this.#loaded;
    const texts = new Map(this.#of.texts().map((s) => [s.path, s.text]));
    const read: ReadFile = (file) => {
      const text = texts.get(file);
      return text === undefined ? readFileBytes(file) : { ok: true, bytes: Buffer.from(text, 'utf8') };
    };
    return (this.#loaded = this.#of.whole(read).pipeline?.instances ?? new Map());
  }
}
