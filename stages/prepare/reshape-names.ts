/** Names of the columns of a wide table: `gdp{year}` stands for gdp2009, gdp2010 …. */
import { error, type Fault, type ParamPath, warning } from '../contract.ts';
import type { ReshapeParams } from './reshape-params.ts';

export interface Pattern {
  /** of the column of values */
  readonly name: string;
  readonly written: string;
  readonly before: string;
  readonly after: string;
  readonly at: ParamPath;
}

export interface Patterns {
  /** the name in the braces */
  readonly key: string;
  readonly patterns: readonly Pattern[];
}

/** Undefined, and CE2650, CE2651 or CE2668, when the patterns do not name one column, and each a column of values. */
export function patternsOf(columns: ReshapeParams['columns'], faults: Fault[]): Patterns | undefined {
  const written = writtenPatterns(columns);
  const found: (Pattern & { readonly key: string })[] = [];
  for (const { name: given, pattern, at } of written) {
    const [, before = '', key = '', after = ''] = /^([^{}]*)\{\s*([^{}]*?)\s*\}([^{}]*)$/su.exec(pattern) ?? [];
    const name = given ?? `${before}${after}`.replace(AROUND, '');
    if (key === '') faults.push(error('CE2650', { pattern, example: `"${given ?? pattern}{year}"` }, at));
    else if (name === '') faults.push(error('CE2668', { pattern, example: `{ gdp: "${pattern}" }` }, at));
    else found.push({ name, written: pattern, before, after, at, key });
  }
  const [first] = found;
  const other = found.find((p) => p.key !== first?.key);
  if (first !== undefined && other !== undefined)
    faults.push(error('CE2651', { first: first.key, second: other.key }, other.at));
  const isWhole = found.length === written.length && other === undefined;
  return first === undefined || !isWhole ? undefined : { key: first.key, patterns: found };
}

/** What joins a name and a year belongs to neither: `gdp_{year}`. */
const AROUND = /^[\s_.-]+|[\s_.-]+$/gu;

interface Written {
  /** of the column of values, where it is given */
  readonly name?: string;
  readonly pattern: string;
  readonly at: ParamPath;
}

function writtenPatterns(columns: ReshapeParams['columns']): readonly Written[] {
  if (typeof columns === 'string') return [{ pattern: columns, at: ['columns'] }];
  if (Array.isArray(columns)) return columns.map((pattern: string, i) => ({ pattern, at: ['columns', i] }));
  return Object.entries(columns).map(([name, pattern]) => ({ name, pattern, at: ['columns', name] }));
}

export const nameOf = ({ before, after }: Pattern, value: string): string => `${before}${value}${after}`;

/** What a name has in the place of the braces; undefined where it does not fit. */
function partOf({ before, after }: Pattern, name: string): string | undefined {
  const isLong = name.length > before.length + after.length;
  if (!isLong || !name.startsWith(before) || !name.endsWith(after)) return undefined;
  return name.slice(before.length, name.length - after.length);
}

export interface Fitting {
  readonly column: string;
  readonly pattern: Pattern;
  readonly value: number | string;
}

export interface Found {
  readonly type: 'integer' | 'number' | 'text';
  readonly fitting: readonly Fitting[];
  /** values in order: numbers increase, texts stand as in the table */
  readonly values: readonly (number | string)[];
  readonly odd: readonly string[];
}

const WHOLE = /^-?\d+$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
/** A number as it is printed: `09` is a code, as in data. */
const isAmount = (text: string): boolean => String(Number(text)) === text;

/**
 * Columns that fit a pattern. Where some have a whole number in its place only those do, else those with any number, else all; a
 * `type` says it. CE2653; CE2666 warns of numbers that are all negative.
 */
export function fittingColumns(
  { key, patterns }: Patterns,
  names: readonly string[],
  type: ReshapeParams['type'],
  faults: Fault[],
): Found {
  const parts = names.flatMap((column) =>
    patterns.flatMap((pattern) => {
      const text = partOf(pattern, column);
      return text === undefined ? [] : [{ column, pattern, text }];
    }),
  );
  const form = formOf(
    parts.map((p) => p.text),
    type,
  );
  const taken = parts.filter(({ text }) => form.test(text));
  const isText = type === 'text' || form === ANY || (type === undefined && !taken.every(({ text }) => isAmount(text)));
  const fitting = taken.map(({ column, pattern, text }) => ({ column, pattern, value: isText ? text : Number(text) }));
  const seen = new Map<string, Pattern>();
  for (const { column, pattern } of fitting) {
    const first = seen.get(column)?.written;
    if (first !== undefined) faults.push(error('CE2653', { column, first, second: pattern.written }, pattern.at));
    seen.set(column, pattern);
  }
  const values = [...new Set(fitting.map((f) => f.value))];
  if (!isText) values.sort((a, b) => Number(a) - Number(b));
  const [first] = fitting;
  if (first !== undefined && values.every((v) => typeof v === 'number' && v < 0)) {
    const { before, after } = first.pattern;
    const args = { key, column: first.column, example: `"${before}-{${key}}${after}"` };
    faults.push(warning('CE2666', args, first.pattern.at));
  }
  return {
    type: isText ? 'text' : form === WHOLE ? 'integer' : 'number',
    fitting,
    values,
    odd: [...new Set(parts.filter((p) => !form.test(p.text) && isTold(p.pattern, p.text)).map((p) => p.column))],
  };
}

const ANY = /^/;

function formOf(texts: readonly string[], type: ReshapeParams['type']): RegExp {
  if (type === 'text') return ANY;
  if (type === 'integer' || (type === undefined && texts.some((text) => WHOLE.test(text)))) return WHOLE;
  return type === 'number' || texts.some((text) => DECIMAL.test(text)) ? DECIMAL : ANY;
}

/** Any name fits a pattern that is all braces: only one with a digit may have been meant. */
const isTold = ({ before, after }: Pattern, text: string): boolean => before + after !== '' || /\d/.test(text);

/** Patterns that some columns fit, with the number in each in braces: what a pattern that none fits may be meant as. */
export const patternsAmong = (names: readonly string[], key: string): readonly string[] => [
  ...new Set(names.filter((name) => /\d/.test(name)).map((name) => name.replace(/\d+(?!.*\d)/su, `{${key}}`))),
];
