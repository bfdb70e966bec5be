/** What a run that went well leaves standing: the files on which its answer rests, and what it would say now. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import type { Declared } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import type { Outputs } from '../plan/part.ts';
import type { StageOutcome } from '../report/event.ts';
import { documentsOf } from './documents.ts';
import type { PipelineRun } from './run-pipeline.ts';
import type { Settled } from './settled.ts';
import type { Values } from './values.ts';

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
}

/** @throws LostValue, StoreFailure */
export function lookedAt(run: PipelineRun, settled: ReadonlyMap<string, Settled>, values: Values): LookedAt {
  const { looked } = run;
  return {
    contents: contentsOf(
      looked.map((i) => [i, settled.get(i.name) as Settled]),
      values,
    ),
    stems: new Set(looked.flatMap((i) => i.to ?? [])),
    outputs: new Map(
      looked.flatMap(({ name }) => {
        const s = settled.get(name);
        return s?.kind === 'done' ? [[name, s.outputs] as const] : [];
      }),
    ),
    outcomes: looked.filter((i) => i.owner === undefined).map((i) => run.nextOutcome(i)),
    heads: new Map(
      looked.flatMap((i): [string, string][] => {
        const declared = onlyReadsFiles(i) ? run.declaredOf(i.name) : undefined;
        return declared === undefined ? [] : [[i.name, headOf(declared)]];
      }),
    ),
  };
}

/** Its declaration follows from its params and files alone. */
export const onlyReadsFiles = (instance: Instance): boolean =>
  Object.keys(instance.files).length > 0 && upstreamOf(instance).length === 0;

/** Half a digest is enough to tell a declaration from the one before. */
export const headOf = ({ faults, outputs }: Declared): string =>
  digestOf(JSON.stringify([faults, outputs])).slice(0, 32);

/** Files that were read for the keys of instances, and documents that were written. @throws LostValue, StoreFailure */
function contentsOf(settled: Iterable<readonly [Instance, Settled]>, values: Values): ReadonlyMap<string, Digest> {
  const contents = new Map<string, Digest>();
  for (const [instance, s] of settled) {
    if (s.kind !== 'done') continue;
    for (const [param, digest] of s.record.action.files) contents.set(instance.files[param] ?? '', digest);
    for (const [file, ref] of documentsOf(instance, s.outputs)) contents.set(file, values.digest(ref));
  }
  return contents;
}
