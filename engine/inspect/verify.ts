/**
 * Computes results again and compares them, byte for byte by their digests, with those that the store holds. Each stage is fed
 * what it was fed before, so one that differs accuses nobody but itself. Nothing is written.
 */

import type { Digest } from '../../cache/digest.ts';
import type { BlobRead } from '../../cache/store.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Executor } from '../execute/executor.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { visibleName } from '../plan/graph.ts';
import type { Ready } from '../plan/prepare.ts';
import type { ActionRecord } from '../results/record.ts';
import { LostValue } from '../results/values.ts';
import { expectedMs } from '../run/tools.ts';
import type { Planned } from './plan-pipeline.ts';

export interface DifferentPart {
  readonly part: string;
  readonly stored?: Digest;
  readonly now?: Digest;
}

/**
 * The worst first. `damaged`: a stored value is gone or is not what it was; `blocked`: one that the stage reads is;
 * `stale`: there is nothing to compare with.
 */
const STATUSES = ['failed', 'differs', 'damaged', 'blocked', 'stale', 'cancelled', 'same'] as const;

export type VerifyStatus = (typeof STATUSES)[number];

export interface VerifiedStage {
  readonly stage: string;
  readonly status: VerifyStatus;
  readonly ms?: number;
  readonly parts?: readonly DifferentPart[];
  /** the value that cannot be had any more; of a bug, what it said */
  readonly detail?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

export interface VerifyOf {
  readonly planned: ReadonlyMap<string, Planned>;
  /** each stage with the filters that its `where` became */
  readonly stages: readonly (readonly Instance[])[];
  /** runs over a store that keeps nothing */
  readonly executor: Executor;
  readonly record: (key: Digest) => ActionRecord | undefined;
  readonly blob: (digest: Digest) => BlobRead;
  readonly signal: AbortSignal;
  readonly tell: (stage: VerifiedStage) => void;
}

export async function verifyInstances(of: VerifyOf): Promise<readonly VerifiedStage[]> {
  const stops = new Set<() => void>();
  // one listener for all: many on one signal look like a leak
  const abort = (): void => {
    for (const stop of stops) stop();
  };
  of.signal.addEventListener('abort', abort, { once: true });
  const all = of.stages.map(async (instances) => {
    const verified = merged(await Promise.all(instances.map((instance) => verifyOne(instance, of, stops))));
    of.tell(verified);
    return verified;
  });
  return Promise.all(all).finally(() => of.signal.removeEventListener('abort', abort));
}

async function verifyOne(instance: Instance, of: VerifyOf, stops: Set<() => void>): Promise<VerifiedStage> {
  const stage = visibleName(instance);
  const { ready, diagnostics } = of.planned.get(instance.name) ?? {};
  if (diagnostics !== undefined) return { stage, status: 'failed', diagnostics };
  const stored = ready === undefined ? undefined : of.record(ready.key);
  if (ready === undefined || stored === undefined) return { stage, status: 'stale' };
  if (of.signal.aborted) return { stage, status: 'cancelled' };
  const lost = lostOf(stored, of.blob);
  if (lost !== undefined) return { stage, status: 'damaged', detail: lost };
  try {
    return { stage, ...(await again(instance, ready, stored, of.executor, stops)) };
  } catch (thrown) {
    if (thrown instanceof LostValue) return { stage, status: 'blocked', ...lostInput(thrown.digest, of) };
    throw thrown;
  }
}

/** One stage as people see it, of what became of its parts. */
function merged(parts: readonly VerifiedStage[]): VerifiedStage {
  const worst = STATUSES.flatMap((status) => parts.find((p) => p.status === status) ?? [])[0] as VerifiedStage;
  const ms = worst.ms === undefined ? {} : { ms: parts.reduce((sum, p) => sum + (p.ms ?? 0), 0) };
  const different = parts.flatMap((p) => p.parts ?? []);
  return { ...worst, ...ms, ...(different.length === 0 ? {} : { parts: different }) };
}

/** Where the value was made. */
function lostInput(digest: Digest, { planned, record }: VerifyOf): { readonly detail?: string } {
  for (const [name, { ready }] of planned)
    for (const [output, { parts }] of Object.entries((ready && record(ready.key))?.outputs ?? {}))
      for (const [part, made] of parts) if (made === digest) return { detail: `${name}.${output}.${part}` };
  return {};
}

function lostOf(record: ActionRecord, blob: VerifyOf['blob']): string | undefined {
  for (const [output, { parts }] of Object.entries(record.outputs))
    for (const [part, digest] of parts) {
      const read = blob(digest);
      if (!read.found) return `${output}.${part}`;
    }
  return undefined;
}

async function again(
  instance: Instance,
  ready: Ready,
  stored: ActionRecord,
  executor: Executor,
  stops: Set<() => void>,
): Promise<Omit<VerifiedStage, 'stage'>> {
  const job = executor.submit({ instance, ready, priority: 0, expectedMs: expectedMs(instance, ready.action.spec) });
  const stop = (): void => job.abort();
  stops.add(stop);
  const executed = await job.done.finally(() => stops.delete(stop));
  switch (executed.kind) {
    case 'made': {
      const parts = differences(stored, executed.record);
      return parts.length === 0 ? { status: 'same', ms: executed.ms } : { status: 'differs', ms: executed.ms, parts };
    }
    case 'faults':
      return { status: 'failed', diagnostics: executed.faults.map((fault) => diagnose(instance, fault)) };
    case 'bug':
      return { status: 'failed', detail: executed.detail };
    case 'memory':
      return { status: 'failed', detail: 'memory' };
    case 'file-changed':
      return { status: 'stale' };
    case 'cancelled':
      return { status: 'cancelled' };
  }
}

/** Parts, and beside them the remarks and the verdict, which are results too. */
function differences(stored: ActionRecord, now: ActionRecord): DifferentPart[] {
  const [before, after] = [partsOf(stored), partsOf(now)];
  const parts = [...new Set([...before.keys(), ...after.keys()])].flatMap((part): DifferentPart[] => {
    const [was, is] = [before.get(part), after.get(part)];
    if (was === is) return [];
    return [{ part, ...(was === undefined ? {} : { stored: was }), ...(is === undefined ? {} : { now: is }) }];
  });
  const said = ({ notes, verdict }: ActionRecord): string => JSON.stringify([notes, verdict ?? []]);
  return said(stored) === said(now) ? parts : [...parts, { part: '#notes' }];
}

const partsOf = ({ outputs }: ActionRecord): ReadonlyMap<string, Digest> =>
  new Map(
    Object.entries(outputs).flatMap(([output, { parts }]) =>
      parts.map(([part, digest]) => [`${output}.${part}`, digest] as const),
    ),
  );
