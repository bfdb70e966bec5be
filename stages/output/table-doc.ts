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
models, controls, a line for each absorbed effect, observations and R²; a row that is asked for and that no column has is told of. The note says what is in brackets, the estimator of an event study and whom it compares, instruments, how the standard
errors were computed, weights, how groups were tested, what the stars mean, and which period an event study leaves out, each by column where columns differ. \`mean_outcome\` is the mean of the outcome over the
rows of the estimation, weighted by the model's weights, as Stata's \`estadd ysumm\` has it (fixest's \`my\` takes no weights); \`pretrend\` is the p-value of the joint test of the leads. A line
after it carries what the results say of themselves, by column: rows and singletons left out, dropped terms and why, few clusters or
never-treated units, the weight of forbidden comparisons (\`remarks: false\` prints none).

\`keep\` and \`drop\` take globs of terms, and \`keep\` fixes their order; else terms stand as the models have them, those of one variable by period or level, and the constant last. An instrumented regressor (\`fit_educ\` in the record) stands on the row of its variable, and goes by either name.
\`controls: collapse\` replaces what the stages were given as \`controls\` by one row *Controls: Yes / No*; a regressor (\`x\`) in one column that is a control in another stays. With \`keep\`, what it names is printed and all else counts as controls. A formula does not tell
controls from regressors: there \`keep\`, or a list of globs, which names the controls by hand, does. Stars compare \`p < level\`.

Other results print one line for each of their rows; \`rows\` picks the fields. Several of them make panels A, B, …. A placebo prints its result in one line: the true estimate, its p-value, the number of draws, their mean, standard deviation and quantiles (\`rows: [draw, estimate]\` prints the draws).

Numbers have \`digits\` decimals (3), the leading zero kept, halves rounded away from zero on the decimal number that \`show --json\`
prints. A minus is U+2212 in md, html, docx and xlsx text, a hyphen in csv, \`$-$\` in tex. What cannot be computed is a dash with a note.
In xlsx the numbers stay numbers: stars and brackets are their number format. csv has neither caption nor notes, and a byte order
mark when there is Chinese in it, for Excel; note that Excel reads \`(2.31)\` in a csv as −2.31, so use xlsx for it.
docx and xlsx are the same bytes each time. tex needs booktabs and adjustbox, which fits a large table to the page (and ctex for Chinese); LaTeX numbers its tables itself, so a caption loses
its "Table 3." there.`,
    zh: `模型并列成表：列号、各列被解释变量、步骤或子项的标签（不使用步骤名，改名不影响表格）。系数带星号，其下括号内为 \`stat\`。
表尾由 \`rows\` 决定：默认依次为组间检验、控制变量、各固定效应、样本量与 R²。表注说明括号内容、标准误的计算方式（各列不同时分列说明）、星号含义与事件研究的基期。
其后一行按列给出结果自带的说明：缺失与单例观测、被剔除的项及原因、聚类或从未处理个体过少、不当比较的权重（\`remarks: false\` 不印）。写在 \`rows\` 中而各列都没有的一行会给出提示。表注还按列说明估计量与对照组、工具变量、权重及组间检验的方法。
\`mean_outcome\` 为估计样本中被解释变量的均值，模型加权时按其权重加权（同 Stata 的 \`estadd ysumm\`；fixest 的 \`my\` 不加权）；\`pretrend\` 为处理前各期联合检验的 p 值。
\`keep\` 与 \`drop\` 使用通配符，\`keep\` 同时决定顺序（否则按模型中的次序，同一变量的各期按数值排列，常数项在最后）；\`controls: collapse\` 将各步骤中写为 \`controls\` 的变量合并为一行“控制变量：是/否”，在某列中为解释变量（\`x\`）者各列照印；写 \`keep\` 时只印所列各项，其余均算作控制变量。公式不区分解释变量与控制变量，请用 \`keep\` 或以通配符逐一指明。
工具变量回归中的内生变量（记录中为 \`fit_educ\`）与其变量同行，用两个名称均可指定。安慰剂检验印一行结果：真实估计值、p 值、抽样次数及各次估计的均值、标准差与分位数（\`rows: [draw, estimate]\` 逐次印出）。
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
