/** The reference page of `save`. */
import type { StageDoc } from '../contract.ts';

export const saveDoc: StageDoc = {
  summary: {
    en: 'Data files for other programs and other people: CSV, Stata, Excel, Parquet',
    zh: '将表保存为数据文件：CSV、Stata、Excel 或 Parquet',
  },
  details: {
    en: `The table as it stands, one file for each of \`formats\`, at \`to\` (default \`out/<stage>\`): the panel behind a paper, for a
replication package or for a look in another program. Like all files in \`out/\` they are written again only when they differ.

- \`csv\`, \`tsv\`: UTF-8 without a byte order mark, numbers with as many digits as it takes to read the same number back, dates as
  2020-01-31, booleans as TRUE and FALSE, nothing where a value is missing (\`NA\` in a table of one column, where an empty line would be no row).
- \`dta\`: format 118, which Stata 14 and newer read, and R (haven) and pandas. Integers, booleans (0 and 1) and dates (\`%td\`) are stored in the
  smallest type that holds them, other numbers as double, texts longer than 2,045 bytes as strL. \`labels:\` of the pipeline are the
  variable labels, in \`lang\`. A name that Stata does not allow is changed, and a note says so; the name before is its
  label where it has none. Infinite values are missing.
- \`xlsx\`: names in the first row; 1,048,575 rows at most. Excel knows no days before March 1900: a column with one is text (1899-12-31).
- \`parquet\`: with types; for DuckDB, R (arrow) and pandas.

The same table gives the same bytes. For tables of results there is [\`table\`](table.md).`,
    zh: `按 \`formats\` 将表写成数据文件，位置为 \`to\`（默认 \`out/<步骤名>\`），便于随论文公开数据或在其他软件中查看。内容不变时文件不会重写。
csv 与 tsv 为 UTF-8（不带 BOM），数值的位数足以还原同一数值，日期写作 2020-01-31，缺失为空（只有一列的表写作 NA，因为空行不算一行）。dta 为 118 版，Stata 14 及以上、R（haven）与 pandas 均可读取：
整数、布尔（0、1）与日期（%td）使用能容纳的最小类型，其余数值为 double，超过 2045 字节的文本为 strL；流程中的 \`labels:\` 成为变量标签（语言由 \`lang\` 决定）；
Stata 不允许的变量名会被更改并给出提示，无标签时以原名为标签；无穷值存为缺失。xlsx 第一行为列名，至多 1048575 行；Excel 无法表示 1900 年 3 月以前的日期，含有这类日期的列写作文本（1899-12-31）。相同的表总是得到相同的字节。`,
  },
  example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  used: { stage: filter, from: panel, keep: year >= 2010 }
  data:
    stage: save
    from: used
    columns: [city, year, npp, policy]
    formats: [csv, dta]
    to: replication/panel
`,
};
