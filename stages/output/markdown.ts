/** A table document as GitHub-flavoured Markdown. */
import { type Cell, cellText, placed, type Row, type TableDocument } from './document.ts';

/** Characters that Markdown would take for marks. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*_<>|[\]~$]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/[\r\n]+/g, ' ');

const marked = (c: Cell): string =>
  (c.numeric === true ? cellText(c) : escapeMarkdown(c.text)) + escapeMarkdown(c.stars ?? '');

/** One line; a cell over several columns stands in the first of them. */
function line(row: Row, columns: number): string {
  const cells = Array.from({ length: columns }, () => '');
  for (const { cell, column } of placed(row)) cells[column] = marked(cell);
  return `| ${cells.join(' | ')} |`;
}

/** Markdown knows one header row: the first; the others become rows of the body. */
export function markdown(doc: TableDocument): string {
  const [first, ...rest] = doc.head;
  const header: Row = first ?? { kind: 'header', cells: [] };
  const rule = Array.from({ length: doc.columns }, (_, i) => (i < doc.textColumns ? ':---' : ':---:'));
  const lines = [
    ...doc.caption.flatMap((text) => [`**${escapeMarkdown(text)}**`, '']),
    line(header, doc.columns),
    `| ${rule.join(' | ')} |`,
    ...[...rest, ...doc.sections.flat()].map((row) => line(row, doc.columns)),
    ...doc.notes.flatMap((text) => ['', escapeMarkdown(text)]),
  ];
  return `${lines.join('\n')}\n`;
}
