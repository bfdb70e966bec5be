/** What a run that went well leaves standing: the files on which its answer rests, and what it would say now. */
import type { Digest } from '../../cache/digest.ts';
import type { Instance } from '../load/pipeline.ts';
import type { StageOutcome } from '../report/event.ts';
import { outcomeOf, type Settled } from './settled.ts';
import type { Values } from './values.ts';

export interface Stood {
  /** folder of the store */
  readonly root: string;
  /** the run that did the work */
  readonly run: string;
  /** the first line of a run's record, without what differs between runs */
  readonly record: { readonly [name: string]: string };
  /** where this run is on record */
  readonly recordFile: string;
  /** data files as they were read, and documents, by absolute path */
  readonly contents: ReadonlyMap<string, Digest>;
  /** files of the store: whoever changes one knows more or less than this run did */
  readonly store: readonly string[];
  readonly outcomes: readonly StageOutcome[];
}

type Done = Extract<Settled, { readonly kind: 'done' }>;

/** What a second run would say of a stage: nothing ran, nothing changed. */
export function outcomeOfNext(stage: string, settled: Settled, hidden: readonly Settled[]): StageOutcome {
  const again = (s: Settled): Settled => {
    if (s.kind !== 'done') return s;
    const { ms: _, ...rest } = s;
    return { ...rest, ran: false, changed: [], written: [] };
  };
  return outcomeOf(stage, again(settled), hidden.map(again));
}

/** Files that were read for the keys of instances, and documents that were written. @throws LostValue, StoreFailure */
export function contentsOf(
  settled: Iterable<readonly [Instance, Settled]>,
  values: Values,
): ReadonlyMap<string, Digest> {
  const contents = new Map<string, Digest>();
  for (const [instance, s] of settled) {
    if (s.kind !== 'done') continue;
    for (const [param, digest] of s.record.action.files) contents.set(instance.files[param] ?? '', digest);
    for (const [file, digest] of documentsOf(instance, s, values)) contents.set(file, digest);
  }
  return contents;
}

function* documentsOf(instance: Instance, { outputs }: Done, values: Values): Generator<readonly [string, Digest]> {
  if (instance.to === undefined) return;
  for (const output of outputs.values())
    if (output.shape.kind === 'document')
      for (const [format, ref] of output.parts)
        if (!format.startsWith('#')) yield [`${instance.to}.${format}`, values.digest(ref)];
}
