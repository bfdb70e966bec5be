/** Why a key is another than before: the differences between two stored actions, never a guess. */
import type { Json } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';
import type { Action, ActionInput } from './action.ts';
import type { Reason } from './reason.ts';

/** What is known of an instance's last result. */
export type Before =
  | { readonly kind: 'never' }
  /** it had a result, and its record is gone */
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'action'; readonly action: Action };

/** How people name what an action calls by port or param only. */
export interface Names {
  /** the stage that an input comes from, `panel` */
  input(port: string, index: number): string;
  /** the path of a file as it is printed */
  file(param: string): string;
}

const LONGEST = 60;
const MOST_SPEC_PATHS = 8;

/** Differences in the order: code, runtime, spec, files, parts. */
export function reasonsOf(before: Before, now: Action, names: Names): readonly Reason[] {
  if (before.kind === 'never') return [{ kind: 'never-ran' }];
  if (before.kind === 'lost') return [{ kind: 'no-result', detail: before.detail }];
  const old = before.action;
  const reasons: Reason[] = [];
  if (old.type !== now.type) reasons.push({ kind: 'spec', path: 'stage', before: old.type, now: now.type });
  else if (old.code !== now.code) reasons.push({ kind: 'code', type: now.type });
  if (old.runtime !== now.runtime) reasons.push({ kind: 'runtime', before: old.runtime, now: now.runtime });
  if (old.type === now.type) reasons.push(...specReasons(old.spec, now.spec));
  reasons.push(...fileReasons(old, now, names), ...partReasons(old.inputs, now.inputs, names));
  return reasons.length > 0 ? reasons : [{ kind: 'no-result', detail: 'its record is gone' }];
}

function specReasons(before: Json, now: Json): readonly Reason[] {
  const out: Reason[] = [];
  const walk = (a: Json | undefined, b: Json | undefined, path: readonly string[]): void => {
    if (out.length >= MOST_SPEC_PATHS || JSON.stringify(a) === JSON.stringify(b)) return;
    const both = [membersOf(a), membersOf(b)] as const;
    if (both[0] === undefined || both[1] === undefined) {
      out.push({ kind: 'spec', path: path.join('.'), before: textOf(a), now: textOf(b) });
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

function textOf(value: Json | undefined): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function fileReasons(old: Action, now: Action, names: Names): readonly Reason[] {
  const before = new Map(old.files);
  return now.files
    .filter(([param, digest]) => before.get(param) !== digest)
    .map(([param]) => ({ kind: 'file', param, file: names.file(param) }));
}

function partReasons(old: readonly ActionInput[], now: readonly ActionInput[], names: Names): readonly Reason[] {
  const address = ([port, index]: ActionInput): string => `${port} ${index}`;
  const before = new Map(old.map((input) => [address(input), new Map(input[3])]));
  const seen = new Set<string>();
  const reasons: Reason[] = [];
  for (const input of now) {
    const [port, index, , parts] = input;
    const from = names.input(port, index);
    const had = before.get(address(input)) ?? new Map();
    seen.add(address(input));
    for (const [part, digest] of parts)
      if (had.get(part) !== digest)
        reasons.push({ kind: 'part', from, part, change: had.has(part) ? 'changed' : 'added' });
    const has = new Set(parts.map(([part]) => part));
    for (const part of had.keys()) if (!has.has(part)) reasons.push({ kind: 'part', from, part, change: 'removed' });
  }
  for (const input of old)
    if (!seen.has(address(input)))
      for (const [part] of input[3]) reasons.push({ kind: 'part', from: input[0], part, change: 'removed' });
  return reasons;
}

/** Names as the pipeline gives them; a hidden filter goes by what it filters. */
export function namesOf(
  instance: Instance,
  find: (name: string) => Instance | undefined,
  printed: (path: string) => string,
): Names {
  const visible = (name: string): string => {
    const source = find(name);
    const through = source?.owner === undefined ? undefined : Object.values(source.inputs)[0]?.[0];
    return through === undefined ? name : visible(through.instance);
  };
  return {
    input: (port, index) => visible(instance.inputs[port]?.[index]?.instance ?? port),
    file: (param) => printed(instance.files[param] ?? param),
  };
}
