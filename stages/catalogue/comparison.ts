import { entries } from './entry.ts';

/** CE283x, CN281x: comparisons, beyond those of output.ts. */
export const comparisonMessages = entries({
  CE2830: {
    en: "with: '{path}' of the result is missing, so '{cell}' cannot be compared",
    zh: "with：结果中的 '{path}' 为缺失值，无法比较 '{cell}'",
    help: {
      en: 'ceteris show says why it could not be computed (its notes); take the cell out, or correct the model',
      zh: '请用 ceteris show 查看其说明，了解无法计算的原因；删去该单元格或修正模型',
    },
    doc: {
      en: 'The reference leads to a place that exists and holds no number: the model could not compute it (a dropped term, a statistic that this kind of errors does not have).',
      zh: '引用所指位置存在但没有数值：模型未能算出（变量被剔除，或该类标准误没有此统计量）。',
    },
  },
  CE2832: {
    en: "cells: there is no cell '{name}' under with",
    zh: "cells：with 中没有单元格 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: '`cells` gives the place in the file for cells that `with` compares.',
      zh: '`cells` 给出 `with` 中各单元格在文件中的位置。',
    },
  },
  CE2833: {
    en: 'cells: the published numbers stand in the pipeline, there is no file to look them up in',
    zh: 'cells：已发表数值直接写在流程文件中，没有可查找的文件',
    help: {
      en: 'take cells out, or name a file under published:',
      zh: '请删去 cells，或在 published: 中给出文件',
    },
    doc: {
      en: '`cells` holds paths into a file of published numbers. A mapping under `published` is read by the names of the cells.',
      zh: '`cells` 是已发表数值文件中的路径；写成映射的 `published` 按单元格名称读取。',
    },
  },
  CE2834: {
    en: "published: there is no '{name}' on the way to '{cell}' in the file",
    zh: "published：文件中通往 '{cell}' 的路径上没有 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'The path of a cell (`cells`, or its own name) goes into the file step by step: a member of a mapping, an entry of a list by its name or, where entries have none, its position from 0.',
      zh: '单元格的路径（`cells` 或其名称）逐级进入文件：映射的成员、列表中按名称查找的条目；无名称的列表用从 0 起的位置。',
    },
  },
  CE2835: {
    en: "published: '{path}' of the file is not one number, so '{cell}' cannot be compared",
    zh: "published：文件中的 '{path}' 不是单个数值，无法比较 '{cell}'",
    help: { en: 'go on to one of: {fields}', zh: '请继续写到：{fields}' },
    doc: {
      en: 'The path of a cell ends at a group of values of the file, more than one of which is a number.',
      zh: '单元格的路径停在文件中的一组值上，其中不止一个数值。',
    },
  },
  CN2810: {
    en: 'expect: differ, and yet all {cells} cells agree',
    zh: '已设 expect: differ，但 {cells} 个单元格全部一致',
  },
});
