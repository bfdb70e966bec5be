/** Why a key is another than before: the differences between two stored actions, never a guess. */
import type { Json, JsonRecord, ParamPath } from '../../stages/contract.ts';
import { lineColumn } from '../diagnostic/diagnostic.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import type { Action } from './action.ts';
import { type CasesOf, partChanges, type Reading, relistings } from './part-changes.ts';
import type { Reason } from './reason.ts';

/** What is known of an instance's last result. */
export type Before =
  | { readonly kind: 'never' }
  /** it had a result, and its record is gone */
  | { readonly kind: 'lost' }
  /** `params`: as the YAML had them then */
  | {
      readonly kind: 'action';
      readonly action: Action;
      readonly params?: JsonRecord;
      readonly casesOf?: CasesOf;
    };

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
  readonly casesOf?: CasesOf;
}

const LONGEST = 60;
const MOST_SPEC_PATHS = 8;

const readingOf = ({ action, params, casesOf }: Extract<Before, { kind: 'action' }>): Reading => ({
  inputs: action.inputs,
  ...(params === undefined ? {} : { params }),
  ...(casesOf === undefined ? {} : { casesOf }),
});

const readingNow = ({ inputs }: Action, names: Names): Reading => {
  const { params, casesOf } = names;
  return { inputs, params, ...(casesOf === undefined ? {} : { casesOf }) };
};

/** Differences in the order: code, runtime, spec, files, parts. */
export function reasonsOf(before: Before, now: Action, names: Names): readonly Reason[] {
  if (before.kind === 'never') return [{ kind: 'never-ran' }];
  if (before.kind === 'lost') return [{ kind: 'no-result' }];
  const old = before.action;
  const reasons: Reason[] = [];
  if (old.type !== now.type) reasons.push({ kind: 'spec', path: 'stage', before: old.type, now: now.type });
  else if (old.code !== now.code) reasons.push({ kind: 'code', type: now.type, ...names.code?.() });
  if (old.runtime !== now.runtime) reasons.push({ kind: 'runtime', before: old.runtime, now: now.runtime });
  const [had, has] = [readingOf(before), readingNow(now, names)];
  if (old.type === now.type) reasons.push(...workReasons(before, now, names, relistings(had, has)));
  reasons.push(...fileReasons(old, now, names), ...partReasons(had, has, names));
  return reasons.length > 0 ? reasons : [{ kind: 'no-result' }];
}

/** Other work is told in the words of the YAML where those changed, and in those of the spec where only it did (a glob, a label). */
function workReasons(
  before: Extract<Before, { kind: 'action' }>,
  now: Action,
  names: Names,
  lists: ReturnType<typeof relistings>,
): readonly Reason[] {
  const grown = otherCounts(before.action, now);
  const spec = leafChanges(
    before.action.spec,
    now.spec,
    (a, b) =>
      [...lists.values()].some((list) => !list.isEdited && isPerInput(list, a, b)) ||
      // what is known of each of more or fewer groups says less than their names
      (isOfMembers(b) && grown.some((counts) => isPerInput(counts, a, b))),
  );
  const relisted = new Set([...lists].flatMap(([port, { isEdited }]) => (isEdited ? [port] : [])));
  if (spec.length === 0 && relisted.size === 0) return [];
  const edited = before.params === undefined ? [] : leafChanges(unlisted(before.params), unlisted(names.params));
  const params = spec.length > 0 ? edited : edited.filter(({ path: [param = ''] }) => relisted.has(param));
  if (params.length === 0)
    return spec.map(({ path, ...values }) => ({ kind: 'spec', path: path.join('.'), ...values }));
  return params.map(({ path, ...values }) => ({
    kind: 'param',
    path: path.join('.'),
    ...values,
    place: names.place(path),
  }));
}

/** What is told in other words. */
type Follows = (before: Json | undefined, now: Json | undefined) => boolean;

interface Counts {
  readonly before: { readonly length: number };
  readonly now: { readonly length: number };
}

/** Ports with more or fewer inputs than they had. */
function otherCounts(old: Action, now: Action): readonly Counts[] {
  const of = ({ inputs }: Action, port: string) => inputs.filter(([name]) => name === port);
  return [...new Set(now.inputs.map(([port]) => port))]
    .map((port) => ({ before: of(old, port), now: of(now, port) }))
    .filter((counts) => counts.before.length !== counts.now.length);
}

const isOfMembers = (list: Json | undefined): boolean =>
  Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null);

/** A list with one for each input, of which there are more or fewer now: their labels, their outcomes. */
const isPerInput = ({ before, now }: Counts, a: Json | undefined, b: Json | undefined): boolean =>
  before.length !== now.length &&
  Array.isArray(a) &&
  Array.isArray(b) &&
  a.length === before.length &&
  b.length === now.length;

interface LeafChange {
  readonly path: readonly string[];
  readonly before: string;
  readonly now: string;
}

function leafChanges(before: Json, now: Json, follows: Follows = () => false): readonly LeafChange[] {
  const out: LeafChange[] = [];
  const walk = (a: Json | undefined, b: Json | undefined, path: readonly string[]): void => {
    if (out.length >= MOST_SPEC_PATHS || JSON.stringify(a) === JSON.stringify(b) || follows(a, b)) return;
    const both = [membersOf(a), membersOf(b)] as const;
    if (both[0] === undefined || both[1] === undefined) {
      const [before, now] = textsOf(a, b);
      out.push({ path, before, now });
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

/** Of what is too long for a line, where the two part: the items that only one has, or the text from a little before that. */
function textsOf(before: Json | undefined, now: Json | undefined): readonly [string, string] {
  const [a, b] = [fullText(before), fullText(now)];
  if (Math.max(a.length, b.length) <= LONGEST || a === '' || b === '') return [cut(a), cut(b)];
  if (isList(before) && isList(now)) {
    const [gone, come] = [before.filter((v) => !now.includes(v)), now.filter((v) => !before.includes(v))];
    if (gone.length + come.length > 0)
      return [
        cut(`[…${gone.map((v) => `, ${String(v)}`).join('')}]`),
        cut(`[…${come.map((v) => `, ${String(v)}`).join('')}]`),
      ];
  }
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const from = Math.max(0, same - Math.floor(LONGEST / 3));
  const lead = from === 0 ? '' : '…';
  return [cut(lead + a.slice(from)), cut(lead + b.slice(from))];
}

const isList = (value: Json | undefined): value is readonly Json[] =>
  Array.isArray(value) && value.every((v) => v === null || typeof v !== 'object');

const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`);

function fullText(value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return isList(value) && !value.includes(null) ? `[${value.join(', ')}]` : JSON.stringify(value);
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

const partReasons = (old: Reading, now: Reading, names: Names): readonly Reason[] =>
  partChanges(old, now).map((c) => ({
    kind: 'part',
    from: c.name ?? names.input(c.port, c.index),
    part: c.part,
    change: c.before === undefined ? 'added' : c.now === undefined ? 'removed' : 'changed',
    ...(c.isColumn === true ? { isColumn: true } : {}),
  }));

/** The filter that a stage's `where` stands for. */
export const whereOf = (stage: string): string => `${stage}~where`;

/** A `where` is part of the stage that wrote it. */
export const isHidden = (name: string): boolean => /~where\d*$/.test(name);

/** A `where` that was written or taken away: to people it is a param of its stage. */
export function whereReasons(before: Json | undefined, now: Json | undefined, place: string): readonly Reason[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const [was, is] = textsOf(before, now);
  return [{ kind: 'param', path: 'where', before: was, now: is, place }];
}

/** What the world says of files and places. */
export interface Printed {
  path(path: string): string;
  edited(path: string): number | undefined;
}

/** As the pipeline has them now. */
export const casesOfInputs =
  ({ inputs }: Instance): CasesOf =>
  (opening, read) => {
    const names = read.map(([port, index]) => inputs[port]?.[index]?.instance ?? '');
    return names.every((name) => name.startsWith(opening) && name.endsWith(']')) ? names : undefined;
  };

/** Names as the pipeline gives them; a hidden filter goes by what it filters. */
export function namesOf(instance: Instance, { instances }: Pick<Pipeline, 'instances'>, printed: Printed): Names {
  const visible = (name: string): string => {
    const source = instances.get(name);
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
    casesOf: casesOfInputs(instance),
    place: (path) => {
      const { source, start } = instance.place(path, { origin: true });
      return source.path === '--set' ? source.name : `${source.name}:${lineColumn(source, start).line}`;
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
