import type { Registry } from '../../stages/contract.ts';
import { commandPage } from './command-page.ts';
import { errorPage } from './error-page.ts';
import { typeIndex, typePage } from './type-page.ts';

/** All pages under docs/ that are made from the code, by path. */
export const pages = (registry: Registry): ReadonlyMap<string, string> =>
  new Map([
    ['stages/README.md', typeIndex(registry)],
    ...[...registry.types.values()].map((type) => [`stages/${type.type}.md`, typePage(type)] as const),
    ['errors.md', errorPage()],
    ['command-line.md', commandPage()],
  ]);
