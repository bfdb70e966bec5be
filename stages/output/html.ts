/** A table document as HTML: three lines, fit for print; a part of a page, or a page of its own. */
import { type Cell, cellText, placed, type Row, type TableDocument } from './document.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fit for text and for attributes in quotes. Also what XML needs. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

const content = (c: Cell): string =>
  escapeHtml(cellText(c)) + (c.stars === undefined ? '' : `<sup>${escapeHtml(c.stars)}</sup>`);

function rowHtml(row: Row, textColumns: number): string {
  const cells = placed(row).map(({ cell, column, span }) => {
    const tag = row.kind === 'header' || row.kind === 'group' ? 'th' : 'td';
    const classes = [
      ...(column < textColumns ? ['l'] : []),
      ...(row.kind === 'header' && span > 1 ? ['span'] : []),
    ].join(' ');
    const attributes = `${classes === '' ? '' : ` class="${classes}"`}${span === 1 ? '' : ` colspan="${span}"`}`;
    return `<${tag}${attributes}>${content(cell)}</${tag}>`;
  });
  return `<tr${row.kind === 'statistic' ? ' class="s"' : ''}>${cells.join('')}</tr>`;
}

/** Line weights are properties of each table, so that tables of several styles may stand on one page. */
export const TABLE_CSS = `
figure.table { margin: 0 auto; width: fit-content; max-width: 100%; font: 10.5pt "Times New Roman", "Noto Serif CJK SC", SimSun, serif; }
figure.table table { border-collapse: collapse; border-top: var(--top) solid; border-bottom: var(--bottom) solid; margin: 0 auto; }
figure.table caption { padding-bottom: .5em; font-weight: bold; }
figure.table th, figure.table td { padding: .15em .8em; text-align: center; font-weight: normal; white-space: nowrap; }
figure.table th.l, figure.table td.l { text-align: left; padding-left: .2em; white-space: normal; }
figure.table th.span { border-bottom: .5pt solid; }
figure.table thead tr:last-child > * { border-bottom: var(--header) solid; }
figure.table tbody + tbody tr:first-child > * { border-top: var(--section) solid; padding-top: .4em; }
figure.table tr.s > * { padding-top: 0; }
figure.table sup { line-height: 0; }
figure.table figcaption { padding-top: .4em; font-size: 9pt; max-width: 60em; }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
`;

/** The table with its caption and notes, for a page that has `TABLE_CSS`. */
export function tableFigure(doc: TableDocument): string {
  const rows = (list: readonly Row[]) => list.map((row) => rowHtml(row, doc.textColumns)).join('\n');
  const caption = doc.caption.map(escapeHtml).join('<br>');
  const notes = doc.notes.map(escapeHtml).join('<br>');
  const { top, header, section, bottom } = doc.style;
  return `<figure class="table" style="--top:${top}pt;--header:${header}pt;--section:${section}pt;--bottom:${bottom}pt">
<table>${caption === '' ? '' : `\n<caption>${caption}</caption>`}
<thead>
${rows(doc.head)}
</thead>
${doc.sections.map((part) => `<tbody>\n${rows(part)}\n</tbody>`).join('\n')}
</table>${notes === '' ? '' : `\n<figcaption>${notes}</figcaption>`}
</figure>`;
}

export const html = (doc: TableDocument): string => `<!doctype html>
<html lang="${doc.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(doc.caption.at(-1) ?? 'ceteris')}</title>
<style>
body { margin: 2em; color: #000; background: #fff; }
@media print { body { margin: 0; } }
${TABLE_CSS}</style>
</head>
<body>
${tableFigure(doc)}
</body>
</html>
`;
