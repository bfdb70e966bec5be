import type { Lang } from './catalogue/entry.ts';
import type { AnyStageType, ColumnType, Json, PartName, Shape } from './contract.ts';
import type { ColumnDifferences, ColumnState, PrintedChanges, RecordChanges } from './contract-differences.ts';
import type { Job } from './contract-helpers.ts';

/** How a value is to be shown to people. */
export interface PresentOptions {
  readonly lang: Lang;
  /** first rows only */
  readonly head?: number;
  readonly digests: ReadonlyMap<PartName, string>;
}

/** What the engine is given at start; `stages/registry.ts` builds it and `engine/main.ts` hands it over. */
export interface Registry {
  readonly types: ReadonlyMap<string, AnyStageType>;
  /** what does one part of a job that a stage cut for its helpers, by the job's kind */
  readonly jobs: ReadonlyMap<string, (job: Job, part: number) => void>;
  /** rows of a column's bytes, by the bytes of a row index (entries 0xFFFFFFFF give missing) */
  gather(column: Uint8Array, index: Uint8Array): Uint8Array;
  /** what changed between two states of a column, for people */
  differences(
    before: ColumnState,
    after: ColumnState,
    options: { readonly most: number; readonly type: ColumnType },
  ): ColumnDifferences;
  /** what differs between the bytes of two records of one kind, for people */
  recordChanges(before: Uint8Array, after: Uint8Array): RecordChanges | undefined;
  /** what a reader finds otherwise, between the contents (`#content`) of two documents; undefined when they are no tables */
  printedChanges(before: Uint8Array, after: Uint8Array): PrintedChanges | undefined;
  /** a value as the JSON that `show` prints (LANGUAGE.md, `--json`); text of notes in `lang` */
  present(shape: Shape, parts: ReadonlyMap<PartName, Uint8Array>, options: PresentOptions): Json;
}
