/** The reference page of `table`. */
import type { StageDoc } from '../contract.ts';

export const tableDoc: StageDoc = {
  summary: {
    en: 'Tables as journals print them: models side by side, or summaries, weights, tests and comparisons',
    zh: '期刊格式的表格：并列的回归模型，或描述性统计、权重、检验与比较结果',
  },
  details: {
    en: `Models stand side by side: column numbers, the outcome under each, labels of the stages or cases where there are any
(never their names: renaming a stage changes no table). Each coefficient carries its stars, and \`stat\` is in brackets under it:
\`t\`, \`se\` and \`p\` in parentheses, \`ci\` in square brackets. The foot has the rows of \`rows\`: by default tests between the
models, controls, a line for each absorbed effect, observations and R². The note says what is in brackets, how the standard
errors were computed (by column, where columns differ), what the stars mean, and which period an event study leaves out. A line
after it carries what the results say of themselves, by column: rows and singletons left out, dropped terms and why, few clusters or
never-treated units, the weight of forbidden comparisons (\`remarks: false\` prints none).

\`keep\` and \`drop\` take globs of terms, and \`keep\` fixes their order; else terms stand as the models have them, those of one variable by period or level, and the constant last. \`controls: collapse\` replaces the controls of the models by
one row *Controls: Yes / No*; a list of globs names the controls by hand. Stars compare \`p < level\`.

Other results print one line for each of their rows; \`rows\` picks the fields. Several of them make panels A, B, ….

Numbers have \`digits\` decimals (3), the leading zero kept, halves rounded away from zero on the decimal number that \`show --json\`
prints. A minus is U+2212 in md, html, docx and xlsx text, a hyphen in csv, \`$-$\` in tex. What cannot be computed is a dash with a note.
In xlsx the numbers stay numbers: stars and brackets are their number format. csv has neither caption nor notes, and a byte order
mark when there is Chinese in it, for Excel; note that Excel reads \`(2.31)\` in a csv as −2.31, so use xlsx for it.
docx and xlsx are the same bytes each time. tex needs booktabs and adjustbox, which fits a large table to the page (and ctex for Chinese); LaTeX numbers its tables itself, so a caption loses
its "Table 3." there.`,
    zh: `模型并列成表：列号、各列被解释变量、步骤或子项的标签（不使用步骤名，改名不影响表格）。系数带星号，其下括号内为 \`stat\`。
表尾由 \`rows\` 决定：默认依次为组间检验、控制变量、各固定效应、样本量与 R²。表注说明括号内容、标准误的计算方式（各列不同时分列说明）、星号含义与事件研究的基期。
其后一行按列给出结果自带的说明：缺失与单例观测、被剔除的项及原因、聚类或从未处理个体过少、不当比较的权重（\`remarks: false\` 不印）。
\`keep\` 与 \`drop\` 使用通配符，\`keep\` 同时决定顺序（否则按模型中的次序，同一变量的各期按数值排列，常数项在最后）；\`controls: collapse\` 将控制变量合并为一行“控制变量：是/否”。
小数位数为 \`digits\`（默认 3），按十进制数四舍五入并保留前导零。Word 为三线表：Times New Roman 与宋体，五号字，表头跨页重复。
tex 使用 booktabs 与 adjustbox（过大的表自动缩至版心），含中文时另需 ctex，用 XeLaTeX 或 LuaLaTeX 编译。`,
  },
  example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  baseline:
    stage: regress
    from: panel
    y: npp
    x: policy
    matrix:
      "(1)": { absorb: [city, year] }
      "(2)": { absorb: [city, year], controls: [open, fin], cluster: city }
  table3:
    stage: table
    columns: baseline[*]
    stat: se
    keep: policy
    controls: collapse
    title: { en: Table 3. Baseline results, zh: 表3 基准回归结果 }
    lang: both
    formats: [md, docx, tex]
`,
};
