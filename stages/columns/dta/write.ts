/**
 * Columns as a Stata file of format 118, which Stata 14 and newer read.
 * Source: StataCorp, `help dta_118`.
 */
import type { ColumnType } from '../../contract.ts';
import { type Column, MISSING, type TextColumn } from '../column.ts';
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
    c.column.kind === 'text' ? textOf(c, c.column, i) : numberOf(c, c.column.values),
  );
  const count = variables.length;
  const rowWidth = variables.reduce((sum, { width }) => sum + width, 0);
  const fields = (width: number, texts: readonly string[]): Uint8Array => {
    const out = new Uint8Array(width * texts.length);
    for (const [i, text] of texts.entries()) out.set(cut(text, width - 1), i * width);
    return out;
  };
  const sections: readonly (readonly [tag: string, content: Uint8Array])[] = [
    ['variable_types', new Uint8Array(Uint16Array.from(variables, (v) => v.code).buffer)],
    [
      'varnames',
      fields(
        129,
        variables.map((v) => v.name),
      ),
    ],
    ['sortlist', new Uint8Array(2 * (count + 1))],
    [
      'formats',
      fields(
        57,
        variables.map((v) => v.format),
      ),
    ],
    ['value_label_names', new Uint8Array(129 * count)],
    [
      'variable_labels',
      fields(
        321,
        variables.map((v) => [...v.label].slice(0, 80).join('')),
      ),
    ],
    ['characteristics', new Uint8Array(0)],
    ['data', dataOf(variables, rows, rowWidth)],
    ['strls', longTexts(variables)],
    ['value_labels', new Uint8Array(0)],
  ];
  const header = utf8.encode('<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>');
  const counts = [...little(count, 2), ...utf8.encode('</K><N>'), ...little(rows, 8)];
  // no label of the data, and no time: the same table is the same bytes
  const end = utf8.encode('</N><label>\0\0</label><timestamp>\0</timestamp></header>');
  const places = [0, header.length + counts.length + end.length];
  const mapWidth = '<map></map>'.length + 14 * 8;
  places.push((places[1] as number) + mapWidth);
  for (const [tag, content] of sections) places.push((places.at(-1) as number) + 2 * tag.length + 5 + content.length);
  places.push((places.at(-1) as number) + '</stata_dta>'.length);
  const out = new Uint8Array(places.at(-1) as number);
  let at = 0;
  const put = (bytes: Uint8Array | readonly number[]): void => {
    out.set(bytes, at);
    at += bytes.length;
  };
  for (const bytes of [
    header,
    counts,
    end,
    utf8.encode('<map>'),
    places.flatMap((p) => little(p, 8)),
    utf8.encode('</map>'),
  ])
    put(bytes);
  for (const [tag, content] of sections)
    for (const bytes of [utf8.encode(`<${tag}>`), content, utf8.encode(`</${tag}>`)]) put(bytes);
  put(utf8.encode('</stata_dta>'));
  return out;
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

function dataOf(variables: readonly Variable[], rows: number, rowWidth: number): Uint8Array {
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
  const blocks = variables.flatMap(({ long }, i) =>
    [...(long ?? [])].map(([row, text]) => {
      const head = [...utf8.encode('GSO'), ...little(i + 1, 4), ...little(row, 8), 130, ...little(text.length + 1, 4)];
      const block = new Uint8Array(head.length + text.length + 1);
      block.set(head);
      block.set(text, head.length);
      return block;
    }),
  );
  const out = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
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
