import { entries } from './entry.ts';

/** CE285x: reports. */
export const reportMessages = entries({
  CE2850: {
    en: 'this document holds files only: a report can take in tables and figures',
    zh: '该文档只有文件：report 只能收录 table 与 figure 的输出',
    help: { en: 'refer to a table or a figure stage', zh: '请引用 table 或 figure 步骤' },
    doc: {
      en: 'A report sets tables and figures anew in its own format. The log of a program, or another report, cannot be set anew.',
      zh: 'report 会以自身格式重新排版表和图；程序日志或其他 report 无法重新排版。',
    },
  },
  CE2851: {
    en: "text: no number '{name}' under with",
    zh: "text：with 中没有数值 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: '`{name}` in a text puts in a number that `with` refers to.',
      zh: '文字中的 `{name}` 会填入 `with` 所引用的数值。',
    },
  },
  CE2852: {
    en: 'this report has neither sections nor from: there is nothing to put in it',
    zh: '该 report 既无 sections 也无 from，没有内容',
    help: {
      en: 'write sections: [{ heading, text, show }] or from: [table1, figure1]',
      zh: '请写 sections: [{ heading, text, show }] 或 from: [table1, figure1]',
    },
    doc: {
      en: 'A report puts texts, tables and figures in order.',
      zh: 'report 将文字、表格与图按顺序合成文档。',
    },
  },
});
