/**
 * Functions of texts, value by value. Characters are those of Unicode: 𠮷 is one. What is missing in any argument makes the result missing;
 * a text without characters is a text.
 */
import { type Column, isMissing, MISSING, numbers, textAt } from '../column.ts';
import { cleanName } from '../header.ts';
import { halfWidth } from '../number-writing.ts';
import { isoDate, parseNumber } from '../parse.ts';

type Value = string | number;
type Given = readonly [Value, ...Value[]];

const toText: Readonly<Record<string, (given: Given) => string | undefined>> = {
  substr: ([text, from, count]) =>
    substring(String(text), Number(from), count === undefined ? undefined : Number(count)),
  concat: (parts) => parts.join(''),
  upper: ([text]) => String(text).toUpperCase(),
  lower: ([text]) => String(text).toLowerCase(),
  // as around the names of columns
  trim: ([text]) => cleanName(String(text)),
  replace: ([text, old, by]) => (old === '' ? String(text) : String(text).split(String(old)).join(String(by))),
  text: ([value, type]) => (type === DATE ? isoDate(Number(value)) : numberText(Number(value))),
};

const toNumber: Readonly<Record<string, (given: Given) => number | undefined>> = {
  length: ([text]) => [...String(text)].length,
  starts_with: ([text, part]) => Number(String(text).startsWith(String(part))),
  ends_with: ([text, part]) => Number(String(text).endsWith(String(part))),
  contains: ([text, part]) => Number(String(text).includes(String(part))),
  // as an ingest reads a column that is declared as a number
  number: ([text]) => parseNumber(halfWidth(String(text).trim())),
};

/** The second argument that `text()` of a date has in a checked tree: values alone do not tell a date. */
export const DATE = 'date';

/** In the shortest form that reads back as the same double. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'Inf' : '-Inf';
}

/** From the first character, or with a negative place from the last; undefined where the place or the count is none. */
function substring(text: string, from: number, count: number | undefined): string | undefined {
  if (!Number.isInteger(from) || from === 0) return undefined;
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) return undefined;
  const characters = [...text];
  const start = from > 0 ? from - 1 : characters.length + from;
  const end = count === undefined ? characters.length : start + count;
  return characters.slice(Math.max(start, 0), Math.max(end, 0)).join('');
}

export const isTextFunction = (name: string): boolean => Object.hasOwn(toText, name) || Object.hasOwn(toNumber, name);

/** @param strange told of each row with a text that is no number where one was asked for */
export function textCall(
  name: string,
  columns: readonly Column[],
  rows: number,
  strange?: (row: number, text: string) => void,
): Column {
  const make = toText[name];
  if (make !== undefined) return texted(columns, rows, make);
  const count = toNumber[name];
  if (count === undefined) throw new Error(`ceteris bug: no function ${name}`);
  const out = new Float64Array(rows);
  rowByRow(columns, rows, count, (row, value) => {
    out[row] = value ?? Number.NaN;
  });
  const [of] = columns;
  if (name === 'number' && strange !== undefined && of?.kind === 'text')
    for (let i = 0; i < rows; i++) if (Number.isNaN(out[i]) && !isMissing(of, i)) strange(i, textAt(of, i) as string);
  return numbers(out);
}

function texted(columns: readonly Column[], rows: number, make: (given: Given) => string | undefined): Column {
  const codes = new Uint32Array(rows).fill(MISSING);
  const levels = new Map<string, number>();
  rowByRow(columns, rows, make, (row, text) => {
    if (text === undefined) return;
    const known = levels.get(text);
    codes[row] = known ?? levels.size;
    if (known === undefined) levels.set(text, levels.size);
  });
  return { kind: 'text', codes, levels: [...levels.keys()] };
}

/** Each combination of texts is computed once, where there are fewer of them than rows. */
function rowByRow<V>(
  columns: readonly Column[],
  rows: number,
  f: (given: Given) => V | undefined,
  set: (row: number, value: V | undefined) => void,
): void {
  const given = (row: number): Given => columns.map((column) => valueAt(column, row)) as unknown as Given;
  const kinds = combinations(columns, rows);
  if (kinds === undefined) {
    for (let i = 0; i < rows; i++) set(i, columns.some((column) => isMissing(column, i)) ? undefined : f(given(i)));
    return;
  }
  const isKnown = new Uint8Array(kinds.count);
  const known: (V | undefined)[] = Array.from({ length: kinds.count });
  for (let i = 0; i < rows; i++) {
    const kind = kinds.of[i] as number;
    if (kind === MISSING) {
      set(i, undefined);
      continue;
    }
    if (isKnown[kind] === 0) {
      known[kind] = f(given(i));
      isKnown[kind] = 1;
    }
    set(i, known[kind]);
  }
}

/** A number for the combination of texts in each row, MISSING where one is missing; undefined where rows differ in more than a few texts. */
function combinations(
  columns: readonly Column[],
  rows: number,
): { readonly of: Uint32Array; readonly count: number } | undefined {
  const of = new Uint32Array(rows);
  const ofTexts = columns.filter((column) => column.kind === 'text');
  const count = ofTexts.reduce((product, { levels }) => product * levels.length, 1);
  if (count > rows || !columns.every((column) => column.kind === 'text' || isConstant(column.values))) return undefined;
  for (const { codes, levels } of ofTexts)
    for (let i = 0; i < rows; i++)
      if (of[i] !== MISSING)
        of[i] = codes[i] === MISSING ? MISSING : (of[i] as number) * levels.length + (codes[i] as number);
  return { of, count };
}

/** Not so where all are missing. */
const isConstant = (values: Float64Array): boolean => values.every((value) => value === values[0]);

const valueAt = (column: Column, row: number): Value =>
  column.kind === 'text' ? (textAt(column, row) as string) : (column.values[row] as number);
