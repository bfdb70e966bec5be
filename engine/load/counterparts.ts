/** What other programs call a key, a param or its value: schemas say it of params, by two keywords of their own. */
import type { Schema } from '../yaml/words.ts';

/** Of the keys that stand beside params. */
const KEYS: ReadonlyMap<string, string> = new Map([['if', 'where']]);

/** Keys and params that say here what `name` says elsewhere. `x-ceteris-known-as`: other names of a param. */
export function paramsKnownAs(name: string, params: Readonly<Record<string, Schema>>): readonly string[] {
  const key = KEYS.get(name);
  const own = Object.entries(params).filter(([, schema]) => {
    const names = schema['x-ceteris-known-as'];
    return Array.isArray(names) && names.includes(name);
  });
  return [...(key === undefined ? [] : [key]), ...own.map(([param]) => param)];
}

/** What a value of another program is here. `x-ceteris-meant`: by value, as it is written. */
export function valueMeant(value: string, schema: Schema): string | undefined {
  const meant = schema['x-ceteris-meant'] as Readonly<Record<string, string>> | undefined;
  return meant !== undefined && Object.hasOwn(meant, value) ? meant[value] : undefined;
}
