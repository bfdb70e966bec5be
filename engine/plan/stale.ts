/** Why a key is another than before: the differences between two stored actions, never a guess. */
import type { Digest } from '../../cache/digest.ts';
import type { Json, JsonRecord, ParamPath, PartName } from '../../stages/contract.ts';
import { lineColumn } from '../diagnostic/diagnostic.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Action, ActionInput } from './action.ts';
import type { Reason } from './reason.ts';

/** What is known of an instance's last result. */
export type Before =
  | { readonly kind: 'never' }
  /** it had a result, and its record is gone */
  | { readonly kind: 'lost' }
  /** `params`: as the YAML had them then */
  | { readonly kind: 'action'; readonly action: Action; readonly params?: JsonRecord };

/** How people name what an action calls by port or param only. */
export interface Names {
  /** the stage that an input comes from, `panel` */
  input(port: string, index: number): string;
  /** the path of a file as it is printed, and when it was last written, in ms since 1970 */
  file(param: string): { readonly name: string; readonly edited?: number };
  /** the same of the file of the user's own code that was written last */
  code?(): { readonly file: string; readonly edited?: number } | undefined;
  /** params as the YAML has them now, and where one stands: `pipeline.yaml:12` */
  readonly params: JsonRecord;
  place(path: ParamPath): string;
}

const LONGEST = 60;
const MOST_SPEC_PATHS = 8;

/** Differences in the order: code, runtime, spec, files, parts. */
export function reasonsOf(before: Before, now: Action, names: Names): readonly Reason[] {
  if (before.kind === 'never') return [{ kind: 'never-ran' }];
  if (before.kind === 'lost') return [{ kind: 'no-result' }];
  const old = before.action;
  const reasons: Reason[] = [];
  if (old.type !== now.type) reasons.push({ kind: 'spec', path: 'stage', before: old.type, now: now.type });
  else if (old.code !== now.code) reasons.push({ kind: 'code', type: now.type, ...names.code?.() });
  if (old.runtime !== now.runtime) reasons.push({ kind: 'runtime', before: old.runtime, now: now.runtime });
  if (old.type === now.type) reasons.push(...workReasons(before, now, names));
  reasons.push(...fileReasons(old, now, names), ...partReasons(old.inputs, now.inputs, names));
  return reasons.length > 0 ? reasons : [{ kind: 'no-result' }];
}

/** Other work is told in the words of the YAML where those changed, and in those of the spec where only it did (a glob, a label). */
function workReasons(before: Extract<Before, { kind: 'action' }>, now: Action, names: Names): readonly Reason[] {
  const spec = leafChanges(before.action.spec, now.spec);
  if (spec.length === 0) return [];
  const params = before.params === undefined ? [] : leafChanges(unlisted(before.params), unlisted(names.params));
  if (params.length === 0)
    return spec.map(({ path, ...values }) => ({ kind: 'spec', path: path.join('.'), ...values }));
  return params.map(({ path, ...values }) => ({
    kind: 'param',
    path: path.join('.'),
    ...values,
    place: names.place(path),
  }));
}

interface LeafChange {
  readonly path: readonly string[];
  readonly before: string;
  readonly now: string;
}

function leafChanges(before: Json, now: Json): readonly LeafChange[] {
  const out: LeafChange[] = [];
  const walk = (a: Json | undefined, b: Json | undefined, path: readonly string[]): void => {
    if (out.length >= MOST_SPEC_PATHS || JSON.stringify(a) === JSON.stringify(b)) return;
    const both = [membersOf(a), membersOf(b)] as const;
    if (both[0] === undefined || both[1] === undefined) {
      out.push({ path, before: textOf(a), now: textOf(b) });
      return;
    }
    for (const name of new Set([...both[0].keys(), ...both[1].keys()]))
      walk(both[0].get(name), both[1].get(name), [...path, name]);
  };
  walk(before, now, []);
  return out;
}

/** Members of a mapping, or of a list of equal things to compare; undefined for a leaf. Lists of scalars are leaves. */
function membersOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  if (value.every((v) => v === null || typeof v !== 'object')) return undefined;
  return new Map(value.map((v, i) => [String(i), v]));
}

/** A list of one is the same as what it holds. */
const unlisted = (params: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      Array.isArray(value) && value.length === 1 && typeof value[0] !== 'object' ? (value[0] as Json) : value,
    ]),
  );

function textOf(value: Json | undefined): string {
  const isList = Array.isArray(value) && value.every((v) => v !== null && typeof v !== 'object');
  const text =
    value === undefined
      ? ''
      : typeof value === 'string'
        ? value
        : isList
          ? `[${(value as readonly Json[]).join(', ')}]`
          : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function fileReasons(old: Action, now: Action, names: Names): readonly Reason[] {
  const before = new Map(old.files);
  return now.files
    .filter(([param, digest]) => before.get(param) !== digest)
    .map(([param]) => {
      const { name, edited } = names.file(param);
      return { kind: 'file', param, file: name, ...(edited === undefined ? {} : { edited }) };
    });
}

/** A part of an input that differs between two actions. */
export interface PartChange {
  readonly port: string;
  readonly index: number;
  readonly part: PartName;
  readonly before?: Digest;
  readonly now?: Digest;
}

export function partChanges(old: readonly ActionInput[], now: readonly ActionInput[]): readonly PartChange[] {
  const address = ([port, index]: ActionInput): string => `${port} ${index}`;
  const before = new Map(old.map((input) => [address(input), input]));
  const after = new Set(now.map(address));
  const gone = old.filter((input) => !after.has(address(input)));
  return [
    ...now.flatMap((input) => inputChanges(before.get(address(input)), input)),
    ...gone.flatMap(([port, index, , parts]) => parts.map(([part, digest]) => ({ port, index, part, before: digest }))),
  ];
}

function inputChanges(old: ActionInput | undefined, [port, index, , parts]: ActionInput): readonly PartChange[] {
  const had = new Map(old?.[3] ?? []);
  const has = new Set(parts.map(([part]) => part));
  const changed = parts
    .filter(([part, digest]) => had.get(part) !== digest)
    .map(([part, now]): PartChange => {
      const before = had.get(part);
      return { port, index, part, now, ...(before === undefined ? {} : { before }) };
    });
  const removed = [...had]
    .filter(([part]) => !has.has(part))
    .map(([part, before]): PartChange => ({ port, index, part, before }));
  return [...changed, ...removed];
}

const partReasons = (old: readonly ActionInput[], now: readonly ActionInput[], names: Names): readonly Reason[] =>
  partChanges(old, now).map((c) => ({
    kind: 'part',
    from: names.input(c.port, c.index),
    part: c.part,
    change: c.before === undefined ? 'added' : c.now === undefined ? 'removed' : 'changed',
  }));

/** The filter that a stage's `where` stands for. */
export const whereOf = (stage: string): string => `${stage}~where`;

/** A `where` is part of the stage that wrote it. */
export const isHidden = (name: string): boolean => /~where\d*$/.test(name);

/** A `where` that was written or taken away: to people it is a param of its stage. */
export function whereReasons(before: Json | undefined, now: Json | undefined, place: string): readonly Reason[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  return [{ kind: 'param', path: 'where', before: textOf(before), now: textOf(now), place }];
}

/** What the world says of files and places. */
export interface Printed {
  path(path: string): string;
  edited(path: string): number | undefined;
}

/** Names as the pipeline gives them; a hidden filter goes by what it filters. */
export function namesOf(instance: Instance, find: (name: string) => Instance | undefined, printed: Printed): Names {
  const visible = (name: string): string => {
    const source = find(name);
    const through = source?.owner === undefined ? undefined : Object.values(source.inputs)[0]?.[0];
    return through === undefined ? name : visible(through.instance);
  };
  return {
    input: (port, index) => visible(instance.inputs[port]?.[index]?.instance ?? port),
    file: (param) => {
      const path = instance.files[param];
      if (path === undefined) return { name: param };
      const edited = printed.edited(path);
      return { name: printed.path(path), ...(edited === undefined ? {} : { edited }) };
    },
    code: () => lastWritten(instance.type.origin?.files ?? [], printed),
    params: writtenParams(instance),
    place: (path) => {
      const { source, start } = instance.place(path);
      return `${source.name}:${lineColumn(source, start).line}`;
    },
  };
}

function lastWritten(files: readonly string[], printed: Printed): ReturnType<NonNullable<Names['code']>> {
  const [last] = files
    .map((path) => ({ path, edited: printed.edited(path) }))
    .sort((a, b) => (b.edited ?? 0) - (a.edited ?? 0));
  if (last === undefined) return undefined;
  return { file: printed.path(last.path), ...(last.edited === undefined ? {} : { edited: last.edited }) };
}

/** A filter that a stage's `where` stands for has its condition there. */
export function writtenParams({ params, owner }: Instance): JsonRecord {
  if (owner === undefined) return params;
  const { keep, ...rest } = params;
  return { ...rest, where: keep ?? null };
}
