import { entries } from './entry.ts';

/** CE2650–CE2668, CN2650–CN2668: tables from wide to long and back. */
export const reshapeMessages = entries({
  CE2650: {
    en: "'{pattern}' does not say where in the names the values of the new column stand",
    zh: "'{pattern}' 没有写明新列的取值在列名中的位置",
    help: {
      en: 'write the name of that column in braces, once and in quotes: {example}',
      zh: '请用花括号写出该列的列名，只写一次，整体加引号：{example}',
    },
    doc: {
      en: 'Names such as gdp2009 … gdp2022 are written as one pattern, "gdp{year}": what stands in the braces is the name of the column that holds 2009 … 2022 in the long table.',
      zh: 'gdp2009 … gdp2022 这样的列名写成一个模式 "gdp{year}"：花括号中是长表里存放 2009 … 2022 的那一列的列名。',
    },
  },
  CE2651: {
    en: "the patterns name two columns in braces, '{first}' and '{second}'",
    zh: "各模式的花括号中写了两个列名：'{first}' 与 '{second}'",
    help: {
      en: 'one stage has one such column: write the same name in all patterns, or use two stages',
      zh: '一个步骤只能有一个这样的列：请在各模式中写同一个列名，或分成两个步骤',
    },
  },
  CE2652: {
    en: "no column fits '{name}'",
    zh: "没有任何列与 '{name}' 相符",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2653: {
    en: "column '{column}' fits both '{first}' and '{second}'",
    zh: "列 '{column}' 同时与 '{first}' 和 '{second}' 相符",
    help: {
      en: 'put such columns among carry, or rename them with a select stage before this one',
      zh: '请把这样的列写入 carry，或先用 select 步骤改名',
    },
  },
  CE2654: {
    en: "'{first}' is {left} and '{second}' is {right}: they cannot stand in one column '{name}'",
    zh: "'{first}' 为 {left}，'{second}' 为 {right}，不能合为一列 '{name}'",
    help: {
      en: 'declare the type of both on the ingest; where signs such as — stand for missing values, name them there: missing: ["—"]',
      zh: '请在 ingest 的 columns 中为二者声明相同的类型；若用 — 之类的符号表示缺失，请在其中写 missing: ["—"]',
    },
  },
  CE2655: {
    en: '{count} {count|id stands|ids stand} in more than one row (rows in brackets): {keys}',
    zh: '有 {count} 个标识重复（括号内为行号）：{keys}',
    help: {
      en: 'in a wide table {columns} must name every row once: name more columns in id, or leave rows out with where',
      zh: '宽表中 {columns} 须唯一标识每一行：请在 id 中写入更多列，或用 where 去掉多余的行',
    },
  },
  CE2656: {
    en: "'{name}' is missing in row {row}, and says which row is which",
    zh: "'{name}' 在第 {row} 行缺失，而它用于标识各行",
    help: {
      en: 'fill it in, or leave such rows out: where: not missing({name})',
      zh: '请补全，或去掉这些行：where: not missing({name})',
    },
  },
  CE2657: {
    en: "which columns there will be follows from the values of '{key}', and they are not given",
    zh: "新表有哪些列取决于 '{key}' 的取值，而取值没有给出",
    help: {
      en: 'write them: values: { from: 2009, to: 2022 }, or a list, values: [2009, 2012] or values: ["a", "b"]; the run tells of values in the data that are not among them',
      zh: '请写出：values: { from: 2009, to: 2022 }，或列表 values: [2009, 2012]、values: ["a", "b"]；数据中若有未列出的取值，运行时会指出',
    },
    doc: {
      en: 'The columns of a pipeline are known before anything runs, so that whatever reads them is checked at once. A wide table takes its columns from values in the data; they are declared here, and the run fails where the data hold others.',
      zh: '流程中各列在运行之前就已知，因此读取它们的步骤可以立即检查。宽表的列来自数据中的取值，须在此声明；数据中若有其他取值，则运行失败。',
    },
  },
  CE2658: {
    en: "'{param}' has no meaning with into: {into}",
    zh: "into: {into} 时 '{param}' 没有意义",
    help: { en: 'take it out, or write into: {other}', zh: '请删去，或改写 into: {other}' },
  },
  CE2659: {
    en: "'{values}' {values|is no value|are no values} of '{key}', which is {type}",
    zh: "'{values}' 不是 '{key}' 的取值，该列的类型是 {type}",
    help: {
      en: 'write numbers without quotes, texts in quotes, dates as "2001-01-05", years in a row as { from: 2009, to: 2022 }',
      zh: '数值不加引号，文本加引号，日期写作 "2001-01-05"，连续年份写作 { from: 2009, to: 2022 }',
    },
  },
  CE2660: {
    en: "'{key}' is missing in {count} {count|row|rows}, the first of them row {row}: no column could hold what stands there",
    zh: "'{key}' 在 {count} 行中缺失（首先在第 {row} 行），这些行的值无处安放",
    help: {
      en: 'fill it in, or leave such rows out: where: not missing({key})',
      zh: '请补全，或去掉这些行：where: not missing({key})',
    },
  },
  CE2661: {
    en: "'{key}' holds {count} {count|value that is|values that are} not among values: {found}",
    zh: "'{key}' 中有 {count} 个取值未写入 values：{found}",
    help: {
      en: 'write values: {written}, or leave such rows out with where',
      zh: '请写 values: {written}，或用 where 去掉这些行',
    },
  },
  CE2662: {
    en: '{count} {count|combination|combinations} of {columns} {count|stands|stand} in more than one row (rows in brackets): {keys}',
    zh: '{columns} 的 {count} 个组合重复（括号内为行号）：{keys}',
    help: {
      en: 'one cell holds one value: leave rows out with where, make one of them with an aggregate stage, or name more columns in id',
      zh: '一个单元格只能放一个值：请用 where 去掉多余的行，用 aggregate 步骤汇总为一行，或在 id 中写入更多列',
    },
  },
  CE2663: {
    en: "{columns} {columns|is|are} not the same in all rows of an id: '{column}' is {left_value} in row {first} and {right_value} in row {second} of {id}",
    zh: "{columns} 在同一标识的各行中不一致：{id} 的 '{column}' 在第 {first} 行为 {left_value}，在第 {second} 行为 {right_value}",
    help: {
      en: 'name them in columns to spread them too, in id if they tell rows apart, or name in carry only what is the same in all rows of an id',
      zh: '若也要展开，请写入 columns；若用于区分各行，请写入 id；或在 carry 中只写同一标识内不变的列',
    },
  },
  CE2664: {
    en: "two new columns would be called '{name}': {first} and {second}",
    zh: "有两个新列同名 '{name}'：{first} 与 {second}",
    help: { en: 'write other patterns', zh: '请改写模式' },
  },
  CE2665: {
    en: 'from {from} to {to} there {count|is|are} {count} {count|value|values}',
    zh: '从 {from} 到 {to} 共有 {count} 个取值',
    help: {
      en: 'at least one is needed, and no more than {most}',
      zh: '至少需要一个，且不超过 {most} 个',
    },
  },
  CE2666: {
    en: "all values of '{key}' are negative, from columns such as '{column}'",
    zh: "'{key}' 的取值全部为负，来自 '{column}' 这样的列",
    help: {
      en: 'if the - in the name is no minus, write it in the pattern: {example}',
      zh: '若列名中的 - 不是负号，请写入模式：{example}',
    },
  },
  CE2667: {
    en: "'{first}' and '{second}' both hold '{name}' where {key} is {value}",
    zh: "'{first}' 与 '{second}' 都是 {key} 为 {value} 时的 '{name}'",
    help: {
      en: 'leave one of them out, with carry or a select stage before this one',
      zh: '请用 carry 或在此之前的 select 步骤去掉其一',
    },
  },
  CE2668: {
    en: "'{pattern}' gives the column of values no name",
    zh: "'{pattern}' 没有给出取值列的列名",
    help: { en: 'write it beside the pattern: {example}', zh: '请写在模式之前：{example}' },
  },
  CN2650: {
    en: '{columns} {columns|fits a pattern|fit a pattern} with no number in the place of {key}: carried along like other columns',
    zh: '{columns} 与模式相符，但 {key} 处不是数值，按其他列保留',
  },
  CN2651: {
    en: "no column holds '{name}' for {key} {values}: missing there",
    zh: "没有 {key} 为 {values} 的 '{name}' 列，相应取值为缺失",
  },
  CN2652: {
    en: '{count} of {rows} rows {count|holds|hold} no value in {columns}; empty: drop leaves such rows out',
    zh: '{rows} 行中有 {count} 行的 {columns} 全部缺失；写 empty: drop 可去掉这些行',
  },
  CN2653: {
    en: '{count} of {rows} rows {count|holds|hold} no value in {columns} and {count|is|are} left out',
    zh: '{rows} 行中有 {count} 行的 {columns} 全部缺失，已去掉',
  },
  CN2654: {
    en: '{count} of {cells} combinations of {columns} {count|has|have} no row: missing in the wide table',
    zh: '{columns} 的 {cells} 个组合中有 {count} 个没有对应的行，在宽表中为缺失',
  },
  CN2655: {
    en: "no row has '{key}' {values}: the columns of {values|that value|those values} are missing throughout",
    zh: "没有 '{key}' 为 {values} 的行，相应各列全部缺失",
  },
});
