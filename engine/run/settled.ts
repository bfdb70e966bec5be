/** How an instance ended in a run, and what people are told of it. */
import type { Digest } from '../../cache/digest.ts';
import type { Note } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Replaced, StageOutcome } from '../events/event.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import type { Outputs } from '../plan/part.ts';
import type { PartDifference, Reason } from '../plan/reason.ts';
import type { ActionRecord } from '../results/record.ts';

/** In a watch: what was done to a stage, and what it reads otherwise from files, by value. */
export interface Told {
  readonly makes?: readonly PartDifference[];
  readonly edits?: readonly Reason[];
}

export type Settled =
  | {
      readonly kind: 'done';
      readonly ran: boolean;
      readonly key: Digest;
      readonly record: ActionRecord;
      readonly outputs: Outputs;
      /** of this run; undefined when it came from the store */
      readonly ms?: number;
      /** the outputs stand, and the stage does not hold */
      readonly verdict: readonly Diagnostic[];
      /** warnings of the declaration */
      readonly warnings: readonly Diagnostic[];
      /** absent where there was no result before, and none of its own now */
      readonly changed?: readonly string[];
      /** files for people that were put right, as they are printed */
      readonly written: readonly string[];
      readonly replaced?: readonly Replaced[];
      readonly told?: Told;
    }
  | {
      readonly kind: 'failed';
      readonly diagnostics: readonly Diagnostic[];
      readonly ms?: number;
      /** `machine`: the store's disk; `bug`: ours */
      readonly fault: 'user' | 'machine' | 'bug';
    }
  | { readonly kind: 'blocked'; readonly because: readonly string[] }
  | { readonly kind: 'cancelled' };

/** Of the inputs of an instance, what keeps it from running; undefined when all are there. */
export function hindrance(instance: Instance, inputs: readonly (readonly [Instance, Settled])[]): Settled | undefined {
  if (inputs.every(([, s]) => s.kind === 'done')) return undefined;
  const own = inputs.find(([input, s]) => input.owner === instance.name && s.kind !== 'done');
  if (own !== undefined) return own[1]; // its own hidden filter: the failure is the stage's
  const because = new Set<string>();
  for (const [input, s] of inputs) {
    if (s.kind === 'failed') because.add(input.owner ?? input.name);
    if (s.kind === 'blocked') for (const name of s.because) because.add(name);
  }
  if (because.size > 0) return { kind: 'blocked', because: [...because] };
  return inputs.some(([, s]) => s.kind === 'cancelled') ? { kind: 'cancelled' } : undefined;
}

/** All of the pipeline was asked for and is done, so that what nobody wrote nobody will. */
export const isWhole = (pipeline: Pipeline, settled: ReadonlyMap<string, Settled>): boolean =>
  settled.size === pipeline.instances.size && [...settled.values()].every((s) => s.kind === 'done');

/** @param hidden what became of the filters that the stage's own `where` stands for */
export function outcomeOf(stage: string, settled: Settled, hidden: readonly Settled[]): StageOutcome {
  switch (settled.kind) {
    case 'cancelled':
      return { stage, status: 'cancelled' };
    case 'blocked':
      return { stage, status: 'blocked', because: settled.because };
    case 'failed':
      return { stage, status: 'failed', ...timeOf(settled.ms, hidden), diagnostics: settled.diagnostics };
    case 'done': {
      const outcome = standingOutcome(stage, settled, hidden);
      if (settled.ran && outcome.status !== 'failed') outcome.status = 'ran';
      Object.assign(outcome, timeOf(settled.ms, hidden));
      const { changed } = settled;
      if (changed !== undefined && (changed.length > 0 || settled.ran)) outcome.changed = changed;
      if (settled.written.length > 0) outcome.written = settled.written;
      if (settled.replaced !== undefined) outcome.replaced = settled.replaced;
      Object.assign(outcome, settled.told);
      return outcome;
    }
  }
}

/** What a second run would say of a stage: nothing ran, nothing changed. */
export const outcomeOfNext: typeof outcomeOf = (stage, settled, hidden) =>
  settled.kind === 'done' ? standingOutcome(stage, settled, hidden) : outcomeOf(stage, settled, hidden);

type Done = Extract<Settled, { readonly kind: 'done' }>;
type Outcome = { -readonly [K in keyof StageOutcome]: StageOutcome[K] };

function standingOutcome(stage: string, { record, verdict, warnings }: Done, hidden: readonly Settled[]): Outcome {
  const outcome: Outcome = { stage, status: verdict.length > 0 ? 'failed' : 'cached' };
  if (verdict.length + warnings.length > 0) outcome.diagnostics = [...verdict, ...warnings];
  const notes = hidden.length === 0 ? record.notes : [...hidden.flatMap(notesOf), ...record.notes];
  if (notes.length > 0) outcome.notes = notes;
  return outcome;
}

const notesOf = (settled: Settled): readonly Note[] => (settled.kind === 'done' ? settled.record.notes : []);

function timeOf(ms: number | undefined, hidden: readonly Settled[]): { readonly ms?: number } {
  if (ms === undefined) return {};
  const more = hidden.reduce((sum, h) => sum + ((h.kind === 'done' && h.ms) || 0), 0);
  return { ms: Math.round((ms + more) * 100) / 100 };
}

/** 0 fine · 1 a stage failed or does not hold · 3 the machine · 70 a bug of ours · 130 interrupted. */
export function exitCodeOf(all: Iterable<Settled>): number {
  let code = 0;
  const rank = [0, 1, 3, 70, 130];
  const raise = (to: number): void => {
    if (rank.indexOf(to) > rank.indexOf(code)) code = to;
  };
  for (const s of all) {
    if (s.kind === 'cancelled') raise(130);
    else if (s.kind === 'failed') raise(s.fault === 'bug' ? 70 : s.fault === 'machine' ? 3 : 1);
    else if (s.kind === 'done' && s.verdict.length > 0) raise(1);
  }
  return code;
}
