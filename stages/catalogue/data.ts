import { entries } from './entry.ts';

/** CE20–CE23: data, columns and expressions. CN20–CN23: notes on data. */
export const dataMessages = entries({
  CE2001: {
    en: "no column '{name}' in this input",
    zh: "该输入中没有列 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2002: {
    en: "column '{name}' is {is}, a number is needed here",
    zh: "列 '{name}' 的类型是 {is}，此处需要数值",
    help: {
      en: 'declare its type on the ingest (columns: {{name}: {type: number}}) if it should be one, or use another column; in a model, i({name}) makes dummies of it',
      zh: '若应为数值，请在 ingest 的 columns 中声明类型，否则请换用其他列；回归中可写 i({name}) 生成虚拟变量',
    },
  },
  CE2003: {
    en: "no column matches '{name}'",
    zh: "没有与 '{name}' 匹配的列",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2010: {
    en: 'this is a binary file, not text',
    zh: '这是二进制文件，不是文本',
    help: { en: 'save it as CSV, or name its format', zh: '请另存为 CSV，或写明 format' },
  },
  CE2011: {
    en: 'the file is not text in {encoding}: byte {offset} fits neither',
    zh: '文件不是 {encoding} 编码的文本：第 {offset} 字节无法解读',
    help: { en: 'name its encoding: encoding: gb18030', zh: '请写明编码：encoding: gb18030' },
  },
  CE2012: {
    en: 'the file is empty: a header line is needed',
    zh: '文件为空：至少需要一行表头',
    help: { en: 'save it again with a first line of column names', zh: '请重新保存数据表：第一行应为列名' },
  },
  CE2013: {
    en: '{columns|column|columns} {columns} of the header {columns|has|have} no name',
    zh: '表头第 {columns} 列没有名称',
    help: {
      en: 'name {columns|it|them} in the file; where titles stand above the header, say how many lines they take: skip: 1; where it has two rows: header-rows: 2',
      zh: '请在文件中为其命名；若表头之上有标题行，请写明行数，例如 skip: 1；若表头有两行，请写 header-rows: 2',
    },
  },
  CE2014: {
    en: "'{name}' cannot be the name of a column",
    zh: "'{name}' 不能用作列名",
    help: {
      en: 'rename it where it is made: in the file, the query or the stage',
      zh: '请在产生该列之处改名：数据文件、查询或步骤',
    },
  },
  CE2015: {
    en: "two columns are named '{name}': {first} and {second}",
    zh: "第 {first} 列与第 {second} 列同名：'{name}'",
    help: { en: 'rename one of them in the file', zh: '请在文件中改名其一' },
  },
  CE2016: {
    en: 'the quote that opens on line {line} is never closed',
    zh: '第 {line} 行的引号没有闭合',
    help: {
      en: 'close the quote in the file; a quote inside a quoted cell is doubled',
      zh: '请在文件中补全引号；单元格内的引号须写两次',
    },
  },
  CE2017: {
    en: 'row {row} (line {line}) has {found} fields, the header has {expected}',
    zh: '第 {row} 行（文件第 {line} 行）有 {found} 个字段，表头有 {expected} 个',
    help: {
      en: 'put fields that hold the delimiter in quotes; where titles stand above the header, say how many lines: skip: 1',
      zh: '含分隔符的字段请加引号；若表头之上有标题行，请写明行数，例如 skip: 1',
    },
  },
  CE2018: { en: 'and {more} more {more|row|rows} like that', zh: '另有 {more} 行存在同样问题' },
  CE2019: {
    en: 'the file has a header and no rows',
    zh: '文件只有表头，没有数据行',
    help: {
      en: 'save the table again with its rows, or name another sheet or range',
      zh: '请连同数据行重新保存，或指定其他 sheet 或 range',
    },
  },
  CE2020: {
    en: "column '{column}', row {row} (line {line}): '{value}' is not of type {type}",
    zh: "列 '{column}' 第 {row} 行（文件第 {line} 行）：'{value}' 不是 {type} 类型",
    help: {
      en: "correct the cell, or list it under missing: […]; how numbers are written is said by decimal: ',' and thousands: ','",
      zh: "请更正该单元格，或将其列入 missing；小数点与千分位的写法用 decimal: ',' 与 thousands: ',' 声明",
    },
  },
  CE2021: {
    en: "column '{column}': {more} more {more|cell is|cells are} not of type {type}",
    zh: "列 '{column}' 另有 {more} 个单元格不是 {type} 类型",
    help: {
      en: 'correct the cells, or list what stands for missing under missing: […]',
      zh: '请更正这些单元格，或将代表缺失的写法列入 missing: […]',
    },
  },
  CE2022: {
    en: '{count} {count|key occurs|keys occur} more than once, with {count|its|their} rows: {keys}',
    zh: '有 {count} 个键重复（括号内为行号）：{keys}',
    help: {
      en: 'one row per {columns} is needed: leave rows out with where or filter, or aggregate by {columns}; where the ingest declares the panel, take it off there and declare it behind that, with a panel stage',
      zh: '每个 {columns} 只能有一行：请用 where 或 filter 去掉多余的行，或按 {columns} 作 aggregate；若面板在 ingest 中声明，请从该处去掉，改在其后用 panel 步骤声明',
    },
  },
  CE2023: {
    en: "the file has no column '{name}'",
    zh: "文件中没有列 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2024: {
    en: "two columns of this stage read '{name}' of the file",
    zh: "该步骤有两列都读取文件中的 '{name}'",
    help: { en: 'give each its own from:', zh: '请为每列写出各自的 from:' },
  },
  CE2025: {
    en: "'{name}' of the key is missing in row {row}",
    zh: "键列 '{name}' 第 {row} 行缺失",
    help: {
      en: 'fill it in, or leave such rows out with where or filter; where the ingest declares the panel, take it off there and declare it behind that: { stage: panel, from: …, where: …, unit: …, time: … }',
      zh: '请补全，或用 where、filter 去掉这些行；若面板在 ingest 中声明，请从该处去掉，改在其后声明：{ stage: panel, from: …, where: …, unit: …, time: … }',
    },
  },
  CE2026: {
    en: "the workbook has no sheet '{name}'",
    zh: "工作簿中没有工作表 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2027: {
    en: 'this is not an Excel workbook that can be read',
    zh: '无法读取该 Excel 工作簿',
    help: { en: 'save it again as .xlsx, without a password', zh: '请另存为不加密的 .xlsx' },
  },
  CE2030: {
    en: 'expected {expected}, found {found}',
    zh: '此处应为 {expected}，却是 {found}',
    help: {
      en: "texts stand in 'single quotes', odd column names in `backticks`; quote the whole expression in YAML when it holds , : or a leading !",
      zh: '文本用单引号，特殊列名用反引号；含逗号、冒号或以 ! 开头时请给整个表达式加引号',
    },
  },
  CE2031: {
    en: "there is no function '{name}'",
    zh: "没有函数 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2032: {
    en: '{name} is text, a number is needed here',
    zh: '{name} 是文本，此处需要数值',
    help: {
      en: "if a column should hold numbers, declare its type on the ingest (columns: { x: { type: number } }); a comparison, x == '…', gives 1 or 0",
      zh: "若该列应为数值，请在 ingest 的 columns 中声明类型（{ x: { type: number } }）；比较式 x == '…' 得到 1 或 0",
    },
  },
  CE2033: {
    en: 'a {left} is compared or mixed with a {right}',
    zh: '{left} 与 {right} 不能比较或混用',
    help: { en: "texts stand in 'single quotes', numbers do not", zh: '文本加单引号，数值不加' },
  },
  CE2034: {
    en: '{name}() takes {wanted} {wanted|argument|arguments}, {given} {given|is|are} given',
    zh: '{name}() 需要 {wanted} 个参数，给出了 {given} 个',
    help: { en: 'see the functions on the page of the pipeline language', zh: '可用函数见流程语言说明页' },
  },
  CE2035: {
    en: '{name}() needs the panel: which column is the unit, which the time',
    zh: '{name}() 需要面板结构：个体列与时间列',
    help: {
      en: 'declare panel: { unit: …, time: … } on the ingest, or with a panel stage on a later table',
      zh: '请在 ingest 中声明 panel: { unit: …, time: … }，或用 panel 步骤为其后的表声明',
    },
  },
  CE2040: {
    en: 'no column is left',
    zh: '没有剩下任何列',
    help: { en: 'name at least one column that the input has', zh: '请至少写出一个输入中存在的列' },
  },
  CE2041: {
    en: "the new name '{name}' is that of a column that stays",
    zh: "新名称 '{name}' 与保留的列同名",
    help: { en: 'choose another name, or leave that column out', zh: '请换一个名称，或不保留该列' },
  },
  CE2111: {
    en: "column '{column}', row {row} (line {line}): of '{value}' a number keeps but the first digits",
    zh: "列 '{column}' 第 {row} 行（文件第 {line} 行）：'{value}' 的位数超出数值所能精确表示的范围",
    help: {
      en: 'a code is type: text; an amount that may be rounded is type: number',
      zh: '编码请写 type: text；可以取近似值的数量请写 type: number',
    },
  },
  CE2110: {
    en: "'{name}' is to have two new names: {first} and {second}",
    zh: "'{name}' 有两个新名称：{first} 与 {second}",
    help: {
      en: 'keep one of them; a second column of the same values is made by derive',
      zh: '请只保留一个；若需要取值相同的另一列，请用 derive 生成',
    },
  },
  CE2112: {
    en: "'{name}' is to be called '{to}' and is not among `columns`",
    zh: "要把 '{name}' 改名为 '{to}'，但 `columns` 中没有它",
    help: {
      en: "write '{name}' under `columns` too, where old names stand; or take it out of `rename`",
      zh: "请在 `columns` 中也写上 '{name}'（columns 写原列名），或从 `rename` 中删去",
    },
  },
  CE2042: {
    en: "'{name}' is {left} in one table and {right} in another",
    zh: "'{name}' 在一张表中为 {left}，在另一张表中为 {right}",
    help: { en: 'declare its type on both ingests', zh: '请在两个 ingest 中声明相同类型' },
  },
  CE2043: {
    en: 'both tables have columns that are no keys: {columns}',
    zh: '两张表都有以下非键列：{columns}',
    help: {
      en: 'rename or drop them on one side with a select stage, or name them in on',
      zh: '请用 select 步骤在其中一侧改名或去掉，或写入 on',
    },
  },
  CE2044: {
    en: '{side}: {count} {count|key occurs|keys occur} more than once, {how} wants each once: {keys}',
    zh: '{side}：有 {count} 个键重复，而 {how} 要求唯一：{keys}',
    help: {
      en: 'put the keys right (an aggregate stage makes one row a key), name more of them in on, or write another validate: m:1, 1:m, 1:1',
      zh: '请改正键值（aggregate 步骤可使每个键只有一行）、在 on 中写入更多键，或改用其他 validate：m:1、1:m、1:1',
    },
  },
  CE2045: {
    en: '{count} {count|row|rows} of {side} {count|has|have} no match: {keys}',
    zh: '{side} 中有 {count} 行没有匹配：{keys}',
    help: { en: 'correct the keys, or write unmatched: note', zh: '请更正键值，或写 unmatched: note' },
  },
  CE2046: {
    en: 'which columns do the two tables share? give on: […]',
    zh: '两张表按哪些列匹配？请给出 on: […]',
    help: {
      en: 'name the columns that identify a row in both, such as on: [city, year]',
      zh: '请写出两表共有的标识列，例如 on: [city, year]',
    },
  },
  CE2047: {
    en: 'a stage filters by keep or by drop, exactly one of the two',
    zh: 'filter 需要 keep 或 drop，二者必居其一',
    help: { en: 'write one of them', zh: '请只写其中之一' },
  },
  CE2048: {
    en: "'{rule}' does not hold in {count} of {rows} rows: {where}",
    zh: "'{rule}' 在 {rows} 行中有 {count} 行不成立：{where}",
    help: {
      en: 'look at the rows with ceteris show, correct the data, or the rule',
      zh: '请用 ceteris show 查看这些行，更正数据或规则',
    },
  },
  CE2049: {
    en: 'the condition is text, a true or false value is needed',
    zh: '条件是文本，此处需要真或假',
    help: { en: "write a comparison, such as name == 'north'", zh: "请写成比较式，例如 name == 'north'" },
  },
  CE2050: {
    en: "'{found}' is written '{plain}' here",
    zh: "'{found}' 在此应写作 '{plain}'",
    help: {
      en: 'marks are half-width here; conditions are joined by and, or, not',
      zh: '此处须用半角符号；条件之间用 and、or、not 连接',
    },
  },
  CE2051: {
    en: '{found} is no number: a date, or a code that starts with 0',
    zh: '{found} 不是数值，而是日期或以 0 开头的代码',
    help: { en: "put it in quotes: '{found}'", zh: "请加引号：'{found}'" },
  },
  CE2070: {
    en: 'line {line} has text behind the closing quote of a field: {field}',
    zh: '第 {line} 行有字段在右引号之后还有文字：{field}',
    help: {
      en: 'in the file, put the whole field in quotes and double those within ("12""34"), or take the quotes away',
      zh: '请在文件中为整个字段加引号，其中的引号写两次（"12""34"），或去掉引号',
    },
  },
  CE2071: {
    en: 'line {line} is taken for the header and has {fields} {fields|field|fields}; most lines below it have {found}',
    zh: '第 {line} 行被当作表头，只有 {fields} 个字段，而其下多数行有 {found} 个',
    help: {
      en: 'where titles stand above the header, pass over them: skip: {skip}',
      zh: '若表头之上有标题行，请略过：skip: {skip}',
    },
  },
  CE2072: {
    en: "a key is called '{name}', as is the column of the output unmatched that says which table a key is from",
    zh: "有一个键名为 '{name}'，与输出 unmatched 中说明键所在表的列同名",
    help: {
      en: 'give it another name before the merge, with a select stage: rename: { which_side: {name} }',
      zh: '请在合并之前用 select 步骤改名：rename: { which_side: {name} }',
    },
  },
  CN2002: {
    en: '{kept} of {rows} rows kept',
    zh: '{rows} 行中保留 {kept} 行',
  },
  CN2003: {
    en: 'no row is left of {rows}',
    zh: '{rows} 行全部被排除',
  },
  CN2004: {
    en: '{count} {count|row|rows} of {side} {count|has|have} no match: {keys}',
    zh: '{side} 中有 {count} 行没有匹配：{keys}',
  },
  CN2001: {
    en: '{units} {units|unit|units} × {periods} {periods|period|periods}, {gaps} of {cells} rows {gaps|is|are} not there',
    zh: '{units} 个个体 × {periods} 期，{cells} 行中缺 {gaps} 行',
  },
});
