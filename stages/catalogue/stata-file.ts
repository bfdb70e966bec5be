import { entries } from './entry.ts';

/** CE3160–CE3169: Stata files. */
export const stataFileMessages = entries({
  CE3160: {
    en: 'this is not a Stata file',
    zh: '这不是 Stata 数据文件',
    help: {
      en: 'if its ending says the wrong thing, name what it is: format: csv',
      zh: '若扩展名与内容不符，请写明格式：format: csv',
    },
  },
  CE3161: {
    en: 'this Stata file is of format {release}; formats 113 to 115 and 117 to 119 are read',
    zh: '该 Stata 文件的格式版本为 {release}；可读取 113–115 与 117–119',
    help: {
      en: 'save it from Stata again: saveold panel.dta, version(14)',
      zh: '请在 Stata 中另存：saveold panel.dta, version(14)',
    },
  },
  CE3162: {
    en: 'the Stata file is damaged or cut short: {expected} should be at byte {offset}',
    zh: 'Stata 文件已损坏或不完整：第 {offset} 字节处应为 {expected}',
    help: {
      en: 'copy or download it again, or save it again from the program that made it',
      zh: '请重新复制或下载，或用生成它的程序重新保存',
    },
  },
  CE3163: {
    en: "the texts of the Stata file are not in {encoding}: '{text}' does not fit",
    zh: "Stata 文件中的文本不是 {encoding} 编码：'{text}' 无法解读",
    help: { en: 'name their encoding: encoding: gb18030', zh: '请写明编码：encoding: gb18030' },
  },
  CE3164: {
    en: "'{name}' has no value labels in the file",
    zh: "文件中的 '{name}' 没有值标签",
    help: { en: 'take it off labels: […]', zh: '请从 labels: […] 中去掉该列' },
  },
});
