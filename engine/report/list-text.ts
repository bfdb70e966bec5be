import type { Lang } from '../../stages/catalogue/entry.ts';
/** Things side by side on a line, as a language joins them. */

/** Names: `a, b`, `a、b`. */
export const listed = (names: readonly string[], lang: Lang): string => names.join(lang === 'zh' ? '、' : ', ');

/** Statements, each of which may be a list: `3 ran, 2 cached`. */
export const clauses = (texts: readonly string[], lang: Lang): string => texts.join(lang === 'zh' ? '，' : ', ');
