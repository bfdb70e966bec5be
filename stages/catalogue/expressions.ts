import { entries } from './entry.ts';

/** CE2080–CE2109, CN2090–CN2109: expressions, beside those of CE2030–CE2051. */
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
    en: "{function}() takes a date, and '{name}' is {is}",
    zh: "{function}() 需要日期，而 '{name}' 是 {is}",
    help: {
      en: 'dates are read as such where all are written like 2001-01-05; a whole number of a year needs no year(); of a text such as 2001/1/5, number(substr(x, 1, 4)) is the year',
      zh: '全部写成 2001-01-05 这种形式的列会读作日期；本身就是年份的整数不需要 year()；对 2001/1/5 这样的文本，年份为 number(substr(x, 1, 4))',
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
  CE2090: {
    en: "{function}() takes texts, and '{name}' is {is}",
    zh: "{function}() 需要文本，而 '{name}' 是 {is}",
    help: {
      en: "text({name}) is the text of a number or a date; a text stands in quotes: '1'",
      zh: "text({name}) 是数值或日期的文本；文本须加引号：'1'",
    },
  },
  CE2091: {
    en: 'texts are not joined by +',
    zh: '文本不能用 + 连接',
    help: {
      en: "write concat(a, b); text(x) makes a text of a number: concat(city, ' ', text(year))",
      zh: "请写 concat(a, b)；text(x) 把数值变为文本：concat(city, ' ', text(year))",
    },
  },
  CE2092: {
    en: 'substr() counts characters from 1, or from the end with -1, -2 …, and {found} is no such place',
    zh: 'substr() 的字符从 1 数起，或从末尾以 -1、-2 …… 数起，{found} 不是这样的位置',
    help: { en: 'the first four characters are substr(x, 1, 4)', zh: '前四个字符写作 substr(x, 1, 4)' },
  },
  CE2093: {
    en: 'substr() takes a whole number of characters, not {found}',
    zh: 'substr() 的第三个参数是字符个数，应为正整数，而不是 {found}',
    help: {
      en: 'it is how many, not where they end; without it the text goes to its end',
      zh: '它是字符个数而非结束位置；不写则取到末尾',
    },
  },
  CE2094: {
    en: "'{name}' is {is} already: it needs no {function}()",
    zh: "'{name}' 已是 {is}，不需要 {function}()",
    help: { en: 'write it without {function}()', zh: '请去掉 {function}()' },
  },
  CE2095: {
    en: 'replace() has nothing to look for',
    zh: 'replace() 没有要查找的文字',
    help: {
      en: "name the characters to replace: replace(x, '市', ''); spaces at both ends are taken off by trim(x)",
      zh: "请写出要替换的文字：replace(x, '市', '')；首尾空格用 trim(x) 去掉",
    },
  },
  CE2096: {
    en: "'{name}' is true or false, and has no text of its own",
    zh: "'{name}' 是真假值，没有对应的文本",
    help: { en: "say what to write: if({name}, 'yes', 'no')", zh: "请写明文字：if({name}, '是', '否')" },
  },
  CN2090: {
    en: "{name}: {count} {count|row holds a text that is|rows hold texts that are} no number for number() and missing there, the first '{value}' in row {row}",
    zh: "{name}：{count} 行的文本不是数值，number() 结果为缺失，首先是第 {row} 行的 '{value}'",
  },
  CN2091: {
    en: "{count} {count|row holds a text that is|rows hold texts that are} no number for number() and missing in the condition, the first '{value}' in row {row}",
    zh: "{count} 行的文本不是数值，条件中的 number() 结果为缺失，首先是第 {row} 行的 '{value}'",
  },
});
