/** How terms, absorbed effects and outcomes are called in print. */
import type { Lang } from '../catalogue/entry.ts';
import type { Word } from '../catalogue/words.ts';
import { say } from './wording.ts';

/** Printed names by the name of a column, a term or a field; in the language of the document. */
export type Labels = Readonly<Record<string, string>>;

const own = (labels: Labels, name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined;

export const INTERCEPT = '(Intercept)';

/** Terms that event studies make, and what their averages are keyed with. */
const OWN_TERMS: Readonly<Record<string, Word>> = {
  rel_time: 'relativePeriod',
  att: 'averageEffect',
  att_group: 'averageOverCohorts',
  att_calendar: 'averageOverPeriods',
  average_post: 'averageAfter',
};
const KEYS: Readonly<Record<string, Word>> = { cohort: 'cohortField', time: 'period' };

const product = (parts: readonly string[], lang: Lang): string => parts.join(lang === 'zh' ? '×' : ' × ');

/** A term: `policy`, `fit_educ`, `year::2014`, `policy:open`. A label of the whole term comes first. */
export function termLabel(name: string, labels: Labels, lang: Lang): string {
  const given = own(labels, name);
  if (given !== undefined) return given;
  if (name === INTERCEPT) return say('constant', lang);
  const ours = Object.hasOwn(OWN_TERMS, name) ? OWN_TERMS[name] : undefined;
  if (ours !== undefined) return say(ours, lang);
  const factors = name.split(/(?<!:):(?!:)/);
  if (factors.length > 1)
    return product(
      factors.map((f) => termLabel(f, labels, lang)),
      lang,
    );
  const level = /^(.+?)::(.+)$/.exec(name);
  if (level !== null) {
    const at = (level[2] ?? '').replace(/^-(?=\d)/, '−');
    const variable = level[1] ?? '';
    const key = own(labels, variable) === undefined && Object.hasOwn(KEYS, variable) ? KEYS[variable] : undefined;
    return say('equalsLevel', lang, {
      name: key === undefined ? termLabel(variable, labels, lang) : say(key, lang),
      level: at,
    });
  }
  const instrumented = name.startsWith('fit_') ? own(labels, name.slice(4)) : undefined;
  if (instrumented !== undefined) return say('fitted', lang, { name: instrumented });
  return /[(^`]/.test(name) ? inFunctions(name, labels) : name;
}

/** `log(gdp)`, `l(gdp, 1)`, `gdp^2`, `I(a / b)`: the columns in it by their labels. */
const inFunctions = (name: string, labels: Labels): string =>
  name.replace(
    /`([^`]+)`|[\p{L}_.][\p{L}\p{N}_.]*(?!\s*\(|[\p{L}\p{N}_.])/gu,
    (found, quoted: string | undefined) => own(labels, quoted ?? found) ?? found,
  );

/** Columns joined as an effect joins them: `province^year`. */
const combined = (name: string, labels: Labels, lang: Lang): string =>
  product(
    name.split('^').map((part) => own(labels, part) ?? part),
    lang,
  );

/** What the levels of an effect are, without the word for an effect: `province^year`, `state[year]`. */
export function effectName(name: string, labels: Labels, lang: Lang): string {
  const slope = /^(.+)\[(.+)\]$/.exec(name);
  const given = own(labels, name);
  if (slope === null || given !== undefined) return given ?? combined(name, labels, lang);
  return product([combined(slope[1] ?? '', labels, lang), combined(slope[2] ?? '', labels, lang)], lang);
}

/** An absorbed effect: `city`, `province^year`, `state[year]`. */
export function effectLabel(name: string, labels: Labels, lang: Lang): string {
  const given = own(labels, name);
  const called = (part: string): string => combined(part, labels, lang);
  const slope = /^(.+)\[(.+)\]$/.exec(name);
  if (slope !== null && given === undefined)
    return say('slope', lang, { name: called(slope[1] ?? ''), by: called(slope[2] ?? '') });
  return say('fixedEffect', lang, { name: given ?? called(name) });
}
