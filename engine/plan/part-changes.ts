/** Which parts of its inputs a stage reads otherwise than before. */
import type { Digest } from '../../cache/digest.ts';
import { type Json, type JsonRecord, type PartName, VALUE } from '../../stages/contract.ts';
import type { ActionInput } from './action.ts';

/** What an action reads, and its params as the YAML had them: references in lists go by what is written there. */
export interface Reading {
  readonly inputs: readonly ActionInput[];
  readonly params?: JsonRecord;
  readonly casesOf?: CasesOf;
}

/** Which cases of a stage some inputs are that `m[*]` stands for; undefined where that cannot be told. @param opening `m[` */
export type CasesOf = (opening: string, inputs: readonly ActionInput[]) => readonly string[] | undefined;

/** The same, told by what the stages made. Cases may have made the same: each stands for one input. */
export const casesAmong =
  (names: () => Iterable<string>, makes: (stage: string, digest: Digest) => boolean): CasesOf =>
  (opening, inputs) => {
    const left = new Set([...names()].filter((name) => name.startsWith(opening) && name.endsWith(']')));
    const found = inputs.map(([, , , parts]) => {
      const one = [...left].find((name) => parts.every(([, digest]) => makes(name, digest)));
      if (one !== undefined) left.delete(one);
      return one ?? `${opening}${GONE}`;
    });
    return found;
  };

/** A case of which nothing is known any more. */
const GONE = '…]';

/** A part of an input that differs between two actions; `index`: where it is read now. */
export interface PartChange {
  readonly port: string;
  readonly index: number;
  readonly part: PartName;
  readonly before?: Digest;
  readonly now?: Digest;
  /** one of those for which `m[*]` stands */
  readonly name?: string;
  /** it is a column, though a result that is no table has its value under that name */
  readonly isColumn?: true;
}

/** Inputs that a list names no more, or names from now on, are told by the edit of the list; where it was not edited, one by one. */
export function partChanges(before: Reading, now: Reading): readonly PartChange[] {
  const lists = relistings(before, now);
  const isEdited = (port: string): boolean => lists.get(port)?.isEdited === true;
  const [old, is] = [
    before.inputs.filter((input, i) => lists.has(input[0]) || !isSame(input, now.inputs[i])),
    now.inputs.filter((input, i) => lists.has(input[0]) || !isSame(input, before.inputs[i])),
  ];
  const [had, has] = [addressed(old, (port) => lists.get(port)?.before), addressed(is, (port) => lists.get(port)?.now)];
  return [
    ...[...has].flatMap(([address, input]) => {
      const one = had.get(address);
      return one === undefined && isEdited(input[0]) ? [] : inputChanges(one, input, caseNamed(address, lists));
    }),
    ...[...had]
      .filter(([address, [port]]) => !has.has(address) && !isEdited(port))
      .flatMap(([address, input]) =>
        inputChanges(input, [input[0], input[1], input[2], []], caseNamed(address, lists)),
      ),
  ];
}

interface Relisting {
  readonly before: readonly string[];
  readonly now: readonly string[];
  /** the list itself, and not only what `m[*]` in it stands for */
  readonly isEdited: boolean;
}

/** Params whose list of references is another than before, each reference being one input. */
export function relistings(before: Reading, now: Reading): ReadonlyMap<string, Relisting> {
  const out = new Map<string, Relisting>();
  for (const port of new Set(now.inputs.map(([name]) => name))) {
    const count = ({ inputs }: Reading): number => inputs.filter((input) => input[0] === port).length;
    // as many as before are mostly the same ones
    const expands = count(before) !== count(now);
    const [old, is] = [referencesOf(port, before, expands), referencesOf(port, now, expands)];
    if (old === undefined || is === undefined) continue;
    const isEdited = JSON.stringify(before.params?.[port]) !== JSON.stringify(now.params?.[port]);
    if (isEdited && Math.max(old.length, is.length) === 1) continue;
    if (!isEdited && !areGone(old, is)) continue;
    if (old.join('\n') !== is.join('\n')) out.set(port, { before: old, now: is, isEdited });
  }
  return out;
}

/** What cannot be named is just what is not there any more: a case that only made something else is none of these. */
function areGone(old: readonly string[], now: readonly string[]): boolean {
  const unknown = [...old, ...now].filter((text) => text.includes(`[${GONE}`)).length;
  return unknown === 0 || (unknown === old.length - now.length && now.every((text) => old.includes(text)));
}

/** Undefined where they are not in a list, or it is not known for which cases one stands (`m[*]`). */
function referencesOf(
  port: string,
  { inputs, params, casesOf }: Reading,
  expands: boolean,
): readonly string[] | undefined {
  const value = params?.[port];
  const list = typeof value === 'string' ? [value] : isTexts(value) ? value : undefined;
  const own = inputs.filter((input) => input[0] === port);
  const at = list?.findIndex((text) => text.includes(ALL)) ?? -1;
  if (list === undefined || at === -1 || !expands) return list?.length === own.length ? list : undefined;
  const [opening = '', rest = ''] = (list[at] ?? '').split(/(?<=\[)\*\]/);
  const cases = casesOf?.(opening, own.slice(at, own.length - (list.length - 1 - at)));
  if (cases === undefined || list.slice(at + 1).some((text) => text.includes(ALL))) return undefined;
  return [...list.slice(0, at), ...cases.map((name) => name + rest), ...list.slice(at + 1)];
}

const ALL = '[*]';

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((v) => typeof v === 'string');

/** By an address that says which one it is: `columns m[(2)]`, `columns 1`. */
function addressed(
  inputs: readonly ActionInput[],
  textsOf: (port: string) => readonly string[] | undefined,
): ReadonlyMap<string, ActionInput> {
  const out = new Map<string, ActionInput>();
  for (const input of inputs) {
    const [port, index] = input;
    let address = `${port} ${textsOf(port)?.[index] ?? index}`;
    while (out.has(address)) address += ' again';
    out.set(address, input);
  }
  return out;
}

/** `m[(2)]`, where a list that was not edited stands for other stages than before. */
function caseNamed(address: string, lists: ReadonlyMap<string, Relisting>): string | undefined {
  const space = address.indexOf(' ');
  const end = address.lastIndexOf(']');
  return lists.get(address.slice(0, space))?.isEdited === false && end !== -1
    ? address.slice(space + 1, end + 1)
    : undefined;
}

/** Of thousands of inputs few are others than they were. */
function isSame([port, index, , parts]: ActionInput, other: ActionInput | undefined): boolean {
  if (other === undefined || other[0] !== port || other[1] !== index || other[3].length !== parts.length) return false;
  return parts.every(([part, digest], i) => part === other[3][i]?.[0] && digest === other[3][i]?.[1]);
}

function inputChanges(
  old: ActionInput | undefined,
  [port, index, kind, parts]: ActionInput,
  name: string | undefined,
): readonly PartChange[] {
  const had = new Map(old?.[3] ?? []);
  const has = new Set(parts.map(([part]) => part));
  const one = (part: PartName, digests: Pick<PartChange, 'before' | 'now'>): PartChange => ({
    port,
    index,
    part,
    ...digests,
    ...(name === undefined ? {} : { name }),
    ...(part === VALUE && kind === 'table' ? { isColumn: true } : {}),
  });
  return [
    ...parts
      .filter(([part, digest]) => had.get(part) !== digest)
      .map(([part, now]) => one(part, { now, ...optional(had.get(part)) })),
    ...[...had].filter(([part]) => !has.has(part)).map(([part, before]) => one(part, { before })),
  ];
}

const optional = (before: Digest | undefined) => (before === undefined ? {} : { before });
