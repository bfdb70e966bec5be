/**
 * What a study's results rest on, frozen: the YAML and the data by content, the code of the stage types, the runtime; and what came
 * out. A locked run refuses anything else.
 */
import { relative, sep } from 'node:path';
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { Code } from '../../stages/catalogue/catalogue.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { isRecord, isRecordOf, isString } from '../load/json-shape.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { ActionRecord } from '../results/record.ts';
import type { Versions } from './packages.ts';

type Digests = Readonly<Record<string, string>>;

export interface Lock {
  readonly 'ceteris-lock': 1;
  /** for people: the version to install again */
  readonly ceteris: string;
  readonly runtime: string;
  /** versions of packages that are loaded from where they are installed; those in the program are part of `code` */
  readonly packages: Digests;
  readonly set: readonly string[];
  /** YAML files, without their byte order mark; paths from the pipeline's folder */
  readonly sources: Digests;
  readonly data: Digests;
  /** by stage type */
  readonly code: Digests;
  /** digests of what each stage made; only stages that had a result */
  readonly results: Readonly<Record<string, Digests>>;
}

/** What the present state of a study is made of. */
export interface Ingredients {
  readonly ceteris: string;
  readonly runtime: string;
  readonly packages: Versions;
  readonly set: readonly string[];
  /** digests of data files by absolute path */
  readonly data: ReadonlyMap<string, Digest>;
  readonly code: ReadonlyMap<string, string>;
}

export function lockOf(
  pipeline: Pipeline,
  { ceteris, runtime, packages, set, data, code }: Ingredients,
  results: ReadonlyMap<string, ActionRecord>,
): Lock {
  const path = (file: string): string => relative(pipeline.folder, file).split(sep).join('/');
  return {
    'ceteris-lock': 1,
    ceteris,
    runtime,
    packages,
    set: [...set].sort(),
    sources: sorted(pipeline.sources.map((s) => [path(s.path), digestOf(s.text)])),
    data: sorted([...data].map(([file, digest]) => [path(file), digest])),
    code: sorted([...code]),
    results: Object.fromEntries(
      [...results].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stage, record]) => [stage, resultOf(record)]),
    ),
  };
}

export const resultOf = ({ outputs }: ActionRecord): Digests =>
  sorted(
    Object.entries(outputs).flatMap(([o, { parts }]) => parts.map(([p, digest]) => [`${o}.${p}`, digest] as const)),
  );

const sorted = (entries: readonly (readonly [string, string])[]): Digests =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Undefined for anything that is no lock. Locks of earlier versions name no packages. */
export function readLock(text: string): Lock | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const lock = { packages: {}, ...value } as Readonly<Record<string, unknown>>;
  const fits =
    lock['ceteris-lock'] === 1 &&
    [lock.ceteris, lock.runtime].every(isString) &&
    Array.isArray(lock.set) &&
    lock.set.every(isString) &&
    [lock.packages, lock.sources, lock.data, lock.code].every(isDigests) &&
    isRecordOf(lock.results, isDigests);
  return fits ? (lock as unknown as Lock) : undefined;
}

const isDigests = (value: unknown): boolean => isRecordOf(value, isString);

/** Everything in which the present state is not that of the lock. */
export function departures(lock: Lock, now: Lock): readonly Fault[] {
  const faults: Fault[] = [];
  const files = (was: Digests, is: Digests): void => {
    for (const file of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (was[file] === is[file]) continue;
      const code: Code = was[file] === undefined ? 'CE4013' : is[file] === undefined ? 'CE4014' : 'CE4012';
      faults.push(error(code, { file }));
    }
  };
  files(lock.sources, now.sources);
  files(lock.data, now.data);
  if (JSON.stringify(lock.set) !== JSON.stringify(now.set))
    faults.push(error('CE4018', { before: lock.set.join(' ') || '–', now: now.set.join(' ') || '–' }));
  for (const [type, code] of Object.entries(now.code))
    if (lock.code[type] !== code) faults.push(error('CE4015', { type, ceteris: lock.ceteris }));
  for (const [name, version] of Object.entries(now.packages)) {
    const before = lock.packages[name];
    if (before !== undefined && before !== version) faults.push(error('CE4020', { name, before, now: version }));
  }
  if (lock.runtime !== now.runtime) faults.push(error('CE4016', { before: lock.runtime, now: now.runtime }));
  return faults;
}

/** A stage whose result is not the one that was locked; undefined when it is, or when none was. */
export function resultDeparture(lock: Lock, stage: string, is: Digests): Fault | undefined {
  const was = lock.results[stage];
  if (was === undefined) return undefined;
  const parts = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((part) => was[part] !== is[part]);
  return parts.length === 0 ? undefined : error('CE4017', { stage, parts });
}
