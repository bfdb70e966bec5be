/**
 * Into a record by the steps of a reference: `terms.policy.estimate`, `rows.2014.2015.estimate`, `clusters.city.levels`.
 * A step names a member of a mapping, or, in a list, the entry that is called so.
 */
import type { Json, JsonRecord } from '../contract.ts';
import { fieldsOf, recordsOf } from './fields.ts';

export type Found =
  | { readonly ok: true; readonly value: Json }
  /** `step` is the index of the step that leads nowhere; `known` are the names that would have led on */
  | { readonly ok: false; readonly step: number; readonly known: readonly string[] };

/** Fields that say which entry of a list is meant, also where they hold numbers. Texts do so in any field. */
const NAMES: readonly string[] = [
  'term',
  'name',
  'id',
  'cell',
  'variable',
  'dimension',
  'indicator',
  'type',
  'estimator',
  'method',
  'test',
  'effect',
  'cohort',
  'group',
  'treated',
  'control',
  'time',
  'period',
  'event_time',
  'year',
  'M',
  'Mbar',
  'm',
  'mbar',
  'q',
  'level',
];

/** Entries of a list that the steps so far have left, and the fields by which they were told apart. */
interface Entries {
  /** the whole list, where entries without names are found by their position from 0 */
  readonly list: readonly Json[];
  readonly items: readonly JsonRecord[];
  readonly used: readonly string[];
}

type Spot = { readonly kind: 'value'; readonly value: Json } | ({ readonly kind: 'entries' } & Entries);

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A list of mappings is searched by name, anything else stays as it is. */
const enter = (value: Json): Spot =>
  isList(value) && namesIn({ items: recordsOf(value), used: [] }).length > 0
    ? { kind: 'entries', list: value, items: recordsOf(value), used: [] }
    : { kind: 'value', value };

/** Backticks keep a dot inside a step: `` rows.`0.5`.conf_low ``. */
const plain = (step: string): string => /^`(.*)`$/.exec(step)?.[1] ?? step;

const isCalled = (value: Json | undefined, step: string): boolean =>
  typeof value === 'number'
    ? step.trim() !== '' && Number(step) === value
    : value !== undefined && String(value) === step;

/** Fields by which entries can be told apart, the usual ones first. */
function namesIn({ items, used }: Pick<Entries, 'items' | 'used'>): readonly string[] {
  const has = (field: string, test: (v: Json | undefined) => boolean): boolean =>
    items.some((item) => test(item[field]));
  const usual = NAMES.filter((f) => has(f, (v) => typeof v === 'string' || typeof v === 'number'));
  const texts = Object.keys(items[0] ?? {}).filter((f) => !NAMES.includes(f) && has(f, (v) => typeof v === 'string'));
  return [...usual, ...texts].filter((f) => !used.includes(f));
}

const alone = ({ items, used }: Entries): JsonRecord | undefined =>
  items.length === 1 && used.length > 0 ? items[0] : undefined;

function intoEntries(entries: Entries, step: string): Spot | undefined {
  const one = alone(entries);
  if (one !== undefined && Object.hasOwn(one, step)) return enter(one[step] ?? null);
  const names = namesIn(entries);
  const at = /^\d+$/.test(step) && entries.used.length === 0 ? entries.list[Number(step)] : undefined;
  if (at !== undefined && !names.some((field) => NAMES.includes(field))) return enter(at);
  for (const field of names) {
    const items = entries.items.filter((item) => isCalled(item[field], step));
    if (items.length > 0) return { ...entries, kind: 'entries', items, used: [...entries.used, field] };
  }
  return undefined;
}

function into(spot: Spot, step: string): Spot | undefined {
  if (spot.kind === 'entries') return intoEntries(spot, step);
  const { value } = spot;
  if (isList(value)) {
    const item = /^\d+$/.test(step) ? value[Number(step)] : undefined;
    return item === undefined ? undefined : enter(item);
  }
  const fields = fieldsOf(value);
  return Object.hasOwn(fields, step) ? enter(fields[step] ?? null) : undefined;
}

function knownAt(spot: Spot): readonly string[] {
  if (spot.kind === 'value')
    return isList(spot.value) ? spot.value.map((_, i) => String(i)) : Object.keys(fieldsOf(spot.value));
  const one = alone(spot);
  if (one !== undefined) return Object.keys(one);
  const [field] = namesIn(spot);
  return field === undefined ? [] : [...new Set(spot.items.map((item) => String(item[field] ?? '')))];
}

export function follow(record: Json, steps: readonly string[]): Found {
  let spot = enter(record);
  for (const [i, written] of steps.entries()) {
    const next = into(spot, plain(written));
    if (next === undefined) return { ok: false, step: i, known: knownAt(spot) };
    spot = next;
  }
  if (spot.kind === 'value') return { ok: true, value: spot.value };
  return { ok: true, value: alone(spot) ?? [...spot.items] };
}
