/**
 * Several models in one stage, as fixest writes them: `y: [a, b]`, `c(a, b) ~ …`, and stepwise terms `sw(a, b)` (one after the other),
 * `csw(a, b)` (cumulative), `sw0`, `csw0` (starting with none), `mvsw(a, b)` (every subset). Each becomes a case of the stage.
 */

import { Type } from '@sinclair/typebox';
import { means } from '../columns/params.ts';
import type { Expansion, Json, JsonRecord } from '../contract.ts';

/** An outcome, or a list that `severalModels` turns into one stage each. */
export const Outcomes = Type.Optional(
  Type.Unsafe<string>({
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    ...means(
      'the outcome: a column, or a function of one such as log(gdp); a list makes one case each',
      '被解释变量：一列，或一列的函数，如 log(gdp)；写成列表则每个变量一个子项',
    ),
    'x-ceteris': 'columns',
  }),
);

/** What replaces a call: some of its items, maybe none. */
interface Choice {
  readonly items: readonly Item[];
}

interface Item {
  readonly text: string;
  readonly start: number;
}

const CALL = /(?<![\p{L}\p{N}_.`])(m?c?v?sw0?|c)\(/gu;

interface Call {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly items: readonly Item[];
}

/** The calls of the named functions in a text, outside backticks and quotes. */
function callsIn(text: string, names: ReadonlySet<string>): readonly Call[] {
  const masked = text.replace(/`[^`]*`|'[^']*'|"[^"]*"/g, (quoted) => '_'.repeat(quoted.length));
  return [...masked.matchAll(CALL)].flatMap((m): Call[] => {
    const name = m[1] as string;
    const open = m.index + m[0].length;
    const end = closing(masked, open);
    return names.has(name) && end !== undefined
      ? [{ start: m.index, end: end + 1, name, items: items(text, masked, [open, end]) }]
      : [];
  });
}

function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return undefined;
}

function items(text: string, masked: string, [from, end]: readonly [number, number]): readonly Item[] {
  const out: Item[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i <= end; i++) {
    const c = masked[i];
    if (c === '(') depth++;
    else if (c === ')' && i < end) depth--;
    if ((c === ',' && depth === 0) || i === end) {
      const item = text.slice(start, i);
      out.push({ text: item.trim(), start: start + item.length - item.trimStart().length });
      start = i + 1;
    }
  }
  return out.filter((item) => item.text !== '');
}

function choices({ name, items }: Call): readonly Choice[] {
  const none: Choice = { items: [] };
  const each = items.map((item) => ({ items: [item] }));
  const growing = items.map((_, i) => ({ items: items.slice(0, i + 1) }));
  switch (name) {
    case 'sw':
      return each;
    case 'sw0':
      return [none, ...each];
    case 'csw':
      return growing;
    case 'csw0':
      return [none, ...growing];
    case 'mvsw':
      return Array.from({ length: 2 ** Math.min(items.length, 16) }, (_, set) => ({
        items: items.filter((_t, i) => (set >> i) & 1),
      }));
    default:
      return [];
  }
}

const STEPWISE = new Set(['sw', 'sw0', 'csw', 'csw0', 'mvsw']);

interface Variant {
  /** parts of the case's name */
  readonly names: readonly string[];
  readonly params: JsonRecord;
}

const asText = (v: Json | undefined): v is string => typeof v === 'string';

/** The cases that the params stand for; undefined when they stand for one model. */
export function severalModels(params: JsonRecord): readonly Expansion[] | undefined {
  let variants: readonly Variant[] = [{ names: [], params: {} }];
  const vary = (options: readonly Variant[]): void => {
    variants = variants.flatMap((before) =>
      options.map((o) => ({ names: [...before.names, ...o.names], params: { ...before.params, ...o.params } })),
    );
  };
  if (Array.isArray(params.y) && params.y.length > 0 && params.y.every(asText))
    vary((params.y as readonly string[]).map((y) => ({ names: [y], params: { y } })));
  if (asText(params.formula)) vary(formulaVariants(params.formula));
  for (const key of ['x', 'controls', 'absorb']) {
    const value = params[key];
    const list = asText(value) ? [value] : Array.isArray(value) && value.every(asText) ? (value as string[]) : [];
    if (list.some((text) => wholeCall(text) !== undefined)) vary(listVariants(key, list));
  }
  if (variants.every((v) => v.names.length === 0)) return undefined;
  return variants.map((v) => ({ name: v.names.join(','), params: v.params }));
}

/** A list item that is one stepwise call. */
function wholeCall(text: string): Call | undefined {
  const [call] = callsIn(text.trim(), STEPWISE);
  return call !== undefined && call.start === 0 && call.end === text.trim().length ? call : undefined;
}

function listVariants(key: string, list: readonly string[]): readonly Variant[] {
  let out: readonly { readonly names: readonly string[]; readonly terms: readonly string[] }[] = [
    { names: [], terms: [] },
  ];
  for (const text of list) {
    const call = wholeCall(text);
    const options = call === undefined ? [{ names: [], terms: [text] }] : numbered(choices(call));
    out = out.flatMap((before) =>
      options.map((o) => ({ names: [...before.names, ...o.names], terms: [...before.terms, ...o.terms] })),
    );
  }
  return out.map(({ names, terms }) => ({ names, params: { [key]: terms } }));
}

const numbered = (options: readonly Choice[]) =>
  options.map(({ items }, i) => ({ names: [String(i + 1)], terms: items.map((item) => item.text) }));

/** The left side's `c(…)` by outcome, then every stepwise call by number. */
function formulaVariants(formula: string): readonly Variant[] {
  const tilde = formula.indexOf('~');
  const left = callsIn(formula, new Set(['c'])).filter((call) => call.start === 0 && call.end <= tilde);
  const calls = [...left, ...callsIn(formula, STEPWISE).filter((call) => call.start > tilde)];
  let out: readonly { readonly names: readonly string[]; readonly texts: readonly string[] }[] = [
    { names: [], texts: [] },
  ];
  for (const call of calls) {
    const options =
      call.name === 'c'
        ? call.items.map((y) => ({ names: [y.text], text: inPlace(call, [y]) }))
        : choices(call).map(({ items }, i) => ({
            names: [String(i + 1)],
            text: items.length > 0 ? inPlace(call, items) : nothing(formula, call).padEnd(call.end - call.start),
          }));
    out = out.flatMap((before) =>
      options.map((o) => ({ names: [...before.names, ...o.names], texts: [...before.texts, o.text] })),
    );
  }
  return out.map(({ names, texts }) => ({ names, params: { formula: replaced(formula, calls, texts) } }));
}

/** The chosen items as a sum, each where it stands in the call: places in the formula stay those of what was written. */
function inPlace({ start, end }: Call, chosen: readonly Item[]): string {
  let out = '';
  for (const item of chosen) {
    const plus = out === '' ? '' : '+';
    out = `${(out + plus).padEnd(item.start - start)}${item.text}`;
  }
  return out.padEnd(end - start);
}

/** How an empty sum is written: `1` among regressors, `0` among effects. */
function nothing(formula: string, call: Call): string {
  const bar = formula.lastIndexOf('|', call.start);
  const inEffects = bar >= 0 && !/~/.test(formula.slice(bar).split('|')[1] ?? '');
  return inEffects ? '0' : '1';
}

function replaced(formula: string, calls: readonly Call[], texts: readonly string[]): string {
  let out = '';
  let from = 0;
  calls.forEach((call, i) => {
    out += formula.slice(from, call.start) + texts[i];
    from = call.end;
  });
  return out + formula.slice(from);
}
