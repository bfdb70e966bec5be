/** What is needed to do a run again, and what it gave: files, stages, digests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { error, type Fault, type JsonRecord, type PartName, type Text } from '../../stages/contract.ts';
import { documentsOf } from '../documents/documents.ts';
import { fileParam } from '../load/file-param.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { upstreamOf, visibleName } from '../plan/graph.ts';
import type { Values } from '../results/values.ts';
import type { Settled } from '../run/settled.ts';

export interface CrateFile {
  /** path in the crate, with slashes */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  readonly kind: 'pipeline' | 'data' | 'output';
}

export interface CrateStage {
  readonly name: string;
  readonly type: string;
  readonly summary: string;
  readonly key: Digest;
  /** digest of the type's code */
  readonly code: string;
  /** stages whose results it reads */
  readonly reads: readonly string[];
  /** of these, the parts that its action read: those that it only hands on are not among them */
  readonly readParts: readonly (readonly [stage: string, output: string, part: PartName])[];
  /** parts that it made itself, `table.x` */
  readonly made: ReadonlySet<string>;
  /** data files that it reads, by their path in the crate */
  readonly files: readonly string[];
  /** digests of the parts of each output */
  readonly outputs: Readonly<Record<string, Readonly<Record<PartName, Digest>>>>;
  /** files for people, by their path in the crate */
  readonly documents: readonly string[];
  /** ms since 1970, and how long it took */
  readonly endedMs: number;
  readonly ms: number;
}

export interface CrateContent {
  readonly name: string;
  readonly title?: Text;
  /** path of the pipeline file in the crate */
  readonly main: string;
  readonly set: readonly string[];
  readonly files: readonly CrateFile[];
  readonly stages: readonly CrateStage[];
  readonly machine: Readonly<Record<string, string>>;
  /** versions of the packages that ceteris is made of */
  readonly packages: Readonly<Record<string, string>>;
}

export interface ContentOf {
  readonly pipeline: Pipeline;
  readonly settled: ReadonlyMap<string, Settled>;
  readonly values: Values;
  readonly set: readonly string[];
  readonly machine: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
}

export type ContentResult =
  | { readonly ok: true; readonly content: CrateContent }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** All instances must be done. */
export function crateContent({ pipeline, settled, values, set, machine, packages }: ContentOf): ContentResult {
  const instances = [...pipeline.instances.values()];
  const faults = absolutePaths(instances);
  if (faults.length > 0) return { ok: false, faults };
  const data = new Set(instances.flatMap((i) => Object.values(i.files)));
  const documents = new Map(instances.map((i) => [i.name, filesMade(i, settled)]));
  const outputs = new Set([...documents.values()].flat());
  const sources = new Set(pipeline.sources.map((s) => s.path));
  const base = commonFolder([...sources, ...data, ...outputs]);
  const inside = (file: string): string => path.relative(base, file).split(path.sep).join('/');
  const read = (file: string, kind: CrateFile['kind']): CrateFile => {
    const bytes = new Uint8Array(readFileSync(file));
    return { path: inside(file), bytes, sha256: digestOf(bytes), kind };
  };
  const files = [
    ...[...sources].map((f) => read(f, 'pipeline')),
    ...[...data].filter((f) => !sources.has(f)).map((f) => read(f, 'data')),
    ...[...outputs].map((f) => read(f, 'output')),
  ];
  const changed = changedSince(instances, settled, new Map(files.map((f) => [f.path, f.sha256])), inside);
  if (changed.length > 0) return { ok: false, faults: changed };
  const stages = instances.map((instance) => stageOf(instance, { settled, values, documents, inside }));
  const content = {
    name: pipeline.name,
    ...(pipeline.title === undefined ? {} : { title: pipeline.title }),
    main: inside(pipeline.file),
    set,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    stages,
    machine,
    packages,
  };
  return { ok: true, content };
}

/** A file named by an absolute path is not there on another machine. */
const absolutePaths = (instances: readonly Instance[]): readonly Fault[] =>
  instances.flatMap((i) =>
    Object.entries(i.files).flatMap(([param]) => {
      const at = fileParam(param);
      const written = at.reduce<unknown>((value, key) => (value as JsonRecord | undefined)?.[key], i.params);
      return typeof written === 'string' && path.isAbsolute(written)
        ? [{ ...error('CE3101', { file: written }, at), at: i.place(at), stage: visibleName(i) }]
        : [];
    }),
  );

/** Files whose content is no longer that which the results were made from. */
function changedSince(
  instances: readonly Instance[],
  settled: ReadonlyMap<string, Settled>,
  packed: ReadonlyMap<string, Digest>,
  inside: (file: string) => string,
): readonly Fault[] {
  const changed = instances.flatMap((instance) => {
    const own = settled.get(instance.name);
    return (own?.kind === 'done' ? own.record.action.files : []).flatMap(([param, digest]) => {
      const file = inside(instance.files[param] ?? '');
      return packed.get(file) === digest ? [] : [file];
    });
  });
  return [...new Set(changed)].map((file) => error('CE3117', { file }));
}

function filesMade(instance: Instance, settled: ReadonlyMap<string, Settled>): readonly string[] {
  const own = settled.get(instance.name);
  if (own?.kind !== 'done') return [];
  return documentsOf(instance, own.outputs).map(([file]) => file);
}

interface StageContext {
  readonly settled: ReadonlyMap<string, Settled>;
  readonly values: Values;
  readonly documents: ReadonlyMap<string, readonly string[]>;
  readonly inside: (file: string) => string;
}

function stageOf(instance: Instance, { settled, values, documents, inside }: StageContext): CrateStage {
  const own = settled.get(instance.name);
  if (own?.kind !== 'done') throw new Error(`ceteris bug: '${instance.name}' is not done`);
  // what is merely passed on or picked has its digest with the stage that made it
  const outputs = Object.entries(own.record.outputs).map(
    ([name, { parts }]) => [name, Object.fromEntries(parts.map(([part, digest]) => [part, digest]))] as const,
  );
  const whole = [...own.outputs].flatMap(([name, output]) =>
    output.shape.kind === 'table'
      ? [[name, Object.fromEntries([...output.parts].map(([part, ref]) => [part, values.digest(ref)]))] as const]
      : [],
  );
  return {
    name: instance.name,
    type: instance.type.type,
    summary: instance.type.doc.summary.en,
    key: own.key,
    code: own.record.action.code,
    reads: upstreamOf(instance),
    readParts: own.record.action.inputs.flatMap(([port, index, , parts]) => {
      const from = instance.inputs[port]?.[index];
      return from === undefined ? [] : parts.map(([part]) => [from.instance, from.output, part] as const);
    }),
    made: new Set(outputs.flatMap(([output, parts]) => Object.keys(parts).map((part) => `${output}.${part}`))),
    files: Object.values(instance.files).map(inside),
    outputs: Object.fromEntries([...outputs, ...whole]),
    documents: (documents.get(instance.name) ?? []).map(inside),
    endedMs: own.record.when,
    ms: own.record.ms,
  };
}

/** The deepest folder that holds all files. */
function commonFolder(files: readonly string[]): string {
  let folder = path.dirname(files[0] ?? path.sep);
  for (const file of files)
    while (path.relative(folder, file).startsWith('..') && folder !== path.dirname(folder))
      folder = path.dirname(folder);
  return folder;
}
