/** The lines under a table. */
import type { Lang } from '../catalogue/entry.ts';
import { say } from './wording.ts';

/** Sentences as one line that begins with "Notes:", then further lines; that word stands before the first line there is. */
export function noteLines(sentences: readonly string[], own: readonly string[], lang: Lang): readonly string[] {
  const first = sentences.length === 0 ? [] : [sentences.join(say('sentenceJoin', lang)) + say('sentenceEnd', lang)];
  const gap = lang === 'zh' ? '' : ' ';
  return [...first, ...own].map((text, i) => (i === 0 ? say('notes', lang) + gap + text : text));
}
