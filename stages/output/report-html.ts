/** A report as one self-contained HTML page: tables as tables, figures as SVG, fit for print. */
import { Marked } from 'marked';
import { escapeHtml, TABLE_CSS, tableFigure } from './html.ts';
import type { Block, ReportDocument } from './report-block.ts';
import { svg } from './svg.ts';

const CSS = `
body { margin: 2em auto; padding: 0 1em; max-width: 46em; color: #000; background: #fff; font: 11pt/1.6 "Times New Roman", "Noto Serif CJK SC", "Noto Serif SC", SimSun, serif; }
h1 { font-size: 1.6em; line-height: 1.3; text-align: center; }
h2, h3, h4, h5 { line-height: 1.3; margin: 1.6em 0 .5em; }
h2 { font-size: 1.25em; }
h3 { font-size: 1.1em; }
h4, h5 { font-size: 1em; }
.subtitle { text-align: center; margin-top: -.5em; color: #333; }
.picture { margin: 1.5em 0; text-align: center; }
.picture svg { max-width: 100%; height: auto; }
figure { overflow-x: auto; }
figure.table { margin: 1.5em auto; line-height: 1.3; }
pre, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
pre { overflow-x: auto; }
blockquote { margin-left: 1em; padding-left: 1em; border-left: 2px solid #bbb; color: #333; }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } .picture, figure.table { break-inside: avoid; } }
`;

/** Marks in a text stand for nothing but themselves: a report runs no code and loads nothing. */
const markdown = new Marked({
  renderer: { html: ({ text }) => escapeHtml(text), image: ({ text }) => escapeHtml(text) },
});

function block(b: Block): string {
  switch (b.kind) {
    case 'heading':
      return `<h${b.level + 1}>${escapeHtml(b.text)}</h${b.level + 1}>`;
    case 'text':
      return markdown.parse(b.text, { async: false }).trim();
    case 'table':
      return tableFigure(b.table);
    case 'figure':
      return `<div class="picture">\n${svg(b.drawing).trim()}\n</div>`;
  }
}

export const reportHtml = (doc: ReportDocument): string => `<!doctype html>
<html lang="${doc.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(doc.title)}</title>
<style>${TABLE_CSS}${CSS}</style>
</head>
<body>
<h1>${escapeHtml(doc.title)}</h1>
${doc.subtitle === '' ? '' : `<p class="subtitle">${escapeHtml(doc.subtitle)}</p>\n`}${doc.blocks.map(block).join('\n')}
</body>
</html>
`;
