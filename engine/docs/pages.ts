import type { Registry } from '../../stages/contract-registry.ts';
import { commandPage } from './command-page.ts';
import { errorPage } from './error-page.ts';
import { LANGS, placed } from './page-words.ts';
import { typeIndex, typePage } from './type-page.ts';

/** All pages under docs/ that are made from the code, by path: English ones, and their Chinese counterparts in zh/. */
export const pages = (registry: Registry): ReadonlyMap<string, string> =>
  new Map(
    LANGS.flatMap((lang) => [
      [placed('stages/README.md', lang), typeIndex(registry, lang)] as const,
      ...[...registry.types.values()].map(
        (type) => [placed(`stages/${type.type}.md`, lang), typePage(type, lang)] as const,
      ),
      [placed('errors.md', lang), errorPage(lang)] as const,
      [placed('command-line.md', lang), commandPage(lang)] as const,
    ]),
  );
