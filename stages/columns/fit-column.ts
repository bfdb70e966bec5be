/** A column of a file that says what its columns are, as an ingest declares it. */
import { type Column, MISSING, numbers, textAt } from './column.ts';
import { isoDate, type Parsed, parseCells, parseNumber } from './parse.ts';
import type { KnownType } from './value-column.ts';

/**
 * As the file has it, or read anew from its cells where another type is declared.
 * @param missing texts that stand for a missing value
 */
export function fitColumn(
  name: string,
  column: Column,
  type: KnownType,
  declared: KnownType | undefined,
  missing: ReadonlySet<string>,
): Parsed {
  const held = withoutMissing(column, type, missing);
  if (declared === undefined || declared === type || (declared === 'number' && type === 'integer'))
    return { column: held, type: declared ?? type, faults: [] };
  const text = (row: number): string => cellText(held, type, row);
  return parseCells({ name, rows: lengthOf(held), text, line: (row) => row + 1 }, declared, new Set(['']));
}

const lengthOf = (column: Column): number => (column.kind === 'number' ? column.values : column.codes).length;

function cellText(column: Column, type: KnownType, row: number): string {
  if (column.kind === 'text') return textAt(column, row) ?? '';
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return '';
  if (type === 'date') return isoDate(value);
  return type === 'boolean' ? String(value !== 0) : String(value);
}

function withoutMissing(column: Column, type: KnownType, missing: ReadonlySet<string>): Column {
  if (column.kind === 'text') {
    const gone = column.levels.map((level) => missing.has(level.trim()));
    if (!gone.includes(true)) return column;
    const codes = new Map<number, number>();
    gone.forEach((is, code) => void (is || codes.set(code, codes.size)));
    return {
      kind: 'text',
      codes: column.codes.map((code) => codes.get(code) ?? MISSING),
      levels: column.levels.filter((_, code) => !gone[code]),
    };
  }
  if (type === 'date' || type === 'boolean')
    return missing.size < 2
      ? column
      : numbers(column.values.map((x, row) => (missing.has(cellText(column, type, row)) ? Number.NaN : x)));
  const codes = new Set([...missing].flatMap((text) => parseNumber(text) ?? []));
  return codes.size === 0 ? column : numbers(column.values.map((x) => (codes.has(x) ? Number.NaN : x)));
}
