/** A table document as CSV (RFC 4180): one value a cell, stars in the cell, no caption and no notes. */
import { MINUS, placed, type Row, type TableDocument } from './document.ts';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function line(row: Row, columns: number): string {
  const cells = Array.from({ length: columns }, () => '');
  for (const { cell, column } of placed(row))
    cells[column] = quoted(cell.text.replaceAll(MINUS, '-') + (cell.stars ?? ''));
  return cells.join(',');
}

/** UTF-8; with a byte order mark when there is Chinese in it, for Excel takes it for GBK otherwise. */
export function csv(doc: TableDocument): string {
  const lines = [...doc.head, ...doc.sections.flat()].map((row) => line(row, doc.columns));
  const text = lines.map((l) => `${l}\r\n`).join('');
  return /\p{Script=Han}/u.test(text) ? `\uFEFF${text}` : text;
}
