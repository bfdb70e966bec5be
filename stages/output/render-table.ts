/** A table document in the formats asked for. */
import { unreachable } from '../contract.ts';
import { csv } from './csv.ts';
import type { TableDocument } from './document.ts';
import { html } from './html.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';

export const TABLE_FORMATS = ['md', 'html', 'tex', 'csv', 'docx', 'xlsx'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** docx and exceljs take 100 ms and more to load: only when such a file is wanted. */
export async function renderTable(doc: TableDocument, format: TableFormat): Promise<Uint8Array> {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (format) {
    case 'md':
      return bytes(markdown(doc));
    case 'html':
      return bytes(html(doc));
    case 'tex':
      return bytes(latex(doc));
    case 'csv':
      return bytes(csv(doc));
    case 'docx':
      return (await import('./word.ts')).word(doc);
    case 'xlsx':
      return (await import('./excel.ts')).excel(doc);
    default:
      return unreachable(format);
  }
}
