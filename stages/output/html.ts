/** A table document as one self-contained HTML page: three lines, fit for print. */
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

const css = ({ style }: TableDocument): string => `
body { margin: 2em; color: #000; background: #fff; }
figure { margin: 0 auto; width: fit-content; max-width: 100%; font: 10.5pt "Times New Roman", "Noto Serif CJK SC", SimSun, serif; }
table { border-collapse: collapse; border-top: ${style.top}pt solid; border-bottom: ${style.bottom}pt solid; }
caption { padding-bottom: .5em; font-weight: bold; }
th, td { padding: .15em .8em; text-align: center; font-weight: normal; white-space: nowrap; }
th.l, td.l { text-align: left; padding-left: .2em; }
th.span { border-bottom: .5pt solid; }
thead tr:last-child > * { border-bottom: ${style.header}pt solid; }
tbody + tbody tr:first-child > * { ${style.section > 0 ? `border-top: ${style.section}pt solid;` : 'padding-top: .4em;'} }
tr.s > * { padding-top: 0; }
sup { line-height: 0; }
figcaption { padding-top: .4em; font-size: 9pt; max-width: 60em; }
@media print { body { margin: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`;

export function html(doc: TableDocument): string {
  const rows = (list: readonly Row[]) => list.map((row) => rowHtml(row, doc.textColumns)).join('\n');
  const caption = doc.caption.map(escapeHtml).join('<br>');
  const notes = doc.notes.map(escapeHtml).join('<br>');
  return `<!doctype html>
<html lang="${doc.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(doc.caption.at(-1) ?? 'ceteris')}</title>
<style>${css(doc)}</style>
</head>
<body>
<figure>
<table>${caption === '' ? '' : `\n<caption>${caption}</caption>`}
<thead>
${rows(doc.head)}
</thead>
${doc.sections.map((section) => `<tbody>\n${rows(section)}\n</tbody>`).join('\n')}
</table>${notes === '' ? '' : `\n<figcaption>${notes}</figcaption>`}
</figure>
</body>
</html>
`;
}
