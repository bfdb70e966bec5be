/** Numbers in running text: `{effect}`, `{effect:2}`, `{share:1%}`, `{p:p}`. */
import { digitsFor, numberText } from './ticks.ts';

const PLACE = /\{([A-Za-z_][\w-]*)(?::(\d{0,2}%|\d{1,2}|p))?\}/g;

/** Names of the numbers that a text asks for. */
export const placeholdersIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(PLACE)].flatMap((m) => (m[1] === undefined ? [] : [m[1]]))),
];

/** A number as a text says it: whole ones as they are, others with three significant digits unless the text says how many decimals. */
function written(value: number, form: string | undefined): string {
  if (!Number.isFinite(value)) return '—';
  if (form === 'p') return value < 0.0005 ? '< 0.001' : `= ${numberText(value, 3)}`;
  if (form?.endsWith('%')) return `${numberText(100 * value, Number(form.slice(0, -1)))}%`;
  if (form !== undefined) return numberText(value, Number(form));
  return numberText(value, Number.isInteger(value) ? 0 : digitsFor(value));
}

/** The text with its numbers put in; without any numbers it stays as it is. */
export const filled = (text: string, values: ReadonlyMap<string, number>): string =>
  text.replace(PLACE, (whole, name: string, form: string | undefined) => {
    const value = values.get(name);
    return value === undefined ? whole : written(value, form);
  });

const CHINESE = '[\\u2e80-\\u9fff\\uff00-\\uffef]';
const BROKEN = new RegExp(`(${CHINESE})[ \\t]*\\n[ \\t]*(?=${CHINESE})`, 'g');

/** Lines of a Chinese paragraph joined: a line break would be printed as a space. */
export const joinedLines = (text: string): string => text.replace(BROKEN, '$1');
