/**
 * A table document as LaTeX with booktabs; adjustbox makes what is larger than the page smaller, and leaves the rest as it is.
 * Chinese needs XeLaTeX or LuaLaTeX with ctex.
 */
import { type Cell, cellText, MINUS, placed, type Row, type TableDocument } from './document.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '²': '$^2$',
  '×': '$\\times$',
  '–': '--',
  '—': '---',
  [MINUS]: '$-$',
};
const SPECIAL = new RegExp(
  `[${Object.keys(ESCAPES)
    .join('')
    .replace(/[\\^\]-]/g, '\\$&')}]`,
  'gu',
);

const escapeLatex = (text: string): string => text.replace(SPECIAL, (c) => ESCAPES[c] ?? c).replace(/[\r\n]+/g, ' ');

/** A cell that begins with `[` would be taken for an argument of the `\\` before it. */
const guarded = (text: string): string => (text.startsWith('[') || text.startsWith('*') ? `{}${text}` : text);

const content = (c: Cell): string =>
  escapeLatex(cellText(c)) + (c.stars === undefined ? '' : `$^{${escapeLatex(c.stars)}}$`);

function line(row: Row): string {
  const cells = placed(row).map(({ cell, span }) =>
    span === 1 ? content(cell) : `\\multicolumn{${span}}{${row.kind === 'group' ? 'l' : 'c'}}{${content(cell)}}`,
  );
  const rules = placed(row)
    .filter(({ cell, span }) => row.kind === 'header' && span > 1 && cell.text !== '')
    .map(({ column, span }) => `\\cmidrule(lr){${column + 1}-${column + span}}`);
  return `${guarded(cells.join(' & '))} \\\\${rules.length === 0 ? '' : `\n${rules.join(' ')}`}`;
}

/** LaTeX numbers its tables itself: "Table 3." of the caption would stand there twice. */
const captioned = (text: string): string =>
  text.replace(/^\s*(?:table\s*\w*\d\w*\s*[.:：]?|表\s*[\w.-]*\d\w*续?[.:：]?)\s*/iu, '');

export function latex(doc: TableDocument): string {
  const chinese = /\p{Script=Han}/u.test(JSON.stringify(doc));
  const columns = 'l'.repeat(doc.textColumns) + 'c'.repeat(doc.columns - doc.textColumns);
  const { style } = doc;
  const middle = style.section > 0 ? `\n\\midrule[${style.section}pt]\n` : '\n\\addlinespace\n';
  const notes = doc.notes.map(escapeLatex).map(guarded).join('\\\\\n');
  return `% \\usepackage{booktabs,adjustbox}${chinese ? '\n% \\usepackage{ctex} % compile with XeLaTeX or LuaLaTeX' : ''}
\\begin{table}[!htbp]
\\centering
${doc.caption.length === 0 ? '' : `\\caption{${doc.caption.map(captioned).map(escapeLatex).join(' / ')}}\n\\smallskip\n`}\\begin{adjustbox}{max width=\\linewidth,max totalheight=0.85\\textheight}
\\begin{tabular}{${columns}}
\\toprule[${style.top}pt]
${doc.head.map(line).join('\n')}
\\midrule[${style.header}pt]
${doc.sections.map((section) => section.map(line).join('\n')).join(middle)}
\\bottomrule[${style.bottom}pt]
\\end{tabular}
\\end{adjustbox}
${notes === '' ? '' : `\\par\\smallskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n${notes}\n\\end{minipage}\n`}\\end{table}
`;
}
