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
    return textOf(value);
  } catch (thrown) {
    if (thrown === NOT_JSON) throw faultIn(value, '$') ?? thrown;
    throw thrown;
  }
}

const NOT_JSON = new Error('ceteris bug: no canonical text');

function textOf(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw NOT_JSON;
      return String(value === 0 ? 0 : value);
    case 'object':
      return Array.isArray(value) ? listText(value) : mappingText(value);
    default:
      throw NOT_JSON;
  }
}

/** Most texts need no escape, and then the call is spared. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

function listText(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += i === 0 ? textOf(list[i]) : `,${textOf(list[i])}`;
  return `${text}]`;
}

function mappingText(mapping: object): string {
  if (!isPlainObject(mapping)) throw NOT_JSON;
  const names = Object.keys(mapping);
  sort(names);
  let text = '{';
  for (const name of names) text += `${text.length === 1 ? '' : ','}${quoted(name)}:${textOf(mapping[name])}`;
  return `${text}}`;
}

/** So many are put in order here: a call to sort makes lists of its own. */
const FEW = 16;

function sort(names: string[]): void {
  if (names.length > FEW) return void names.sort();
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let at = i;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
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
