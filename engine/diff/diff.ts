/** Two runs side by side, or a run and the pipeline as it stands: which stages differ, why, and what that did to their results. */
import type { Cache } from '../../cache/cache.ts';
import type { Digest } from '../../cache/digest.ts';
import { CONTENT, type Json, type JsonRecord, type PartName, VALUE } from '../../stages/contract.ts';
import type { PrintedChanges, RecordChanges } from '../../stages/contract-differences.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { type CasesOf, casesAmong } from '../plan/part-changes.ts';
import type { PartDifference, Reason } from '../plan/reason.ts';
import { type Names, reasonsOf, whereReasons } from '../plan/stale.ts';
import { type ActionRecord, recordMakes } from '../results/record.ts';
import { LostValue } from '../results/values.ts';
import { madeDifferences } from '../run/made-differences.ts';

/** A stage of one side. */
export type SideStage =
  | {
      readonly kind: 'done';
      readonly key: Digest;
      readonly record: ActionRecord;
      /** as the YAML had them */
      readonly params?: JsonRecord;
      /** its row condition */
      readonly where?: Json;
    }
  /** the pipeline as it stands has no result for it */
  | { readonly kind: 'stale'; readonly why: readonly Reason[] }
  /** its record was swept away */
  | { readonly kind: 'gone'; readonly key: Digest };

export type Side = ReadonlyMap<string, SideStage>;

export interface PartDiff {
  readonly part: PartName;
  readonly change: 'changed' | 'added' | 'removed';
}

export interface OutputDiff {
  readonly output: string;
  readonly parts: readonly PartDiff[];
  /** of a record: models, summaries, tests */
  readonly record?: RecordChanges;
  /** of a table for people: its cells */
  readonly printed?: PrintedChanges;
}

export interface StageDiff {
  readonly stage: string;
  /** `same-result`: other work, and nothing came out differently */
  readonly change: 'changed' | 'same-result' | 'added' | 'removed' | 'renamed' | 'stale' | 'gone';
  /** its name on the other side */
  readonly was?: string;
  readonly why: readonly Reason[];
  readonly outputs: readonly OutputDiff[];
  /** of a stage that reads files: which values of its columns differ */
  readonly values: readonly PartDifference[];
}

export interface DiffTools {
  readonly cache: Cache;
  readonly registry: Pick<Registry, 'recordChanges' | 'printedChanges' | 'differences'>;
  /** how people name what a stage reads */
  readonly names: (stage: string) => Names;
}

export interface Diff {
  readonly same: number;
  readonly stages: readonly StageDiff[];
  /** stages that failed in the runs that are compared: they have the results that they had before */
  readonly failed?: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** the stages that were asked for, when not all were: only they are there, and what they rest on */
  readonly of?: readonly string[];
}

const NOTHING = { why: [], outputs: [], values: [] } as const;

/** In the order of `b`, then what only `a` has. */
export function diffSides(a: Side, b: Side, tools: DiffTools): Diff {
  const renamed = renames(a, b);
  const was = new Set(renamed.values());
  const stages: StageDiff[] = [];
  let same = 0;
  for (const [stage, now] of b) {
    const before = a.get(stage);
    const old = renamed.get(stage);
    if (old !== undefined) stages.push({ stage, change: 'renamed', was: old, ...NOTHING });
    else if (before === undefined && now.kind === 'stale' && groupsIn(stage, a.keys()).length > 0)
      stages.push({ stage, change: 'stale', ...NOTHING, why: now.why });
    else if (before === undefined) stages.push({ stage, change: 'added', ...NOTHING });
    else {
      const diff = stageDiff(stage, [a, b], tools);
      if (diff === undefined) same++;
      else stages.push(diff);
    }
  }
  const open = new Set([...b.keys()].flatMap((stage) => groupsIn(stage, a.keys())));
  for (const stage of a.keys())
    if (!b.has(stage) && !was.has(stage) && !open.has(stage)) stages.push({ stage, change: 'removed', ...NOTHING });
  return { same, stages };
}

/** @param kept the stages that were asked for, and what they rest on */
export function restricted({ same, stages }: Diff, kept: ReadonlySet<string>, of: readonly string[]): Diff {
  const own = stages.filter(({ stage, was }) => kept.has(stage) || (was !== undefined && kept.has(was)));
  return { same: Math.max(0, Math.min(same, kept.size - own.length)), stages: own, of };
}

/** Those that may stand for groups of a stage that are not known yet, `by[…]`. */
function groupsIn(stage: string, names: Iterable<string>): readonly string[] {
  const at = stage.indexOf('…');
  return at === -1 ? [] : [...names].filter((name) => name.startsWith(stage.slice(0, at)));
}

/** New names for the very work of a stage that has gone. */
function renames(a: Side, b: Side): ReadonlyMap<string, string> {
  const gone = new Map(
    [...a].flatMap(([name, s]) => (b.has(name) || s.kind === 'stale' ? [] : [[s.key, name] as const])),
  );
  const out = new Map<string, string>();
  for (const [name, s] of b) {
    const old = s.kind === 'stale' || a.has(name) ? undefined : gone.get(s.key);
    if (old === undefined || s.kind === 'stale') continue;
    out.set(name, old);
    gone.delete(s.key);
  }
  return out;
}

function stageDiff(stage: string, [a, b]: readonly [Side, Side], tools: DiffTools): StageDiff | undefined {
  const [before, now] = [a.get(stage), b.get(stage)];
  if (before === undefined || now === undefined) return undefined;
  if (now.kind === 'stale') return { stage, change: 'stale', ...NOTHING, why: now.why };
  if (before.kind === 'stale') return { stage, change: 'added', ...NOTHING };
  if (before.key === now.key) return undefined;
  if (before.kind === 'gone' || now.kind === 'gone') return { stage, change: 'gone', ...NOTHING };
  const { params, record } = before;
  const casesOf = casesIn(a);
  const past = { kind: 'action', action: record.action, casesOf, ...(params === undefined ? {} : { params }) } as const;
  const names = { ...tools.names(stage), casesOf: casesIn(b) };
  const why = [
    ...whereReasons(before.where, now.where, names.place(['where'])),
    ...reasonsOf(past, now.record.action, names),
  ];
  const outputs = outputDiffs(before.record, now.record, tools);
  if (outputs.length === 0) return { stage, change: 'same-result', ...NOTHING, why };
  const bytes = (digest: Digest): Uint8Array => {
    const read = tools.cache.blobs.get(digest);
    if (!read.found) throw new LostValue(digest, read);
    return read.bytes;
  };
  const values = madeDifferences(record, now.record, { bytes }, tools.registry.differences);
  return { stage, change: 'changed', why, outputs, values };
}

const casesIn = (side: Side): CasesOf =>
  casesAmong(
    () => side.keys(),
    (name, digest) => {
      const stage = side.get(name);
      return stage?.kind === 'done' && recordMakes(stage.record, digest);
    },
  );

function outputDiffs(before: ActionRecord, now: ActionRecord, tools: DiffTools): readonly OutputDiff[] {
  const outputs = new Set([...Object.keys(before.outputs), ...Object.keys(now.outputs)]);
  return [...outputs].flatMap((output): OutputDiff[] => {
    const old = partsOf(before, output);
    const is = partsOf(now, output);
    const parts = [...new Set([...old.keys(), ...is.keys()])].flatMap((part): PartDiff[] => {
      if (old.get(part) === is.get(part)) return [];
      return [{ part, change: !old.has(part) ? 'added' : !is.has(part) ? 'removed' : 'changed' }];
    });
    if (parts.length === 0) return [];
    const { recordChanges, printedChanges } = tools.registry;
    const record = changesBy(recordChanges, old.get(VALUE), is.get(VALUE), tools);
    const printed = changesBy(printedChanges, old.get(CONTENT), is.get(CONTENT), tools);
    return [
      { output, parts, ...(record === undefined ? {} : { record }), ...(printed === undefined ? {} : { printed }) },
    ];
  });
}

const partsOf = ({ outputs }: ActionRecord, output: string): ReadonlyMap<PartName, Digest> =>
  new Map(outputs[output]?.parts.map(([part, digest]) => [part, digest] as const));

/** Undefined where one of the values is not there, or was swept away. */
function changesBy<C>(
  compare: (before: Uint8Array, after: Uint8Array) => C | undefined,
  before: Digest | undefined,
  now: Digest | undefined,
  { cache }: DiffTools,
): C | undefined {
  if (before === undefined || now === undefined) return undefined;
  const [old, is] = [cache.blobs.get(before), cache.blobs.get(now)];
  return old.found && is.found ? compare(old.bytes, is.bytes) : undefined;
}
