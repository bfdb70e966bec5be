/** What users of Stata, R and others write in expressions and terms, and how it is written here. */
import type { Span, SyntaxMistake } from './syntax.ts';

/** Functions of other programs, in lower case. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  ln: 'log(…)',
  fabs: 'abs(…)',
  ceiling: 'ceil(…)',
  int: 'if(x < 0, ceil(x), floor(x))',
  trunc: 'if(x < 0, ceil(x), floor(x))',
  sign: 'if(x > 0, 1, if(x < 0, -1, 0))',
  pow: 'x ^ y',
  power: 'x ^ y',
  mod: 'x % y',
  cond: 'if(condition, a, b)',
  ifelse: 'if(condition, a, b)',
  if_else: 'if(condition, a, b)',
  iif: 'if(condition, a, b)',
  where: 'if(condition, a, b)',
  case_when: 'if(condition, a, if(condition, b, c))',
  inlist: 'x in [a, b]',
  c: '[a, b]',
  inrange: 'x >= a and x <= b',
  between: 'x >= a and x <= b',
  'is.na': 'missing(…)',
  is_na: 'missing(…)',
  isna: 'missing(…)',
  isnull: 'missing(…)',
  'is.nan': 'missing(…)',
  isnan: 'missing(…)',
  mi: 'missing(…)',
  nvl: 'coalesce(…)',
  ifnull: 'coalesce(…)',
  rowmax: 'max(a, b)',
  pmax: 'max(a, b)',
  rowmin: 'min(a, b)',
  pmin: 'min(a, b)',
  rowmean: '(a + b) / 2',
  rowtotal: 'coalesce(a, 0) + coalesce(b, 0)',
  avg: 'mean(…)',
  average: 'mean(…)',
  total: 'sum(…)',
  std: 'sd(…)',
  stdev: 'sd(…)',
  stddev: 'sd(…)',
  var: 'sd(x) ^ 2',
  variance: 'sd(x) ^ 2',
  zscore: 'standardize(…)',
  scale: 'standardize(…)',
  pctile: 'quantile(x, 0.9)',
  percentile: 'quantile(x, 0.9)',
  shift: 'lag(…)',
  l: 'lag(…)',
  f: 'lead(…)',
  d: 'diff(…)',
  delta: 'diff(…)',
  pct_change: 'growth(…)',
  strlen: 'length(…)',
  ustrlen: 'length(…)',
  nchar: 'length(…)',
  len: 'length(…)',
  str_length: 'length(…)',
  strupper: 'upper(…)',
  ustrupper: 'upper(…)',
  toupper: 'upper(…)',
  strlower: 'lower(…)',
  ustrlower: 'lower(…)',
  tolower: 'lower(…)',
  strtrim: 'trim(…)',
  ustrtrim: 'trim(…)',
  trimws: 'trim(…)',
  str_trim: 'trim(…)',
  usubstr: 'substr(x, 1, 4)',
  substring: 'substr(x, 1, 4)',
  str_sub: 'substr(x, 1, 4)',
  mid: 'substr(x, 1, 4)',
  left: 'substr(x, 1, 4)',
  right: 'substr(x, -4)',
  subinstr: "replace(x, 'old', 'new')",
  usubinstr: "replace(x, 'old', 'new')",
  gsub: "replace(x, 'old', 'new')",
  str_replace: "replace(x, 'old', 'new')",
  str_replace_all: "replace(x, 'old', 'new')",
  substitute: "replace(x, 'old', 'new')",
  strpos: "contains(x, 'part')",
  ustrpos: "contains(x, 'part')",
  strmatch: "contains(x, 'part')",
  grepl: "contains(x, 'part')",
  str_detect: "contains(x, 'part')",
  find: "contains(x, 'part')",
  search: "contains(x, 'part')",
  startswith: "starts_with(x, 'part')",
  str_starts: "starts_with(x, 'part')",
  endswith: "ends_with(x, 'part')",
  str_ends: "ends_with(x, 'part')",
  paste: 'concat(a, b)',
  paste0: 'concat(a, b)',
  str_c: 'concat(a, b)',
  concatenate: 'concat(a, b)',
  real: 'number(…)',
  destring: 'number(…)',
  'as.numeric': 'number(…)',
  as_numeric: 'number(…)',
  value: 'number(…)',
  string: 'text(…)',
  strofreal: 'text(…)',
  tostring: 'text(…)',
  'as.character': 'text(…)',
  as_character: 'text(…)',
};

/** What a function of another program is called here. */
export function functionMeant(name: string): string | undefined {
  const own = name.toLowerCase();
  return Object.hasOwn(FUNCTIONS, own) ? FUNCTIONS[own] : undefined;
}

/** Names of lag, lead and difference by Stata's letters. */
export type Shifts = Readonly<Record<'l' | 'f' | 'd', string>>;

const SHIFT = /^([lfd])(\d*)\.(.+)$/iu;

/** `L.x`, `F2.x`, `D.x` where x is a column, by the names that lags have here. */
export function shiftMeant(name: string, columns: readonly string[], shifts: Shifts): string | undefined {
  const [, letter = '', digits = '', of = ''] = SHIFT.exec(name) ?? [];
  if (!columns.includes(of)) return undefined;
  const step = digits === '' ? 1 : Number(digits);
  const shift = shifts[letter.toLowerCase() as keyof Shifts];
  if (letter.toLowerCase() === 'd')
    return step === 1 ? `${shift}(${of})` : step === 2 ? `${shift}(${shift}(${of}))` : undefined;
  return step === 1 ? `${shift}(${of})` : step === 0 ? of : `${shift}(${of}, ${step})`;
}

/** Names that stand for a missing value elsewhere. */
export const isMissingElsewhere = (name: string): boolean => /^(?:NA|NaN|nan|NULL|null|None)$/.test(name);

/** `missing(x)` for `x == NA`, `x >= .`; Stata's missing values are larger than all others. */
export const missingMeant = (column: string, operator: string): string =>
  operator === '==' || operator === '>=' ? `missing(${column})` : `not missing(${column})`;

export interface Spelling extends Span {
  readonly found: string;
  readonly plain: string;
}

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_.]*`;
const LAST_NAME = new RegExp(`(${NAME})\\s*$`, 'u');
const COMPARED = new RegExp(`(${NAME})\\s*(==|!=|<|>=)\\s*$`, 'u');

/** What a mistake is in the language that it was written in. */
export function spellingMeant({ start, end, found }: SyntaxMistake, text: string): Spelling | undefined {
  const [before, after] = [text.slice(0, start), text.slice(start)];
  const spelt = (from: number, to: number, plain: string): Spelling => {
    return { start: from, end: to, found: text.slice(from, to), plain };
  };
  if (after.startsWith('*') && before.endsWith('*')) return spelt(start - 1, start + 1, '^');
  if (after.startsWith('>') && before.endsWith('<')) return spelt(start - 1, start + 1, '!=');
  if (after.startsWith('=<') || after.startsWith('=>')) return spelt(start, start + 2, `${after[1]}=`);
  if (after.startsWith('~=')) return spelt(start, start + 2, '!=');
  if (found === "'in'" && before.endsWith('%') && text[end] === '%') return spelt(start - 1, end + 1, 'in [a, b]');
  if (found === "'if'" && before.trim() !== '' && text.slice(end).trim() !== '')
    return spelt(0, text.length, `if(${text.slice(end).trim()}, ${before.trim()})`);
  const [, sign, step] = /^\[\s*_n\s*([-+])\s*(\d+)\s*\]/.exec(after) ?? [];
  const [, column] = LAST_NAME.exec(before) ?? [];
  if (sign !== undefined && column !== undefined) {
    const steps = step === '1' ? '' : `, ${step}`;
    const from = before.lastIndexOf(column);
    return spelt(from, start + after.indexOf(']') + 1, `${sign === '-' ? 'lag' : 'lead'}(${column}${steps})`);
  }
  const [compared, name = '', operator = ''] = COMPARED.exec(before) ?? [];
  if (compared !== undefined && after.startsWith('.'))
    return spelt(start - compared.length, start + 1, missingMeant(name, operator));
  return undefined;
}
