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
  return textOf(value, '$');
}

function textOf(value: unknown, at: string): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw notJson(String(value), at);
      return String(value === 0 ? 0 : value);
    case 'object':
      return Array.isArray(value) ? listText(value, at) : mappingText(value, at);
    default:
      throw notJson(typeof value, at);
  }
}

function listText(list: readonly unknown[], at: string): string {
  const items: string[] = [];
  for (let i = 0; i < list.length; i++) items.push(textOf(list[i], `${at}[${i}]`));
  return `[${items.join(',')}]`;
}

function mappingText(mapping: object, at: string): string {
  const prototype: unknown = Object.getPrototypeOf(mapping);
  if (prototype !== null && prototype !== Object.prototype) throw notJson(mapping.constructor.name, at);
  const entries = mapping as Readonly<Record<string, unknown>>;
  const names = Object.keys(entries).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${textOf(entries[name], `${at}.${name}`)}`).join(',')}}`;
}

const notJson = (what: string, at: string): Error => new Error(`ceteris bug: ${what} at ${at} has no canonical text`);
