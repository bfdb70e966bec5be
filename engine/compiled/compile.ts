/** Puts a pipeline as it is after loading where the next command finds it: see `compiled.ts`. */
import { digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import type { SourceFile } from '../diagnostic/diagnostic.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import { isPlain } from '../yaml/yaml.ts';
import { FORMAT, type Head } from './compiled.ts';
import { encodeSections, inARow, numbersOf, type Sections, textsOf } from './sections.ts';

/** Keeps a pipeline in which loading found nothing to say. */
export function writeCompiled(path: string, of: string, pipeline: Pipeline): void {
  const bytes = compile(of, pipeline);
  if (bytes !== undefined) putCompiled(path, bytes);
}

export function putCompiled(path: string, bytes: Uint8Array): void {
  try {
    writeWhole(realDisk, path, bytes, { temp: temporaryFor(path), mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, path); // it only saves time; throws what is a bug of ours
  }
}

/** Undefined for one with open groups. */
export function compile(of: string, pipeline: Pipeline): Uint8Array | undefined {
  const instances = [...pipeline.instances.values()];
  if (pipeline.branches.length > 0 || instances.some((i) => i.faulty === true || i.guess !== undefined))
    return undefined;
  const { name, title, file, folder, labels, sources, groups, code } = pipeline;
  const head: Head = {
    of,
    name,
    ...(title === undefined ? {} : { title }),
    file,
    folder,
    labels,
    sources: sources.map((s) => ({ path: s.path, digest: digestOf(s.text) })),
    types: [...new Set(instances.map((i) => i.type.type))],
    groups,
    bundles: code?.bundles ?? [],
    code: code?.sources.length ?? 0,
  };
  const nodes = inARow(instances.map(flatText));
  const readers = readersIn(instances);
  const files = instances.flatMap(({ files, to }, i) => {
    const paths = to === undefined ? Object.values(files) : [...Object.values(files), `${to}.*`];
    return paths.map((path) => [path, i] as const);
  });
  return encodeSections(FORMAT, head, {
    names: textsOf(instances.map((i) => i.name)),
    starts: numbersOf(nodes.starts),
    'reader starts': numbersOf(startsOf(readers.map((r) => r.length))),
    readers: numbersOf(readers.flat()),
    hidden: Uint8Array.from(instances, (i) => (i.owner === undefined ? 0 : 1)),
    files: textsOf(files.map(([path]) => path)),
    'files of': numbersOf(files.map(([, i]) => i)),
    nodes: nodes.bytes,
    texts: textsOf(sources.map((s) => (isPlain(s) ? s.text : ''))),
  });
}

/** What was compiled, with other files and other texts of some instances, which neither read nor write anything else. */
export function recompiled(
  before: Sections<Head>,
  sources: readonly SourceFile[],
  changed: ReadonlyMap<number, string>,
): Uint8Array {
  const starts = Uint32Array.from(before.numbers('starts'));
  const old = before.bytes('nodes');
  const nodes: Uint8Array[] = [];
  let at = 0;
  let longer = 0;
  for (let i = 0, next = 0; i < starts.length; i++) {
    const start = starts[i] as number;
    starts[i] = start + longer;
    const text = changed.get(i);
    if (text === undefined) continue;
    next = before.numbers('starts')[i + 1] as number;
    const bytes = Buffer.from(text, 'utf8');
    nodes.push(old.subarray(at, start), bytes);
    longer += bytes.length - (next - start);
    at = next;
  }
  nodes.push(old.subarray(at));
  const head: Head = { ...before.head, sources: sources.map((s) => ({ path: s.path, digest: digestOf(s.text) })) };
  const same = (...names: string[]) => Object.fromEntries(names.map((name) => [name, before.bytes(name)]));
  return encodeSections(FORMAT, head, {
    ...same('names'),
    starts: Buffer.from(starts.buffer),
    ...same('reader starts', 'readers', 'hidden', 'files', 'files of'),
    nodes: Buffer.concat(nodes),
    texts: textsOf(sources.map((s) => s.text)),
  });
}

/** Of a `Flat`: what is no data is not in its JSON. */
export const flatText = (instance: Instance): string => JSON.stringify({ ...instance, type: instance.type.type });

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
