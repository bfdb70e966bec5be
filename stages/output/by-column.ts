/** Sentences under a table that hold for some of its columns, or of its panels. */
import type { Lang } from '../catalogue/entry.ts';
import { say } from './wording.ts';

/** What stands side by side in a table of models, or one over another where rows of records are printed. */
export type Place = 'column' | 'panel';

const NAMES: Readonly<Record<Place, (n: number) => string>> = {
  column: (n) => `(${n})`,
  panel: (n) => String.fromCharCode(64 + (((n - 1) % 26) + 1)),
};

/** `(1)–(3), (5)` for the columns that say the same, `A–C, E` for panels. */
export function columnRange(columns: readonly number[], lang: Lang = 'en', place: Place = 'column'): string {
  const name = NAMES[place];
  const runs: [number, number][] = [];
  for (const c of columns) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === c - 1) last[1] = c;
    else runs.push([c, c]);
  }
  return runs.map(([a, b]) => (a === b ? name(a) : `${name(a)}–${name(b)}`)).join(say('listJoin', lang));
}

/** The text, and before it the columns that it is said of, unless it is all of them. */
export function saidOf(
  text: string,
  at: readonly number[],
  of: { readonly all: number; readonly lang: Lang; readonly place?: Place },
): string {
  const { all, lang, place = 'column' } = of;
  if (at.length === all) return text;
  const range = columnRange(at, lang, place);
  if (place === 'panel')
    return say(at.length === 1 ? 'remarkOfPanel' : 'remarkOfPanels', lang, { panels: range, text });
  return say(at.length === 1 ? 'remarkOfColumn' : 'remarkOfColumns', lang, { columns: range, text });
}

/** One sentence for each text, in the order of the columns; '' says nothing. */
export function byColumn(texts: readonly string[], lang: Lang, place: Place = 'column'): readonly string[] {
  const columns = new Map<string, number[]>();
  for (const [i, text] of texts.entries()) if (text !== '') columns.set(text, [...(columns.get(text) ?? []), i + 1]);
  return [...columns].map(([text, at]) => saidOf(text, at, { all: texts.length, lang, place }));
}
