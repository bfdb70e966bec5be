/**
 * Columns as a Stata file of format 118, which Stata 14 and newer read.
 * Source: StataCorp, `help dta_118`.
 */
import type { ColumnType } from '../../contract.ts';
import { type Column, MISSING, type TextColumn } from '../column.ts';
import { givenType } from '../value-column.ts';
import { EPOCH } from './dates.ts';
import type { StorageKind } from './header.ts';

export interface DtaColumn {
  /** a Stata name: see `stataNames` */
  readonly name: string;
  readonly type: ColumnType;
  readonly label: string;
  readonly column: Column;
}

/** What a variable is in the file, and how to write its cell of a row at a place. */
interface Variable {
  readonly name: string;
  readonly label: string;
  readonly code: number;
  readonly width: number;
  readonly format: string;
  readonly write: (row: number, at: number, out: DataView) => void;
  /** of a strL: each text once, with the row that has it first */
  readonly long?: ReadonlyMap<number, Uint8Array>;
}

const CODES: Readonly<Record<Exclude<StorageKind, 'str' | 'float'>, number>> = {
  double: 65526,
  long: 65528,
  int: 65529,
  byte: 65530,
  strL: 32768,
};
/** Beyond these come the codes of missing values, of which the first is written `.`. */
const WHOLE = [
  { kind: 'byte', width: 1, low: -127, high: 100 },
  { kind: 'int', width: 2, low: -32_767, high: 32_740 },
  { kind: 'long', width: 4, low: -2_147_483_647, high: 2_147_483_620 },
] as const;
const MISSING_DOUBLE = 2 ** 1023;
const LONGEST_STR = 2045;
const utf8 = new TextEncoder();

/** Whether a number has a place in a Stata file; what has none is missing there. */
export const isStataNumber = (x: number): boolean => Math.abs(x) < MISSING_DOUBLE;

/** @param rows of each column */
export function writeDta(columns: readonly DtaColumn[], rows: number): Uint8Array {
  const variables = columns.map((c, i) =>
    c.column.kind === 'text'
      ? textOf(c, c.column, i)
      : numberOf({ ...c, type: givenType(c.type, c.column) }, c.column.values),
  );
  const header = headerOf(variables.length, rows);
  const sections = [...sectionsOf(variables, rows), [utf8.encode('</stata_dta>')]];
  return joined([...header, ...mapOf(header, sections), ...sections.flat()]);
}

/** Bytes that stand behind one another. */
type Chunks = readonly Uint8Array[];

const section = (tag: string, content: Uint8Array): Chunks => [
  utf8.encode(`<${tag}>`),
  content,
  utf8.encode(`</${tag}>`),
];

/** Without a label of the data, and without the time: the same table is the same bytes. */
const headerOf = (variables: number, rows: number): Chunks => [
  utf8.encode('<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>'),
  Uint8Array.from(little(variables, 2)),
  utf8.encode('</K><N>'),
  Uint8Array.from(little(rows, 8)),
  utf8.encode('</N><label>\0\0</label><timestamp>\0</timestamp></header>'),
];

/** Where all parts of the file begin, and where it ends. */
function mapOf(header: Chunks, sections: readonly Chunks[]): Chunks {
  const own = '<map></map>'.length + 8 * (sections.length + 3);
  const places = [0, lengthOf(header), lengthOf(header) + own];
  for (const part of sections) places.push((places.at(-1) as number) + lengthOf(part));
  return section('map', Uint8Array.from(places.flatMap((p) => little(p, 8))));
}

function sectionsOf(variables: readonly Variable[], rows: number): readonly Chunks[] {
  const count = variables.length;
  const fields = (width: number, textOf: (v: Variable) => string): Uint8Array => {
    const out = new Uint8Array(width * count);
    for (const [i, v] of variables.entries()) out.set(cut(textOf(v), width - 1), i * width);
    return out;
  };
  return [
    section('variable_types', new Uint8Array(Uint16Array.from(variables, (v) => v.code).buffer)),
    section(
      'varnames',
      fields(129, (v) => v.name),
    ),
    section('sortlist', new Uint8Array(2 * (count + 1))),
    section(
      'formats',
      fields(57, (v) => v.format),
    ),
    section('value_label_names', new Uint8Array(129 * count)),
    section(
      'variable_labels',
      fields(321, (v) => [...v.label].slice(0, 80).join('')),
    ),
    section('characteristics', new Uint8Array(0)),
    section('data', dataOf(variables, rows)),
    section('strls', longTexts(variables)),
    section('value_labels', new Uint8Array(0)),
  ];
}

function numberOf({ name, label, type }: DtaColumn, values: Float64Array): Variable {
  const isDate = type === 'date';
  const shift = isDate ? EPOCH : 0;
  const whole = type === 'number' || type === 'unknown' ? undefined : wholeKind(values, shift);
  if (whole === undefined) {
    const write = (row: number, at: number, out: DataView): void => {
      const x = (values[row] as number) + shift;
      out.setFloat64(at, isStataNumber(x) ? x : MISSING_DOUBLE, true);
    };
    return { name, label, code: CODES.double, width: 8, format: isDate ? '%td' : '%10.0g', write };
  }
  const { kind, width, high } = whole;
  const set = (at: number, x: number, out: DataView): void =>
    kind === 'byte' ? out.setInt8(at, x) : kind === 'int' ? out.setInt16(at, x, true) : out.setInt32(at, x, true);
  const write = (row: number, at: number, out: DataView): void => {
    const x = values[row] as number;
    set(at, Number.isNaN(x) ? high + 1 : x + shift, out);
  };
  return {
    name,
    label,
    code: CODES[kind],
    width,
    format: isDate ? '%td' : kind === 'long' ? '%12.0g' : '%8.0g',
    write,
  };
}

/** The smallest kind that holds all values; undefined when none does. */
function wholeKind(values: Float64Array, shift: number): (typeof WHOLE)[number] | undefined {
  let [low, high] = [0, 0];
  for (const x of values) {
    if (Number.isNaN(x)) continue;
    if (!Number.isInteger(x)) return undefined;
    low = Math.min(low, x + shift);
    high = Math.max(high, x + shift);
  }
  return WHOLE.find((kind) => low >= kind.low && high <= kind.high);
}

function textOf({ name, label }: DtaColumn, column: TextColumn, index: number): Variable {
  const levels = column.levels.map((text) => utf8.encode(text));
  let width = 1;
  for (const code of column.codes) if (code !== MISSING) width = Math.max(width, (levels[code] as Uint8Array).length);
  if (width <= LONGEST_STR) {
    const write = (row: number, at: number, out: DataView): void => {
      const text = levels[column.codes[row] as number];
      if (text !== undefined) new Uint8Array(out.buffer, at, width).set(text);
    };
    return { name, label, code: width, width, format: `%${Math.max(9, width)}s`, write };
  }
  const first = new Map<number, number>();
  for (const [row, code] of column.codes.entries())
    if (code !== MISSING && (levels[code] as Uint8Array).length > 0 && !first.has(code)) first.set(code, row + 1);
  // a cell names the variable and the row, from 1, under which its text stands; the empty text is (0, 0)
  const write = (row: number, at: number, out: DataView): void => {
    const place = first.get(column.codes[row] as number);
    if (place !== undefined) out.setBigUint64(at, BigInt(index + 1) | (BigInt(place) << 16n), true);
  };
  const long = new Map([...first].map(([code, row]) => [row, levels[code] as Uint8Array]));
  return { name, label, code: CODES.strL, width: 8, format: '%9s', write, long };
}

function dataOf(variables: readonly Variable[], rows: number): Uint8Array {
  const rowWidth = variables.reduce((sum, { width }) => sum + width, 0);
  const out = new Uint8Array(rows * rowWidth);
  const view = new DataView(out.buffer);
  let offset = 0;
  for (const { width, write } of variables) {
    for (let row = 0, at = offset; row < rows; row++, at += rowWidth) write(row, at, view);
    offset += width;
  }
  return out;
}

/** `GSO`, variable, row, 130 for text that ends with a zero, length, text. In the order of variables and rows. */
function longTexts(variables: readonly Variable[]): Uint8Array {
  const chunks = variables.flatMap(({ long }, i) =>
    [...(long ?? [])].flatMap(([row, text]) => [
      Uint8Array.from([
        ...utf8.encode('GSO'),
        ...little(i + 1, 4),
        ...little(row, 8),
        130,
        ...little(text.length + 1, 4),
      ]),
      text,
      Uint8Array.of(0),
    ]),
  );
  return joined(chunks);
}

const lengthOf = (chunks: Chunks): number => chunks.reduce((sum, { length }) => sum + length, 0);

function joined(chunks: Chunks): Uint8Array {
  const out = new Uint8Array(lengthOf(chunks));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

const little = (value: number, width: number): number[] =>
  Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** At most so many bytes, of whole characters. */
function cut(text: string, most: number): Uint8Array {
  const out = new Uint8Array(most);
  return out.subarray(0, utf8.encodeInto(text, out).written);
}
