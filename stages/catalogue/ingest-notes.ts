import { entries } from './entry.ts';

const WRITTEN = {
  en: "'{column}' is read as text: {numbers} of {cells} cells look like numbers",
  zh: "'{column}' 按文本读取：{cells} 个单元格中有 {numbers} 个像是数值",
} as const;
const PLACE = {
  en: "row {row} (line {line}) is '{value}'",
  zh: "第 {row} 行（文件第 {line} 行）为 '{value}'",
} as const;

/** CN3001–CN3020, CE3070, CN3070–CN3076, CE1140, CE1141, CE1144, CN1140: what an ingest remarks on the data. */
export const ingestNotes = entries({
  CE1140: {
    en: "'{from}' is to be called '{name}', and the file has another column of that name",
    zh: "列 '{from}' 要改名为 '{name}'，但文件中另有同名的列",
    help: {
      en: 'choose a name that the file does not have, or rename the other one too: columns: { {name}_before: { from: {name} } }',
      zh: '请改用文件中没有的名称，或将另一列也改名：columns: { {name}_before: { from: {name} } }',
    },
  },
  CE1141: {
    en: '{name} says nothing of a file of format {format} and is passed over',
    zh: '{name} 对 {format} 格式的文件不起作用，已忽略',
    help: {
      en: 'leave it out, or say what the file is: format: …',
      zh: '请去掉该项；若格式判断有误，请写明 format: …',
    },
  },
  CE1144: {
    en: 'nothing stands where the header is said to be ({said})',
    zh: '所述的表头位置没有内容（{said}）',
    help: {
      en: 'skip counts the lines above the header; a range goes from its upper left cell to its lower right one: A3:H40',
      zh: 'skip 是表头之上的行数；range 由左上角单元格写到右下角单元格，如 A3:H40',
    },
  },
  CN1140: {
    en: '{columns|column|columns} {columns} of the file {columns|has|have} neither a name nor a value and {columns|is|are} left out',
    zh: '文件第 {columns} 列既无名称也无取值，未读入',
  },
  CE3070: {
    en: "'{mark}' cannot be the mark between thousands and the decimal mark at once",
    zh: "'{mark}' 不能既是千分位符号又是小数点",
    help: {
      en: "say both: decimal: ',' with thousands: '.', or decimal: '.' with thousands: ','",
      zh: "请同时写明二者：decimal: ',' 配 thousands: '.'，或 decimal: '.' 配 thousands: ','",
    },
  },
  CN2112: {
    en: "'{column}' holds {count} {count|number|numbers} of more than 15 digits, of which Excel keeps 15: {value} (row {row})",
    zh: "'{column}' 有 {count} 个超过 15 位的数值，Excel 只保留前 15 位：{value}（第 {row} 行）",
    help: {
      en: 'codes that differ in the last digits are the same here: write them as text in the workbook',
      zh: '末几位不同的编码在此已无法区分：请在工作簿中将其存为文本',
    },
  },
  CN3070: {
    en: "{count} {count|cell|cells} of '{column}' {count|holds an error and is|hold errors and are} missing, with {count|its row|their rows}: {cells}",
    zh: "'{column}' 有 {count} 个单元格为错误值，按缺失处理（括号内为行号）：{cells}",
    help: {
      en: 'mend the formulas in the workbook; where the errors stand for missing values, list them under missing: […]',
      zh: '请在工作簿中修正公式；若错误值本就代表缺失，请将其列入 missing: […]',
    },
  },
  CN3071: {
    en: "{count} {count|cell|cells} of '{column}' {count|holds a formula without its result and is|hold formulas without their results and are} missing: {count|row|rows} {rows}",
    zh: "'{column}' 有 {count} 个单元格只有公式而没有结果，按缺失处理：第 {rows} 行",
    help: {
      en: 'open the workbook in Excel or LibreOffice and save it: the results are saved with it',
      zh: '请用 Excel 或 LibreOffice 打开工作簿并保存，结果会一并存入',
    },
  },
  CN3072: {
    en: `${WRITTEN.en} with a decimal comma, ${PLACE.en}`,
    zh: `${WRITTEN.zh}，以逗号为小数点，${PLACE.zh}`,
    help: {
      en: "write decimal: ',' (and thousands: '.' where points stand between thousands)",
      zh: "请写 decimal: ','（若以句点为千分位，另写 thousands: '.'）",
    },
  },
  CN3073: {
    en: `${WRITTEN.en} with marks between thousands, ${PLACE.en}`,
    zh: `${WRITTEN.zh}，带千分位符号，${PLACE.zh}`,
    help: { en: "write the mark: thousands: ','", zh: "请写明该符号，例如 thousands: ','" },
  },
  CN3074: {
    en: `${WRITTEN.en} in full-width digits or with a typesetter's minus, ${PLACE.en}`,
    zh: `${WRITTEN.zh}，含全角数字或排版用的减号，${PLACE.zh}`,
    help: {
      en: "declare the column: columns: {'{column}': {type: number}}",
      zh: "请声明该列：columns: {'{column}': {type: number}}",
    },
  },
  CN3075: {
    en: `${WRITTEN.en} with a sign of per cent, currency or unit, ${PLACE.en}`,
    zh: `${WRITTEN.zh}，带百分号、货币符号或单位，${PLACE.zh}`,
    help: { en: 'take the signs out of the cells in the file', zh: '请在文件中去掉单元格里的符号' },
  },
  CN3076: {
    en: `${WRITTEN.en} with a decimal point, while decimal or thousands says otherwise, ${PLACE.en}`,
    zh: `${WRITTEN.zh}，以句点为小数点，与 decimal 或 thousands 的声明不符，${PLACE.zh}`,
    help: {
      en: 'write the numbers of the file in one way, or leave decimal and thousands out',
      zh: '请在文件中统一数值的写法，或不写 decimal 与 thousands',
    },
  },
  CN3001: {
    en: "'{column}' is read as text: {numbers} of {cells} cells {numbers|is a number|are numbers}, row {row} (line {line}) is '{value}'",
    zh: "'{column}' 按文本读取：{cells} 个单元格中有 {numbers} 个是数值，而第 {row} 行（文件第 {line} 行）为 '{value}'",
    help: {
      en: 'correct the cell, list it under missing: […], or declare the column to see every such cell',
      zh: '请更正该单元格，或将其列入 missing，或声明该列的类型以查看全部此类单元格',
    },
  },
});
