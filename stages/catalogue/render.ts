/** A message of the catalogue, filled in. */
import type { FaultArgs, Lang } from '../contract.ts';
import { type Code, catalogue } from './catalogue.ts';
import { suggestion } from './suggest.ts';

const fill = (template: string, args: FaultArgs, lang: Lang): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'suggestion') return suggestion(String(args.name ?? ''), listOf(args.known), lang);
    const value = args[name];
    if (value === undefined) return whole;
    return typeof value === 'object' ? value.join(', ') : String(value);
  });

const listOf = (value: FaultArgs[string] | undefined): readonly string[] => (typeof value === 'object' ? value : []);

export const messageOf = (code: Code, args: FaultArgs, lang: Lang): string => fill(catalogue[code][lang], args, lang);

export const helpOf = (code: Code, args: FaultArgs, lang: Lang): string | undefined => {
  const help = catalogue[code].help?.[lang];
  return help === undefined ? undefined : fill(help, args, lang) || undefined;
};
