/** The arguments of a message in its text. */
import type { FaultArgs, Lang } from '../contract.ts';
import { phraseInChinese } from './phrases.ts';

/** Arguments that are words of ours, unless a message puts them in quotes: then they are a name of the user's. */
const OUR_WORDS = new Set(
  'expected found is beside wants wanted left right left_type right_type reason reasons what type'.split(' '),
);

const JOIN: Readonly<Record<Lang, string>> = { en: ', ', zh: '、' };

/** Six digits are enough to find a number again. */
const printed = (value: string | number): string =>
  typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);

/** A list is joined as its language does; where a message quotes it, each of its items is quoted. */
export const fillMessage = (template: string, args: FaultArgs, lang: Lang): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    const value = args[name];
    if (value === undefined) return whole;
    const isQuoted = template[at - 1] === "'";
    const isOurs = lang === 'zh' && OUR_WORDS.has(name) && !isQuoted;
    const texts = (typeof value === 'object' ? value : [value]).map((v) =>
      isOurs ? phraseInChinese(String(v)) : printed(v),
    );
    return texts.join(isQuoted && template[at + whole.length] === "'" ? `'${JOIN[lang]}'` : JOIN[lang]);
  });
