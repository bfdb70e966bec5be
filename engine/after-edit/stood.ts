/** What a run leaves standing: the files on which its answer rests, and what it would say now. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { FileStamp } from '../../cache/file-stamp.ts';
import type { Declared } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { documentsOf } from '../documents/documents.ts';
import type { StageOutcome } from '../events/event.ts';
import type { PastLook } from '../history/past.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import type { Outputs } from '../plan/part.ts';
import type { Values } from '../results/values.ts';
import type { PipelineRun } from '../run/run-pipeline.ts';
import type { Settled } from '../run/settled.ts';

/** What was found out of the instances that were looked at; of the others all stands that stood before. */
export interface LookedAt {
  /** data files as they were read, and documents, by absolute path */
  readonly contents: ReadonlyMap<string, Digest>;
  /** absolute path stems of their documents */
  readonly stems: ReadonlySet<string>;
  /** what they put out, by name */
  readonly outputs: ReadonlyMap<string, Outputs>;
  /** what a second run would say of them */
  readonly outcomes: readonly StageOutcome[];
  /** those that failed, do not hold or were blocked: nothing stands of them */
  readonly pending: readonly string[];
  /** what those that only read files declare, as a digest */
  readonly heads: ReadonlyMap<string, string>;
}

export interface Stood extends LookedAt {
  /** folder of the store */
  readonly root: string;
  /** the run that did the work */
  readonly run: string;
  /** the first line of a run's record, without what differs between runs */
  readonly record: { readonly [name: string]: string };
  /** where this run is on record */
  readonly recordFile: string;
  /** files of the store: whoever changes one knows more or less than this run did */
  readonly store: readonly string[];
  /** the stat of a data file as it was when these contents were read, where that is known */
  readonly stampOf: (file: string, digest: Digest) => FileStamp | undefined;
}

/** @throws LostValue, StoreFailure */
export function lookedAt(run: PipelineRun, settled: ReadonlyMap<string, Settled>, values: Values): LookedAt {
  const { looked } = run;
  const contents = new Map<string, Digest>();
  const stems = new Set<string>();
  const outputs = new Map<string, Outputs>();
  const heads = new Map<string, string>();
  // thousands of files of one form declare the same
  const headOfText = new Map<string, string>();
  for (const instance of looked) {
    const { name, to } = instance;
    const s = settled.get(name);
    if (to !== undefined) stems.add(to);
    if (s?.kind === 'done') {
      addContents(contents, instance, s, values);
      outputs.set(name, s.outputs);
    }
    const declared = onlyReadsFiles(instance) ? run.declaredOf(name) : undefined;
    if (declared === undefined) continue;
    const text = headText(declared);
    let head = headOfText.get(text);
    if (head === undefined) headOfText.set(text, (head = shortened(text)));
    heads.set(name, head);
  }
  const outcomes = looked.filter((i) => i.owner === undefined).map((i) => run.nextOutcome(i));
  const pending = looked.flatMap(({ name }) => (isSettled(settled.get(name) as Settled) ? [] : [name]));
  return { contents, stems, outputs, outcomes, pending, heads };
}

const isSettled = (s: Settled): boolean => s.kind === 'done' && s.verdict.length === 0;

export interface EndedRun {
  readonly exitCode: number;
  readonly pipeline: Pipeline;
  readonly settled: ReadonlyMap<string, Settled>;
  /** what it failed by beside its stages */
  readonly objections: readonly Diagnostic[];
  readonly past: PastLook;
}

/**
 * Whether a run can be gone on from. After a failure: when it is the user's to put right, groups do not hang on what failed, and all
 * that is to be looked at again has a line on record, which the next run can replace.
 */
export function canStand({ exitCode, pipeline, settled, objections, past }: EndedRun): boolean {
  if (exitCode === 0) return true;
  if (exitCode !== 1 || objections.length > 0 || pipeline.groups.length > 0) return false;
  return [...settled].every(([name, { kind }]) => kind === 'done' || past.stages.has(name));
}

/** Its declaration follows from its params and files alone. */
export const onlyReadsFiles = (instance: Instance): boolean =>
  Object.keys(instance.files).length > 0 && upstreamOf(instance).length === 0;

const headText = ({ faults, outputs }: Declared): string => JSON.stringify([faults, outputs]);

/** Half a digest is enough to tell a declaration from the one before. */
const shortened = (text: string): string => digestOf(text).slice(0, 32);

export const headOf = (declared: Declared): string => shortened(headText(declared));

/** Files that were read for the key of an instance, and documents that were written. @throws LostValue, StoreFailure */
function addContents(contents: Map<string, Digest>, instance: Instance, s: Done, values: Values): void {
  for (const [param, digest] of s.record.action.files) contents.set(instance.files[param] ?? '', digest);
  if (instance.to === undefined) return;
  for (const [file, ref] of documentsOf(instance, s.outputs)) contents.set(file, values.digest(ref));
}

type Done = Extract<Settled, { readonly kind: 'done' }>;
