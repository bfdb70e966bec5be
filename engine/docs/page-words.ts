/** Words that the pages made from the code share, and where a page stands in the other language. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import type { Text } from '../../stages/contract.ts';

/** First line of every page that is made: where to change it. */
export const MADE: Readonly<Record<Lang, string>> = {
  en: '<!-- made by `npm run docs` from the code; change it there -->\n',
  zh: '<!-- 由 `npm run docs` 从代码生成，请在代码中修改 -->\n',
};

export const LANGS: readonly Lang[] = ['en', 'zh'];

/** Chinese pages mirror the English ones in a folder of their own. */
export const placed = (page: string, lang: Lang): string => (lang === 'zh' ? `zh/${page}` : page);

/** Link from a page under docs/ to itself in the other language. */
export function elsewhere(page: string, lang: Lang): string {
  const up = '../'.repeat(placed(page, lang).split('/').length - 1);
  return lang === 'en' ? `[中文](${up}${placed(page, 'zh')})` : `[English](${up}${page})`;
}

export const textIn = (text: Text, lang: Lang): string =>
  typeof text === 'string' ? text : (text[lang] ?? text.en ?? text.zh ?? '');

/** Stars and angles outside code are no Markdown. */
export const prose = (text: string): string =>
  text.replace(
    /(`[^`]*`)|[*<]/g,
    (found, inCode: string | undefined) => inCode ?? (found === '<' ? '&lt;' : `\\${found}`),
  );

export const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
export const code = (text: string): string => (text === '' ? '' : `\`${inCell(text)}\``);
export const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The head of a table. */
export const head = (...cells: readonly string[]): readonly string[] => [row(...cells), row(...cells.map(() => '---'))];
