/** What the store keeps for a key: digests of what was made, remarks, and the action itself, so that "why" is a diff. */
import { type Digest, isDigest } from '../../cache/digest.ts';
import type { Fault, Json, Note } from '../../stages/contract.ts';
import type { Action } from '../plan/action.ts';
import type { Made } from '../plan/outputs.ts';

export interface ActionRecord {
  readonly action: Action;
  readonly outputs: Made;
  readonly notes: readonly Note[];
  /** the outputs stand, and the stage does not hold */
  readonly verdict?: readonly Fault[];
  readonly ms: number;
  /** ms since 1970 */
  readonly when: number;
}

export interface GatherRecord {
  readonly gather: readonly [column: Digest, index: Digest];
  readonly digest: Digest;
}

/** Records are plain JSON by construction; the interfaces just lack the index signature. */
export const recordJson = (record: ActionRecord | GatherRecord): Json => record as unknown as Json;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record read back; undefined when it is none. The store has checked that its bytes are those that were written. */
export function readActionRecord(json: Json): ActionRecord | undefined {
  return isMapping(json) && isMapping(json.outputs) && isMapping(json.action)
    ? (json as unknown as ActionRecord)
    : undefined;
}

export function readGatherRecord(json: Json): GatherRecord | undefined {
  return isMapping(json) && Array.isArray(json.gather) && typeof json.digest === 'string'
    ? (json as unknown as GatherRecord)
    : undefined;
}

/** All blobs that a record refers to: what it made and, for the sweep, what it was made of by picking rows. */
export function referencesOf(json: Json): readonly Digest[] {
  const gather = readGatherRecord(json);
  if (gather !== undefined) return [gather.digest].filter(isDigest);
  const outputs = readActionRecord(json)?.outputs ?? {};
  return Object.values(outputs).flatMap((o) => o.parts.map(([, digest]) => digest));
}

/** Whether a value is among what an action made. */
export const recordMakes = ({ outputs }: ActionRecord, digest: Digest): boolean =>
  Object.values(outputs).some(({ parts }) => parts.some(([, d]) => d === digest));
