import { entries } from './entry.ts';

/** CN3001–CN3020: what an ingest remarks on the data. */
export const ingestNotes = entries({
  CN3001: {
    en: "'{column}' is read as text: {numbers} of {cells} cells {numbers|is a number|are numbers}, row {row} (line {line}) is '{value}'",
    zh: "'{column}' 按文本读取：{cells} 个单元格中有 {numbers} 个是数值，而第 {row} 行（文件第 {line} 行）为 '{value}'",
    help: {
      en: 'correct the cell, list it under missing: […], or declare the column to see every such cell',
      zh: '请更正该单元格，或将其列入 missing，或声明该列的类型以查看全部此类单元格',
    },
  },
});
