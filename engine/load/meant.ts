/** Keys that a stage type does not have, taken for what they were probably meant to be: one slip hides no other fault. */
import { closest } from '../../stages/catalogue/suggest.ts';
import type { AnyStageType } from '../../stages/contract.ts';
import type { Entries, Entry } from '../yaml/node.ts';
import type { Schema } from '../yaml/words.ts';
import { COMMON_KEYS } from './draft.ts';

export interface Meant {
  readonly params: Entries;
  /** params that stand under a misspelt name */
  readonly renamed: ReadonlySet<string>;
}

/** The params with strange keys under the nearest name that is free, and without those that are near to none. */
export function meantBy({ params: schema }: AnyStageType, params: Entries): Meant | undefined {
  const { properties = {} } = schema as Schema;
  const strange = [...params.values()].filter(({ name }) => !Object.hasOwn(properties, name));
  // a key without a value may be one that is glued to it, `y:npp`
  if (strange.length === 0 || strange.some(({ value }) => value.kind === 'scalar' && value.value === null))
    return undefined;
  const own = new Map<string, Entry>([...params].filter(([name]) => Object.hasOwn(properties, name)));
  const renamed = new Set<string>();
  for (const entry of strange) {
    const name = closest(entry.name, [...Object.keys(properties), ...COMMON_KEYS]);
    if (name === undefined || !Object.hasOwn(properties, name) || own.has(name)) continue;
    own.set(name, { ...entry, name });
    renamed.add(name);
  }
  return { params: own, renamed };
}
