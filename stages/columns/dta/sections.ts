/** What stands in a Stata file beside the header: where the data are, long strings, value labels. */
import { type Cursor, rawText } from './cursor.ts';
import type { DtaHeader } from './header.ts';

/** Texts of a value label by value, as raw bytes. */
export type ValueLabels = ReadonlyMap<number, string>;

export interface DtaSections {
  /** byte at which the first row begins */
  readonly data: number;
  readonly rowWidth: number;
  /** where the text of a long string stands, by the variable and the row that it was written for */
  readonly long: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
  readonly labels: ReadonlyMap<string, ValueLabels>;
}

export const longKey = (variable: number, row: number): string => `${variable},${row}`;

/** The cursor is behind the header, and at the end of the file when all is well. */
export function readSections(cursor: Cursor, header: DtaHeader): DtaSections {
  const rowWidth = header.variables.reduce((sum, v) => sum + v.width, 0);
  const rows = (): number => cursor.take(header.rows * rowWidth, `the data of ${header.rows} rows`);
  const { length } = header.variables;
  if (header.release < 117) {
    cursor.take(81 * length, 'the labels of the variables');
    skipExpansions(cursor);
    const data = rows();
    const labels = new Map<string, ValueLabels>();
    while (cursor.left > 0) labelTable(cursor, 33, labels);
    return { data, rowWidth, long: new Map(), labels };
  }
  cursor.mark('<variable_labels>');
  cursor.take((header.release === 117 ? 81 : 321) * length, 'the labels of the variables');
  cursor.mark('</variable_labels><characteristics>');
  while (cursor.is('<ch>')) {
    cursor.mark('<ch>');
    cursor.take(cursor.u32('a characteristic'), 'a characteristic');
    cursor.mark('</ch>');
  }
  cursor.mark('</characteristics><data>');
  const data = rows();
  cursor.mark('</data><strls>');
  const long = longStrings(cursor, header.release);
  cursor.mark('</strls><value_labels>');
  const labels = new Map<string, ValueLabels>();
  while (cursor.is('<lbl>')) {
    cursor.mark('<lbl>');
    labelTable(cursor, header.release === 117 ? 33 : 129, labels);
    cursor.mark('</lbl>');
  }
  cursor.mark('</value_labels></stata_dta>');
  return { data, rowWidth, long, labels };
}

function skipExpansions(cursor: Cursor): void {
  for (;;) {
    const type = cursor.u8('an expansion field');
    const length = cursor.u32('an expansion field');
    if (type === 0 && length === 0) return;
    cursor.take(length, 'an expansion field');
  }
}

function longStrings(cursor: Cursor, release: number): Map<string, { from: number; to: number }> {
  const found = new Map<string, { from: number; to: number }>();
  while (cursor.is('GSO')) {
    cursor.mark('GSO');
    const variable = cursor.u32('a long string');
    const row = release === 117 ? cursor.u32('a long string') : cursor.u64('a long string');
    cursor.take(1, 'a long string');
    const length = cursor.u32('a long string');
    const from = cursor.take(length, 'a long string');
    found.set(longKey(variable, row), { from, to: from + length });
  }
  return found;
}

function labelTable(cursor: Cursor, nameWidth: number, into: Map<string, ValueLabels>): void {
  const what = 'a table of value labels';
  const start = cursor.at;
  const length = cursor.u32(what);
  const name = cursor.field(nameWidth, what);
  cursor.take(3, what);
  const from = cursor.take(length, what);
  const { view, little, bytes } = cursor;
  const count = length < 8 ? 0 : view.getUint32(from, little);
  const textLength = length < 8 ? 0 : view.getUint32(from + 4, little);
  if (length < 8 || 8 + 8 * count + textLength > length) throw cursor.damaged(what, start);
  const texts = from + 8 + 8 * count;
  const labels = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    const offset = view.getUint32(from + 8 + 4 * i, little);
    if (offset >= textLength) throw cursor.damaged('a value label', from + 8 + 4 * i);
    const value = view.getInt32(from + 8 + 4 * (count + i), little);
    labels.set(value, rawText(bytes, texts + offset, texts + textLength));
  }
  into.set(name, labels);
}
