/** Published numbers: as they were printed, in a file or in the pipeline. */
import { delimitedCells, readDelimited } from '../columns/csv.ts';
import { decodeText } from '../columns/encoding.ts';
import { error, type Fault, type Json } from '../contract.ts';
import { type Decimal, decimalOf } from './decimal.ts';

export type PublishedFormat = 'csv' | 'yaml';

export type ReadPublished =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Every number stays the text that stands in the file: its digits say how exactly it is known. */
export async function readPublished(bytes: Uint8Array, format: PublishedFormat): Promise<ReadPublished> {
  const decoded = decodeText(bytes, undefined);
  if (!decoded.ok) return { ok: false, faults: [{ ...decoded.fault, param: ['published'] }] };
  return format === 'csv' ? fromCsv(decoded.text) : fromYaml(decoded.text);
}

/** Loaded only when there is a file to read: the reader of YAML is large. */
async function fromYaml(text: string): Promise<ReadPublished> {
  const { yamlAsPrinted } = await import('./published-yaml.ts');
  const read = yamlAsPrinted(text);
  return read.ok ? read : { ok: false, faults: [error('CE2825', { reason: read.reason }, ['published'])] };
}

/** One mapping for each line; a cell is found by the texts that stand in its line. */
function fromCsv(text: string): ReadPublished {
  const read = readDelimited(text, undefined);
  if (!read.ok) return { ok: false, faults: read.faults.map((f) => ({ ...f, param: ['published'] })) };
  const { value } = read;
  const cells = delimitedCells(value);
  const rows = Array.from({ length: value.rows }, (_, row) =>
    Object.fromEntries(cells.map((cell) => [cell.name, cell.text(row).trim()])),
  );
  return { ok: true, value: rows };
}

/** A number as printed: `0.082***`, `(2.31)`, `-1,234.5`, `−0.01`; nothing when it is none. */
export function printedNumber(text: string): Decimal | undefined {
  const bare = text
    .trim()
    .replace(/\*+$/, '')
    .replace(/^[([（［](.*)[)\]）］]$/, '$1')
    .replace(/\*+$/, '')
    .trim()
    .replace(/^[−–]/, '-');
  return decimalOf(/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(',', '') : bare);
}
