import { entries } from './entry.ts';

/** CE28–CE29: tables, figures, comparisons. CN28: notes on them. */
export const outputMessages = entries({
  CE2801: {
    en: 'a {is} cannot stand beside a {beside} in one table',
    zh: '{is} 与 {beside} 不能放在同一张表中',
    help: {
      en: 'put models in one table and other results in another; tests between models go under tests:',
      zh: '模型与其他结果请分别制表；模型间检验请写在 tests: 下',
    },
    doc: {
      en: 'The columns of a table of models are regressions; the columns of any other table are fields of a record (mean, weight, p-value). One table cannot be both. Make a second `table` stage, or give tests between the models under `tests:`.',
      zh: '回归表的每一列是一个模型，其他表的每一列是记录中的一个字段，二者不能混排。请另设一个 `table` 步骤；模型间的检验请写在 `tests:` 下。',
    },
  },
  CE2802: {
    en: "keep: no term '{name}' in these models",
    zh: "keep：这些模型中没有系数 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'A pattern of `keep` matches none of the terms that were estimated: it is misspelt, or the term was dropped as collinear (`show` lists what was dropped).',
      zh: '`keep` 中的模式与任何已估计的系数都不匹配：可能拼写有误，或该变量因共线性被剔除（可用 `show` 查看）。',
    },
  },
  CE2803: {
    en: "rows: these results have no field '{name}'",
    zh: "rows：这些结果中没有字段 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: '`rows` of a table of models names rows of its foot (controls, effects, nobs, r2, …); of any other table, fields of the record, as `show --json` prints them.',
      zh: '回归表的 `rows` 指表尾各行（controls、effects、nobs、r2 等）；其他表的 `rows` 指记录中的字段名，与 `show --json` 的输出一致。',
    },
  },
  CE2804: {
    en: 'the headers span {spanned} columns, the table has {columns}',
    zh: '表头共跨 {spanned} 列，而表格有 {columns} 列',
    help: {
      en: 'give one header a column, or { text, span } so that the spans add up',
      zh: '每列给出一个表头，或使用 { text, span } 使跨列数之和与列数相等',
    },
    doc: {
      en: 'Headers stand over the columns of models from left to right. Their spans must add up to the number of columns; `stage[*]` counts one column for each case.',
      zh: '表头自左至右排在各模型列之上，跨列数之和须等于模型列数；`stage[*]` 的每个子项各占一列。',
    },
  },
  CE2805: {
    en: 'these results have no rows to print',
    zh: '这些结果没有可打印的行',
    help: {
      en: 'use a record with rows: a summary, weights, effects, a test, a comparison',
      zh: '请使用带有 rows 的记录，例如描述性统计、权重、效应、检验或比较结果',
    },
    doc: {
      en: 'A table of statistics prints the `rows` of its records; this record has none.',
      zh: '统计表打印记录中的 `rows`，而该记录没有任何行。',
    },
  },
  CE2811: {
    en: "a figure of kind '{name}' shows a {wants}, this is a {is}",
    zh: "'{name}' 图需要 {wants}，此处为 {is}",
    help: { en: 'choose another kind of figure, or another result', zh: '请更换图的类型或所引用的结果' },
    doc: {
      en: 'Each kind of figure draws one kind of result: event-study and coefficients draw models, placebo a distribution, weights the weights of an index, bacon a decomposition.',
      zh: '每种图对应一种结果：event-study 与 coefficients 对应模型，placebo 对应分布，weights 对应指标权重，bacon 对应分解。',
    },
  },
  CE2812: {
    en: "a figure of kind '{name}' shows one result, here {count|is|are} {count}",
    zh: "'{name}' 图只能展示一个结果，此处给出了 {count} 个",
    help: { en: 'make one figure for each', zh: '请为每个结果单独作图' },
    doc: {
      en: 'Only event studies and coefficients can be drawn side by side in one figure.',
      zh: '只有事件研究图和系数图可以把多个结果画在一起。',
    },
  },
  CE2813: {
    en: 'this model has no terms by time relative to treatment',
    zh: '该模型没有相对处理时期的系数',
    help: { en: 'use an event-study stage', zh: '请使用 event-study 步骤' },
    doc: {
      en: 'An event-study figure needs terms with a period (`rel_time::-2`), as event-study makes them. For other models draw kind: coefficients.',
      zh: '事件研究图需要带时期的系数（如 `rel_time::-2`），由 event-study 生成。其他模型请用 kind: coefficients。',
    },
  },
  CE2814: {
    en: 'there is nothing to draw in this result',
    zh: '该结果中没有可绘制的内容',
    help: {
      en: 'look at it with ceteris show: it needs finite numbers',
      zh: '请用 ceteris show 查看，绘图需要有限数值',
    },
    doc: {
      en: 'The result holds no finite numbers of the kind that this figure draws.',
      zh: '该结果中没有此类图所需的有限数值。',
    },
  },
  CE2821: {
    en: "published: no number for the cell '{name}'",
    zh: "published：没有单元格 '{name}' 的数值",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'Each cell under `with` is compared with the published number of the same name, or with the one that `cells` gives the path of.',
      zh: '`with` 中的每个单元格与同名的已发表数值比较，或与 `cells` 所给路径的数值比较。',
    },
  },
  CE2822: {
    en: "with: there is no '{name}' at this place of the result",
    zh: "with：结果的该位置没有 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'A reference goes on into the result as `show --json` prints it: `base[4].terms.policy.estimate`, `base[4].nobs`, `stats.rows.wage.mean`. One step of the path does not exist; the help lists what does.',
      zh: '引用可按 `show --json` 的结构深入结果内部，例如 `base[4].terms.policy.estimate`、`base[4].nobs`、`stats.rows.wage.mean`。路径中有一步不存在，提示中列出了现有名称。',
    },
  },
  CE2823: {
    en: "with: '{path}' of the result is not a number",
    zh: "with：结果中的 '{path}' 不是数值",
    help: { en: 'there are: {fields}', zh: '现有：{fields}' },
    doc: {
      en: 'A comparison needs one number; the reference stops at a group of them, at a text or at a missing value.',
      zh: '比较需要单个数值；该引用指向一组数值、文本或缺失值。',
    },
  },
  CE2824: {
    en: "published: '{value}' of the cell '{cell}' is not a number",
    zh: "published：单元格 '{cell}' 的 '{value}' 不是数值",
    help: {
      en: "write it as printed: '0.070', '-1,234.5', '0.082***' or '(2.31)'",
      zh: "请按印刷形式书写：'0.070'、'-1,234.5'、'0.082***' 或 '(2.31)'",
    },
    doc: {
      en: 'Published numbers are read as printed: stars, brackets and thousands separators are taken off, and the digits after the point say how exactly the number is known.',
      zh: '已发表数值按印刷形式读取：去除星号、括号与千位分隔符，小数位数表示其精度。',
    },
  },
  CE2825: {
    en: 'published: the file is neither JSON nor YAML: {reason}',
    zh: 'published：文件既不是 JSON 也不是 YAML：{reason}',
    help: { en: 'correct the file; any JSON checker shows the place', zh: '请修正该文件' },
    doc: {
      en: 'The file of published numbers is read as YAML, of which JSON is a part.',
      zh: '已发表数值的文件按 YAML 读取，JSON 是其子集。',
    },
  },
  CE2826: {
    en: 'with names no cell, so nothing is compared',
    zh: 'with 没有列出任何单元格，无可比较',
    help: {
      en: 'write with: { coef: stage.terms.x.estimate }',
      zh: '请写 with: { coef: stage.terms.x.estimate }',
    },
    doc: {
      en: 'A comparison without cells would always hold, and mean nothing.',
      zh: '没有单元格的比较总是成立，没有意义。',
    },
  },
  CE2831: {
    en: "'{cell}' does not agree: published {printed}, computed {computed}",
    zh: "'{cell}' 不一致：已发表 {printed}，计算得 {computed}",
    help: {
      en: 'if the difference is known and explained, write expect: differ',
      zh: '若差异已知且有解释，请写 expect: differ',
    },
    doc: {
      en: 'The computed number, rounded to the digits that were printed (or within the tolerance that was given), is not the published one. The comparison is still made and can be shown; the stage fails.',
      zh: '计算值按印刷位数取舍后（或在给定容差内）与已发表数值不一致。比较结果仍会生成，但该步骤判为失败。',
    },
  },
  CN2801: {
    en: "drop: no term '{name}' in these models",
    zh: "drop：这些模型中没有系数 '{name}'",
  },
  CN2890: {
    en: 'controls: collapse: nothing tells which terms of these models are controls, so all are printed; name them, as in controls: [open, fin]',
    zh: 'controls: collapse：这些模型没有说明哪些项是控制变量，因此全部印出；请逐一指明，例如 controls: [open, fin]',
  },
  CN2892: {
    en: 'rows: the row controls stands in a table with controls: collapse, or with controls that are named',
    zh: 'rows：只有写 controls: collapse 或指明控制变量时才有 controls 这一行',
  },
  CN2891: {
    en: "rows: no column has '{name}', so there is no such row",
    zh: "rows：各列均没有 '{name}'，因此不印这一行",
  },
  CN2803: {
    en: '{within} of {cells} cells agree',
    zh: '{cells} 个单元格中有 {within} 个一致',
  },
  CE2880: {
    en: 'a table of {rows} {rows|row|rows} and {columns} {columns|column|columns} does not fit in a {format} file, which holds {most_rows} and {most_columns}',
    zh: '表有 {rows} 行、{columns} 列，{format} 文件至多容纳 {most_rows} 行、{most_columns} 列',
    help: {
      en: 'choose columns, filter rows before, or write csv or parquet',
      zh: '请选择列、先筛选行，或改用 csv 或 parquet',
    },
  },
  CE1143: {
    en: "'{name}' has a text of {length} characters in row {row}, and a cell of an xlsx file holds {most}",
    zh: "列 '{name}' 第 {row} 行的文本有 {length} 个字符，而 xlsx 的单元格至多容纳 {most} 个",
    help: {
      en: 'leave the column out with columns: […], or write csv, dta or parquet',
      zh: '请用 columns: […] 略去该列，或改用 csv、dta 或 parquet',
    },
  },
  CN2880: {
    en: '{count} {count|name is|names are} not allowed in Stata and changed in the dta file: {names}',
    zh: '有 {count} 个列名不符合 Stata 的命名规则，在 dta 文件中改为：{names}',
  },
  CN2881: {
    en: '{count} infinite {count|value is|values are} missing in the dta file, in {columns}',
    zh: 'dta 文件中 {columns} 有 {count} 个无穷值存为缺失',
  },
});
