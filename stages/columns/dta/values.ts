/** The cells of one variable of a Stata file. */
import { MISSING } from '../column.ts';
import type { Cursor } from './cursor.ts';
import { rawText } from './cursor.ts';
import type { DtaVariable } from './header.ts';
import { type DtaSections, longKey, type ValueLabels } from './sections.ts';

/** Texts as raw bytes; their encoding is found from all of the file. */
export interface RawTexts {
  readonly codes: Uint32Array;
  readonly levels: readonly string[];
}

export interface Place {
  /** byte of the cell in the first row */
  readonly at: number;
  readonly step: number;
  readonly rows: number;
}

/** Above these stand `.` and `.a` to `.z`. */
const MOST = { byte: 100, int: 32740, long: 2147483620 } as const;
const FLOAT_MISSING = 2 ** 127;
const DOUBLE_MISSING = 2 ** 1023;

export function numbersAt({ view, little }: Cursor, kind: DtaVariable['kind'], place: Place): Float64Array {
  const { at, step, rows } = place;
  const values = new Float64Array(rows);
  const fill = (read: (offset: number) => number, first: number): Float64Array => {
    for (let row = 0, offset = at; row < rows; row++, offset += step) {
      const value = read(offset);
      values[row] = value >= first ? Number.NaN : value;
    }
    return values;
  };
  switch (kind) {
    case 'byte':
      return fill((o) => view.getInt8(o), MOST.byte + 1);
    case 'int':
      return fill((o) => view.getInt16(o, little), MOST.int + 1);
    case 'long':
      return fill((o) => view.getInt32(o, little), MOST.long + 1);
    case 'float':
      return fill((o) => view.getFloat32(o, little), FLOAT_MISSING);
    default:
      return fill((o) => view.getFloat64(o, little), DOUBLE_MISSING);
  }
}

/** Codes by level, in the order of appearance; '' is missing in Stata too. */
class Levels {
  readonly #codes = new Map<string, number>();

  code(text: string): number {
    if (text === '') return MISSING;
    let code = this.#codes.get(text);
    if (code === undefined) this.#codes.set(text, (code = this.#codes.size));
    return code;
  }

  texts = (codes: Uint32Array): RawTexts => ({ codes, levels: [...this.#codes.keys()] });
}

export function textsAt({ bytes }: Cursor, width: number, { at, step, rows }: Place): RawTexts {
  const levels = new Levels();
  const codes = new Uint32Array(rows);
  for (let row = 0, offset = at; row < rows; row++, offset += step)
    codes[row] = levels.code(rawText(bytes, offset, offset + width));
  return levels.texts(codes);
}

export function longTextsAt(cursor: Cursor, release: number, place: Place, { long }: DtaSections): RawTexts {
  const levels = new Levels();
  const codes = new Uint32Array(place.rows);
  for (let row = 0, offset = place.at; row < place.rows; row++, offset += place.step) {
    const [variable, written] = reference(cursor, release, offset);
    // R's haven writes the cells of format 119 as those of 118
    const found =
      long.get(longKey(variable, written)) ??
      (release === 119 ? long.get(longKey(...reference(cursor, 118, offset))) : undefined);
    // nothing is written for the empty text
    if (found === undefined && (variable !== 0 || written !== 0)) throw cursor.damaged('a long string', offset);
    codes[row] = found === undefined ? MISSING : levels.code(rawText(cursor.bytes, found.from, found.to));
  }
  return levels.texts(codes);
}

/** Variable and row in eight bytes: 4 and 4 in format 117, 2 and 6 in 118, 3 and 5 in 119. */
function reference({ view, little }: Cursor, release: number, offset: number): [number, number] {
  if (release === 117) return [view.getUint32(offset, little), view.getUint32(offset + 4, little)];
  const bits = BigInt(8 * (release === 118 ? 2 : 3));
  const both = view.getBigUint64(offset, little);
  return little
    ? [Number(both & ((1n << bits) - 1n)), Number(both >> bits)]
    : [Number(both >> (64n - bits)), Number(both & ((1n << (64n - bits)) - 1n))];
}

/** The label of each value, the number where a value has none. */
export function labelled(values: Float64Array, labels: ValueLabels): RawTexts {
  const levels = new Levels();
  const codes = Uint32Array.from(values, (x) => (Number.isNaN(x) ? MISSING : levels.code(labels.get(x) ?? String(x))));
  return levels.texts(codes);
}
