/** A column of a file that says what its columns are, as an ingest declares it. */
import { cellText } from './cell-text.ts';
import { type Column, isMissing, lengthOf, MISSING, numbers } from './column.ts';
import { type Parsed, parseCells, parseNumber } from './parse.ts';
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
  const text = (row: number): string => written(held, type, row);
  return parseCells({ name, rows: lengthOf(held), text, line: (row) => row + 1 }, declared, new Set(['']));
}

/** A cell so that it is read as what it is. */
function written(column: Column, type: KnownType, row: number): string {
  if (isMissing(column, row)) return '';
  if (column.kind === 'number' && type === 'boolean') return String(column.values[row] !== 0);
  return cellText(column, row, type);
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
      : numbers(column.values.map((x, row) => (missing.has(written(column, type, row)) ? Number.NaN : x)));
  const codes = new Set([...missing].flatMap((text) => parseNumber(text) ?? []));
  return codes.size === 0 ? column : numbers(column.values.map((x) => (codes.has(x) ? Number.NaN : x)));
}
