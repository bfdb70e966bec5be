/** Inputs of a program as files. */
import { tableOf } from '../columns/table.ts';
import { TABLE_FILE_FORMATS, type TableFileFormat, writeTable } from '../columns/table-file.ts';
import { type ColumnType, type InputValue, VALUE } from '../contract.ts';

/** `record`: its JSON; `document`: the part by the ending; `file`: as it is */
export type PlacedFormat = TableFileFormat | 'record' | 'document' | 'file';

export type PlacedInput = {
  /** path inside the program's folder */
  readonly file: string;
  /** index of the reference, or the name of the file param */
  readonly from: number | string;
  readonly format: PlacedFormat;
  /** of a document: which of its files */
  readonly part?: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
};

const isTable = (format: PlacedFormat): format is TableFileFormat =>
  (TABLE_FILE_FORMATS as readonly string[]).includes(format);

export async function placeInput(
  { from, format, columns, file, part = VALUE }: PlacedInput,
  inputs: readonly InputValue[],
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Uint8Array> {
  if (typeof from === 'string') return must(files[from], from);
  const input = must(inputs[from], file);
  if (isTable(format)) return writeTable(tableOf(input), columns, format);
  return must(input.parts.get(part), file);
}

function must<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`ceteris bug: input '${name}' is not there`);
  return value;
}
