/** `matrix:` to cases: a mapping of cases, or the product of lists. */
import type { AnyStageType, Json } from '../../stages/contract.ts';
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Faults } from '../yaml/faults.ts';
import { type Entries, type Entry, entriesToJson, jsonNode, type YamlNode } from '../yaml/node.ts';
import { describe } from '../yaml/words.ts';
import type { Each } from './groups.ts';

/** Of one stage. */
export const MAX_CASES = 20_000;

export interface Case {
  readonly name: string;
  readonly at: Place;
  readonly params: Entries;
  /** it is a group, or stands for all of them */
  readonly each?: Each;
}

/** Undefined when the matrix is at fault. Cases keep the order in which they are written; of a product, the last list runs fastest. */
export function casesOf(matrix: Entry, stage: string, faults: Faults): readonly Case[] | undefined {
  const { value } = matrix;
  if (value.kind === 'broken') return undefined;
  if (value.kind !== 'mapping') {
    const isNothing = value.kind === 'scalar' && value.value === null;
    if (isNothing) faults.add('CE1151', {}, { at: matrix.key, stage });
    else faults.add('CE1254', { param: 'matrix', expected: '{ … }', value: describe(value) }, { at: value.at, stage });
    return undefined;
  }
  const entries = [...value.entries.values()];
  if (entries.length === 0) {
    faults.add('CE1151', {}, { at: value.at, stage });
    return undefined;
  }
  return formOf(entries, stage, faults) === 'lists'
    ? product(entries, matrix, stage, faults)
    : named(entries, stage, faults);
}

/** The cases that a stage's own params stand for (`y: [a, b]`), within a case of the matrix if there is one. */
export function expanded(
  type: AnyStageType,
  params: Entries,
  one: Case | undefined,
  context: { readonly key: Place; readonly stage: string; readonly faults: Faults },
): readonly (Case | undefined)[] {
  if (type.expand === undefined) return [one];
  const broken = [...params.values()].some((e) => e.value.broken);
  const found = broken ? undefined : type.expand(entriesToJson(params));
  if (found === undefined) return [one];
  const { key, stage, faults } = context;
  if (found.length > MAX_CASES) {
    faults.add('CE1155', { count: found.length, limit: MAX_CASES }, { at: key, stage });
    return [];
  }
  const cases = found.map(({ name, params: own }): Case => {
    const put = new Map(one?.params);
    for (const [param, value] of Object.entries(own)) {
      const entry = params.get(param);
      const at = entry?.value.at ?? key;
      put.set(param, {
        name: param,
        key: entry?.key ?? key,
        value: rewritten(entry?.value, value) ?? jsonNode(value, at),
      });
    }
    return { ...one, name: one === undefined ? name : `${one.name},${name}`, at: one?.at ?? key, params: put };
  });
  return distinct(cases, stage, faults);
}

/** A text that stands for another of the same length: what is left of it is where it was, down to the character. */
function rewritten(node: YamlNode | undefined, value: Json): YamlNode | undefined {
  const same = node?.kind === 'scalar' && typeof node.value === 'string' && typeof value === 'string';
  return same && node.value !== null && String(node.value).length === value.length ? { ...node, value } : undefined;
}

type Form = 'cases' | 'lists';

function formOf(entries: readonly Entry[], stage: string, faults: Faults): Form {
  const forms = entries.map(({ value }) => (value.kind === 'list' ? 'lists' : isCase(value) ? 'cases' : undefined));
  const first = forms.find((f) => f !== undefined) ?? 'cases';
  const odd = forms.findIndex((f) => f !== undefined && f !== first);
  const at = entries[odd];
  if (at !== undefined) faults.add('CE1150', { name: at.name }, { at: at.key, stage });
  return first;
}

/** `(1):` with nothing behind it is a case that changes nothing. */
const isCase = (node: YamlNode): boolean => node.kind === 'mapping' || (node.kind === 'scalar' && node.value === null);

function named(entries: readonly Entry[], stage: string, faults: Faults): readonly Case[] {
  const out: Case[] = [];
  for (const { name, key, value } of entries) {
    if (value.kind === 'scalar' && value.value !== null)
      faults.add('CE1152', { name, is: describe(value) }, { at: value.at, stage });
    if (!isCaseName(name)) faults.add('CE1154', { name }, { at: key, stage });
    else if (isCase(value) || value.kind === 'broken')
      out.push({ name, at: key, params: value.kind === 'mapping' ? value.entries : new Map() });
  }
  return out;
}

function product(entries: readonly Entry[], matrix: Entry, stage: string, faults: Faults): readonly Case[] | undefined {
  let count = 1;
  for (const { name, value } of entries) {
    if (value.kind === 'scalar') faults.add('CE1152', { name, is: describe(value) }, { at: value.at, stage });
    else if (value.kind === 'list' && value.items.length === 0) faults.add('CE1151', {}, { at: value.at, stage });
    if (value.kind !== 'list' || value.items.length === 0) return undefined;
    count *= value.items.length;
  }
  if (count > MAX_CASES) {
    faults.add('CE1155', { count, limit: MAX_CASES }, { at: matrix.key, stage });
    return undefined;
  }
  let cases: Case[] = [{ name: '', at: matrix.key, params: new Map() }];
  for (const entry of entries)
    cases = cases.flatMap((before) => itemsOf(entry.value).map((value) => extend(before, entry, value)));
  return distinct(cases, stage, faults);
}

const itemsOf = (node: YamlNode): readonly YamlNode[] => (node.kind === 'list' ? node.items : []);

const extend = (before: Case, { name, key }: Entry, value: YamlNode): Case => ({
  name: `${before.name === '' ? '' : `${before.name},`}${name}=${short(value)}`,
  at: before.at,
  params: new Map(before.params).set(name, { name, key, value }),
});

/** A value in a case's name: lists joined by `+`. */
function short(node: YamlNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.value === null ? 'null' : String(node.value);
    case 'list':
      return node.items.map(short).join('+');
    case 'mapping':
      return `{${[...node.entries.values()].map((e) => `${e.name}:${short(e.value)}`).join(';')}}`;
    case 'broken':
      return '…';
  }
}

function distinct(cases: readonly Case[], stage: string, faults: Faults): readonly Case[] {
  const seen = new Set<string>();
  return cases.filter((c) => {
    if (seen.has(c.name)) faults.add('CE1153', { name: c.name }, { at: c.at, stage });
    else if (!isCaseName(c.name)) faults.add('CE1154', { name: c.name }, { at: c.at, stage });
    else return seen.add(c.name);
    return false;
  });
}

/** A reference must find the end of the name: square brackets pair. */
function isCaseName(name: string): boolean {
  let open = 0;
  for (const c of name) {
    if (c === '[') open++;
    else if (c === ']' && --open < 0) return false;
  }
  return open === 0 && name !== '*' && name.trim() === name && name !== '' && !/[\n\r]/.test(name);
}
