/** Values as people and other programs see them: rows picked from a column, and the JSON of `ceteris show`. */
import { messageOf } from '../catalogue/render.ts';
import {
  CONTENT,
  type DocumentShape,
  type Json,
  type Note,
  type PartName,
  type RecordShape,
  ROWS,
  type Shape,
  type TableShape,
  VALUE,
} from '../contract.ts';
import type { PresentOptions } from '../contract-registry.ts';
import { decodeColumn, decodeRows } from './codec.ts';
import { type Column, isMissing, lengthOf, textAt } from './column.ts';
import { isoDate } from './parse.ts';
import { type PrintedRow, printedCells, printedTable } from './printed-table.ts';
import { decodeRecord } from './record.ts';

export function present(shape: Shape, parts: ReadonlyMap<PartName, Uint8Array>, options: PresentOptions): Json {
  switch (shape.kind) {
    case 'table':
      return presentTable(shape, parts, options);
    case 'document':
      return presentDocument(shape, parts);
    default:
      return presentRecord(shape, parts, options);
  }
}

/** Only where there are any: `marks: ['simulated']`. */
const marksOf = ({ marks }: Shape): { readonly marks?: Json } =>
  marks === undefined || marks.length === 0 ? {} : { marks: [...marks] };

/** Of a table its lines as they are printed; what a figure draws is in its inputs; what a program printed or wrote as text is shown whole. */
function presentDocument(shape: DocumentShape, parts: ReadonlyMap<PartName, Uint8Array>): Json {
  const own = { kind: 'document', ...marksOf(shape), formats: [...shape.formats] };
  const bytes = parts.get(CONTENT);
  const [only, ...others] = shape.formats;
  if (shape.content === undefined && only !== undefined && others.length === 0) {
    const text = textIn(parts.get(only));
    return text === undefined ? own : { ...own, text };
  }
  if (shape.content !== 'table' || bytes === undefined) return own;
  const printed = printedTable(bytes);
  if (printed === undefined) return own;
  const { caption, head, sections, notes } = printed;
  const lines = (rows: readonly PrintedRow[]): Json => rows.map(({ cells }) => cells.flatMap(printedCells));
  return { ...own, caption: [...caption], head: lines(head), lines: lines(sections.flat()), notes: [...notes] };
}

/** Undefined when it is no text. */
function textIn(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function presentRecord(shape: RecordShape, parts: ReadonlyMap<PartName, Uint8Array>, { lang }: PresentOptions): Json {
  const bytes = parts.get(VALUE);
  const record = bytes === undefined ? {} : (decodeRecord(bytes) as { readonly [key: string]: Json });
  const notes = record.notes as readonly Note[] | undefined;
  const kind = { kind: shape.kind, ...marksOf(shape) };
  if (notes === undefined) return { ...kind, ...record };
  return {
    ...kind,
    ...record,
    notes: notes.map((n) => ({ code: n.code, message: messageOf(n.code, n.args, lang), args: n.args as Json })),
  };
}

function presentTable(
  shape: TableShape,
  parts: ReadonlyMap<PartName, Uint8Array>,
  { head, digests }: PresentOptions,
): Json {
  const decoded = new Map<string, Column>();
  for (const { name } of shape.columns) {
    const bytes = parts.get(name);
    if (bytes !== undefined) decoded.set(name, decodeColumn(bytes));
  }
  const counted = parts.get(ROWS);
  const [any] = decoded.values();
  const rows = counted !== undefined ? decodeRows(counted) : any === undefined ? 0 : lengthOf(any);
  const shown = Math.min(rows, head ?? rows);
  const columns = shape.columns.map((c): Json => {
    const column = decoded.get(c.name);
    let missing = 0;
    if (column !== undefined) for (let i = 0; i < rows; i++) if (isMissing(column, i)) missing++;
    return {
      name: c.name,
      type: c.type,
      label: c.label ?? null,
      unit: c.unit ?? null,
      digest: digests.get(c.name) ?? null,
      missing,
    };
  });
  const data: Record<string, Json> = {};
  for (const { name, type } of shape.columns) {
    const column = decoded.get(name);
    if (column !== undefined) data[name] = Array.from({ length: shown }, (_, i) => cell(column, i, type));
  }
  return { kind: 'table', ...marksOf(shape), columns, rows, data };
}

function cell(column: Column, row: number, type: string): Json {
  if (column.kind === 'text') return textAt(column, row) ?? null;
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  if (type === 'boolean') return value !== 0;
  if (type !== 'date') return value;
  return isoDate(value);
}
