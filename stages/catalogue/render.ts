/** A message of the catalogue, filled in. */
import type { FaultArgs, Lang } from '../contract.ts';
import { type Code, catalogue } from './catalogue.ts';
import { phraseInChinese } from './phrases.ts';
import { suggestion } from './suggest.ts';

/** Arguments that are words of ours, unless a message puts them in quotes: then they are a name of the user's. */
const OUR_WORDS = new Set(
  'expected found is beside wants wanted left right left_type right_type reason reasons what type'.split(' '),
);

/** Six digits are enough to find a number again. */
const printed = (value: string | number): string =>
  typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);

const fill = (template: string, args: FaultArgs, lang: Lang): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    if (name === 'suggestion') return suggestion(String(args.name ?? ''), listOf(args.known), lang);
    const value = args[name];
    if (value === undefined) return whole;
    const isOurs = lang === 'zh' && OUR_WORDS.has(name) && template[at - 1] !== "'";
    const texts = (typeof value === 'object' ? value : [value]).map((v) =>
      isOurs ? phraseInChinese(String(v)) : printed(v),
    );
    return texts.join(', ');
  });

const listOf = (value: FaultArgs[string] | undefined): readonly string[] => (typeof value === 'object' ? value : []);

export const messageOf = (code: Code, args: FaultArgs, lang: Lang): string => fill(catalogue[code][lang], args, lang);

export const helpOf = (code: Code, args: FaultArgs, lang: Lang): string | undefined => {
  const help = catalogue[code].help?.[lang];
  return help === undefined ? undefined : fill(help, args, lang) || undefined;
};
