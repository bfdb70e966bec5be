/** Lists in running text. */
import type { Lang } from '../catalogue/entry.ts';
import { say } from './wording.ts';

/** `a`, `a and b`, `a, b and c`. */
export function joined(names: readonly string[], lang: Lang): string {
  const first = names.slice(0, -1).join(say('listJoin', lang));
  return names.length < 2 ? names.join('') : first + say('listLast', lang) + (names.at(-1) ?? '');
}
