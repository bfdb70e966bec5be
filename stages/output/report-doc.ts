/** The reference page of `report`. */
import type { StageDoc } from '../contract.ts';

export const reportDoc: StageDoc = {
  summary: {
    en: 'One document that puts texts, tables and figures in order, and says where its data come from',
    zh: '将文字、表格与图按顺序合成一份文档，并注明数据来源',
  },
  details: {
    en: `\`sections\` are headings, texts and what they \`show\`: tables and figures, which keep their language and their look. A report without
sections takes \`from: [table1, figure1]\`. Only outputs of \`table\` and \`figure\` can stand in it.

Texts are Markdown. \`{name}\` puts in a number of \`with\`, a reference into a result as in \`compare\`, so that no number in a text
goes stale: \`{effect}\` has three significant digits, \`{effect:2}\` two decimals, \`{share:1%}\` is a percentage, \`{p:p}\` is "= 0.012" or
"< 0.001". HTML in a text is shown as it is written.

\`data\` names the tables that the study began with. Each is listed with its source and licence, its rows, units and period, and the first 16
digits of the SHA-256 of its values: two people who see the same digest have worked with the same values. The digest is of all columns, so
a change in any of them makes the report again.

\`md\` holds its figures as PNG inside, \`html\` is one page with figures as SVG and needs nothing else, \`docx\` has A4 pages, three-line
tables (宋体 and Times New Roman, headings in 黑体) and figures of 300 dpi. The bytes are the same each time.`,
    zh: `\`sections\` 依次给出标题、文字与所展示（\`show\`）的表和图；无分节时可用 \`from\`。文字为 Markdown，\`{名称}\` 填入 \`with\` 中引用的数值：
\`{effect:2}\` 为两位小数，\`{share:1%}\` 为百分数，\`{p:p}\` 为 p 值，正文中的数字因而不会过期。
\`data\` 列出数据来源、许可、行数、单位数、时期及数值的 SHA-256 摘要。\`html\` 为自包含网页，\`docx\` 为 A4 版面、三线表、300 dpi 图。`,
  },
  example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  baseline: { stage: regress, from: panel, y: npp, x: policy, absorb: [city, year], cluster: city }
  table1: { stage: table, columns: baseline, title: Table 1. Baseline }
  paper:
    stage: report
    title: A policy and its effect
    with: { effect: baseline.terms.policy.estimate, p: baseline.terms.policy.p_value }
    sections:
      - heading: Result
        text: "The policy raises the index by **{effect:3}** (p {p:p})."
        show: table1
    data:
      - { from: panel, name: City panel, source: made for this example }
    formats: [md, html, docx]
`,
};
