/**
 * A pipeline as it was after loading, kept under the digests of its YAML files: while these are the same, nothing is parsed.
 * Where things stand in the files is not kept; the files are loaded after all when a message needs to say it.
 */
import { readFileSync } from 'node:fs';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import type { Registry, Text } from '../../stages/contract.ts';
import type { SourceFile } from '../diagnostic/diagnostic.ts';
import type { Instance, Loaded, Pipeline } from './pipeline.ts';
import { type ReadFile, readFileBytes, readSource } from './source.ts';

/** An instance without its place and with its type by name: what JSON can hold. */
type Flat = Omit<Instance, 'type' | 'place'> & { readonly type: string };

interface Head {
  readonly format: 1;
  /** what else the result depends on: the program, the vars */
  readonly of: string;
  /** of the rest */
  readonly sum: Digest;
  readonly name: string;
  readonly title?: Text;
  readonly file: string;
  readonly folder: string;
  readonly labels: Readonly<Record<string, Text>>;
  readonly sources: readonly { readonly path: string; readonly digest: Digest }[];
}

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

/** Undefined when there is none, it is damaged, or a YAML file is another now. */
export function readCompiled(options: CompiledOf): Pipeline | undefined {
  const found = readParts(options.path);
  if (found === undefined || found.head.of !== options.of) return undefined;
  const { head, flat } = found;
  const sources = sourcesOf(head, options);
  if (sources === undefined) return undefined;
  const texts = new Map(sources.map((s) => [s.path, s.text]));
  const read: ReadFile = (file) => {
    const text = texts.get(file);
    return text === undefined ? readFileBytes(file) : { ok: true, bytes: Buffer.from(text, 'utf8') };
  };
  let loaded: ReadonlyMap<string, Instance> | undefined;
  const whole = (): ReadonlyMap<string, Instance> => (loaded ??= options.whole(read).pipeline?.instances ?? new Map());
  const instances = new Map<string, Instance>();
  for (const { type: name, ...rest } of flat) {
    const type = options.registry.types.get(name);
    if (type === undefined) return undefined;
    const place: Instance['place'] = (path, part) => {
      const instance = whole().get(rest.name);
      if (instance === undefined) throw new Error(`ceteris bug: '${rest.name}' is not where it was compiled from`);
      return instance.place(path, part);
    };
    instances.set(rest.name, { ...rest, type, place });
  }
  const { name, title, file, folder, labels } = head;
  return { name, ...(title === undefined ? {} : { title }), file, folder, labels, sources, instances, branches: [] };
}

function readParts(path: string): { readonly head: Head; readonly flat: readonly Flat[] } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const end = text.indexOf('\n');
    const head = JSON.parse(text.slice(0, end)) as Head;
    const rest = text.slice(end + 1);
    if (head.format !== 1 || digestOf(rest) !== head.sum) return undefined;
    return { head, flat: JSON.parse(rest) as readonly Flat[] };
  } catch {
    return undefined; // none, or half of one: the files are loaded
  }
}

function sourcesOf({ sources }: Head, { nameOf }: CompiledOf): readonly SourceFile[] | undefined {
  const out: SourceFile[] = [];
  for (const { path, digest } of sources) {
    const read = readSource(path, nameOf(path));
    if (!read.ok || digestOf(read.source.text) !== digest) return undefined;
    out.push(read.source);
  }
  return out;
}

/** Keeps a pipeline in which loading found nothing to say. One with code of the user's own or with open groups is not kept. */
export function writeCompiled(path: string, of: string, pipeline: Pipeline): void {
  const instances = [...pipeline.instances.values()];
  // the code of a plugin, used or not, is among the sources
  if (pipeline.sources.some((s) => !/\.ya?ml$/i.test(s.path))) return;
  if (pipeline.branches.length > 0 || instances.some((i) => i.faulty === true || i.type.origin !== undefined)) return;
  const flat = instances.map(({ place: _, type, ...rest }): Flat => ({ ...rest, type: type.type }));
  const rest = JSON.stringify(flat);
  const { name, title, file, folder, labels, sources } = pipeline;
  const head: Head = {
    format: 1,
    of,
    sum: digestOf(rest),
    name,
    ...(title === undefined ? {} : { title }),
    file,
    folder,
    labels,
    sources: sources.map((s) => ({ path: s.path, digest: digestOf(s.text) })),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(head)}\n${rest}`);
  try {
    writeWhole(realDisk, path, bytes, { temp: temporaryFor(path), mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, path); // it only saves time; throws what is a bug of ours
  }
}
