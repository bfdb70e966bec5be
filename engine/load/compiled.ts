/**
 * A pipeline as it was after loading, kept under the digests of its YAML files: while these are the same, nothing is parsed. The
 * graph lies in it as numbers, and each instance as a text of its own, which is read when somebody asks for that instance.
 * Where things stand in the files is not kept; the files are loaded after all when a message needs to say it.
 */
import { readFileSync } from 'node:fs';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import type { AnyStageType, Registry, Text } from '../../stages/contract.ts';
import { type SourceFile, sourceFile } from '../diagnostic/diagnostic.ts';
import { upstreamOf } from '../plan/graph.ts';
import { type Graph, Instances } from './graph.ts';
import type { Instance, Loaded, Pipeline } from './pipeline.ts';
import { decodeSections, encodeSections, numbersOf, type Sections, textsOf } from './sections.ts';
import { type ReadFile, readFileBytes, readSource } from './source.ts';

/** An instance without its place and with its type by name: what JSON can hold. */
type Flat = Omit<Instance, 'type' | 'place'> & { readonly type: string };

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
}

const FORMAT = 2;

export interface CompiledOf {
  /** where it is kept */
  readonly path: string;
  /** what else the result depends on */
  readonly of: string;
  readonly registry: Registry;
  /** as people name a file */
  readonly nameOf: (file: string) => string;
  /** loads the files from the bytes that were compared */
  readonly whole: (read: ReadFile) => Loaded;
}

export interface Compiled {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
}

/**
 * Undefined when there is none, it is damaged, or a YAML file is another now.
 * @param known digests of the YAML files as they are now, when the caller has them: then they are not even read
 */
export function readCompiled(options: CompiledOf, known?: readonly SourceDigest[]): Compiled | undefined {
  const sections = sectionsAt(options.path);
  if (sections === undefined || sections.head.of !== options.of) return undefined;
  const { head } = sections;
  if (!head.types.every((type) => options.registry.types.has(type))) return undefined;
  const read = known === undefined ? sourcesOf(head, options) : undefined;
  if (known === undefined ? read === undefined : !sameSources(head.sources, known)) return undefined;
  let sources = read;
  const texts = (): readonly SourceFile[] => (sources ??= textsNow(head, options));
  const graph = new CompiledGraph(sections, options, texts);
  if (!graph.isWhole) return undefined;
  const { name, title, file, folder, labels } = head;
  const pipeline: Pipeline = {
    name,
    ...(title === undefined ? {} : { title }),
    file,
    folder,
    labels,
    get sources() {
      return texts();
    },
    instances: new Instances(graph),
    branches: [],
  };
  return { pipeline, graph };
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

class CompiledGraph implements Graph {
  readonly size: number;
  readonly #sections: Sections<Head>;
  readonly #registry: Registry;
  readonly #texts: () => readonly SourceFile[];
  readonly #whole: CompiledOf['whole'];
  readonly #names: readonly string[];
  readonly #nodes: Buffer;
  /** where the text of each begins, and the end */
  readonly #starts: Uint32Array;
  readonly #readerStarts: Uint32Array;
  readonly #readers: Uint32Array;
  readonly #made = new Map<number, Instance>();
  #indices: ReadonlyMap<string, number> | undefined;
  #around: ReadonlyMap<string, readonly number[]> | undefined;
  #loaded: ReadonlyMap<string, Instance> | undefined;

  constructor(sections: Sections<Head>, { registry, whole }: CompiledOf, texts: () => readonly SourceFile[]) {
    this.#sections = sections;
    this.#registry = registry;
    this.#texts = texts;
    this.#whole = whole;
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
    const written = dot === -1 ? [] : (this.#around.get(`${file.slice(0, dot)}.*`) ?? []);
    return [...(this.#around.get(file) ?? []), ...written];
  }

  #allAround(): ReadonlyMap<string, readonly number[]> {
    const paths = this.#sections.texts('files');
    const of = this.#sections.numbers('files of');
    const around = new Map<string, number[]>();
    paths.forEach((path, i) => {
      const there = around.get(path);
      if (there === undefined) around.set(path, [of[i] as number]);
      else there.push(of[i] as number);
    });
    return around;
  }

  #make(index: number): Instance {
    const text = this.#nodes.toString('utf8', this.#starts[index], this.#starts[index + 1]);
    const { type: name, ...rest } = JSON.parse(text) as Flat;
    const type = this.#registry.types.get(name) as AnyStageType;
    return { ...rest, type, place: (path, part) => this.#place(rest.name, path, part) };
  }

  #place(name: string, ...[path, part]: Parameters<Instance['place']>): ReturnType<Instance['place']> {
    const instance = this.#wholly().get(name);
    if (instance !== undefined) return instance.place(path, part);
    const [source] = this.#texts(); // the YAML was edited since it was compared
    if (source === undefined) throw new Error('ceteris bug: a pipeline without a file');
    return { source, start: 0, end: 0 };
  }

  #wholly(): ReadonlyMap<string, Instance> {
    if (this.#loaded !== undefined) return this.#loaded;
    const texts = new Map(this.#texts().map((s) => [s.path, s.text]));
    const read: ReadFile = (file) => {
      const text = texts.get(file);
      return text === undefined ? readFileBytes(file) : { ok: true, bytes: Buffer.from(text, 'utf8') };
    };
    return (this.#loaded = this.#whole(read).pipeline?.instances ?? new Map());
  }
}

/** Keeps a pipeline in which loading found nothing to say. One with code of the user's own or with open groups is not kept. */
export function writeCompiled(path: string, of: string, pipeline: Pipeline): void {
  const instances = [...pipeline.instances.values()];
  // the code of a plugin, used or not, is among the sources
  if (pipeline.sources.some((s) => !/\.ya?ml$/i.test(s.path))) return;
  if (pipeline.branches.length > 0 || instances.some((i) => i.faulty === true || i.type.origin !== undefined)) return;
  const bytes = compile(of, pipeline, instances);
  try {
    writeWhole(realDisk, path, bytes, { temp: temporaryFor(path), mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, path); // it only saves time; throws what is a bug of ours
  }
}

function compile(of: string, pipeline: Pipeline, instances: readonly Instance[]): Uint8Array {
  const { name, title, file, folder, labels, sources } = pipeline;
  const head: Head = {
    of,
    name,
    ...(title === undefined ? {} : { title }),
    file,
    folder,
    labels,
    sources: sources.map((s) => ({ path: s.path, digest: digestOf(s.text) })),
    types: [...new Set(instances.map((i) => i.type.type))],
  };
  const nodes = instances.map(({ place: _, type, ...rest }): Buffer => {
    const flat: Flat = { ...rest, type: type.type };
    return Buffer.from(JSON.stringify(flat), 'utf8');
  });
  const readers = readersIn(instances);
  const files = instances.flatMap(({ files, to }, i) => {
    const paths = to === undefined ? Object.values(files) : [...Object.values(files), `${to}.*`];
    return paths.map((path) => [path, i] as const);
  });
  return encodeSections(FORMAT, head, {
    names: textsOf(instances.map((i) => i.name)),
    starts: numbersOf(startsOf(nodes.map((n) => n.length))),
    'reader starts': numbersOf(startsOf(readers.map((r) => r.length))),
    readers: numbersOf(readers.flat()),
    hidden: Uint8Array.from(instances, (i) => (i.owner === undefined ? 0 : 1)),
    files: textsOf(files.map(([path]) => path)),
    'files of': numbersOf(files.map(([, i]) => i)),
    nodes: Buffer.concat(nodes),
  });
}

function readersIn(instances: readonly Instance[]): readonly (readonly number[])[] {
  const indices = new Map(instances.map((i, at) => [i.name, at]));
  const readers = instances.map((): number[] => []);
  instances.forEach((instance, at) => {
    for (const name of upstreamOf(instance)) readers[indices.get(name) as number]?.push(at);
  });
  return readers;
}

function startsOf(lengths: readonly number[]): readonly number[] {
  let at = 0;
  return [0, ...lengths.map((length) => (at += length))];
}
