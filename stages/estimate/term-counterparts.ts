/** What users of Stata, R and Python write as terms of models, and how it is written here. */
import { type Shifts, type Spelling, shiftMeant } from '../columns/expression/counterparts.ts';
import type { Mistake } from './formula-tokens.ts';

const SHIFTS: Shifts = { l: 'l', f: 'f', d: 'd' };

const FUNCTIONS: Readonly<Record<string, string>> = {
  ln: 'log(…)',
  'np.log': 'log(…)',
  lag: 'l(…)',
  L: 'l(…)',
  lead: 'f(…)',
  F: 'f(…)',
  diff: 'd(…)',
  D: 'd(…)',
  C: 'i(…)',
};

const FACTOR = /^(?:i?b(\d+)|i|ibn|c)\.(.+)$/;

/** `L.x`, `i.year`, `ib2003.year`, `c.x` where the rest is a column, as a term. */
export function termMeant(name: string, columns: readonly string[]): string | undefined {
  const [, base, of = ''] = FACTOR.exec(name) ?? [];
  if (!columns.includes(of)) return shiftMeant(name, columns, SHIFTS);
  if (base !== undefined) return `i(${of}, ref = ${base})`;
  return name.startsWith('c.') ? of : `i(${of})`;
}

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_.]*`;
const PRODUCT = new RegExp(`${NAME}(?:##?${NAME})+`, 'gu');
const LAGS = /^([LFD])\((-?\d+)\/(-?\d+)\)\.([\p{L}_][\p{L}\p{N}_.]*)/u;

/** What a mistake is in the language that it was written in; among fixed effects a product is a combination. */
export function formulaMeant({ start, found }: Mistake, text: string, isEffect: boolean): Spelling | undefined {
  const product = [...text.matchAll(PRODUCT)].find((m) => m.index <= start && start < m.index + m[0].length);
  if (found === '#' && product !== undefined) {
    const plain = isEffect ? combination(product[0]) : productOf(product[0]);
    return { start: product.index, end: product.index + product[0].length, found: product[0], plain };
  }
  const after = text.slice(start);
  const [lags, letter = '', first, last, of] = LAGS.exec(after) ?? [];
  if (lags !== undefined)
    return { start, end: start + lags.length, found: lags, plain: `${letter.toLowerCase()}(${of}, ${first}:${last})` };
  if (!Object.hasOwn(FUNCTIONS, found) || after[found.length] !== '(') return undefined;
  return { start, end: start + found.length, found: `${found}(…)`, plain: FUNCTIONS[found] as string };
}

const bare = (part: string): string => part.replace(/^(?:i?b\d+|i|ibn|c)\./, '');

/** A name in a product is a factor, but for `c.x`. */
const factorOf = (part: string): string => {
  const [, base] = FACTOR.exec(part) ?? [];
  if (part.startsWith('c.')) return bare(part);
  return base === undefined ? `i(${bare(part)})` : `i(${bare(part)}, ref = ${base})`;
};

const productOf = (text: string): string =>
  text
    .split(/(##?)/)
    .map((part) => (part === '##' ? '*' : part === '#' ? ':' : factorOf(part)))
    .join('');

/** `state#year` is `state^year`; `state#c.t` has slopes alone, `state##c.t` its own levels as well. */
function combination(text: string): string {
  const parts = text.split(/##?/);
  const levels = parts.filter((part) => !part.startsWith('c.')).map(bare);
  const slopes = parts.filter((part) => part.startsWith('c.')).map(bare);
  if (slopes.length === 0) return levels.join('^');
  const list = slopes.join(', ');
  return `${levels.join('^')}${text.includes('##') ? `[${list}]` : `[[${list}]]`}`;
}
