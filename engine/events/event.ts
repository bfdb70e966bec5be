/** What the engine tells the world: one closed union. Reporters, tests and the run log read nothing else. */
import type { Note } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { PartDifference, Reason } from '../plan/reason.ts';
import type { Lost } from '../results/values.ts';

export type Status = 'ran' | 'cached' | 'failed' | 'blocked' | 'cancelled';

export interface StageOutcome {
  readonly stage: string;
  readonly status: Status;
  readonly ms?: number;
  readonly diagnostics?: readonly Diagnostic[];
  /** parts of its outputs whose digest is new, `panel.open`; empty: early cutoff */
  readonly changed?: readonly string[];
  /** in a watch: what a stage read otherwise from its files, by value */
  readonly makes?: readonly PartDifference[];
  /** in a watch: what was done to the stage itself that made it run */
  readonly edits?: readonly Reason[];
  readonly notes?: readonly Note[];
  /** files for people that were put right */
  readonly written?: readonly string[];
  /** what stood there that the stage had not written */
  readonly replaced?: readonly Replaced[];
  /** the failed stages that a blocked one waits on */
  readonly because?: readonly string[];
}

/**
 * A file for people that held something else than its stage had written: `kept` is where that is now, `was` whether a run had written
 * the file before; or it is `also` the output of another pipeline, named by its file.
 */
export type Replaced =
  | { readonly file: string; readonly kept: string; readonly was: 'there' | 'edited' }
  | { readonly file: string; readonly also: string };

/** `at`: milliseconds since 1970, from the session's clock. */
export type EngineEvent = { readonly at: number } & (
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly pipeline: string;
      readonly stages: number;
      /** stages that the run may come to look at; absent: all. The others are known to stand, and are not told one by one */
      readonly looksAt?: readonly string[];
    }
  | { readonly type: 'stage-started'; readonly stage: string; readonly why: readonly Reason[] }
  | { readonly type: 'stage-progress'; readonly stage: string; readonly done: number }
  | ({ readonly type: 'stage-finished' } & StageOutcome)
  /** it might have been reached by an edit and was not */
  | { readonly type: 'stage-stands'; readonly stage: string }
  | { readonly type: 'output-written'; readonly stage: string; readonly file: string }
  /** written by an earlier run, and no stage writes it any more; not removed: it was edited since */
  | { readonly type: 'output-orphaned'; readonly file: string; readonly removed: boolean }
  | ({ readonly type: 'store-damaged'; readonly stage: string; readonly digest: string } & Lost)
  | {
      readonly type: 'run-finished';
      readonly ok: boolean;
      readonly ms: number;
      readonly stages: readonly StageOutcome[];
      /** faults of the pipeline itself: nothing ran */
      readonly diagnostics?: readonly Diagnostic[];
    }
  | { readonly type: 'watching'; readonly files: number }
  /** in a watch: files that were saved, and those that are not there any more, before what comes of it is told */
  | { readonly type: 'saved'; readonly files: readonly string[]; readonly gone: readonly string[] }
);

/** Distributes over the union, so that each event keeps its own fields. */
type WithoutTime<E> = E extends EngineEvent ? Omit<E, 'at'> : never;
export type Emit = (event: WithoutTime<EngineEvent>) => void;

/** Puts the time into events. Each is made for whoever hears it: copying thousands of them would take longer than making them. */
export function timed(emit: ((event: EngineEvent) => void) | undefined, clock: () => number): Emit {
  if (emit === undefined) return () => {};
  return (event) => {
    const told = event as { at?: number };
    told.at = clock();
    emit(told as EngineEvent);
  };
}
