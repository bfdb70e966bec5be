/** A message of the catalogue, filled in. */
import { type Code, catalogue } from './catalogue.ts';
import type { FaultArgs, Lang } from './entry.ts';
import { fillMessage } from './fill.ts';
import { suggestion } from './suggest.ts';

const listOf = (value: FaultArgs[string] | undefined): readonly string[] => (typeof value === 'object' ? value : []);

export const messageOf = (code: Code, args: FaultArgs, lang: Lang): string =>
  fillMessage(catalogue[code][lang], args, lang);

export const helpOf = (code: Code, args: FaultArgs, lang: Lang): string | undefined => {
  const help = catalogue[code].help?.[lang];
  if (help === undefined) return undefined;
  const suggested = { suggestion: suggestion(String(args.name ?? ''), listOf(args.known), lang) };
  return fillMessage(help, help.includes('{suggestion}') ? { ...args, ...suggested } : args, lang) || undefined;
};
