import { entries } from './entry.ts';

/** CE2080–CE2089: expressions, beside those of CE2030–CE2051. */
export const expressionMessages = entries({
  CE2080: {
    en: "{name} counts periods, and the time '{time}' is text: nobody knows which text comes next",
    zh: "{name} 按期数取值，而时间列 '{time}' 是文本，无法判断先后与间隔",
    help: {
      en: 'the time must be a number that grows by one each period: name such a column as time on the ingest, or make it in a derive stage before this one ({time}: 4 * year + quarter)',
      zh: '时间须为每期加一的数值：请在 ingest 的 panel 中把 time 写成这样的列，或先用 derive 步骤生成（{time}: 4 * year + quarter）',
    },
  },
  CE2081: {
    en: 'quantile() takes a probability, a number from 0 to 1, not {found}',
    zh: 'quantile() 的第二个参数是概率，应为 0 到 1 之间的数，而不是 {found}',
    help: { en: '0.9 is for the 90th percentile', zh: '第 90 百分位数写作 0.9' },
  },
  CE2082: {
    en: '{name}() takes a whole number of periods that is the same in all rows, not {found}',
    zh: '{name}() 的第二个参数是期数，应为各行相同的整数，而不是 {found}',
    help: { en: 'write the number itself: {name}(x, 2)', zh: '请直接写出数字：{name}(x, 2)' },
  },
  CE2083: {
    en: "'{found}' is written '{plain}' here",
    zh: "'{found}' 在此应写作 '{plain}'",
    help: {
      en: 'functions and operators are listed on the page of the pipeline language, the terms of models on that of regress',
      zh: '可用的函数与运算符见流程语言说明页，回归项的写法见 regress 页',
    },
  },
  CE2084: {
    en: "no column '{name}' in this input",
    zh: "该输入中没有列 '{name}'",
    help: {
      en: "if it is what stands in the column, put it in quotes: '{name}'",
      zh: "若这是该列中的取值，请加引号：'{name}'",
    },
  },
  CE2085: {
    en: 'groups of rows are not named inside the expression',
    zh: '分组不写在表达式内',
    help: {
      en: 'give them as by: […] of the derive stage, beside columns; they hold for all its expressions',
      zh: '请写作 derive 步骤的 by: […]（与 columns 并列），对该步骤的全部表达式有效',
    },
  },
  CE2086: {
    en: '{name}() of one column is that column: it compares several, row by row',
    zh: '单列的 {name}() 就是该列本身：它逐行比较多列',
    help: {
      en: 'over all rows, or the groups of by, the largest value is quantile(x, 1), the smallest quantile(x, 0)',
      zh: '全部行（或 by 各组）的最大值写作 quantile(x, 1)，最小值写作 quantile(x, 0)',
    },
  },
  CE2087: {
    en: "year() takes a date, and '{name}' is {is}",
    zh: "year() 需要日期，而 '{name}' 是 {is}",
    help: {
      en: 'dates are read as such where all are written like 2001-01-05; a whole number of a year needs no year()',
      zh: '全部写成 2001-01-05 这种形式的列会读作日期；本身就是年份的整数不需要 year()',
    },
  },
  CE2088: {
    en: 'round() takes a whole number of decimals, not {found}',
    zh: 'round() 的第二个参数是小数位数，应为整数，而不是 {found}',
    help: { en: 'round(x, 2) keeps two decimals', zh: 'round(x, 2) 保留两位小数' },
  },
  CE2089: {
    en: "'{found}' stands beside a date and is none",
    zh: "'{found}' 与日期比较，但不是日期",
    help: { en: "dates are written '2001-01-05'", zh: "日期写作 '2001-01-05'" },
  },
});
