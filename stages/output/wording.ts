/** Words of the catalogue, filled in; texts in one language out of a local text. */
import type { Lang } from '../catalogue/entry.ts';
import { fill } from '../catalogue/fill.ts';
import { type Word, words } from '../catalogue/words.ts';
import type { InputShape, Mark, Text } from '../contract.ts';

/** `both` sets captions in both languages, and all else in Chinese, as bilingual journals do. */
export type Languages = Lang | 'both';

/** The language of everything but the caption. */
export const mainLanguage = (lang: Languages): Lang => (lang === 'both' ? 'zh' : lang);

export const say = (word: Word, lang: Lang, args: Readonly<Record<string, string>> = {}): string =>
  fill(words[word][lang], args);

/** The text in a language, or in the other one when only that is given. */
export const inLanguage = (text: Text | undefined, lang: Lang): string | undefined =>
  text === undefined || typeof text === 'string' ? text : (text[lang] ?? text.en ?? text.zh);

/**
 * The lines of a caption: one, or English over Chinese where both are asked for and differ. What is made from simulated data is
 * called so in each.
 */
export function captionLines(text: Text | undefined, lang: Languages, marks: readonly Mark[] = []): readonly string[] {
  if (text === undefined) return [];
  const languages: readonly Lang[] = lang === 'both' ? ['en', 'zh'] : [lang];
  const lines = languages.flatMap((of) => {
    const line = inLanguage(text, of);
    return line === undefined || line === '' ? [] : [{ line, of }];
  });
  const first = lines.filter(({ line }, i) => lines.findIndex((other) => other.line === line) === i);
  return first.map(({ line, of }) => (marks.includes('simulated') ? say('simulatedTitle', of, { title: line }) : line));
}

/** All marks of the inputs. */
export const marksOf = (inputs: readonly InputShape[]): readonly Mark[] =>
  inputs.flatMap(({ shape }) => shape.marks ?? []);

/** What is printed under a table, a figure or a title of the marks of what it is made from. */
export const markNotes = (inputs: readonly InputShape[], lang: Lang): readonly string[] =>
  marksOf(inputs).includes('simulated') ? [say('simulatedData', lang)] : [];
