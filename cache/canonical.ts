/** A JSON value. `null` is here because JSON has it; our own types use `undefined`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The one text of a JSON value: no spaces, names sorted by UTF-16 code unit, numbers as ECMAScript prints them.
 * Two values have the same text exactly when they are the same JSON: the order of names does not count, the order
 * of a list does, and -0 is 0 since JSON has one zero. Lone surrogates are escaped, so no two strings meet.
 * Anything that JSON would drop or bend without a word (undefined, NaN, ±Infinity, a Date, a Map, a typed array, a
 * hole in a list) is a bug of the caller and throws: two different things must not share a key.
 */
export function canonical(value: Json): string {
  try {
    return textIn(value);
  } catch (thrown) {
    if (thrown === NOT_JSON) throw faultIn(value, '$') ?? thrown;
    throw thrown;
  }
}

function textIn(value: Json): string {
  try {
    return JSON.stringify(ordered(value));
  } catch (thrown) {
    if (thrown === ODD_NAME) return textOf(value);
    throw thrown;
  }
}

const NOT_JSON = new Error('ceteris bug: no canonical text');

/** A name that an object does not keep in its place: one that looks like a position, or that stands for the prototype. */
const ODD_NAME = new Error('odd name');
const isOdd = (name: string): boolean => name === '__proto__' || (name >= '0' && name < ':');

/** The value with the names of all mappings in order, itself where they are: its JSON is the text then, and is made in one go. */
function ordered(value: unknown): unknown {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw NOT_JSON;
      return value;
    case 'object':
      if (value === null) return value;
      return Array.isArray(value) ? orderedList(value) : orderedMapping(value);
    default:
      throw NOT_JSON;
  }
}

function orderedList(list: readonly unknown[]): readonly unknown[] {
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = ordered(list[i]);
    if (item === list[i]) continue;
    out ??= [...list];
    out[i] = item;
  }
  return out ?? list;
}

function orderedMapping(mapping: object): object {
  if (!isPlainObject(mapping)) throw NOT_JSON;
  const names = Object.keys(mapping);
  const isSorted = sort(names);
  let out: Record<string, unknown> | undefined = isSorted ? undefined : {};
  for (const name of names) {
    if (isOdd(name)) throw ODD_NAME;
    const own = mapping[name];
    const value = ordered(own);
    if (value !== own) out ??= { ...mapping };
    if (out !== undefined) out[name] = value;
  }
  return out ?? mapping;
}

function textOf(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw NOT_JSON;
      return String(value === 0 ? 0 : value);
    case 'object':
      return Array.isArray(value) ? listText(value) : mappingText(value);
    default:
      throw NOT_JSON;
  }
}

function listText(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += i === 0 ? textOf(list[i]) : `,${textOf(list[i])}`;
  return `${text}]`;
}

function mappingText(mapping: object): string {
  if (!isPlainObject(mapping)) throw NOT_JSON;
  const names = Object.keys(mapping).sort();
  let text = '{';
  for (const name of names) text += `${text.length === 1 ? '' : ','}${JSON.stringify(name)}:${textOf(mapping[name])}`;
  return `${text}}`;
}

/** So many are put in order here: a call to sort makes lists of its own. */
const FEW = 16;

/** Returns whether they were in order. */
function sort(names: string[]): boolean {
  let isSorted = true;
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let at = i;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
    isSorted &&= at === i;
    if (!isSorted && names.length > FEW) {
      names.sort();
      return false;
    }
  }
  return isSorted;
}

function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** What has no text, and where it is. */
function faultIn(value: unknown, at: string): Error | undefined {
  const fault = (what: string): Error => new Error(`ceteris bug: ${what} at ${at} has no canonical text`);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : fault(String(value));
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return fault(typeof value);
  if (Array.isArray(value)) return firstOf(Array.from(value, (item, i) => [`${at}[${i}]`, item] as const));
  if (!isPlainObject(value)) return fault(value.constructor.name);
  const names = Object.keys(value).sort();
  return firstOf(names.map((name) => [`${at}.${name}`, value[name]] as const));
}

function firstOf(values: readonly (readonly [at: string, value: unknown])[]): Error | undefined {
  for (const [at, value] of values) {
    const found = faultIn(value, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
