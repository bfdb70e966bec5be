/** The arguments of a message in its text. */
import type { FaultArgs, Lang } from './entry.ts';
import { phraseInChinese } from './phrases.ts';

/** Arguments that are words of ours, unless a message puts them in quotes: then they are a name of the user's. */
const OUR_WORDS = new Set(
  'expected found is beside wants wanted left right left_type right_type reason reasons what type'.split(' '),
);

const JOIN: Readonly<Record<Lang, string>> = { en: ', ', zh: '、' };

/** Six digits are enough to find a number again. */
const printed = (value: string | number): string =>
  typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);

/** `{rows|row is|rows are}`: what goes with one and with several, by the number or the length of the list called `rows`. */
const COUNTED = /\{(\w+)\|((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g;

const isOne = (value: FaultArgs[string] | undefined): boolean =>
  typeof value === 'object' ? value.length === 1 : String(value) === '1';

/** The words that go with the counts; without a count, those for several. */
export const agreed = (template: string, args: FaultArgs): string =>
  template.replace(COUNTED, (_, name: string, one: string, several: string) => (isOne(args[name]) ? one : several));

/** A text of commands and pages, whose values are words already. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  agreed(template, values).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** A list is joined as its language does; where a message quotes it, each of its items is quoted. */
export const fillMessage = (text: string, args: FaultArgs, lang: Lang): string => {
  const template = agreed(text, args);
  return template.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    const value = args[name];
    if (value === undefined) return whole;
    const isQuoted = template[at - 1] === "'";
    const isOurs = lang === 'zh' && OUR_WORDS.has(name) && !isQuoted;
    const texts = (typeof value === 'object' ? value : [value]).map((v) =>
      isOurs ? phraseInChinese(String(v)) : printed(v),
    );
    return texts.join(isQuoted && template[at + whole.length] === "'" ? `'${JOIN[lang]}'` : JOIN[lang]);
  });
};
