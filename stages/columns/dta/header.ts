/**
 * What a Stata file says of itself before the data.
 * Sources: StataCorp, `help dta_113`, `dta_115`, `dta_117`, `dta_118`, `dta_119`.
 */
import { error } from '../../contract.ts';
import { type Cursor, DtaFault } from './cursor.ts';

export type StorageKind = 'byte' | 'int' | 'long' | 'float' | 'double' | 'str' | 'strL';

export interface DtaVariable {
  /** as raw bytes */
  readonly name: string;
  readonly kind: StorageKind;
  readonly width: number;
  readonly format: string;
  /** name of its value labels, as raw bytes; '' if none */
  readonly labels: string;
}

export interface DtaHeader {
  readonly release: number;
  readonly rows: number;
  readonly variables: readonly DtaVariable[];
}

const OLD = [113, 114, 115];
const TAGGED = [117, 118, 119];
const START = '<stata_dta><header><release>';
const WIDTHS = { byte: 1, int: 2, long: 4, float: 4, double: 8, strL: 8 } as const;

/** Reads up to the names of the value labels; the cursor is left behind them. */
export function readHeader(cursor: Cursor): DtaHeader {
  if (cursor.is(START)) return taggedHeader(cursor);
  const release = cursor.bytes[0];
  // formats 102 to 119 begin with their number, a byte order and the type of the file, always 1
  const order = cursor.bytes[1];
  if (release === undefined || release < 102 || release > 121 || (order !== 1 && order !== 2) || cursor.bytes[2] !== 1)
    throw new DtaFault(error('CE3160', {}, ['file']));
  if (!OLD.includes(release)) throw unread(String(release));
  return oldHeader(cursor, release, order === 2);
}

const unread = (release: string): DtaFault => new DtaFault(error('CE3161', { release }, ['file']));

function oldHeader(cursor: Cursor, release: number, little: boolean): DtaHeader {
  cursor.little = little;
  cursor.take(4, 'the header');
  const count = cursor.u16('the number of variables');
  const rows = cursor.u32('the number of rows');
  cursor.take(81 + 18, 'the header');
  const types = times(count, () => oldType(cursor));
  const names = times(count, () => cursor.field(33, 'the names of the variables'));
  cursor.take(2 * (count + 1), 'the sort order');
  const formats = times(count, () => cursor.field(release === 113 ? 12 : 49, 'the formats of the variables'));
  const labels = times(count, () => cursor.field(33, 'the names of value labels'));
  return { release, rows, variables: variablesOf(types, names, formats, labels) };
}

function taggedHeader(cursor: Cursor): DtaHeader {
  cursor.mark(START);
  const said = cursor.field(3, 'the number of the format');
  const release = Number(said);
  if (!TAGGED.includes(release)) throw unread(said);
  cursor.mark('</release><byteorder>');
  cursor.little = cursor.is('LSF');
  cursor.mark(cursor.little ? 'LSF' : 'MSF');
  cursor.mark('</byteorder><K>');
  const count = release === 119 ? cursor.u32('the number of variables') : cursor.u16('the number of variables');
  cursor.mark('</K><N>');
  const rows = release === 117 ? cursor.u32('the number of rows') : cursor.u64('the number of rows');
  cursor.mark('</N><label>');
  const label = release === 117 ? cursor.u8('the label of the data') : cursor.u16('the label of the data');
  cursor.take(label, 'the label of the data');
  cursor.mark('</label><timestamp>');
  cursor.take(cursor.u8('the time'), 'the time');
  cursor.mark('</timestamp></header><map>');
  cursor.take(14 * 8, 'the map');
  cursor.mark('</map><variable_types>');
  const types = times(count, () => taggedType(cursor));
  cursor.mark('</variable_types><varnames>');
  const nameWidth = release === 117 ? 33 : 129;
  const names = times(count, () => cursor.field(nameWidth, 'the names of the variables'));
  cursor.mark('</varnames><sortlist>');
  cursor.take((release === 119 ? 4 : 2) * (count + 1), 'the sort order');
  cursor.mark('</sortlist><formats>');
  const formats = times(count, () => cursor.field(release === 117 ? 49 : 57, 'the formats of the variables'));
  cursor.mark('</formats><value_label_names>');
  const labels = times(count, () => cursor.field(nameWidth, 'the names of value labels'));
  cursor.mark('</value_label_names>');
  return { release, rows, variables: variablesOf(types, names, formats, labels) };
}

type Type = Pick<DtaVariable, 'kind' | 'width'>;

function oldType(cursor: Cursor): Type {
  const code = cursor.u8('the types of the variables');
  if (code >= 1 && code <= 244) return { kind: 'str', width: code };
  return numericType(cursor, (['byte', 'int', 'long', 'float', 'double'] as const)[code - 251], 1);
}

function taggedType(cursor: Cursor): Type {
  const code = cursor.u16('the types of the variables');
  if (code >= 1 && code <= 2045) return { kind: 'str', width: code };
  if (code === 32768) return { kind: 'strL', width: WIDTHS.strL };
  return numericType(cursor, (['double', 'float', 'long', 'int', 'byte'] as const)[code - 65526], 2);
}

function numericType(cursor: Cursor, kind: keyof typeof WIDTHS | undefined, back: number): Type {
  if (kind === undefined) throw cursor.damaged('the type of a variable', cursor.at - back);
  return { kind, width: WIDTHS[kind] };
}

/** Grown step by step: a count that the file does not bear out asks for no memory. */
function times<T>(count: number, read: () => T): T[] {
  const out: T[] = [];
  for (let i = 0; i < count; i++) out.push(read());
  return out;
}

const variablesOf = (
  types: readonly Type[],
  names: readonly string[],
  formats: readonly string[],
  labels: readonly string[],
): DtaVariable[] =>
  types.map((type, i) => ({
    ...type,
    name: names[i] as string,
    format: formats[i] as string,
    labels: labels[i] as string,
  }));
