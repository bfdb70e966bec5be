/**
 * Functions of texts, value by value. Characters are those of Unicode: 𠮷 is one. What is missing in any argument makes the result missing;
 * a text without characters is a text.
 */
import { type Column, isMissing, numbers, type TextColumn, textAt, texts } from '../column.ts';
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
  if (make !== undefined) return texts(rowByRow(columns, rows, make), rows);
  const count = toNumber[name];
  if (count === undefined) throw new Error(`ceteris bug: no function ${name}`);
  const out = Float64Array.from(rowByRow(columns, rows, count), (value) => value ?? Number.NaN);
  const [of] = columns;
  if (name === 'number' && strange !== undefined && of?.kind === 'text')
    for (let i = 0; i < rows; i++) if (Number.isNaN(out[i]) && !isMissing(of, i)) strange(i, textAt(of, i) as string);
  return numbers(out);
}

/** Of a column of few texts beside what is the same in all rows, each text once. */
function* rowByRow<V>(
  columns: readonly Column[],
  rows: number,
  f: (given: Given) => V | undefined,
): Generator<V | undefined> {
  const [first, ...others] = columns;
  const isOneKind = first?.kind === 'text' && others.every(isConstant);
  const known = new Map<number, V | undefined>();
  for (let i = 0; i < rows; i++) {
    if (columns.some((column) => isMissing(column, i))) {
      yield undefined;
      continue;
    }
    const code = isOneKind ? (first as TextColumn).codes[i] : undefined;
    if (code === undefined || !known.has(code)) {
      const value = f(columns.map((column) => valueAt(column, i)) as unknown as Given);
      if (code === undefined) {
        yield value;
        continue;
      }
      known.set(code, value);
    }
    yield known.get(code);
  }
}

const isConstant = (column: Column): boolean =>
  column.kind === 'text' ? column.levels.length === 1 : column.values.every((value) => value === column.values[0]);

const valueAt = (column: Column, row: number): Value =>
  column.kind === 'text' ? (textAt(column, row) as string) : (column.values[row] as number);
