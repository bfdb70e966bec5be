import { entries } from './entry.ts';

/** CE2750–CE2799, CN2750–CN2799: terms of formulas, few-cluster errors, and what goes with weak instruments. */
export const linearTermMessages = entries({
  CE1264: {
    en: '{param} must be a list, not the text {value}',
    zh: '{param} 应为列表，而不是文字 {value}',
    help: { en: 'write its words one by one: [{list}]', zh: '请逐个列出：[{list}]' },
  },
  CE2750: {
    en: "'{name}' needs more than {degree} distinct values, there are {values}",
    zh: "'{name}' 至少需要多于 {degree} 个不同取值，实际只有 {values} 个",
    help: {
      en: 'lower the degree, or use the values themselves as a factor: i(…)',
      zh: '请降低次数，或将该列作为因子：i(…)',
    },
  },
  CE2751: {
    en: '{unit} {value} has {time} {period} twice: a lag cannot tell which is meant',
    zh: '{unit} {value} 在 {time} {period} 出现两次：无法确定滞后值取哪一行',
    help: {
      en: 'keep one row a unit and period, or declare the right columns as panel on the ingest',
      zh: '每个个体每期只保留一行，或在 ingest 中声明正确的 panel 列',
    },
  },
  CE2752: {
    en: "'{name}' looks at other periods and needs the panel: which column is the unit, which the time",
    zh: "'{name}' 要用到其他时期的值，需要面板结构：个体列与时间列",
    help: {
      en: 'declare panel: { unit: …, time: … } on the ingest, or with a panel stage on a later table',
      zh: '请在 ingest 中声明 panel: { unit: …, time: … }，或用 panel 步骤为其后的表声明',
    },
  },
  CE2754: {
    en: 'iv-method says how instruments are used, and this model has none',
    zh: 'iv-method 用于指定工具变量估计方法，而该模型没有工具变量',
    help: {
      en: 'give iv: { endogenous: …, instruments: … }, or a last part y ~ x | effects | endogenous ~ instruments',
      zh: '请给出 iv: { endogenous: …, instruments: … }，或在公式末尾写 | 内生变量 ~ 工具变量',
    },
  },
  CE2755: {
    en: "'{name}' would be the name of a set of controls here, and is nearly '{known}'",
    zh: "此处 '{name}' 会被当作一组控制变量的名称，而它与 '{known}' 十分接近",
    help: {
      en: 'write { subsets: […] } for all subsets; a set of its own needs another name',
      zh: '若要遍历所有子集请写 { subsets: […] }；若确为一组变量请换一个名称',
    },
  },
  CE2756: {
    en: "'{name}' speaks of the propensity score, and distance: mahalanobis has none",
    zh: "'{name}' 涉及倾向得分，而 distance: mahalanobis 不估计得分",
    help: {
      en: 'leave it out, or match on the score; a caliper on this distance is a plain number',
      zh: '请去掉该项，或改按得分匹配；此距离的 caliper 只能是数值',
    },
  },
  CE2757: {
    en: 'the errors of Abadie and Imbens are for nearest neighbours with replacement',
    zh: 'Abadie 与 Imbens 的标准误只适用于可放回的近邻匹配',
    help: {
      en: 'use method: nearest with replace: true, or errors: lechner',
      zh: '请用 method: nearest 且 replace: true，或改用 errors: lechner',
    },
  },
  CE2758: {
    en: 'variance-neighbours is a setting of errors: abadie-imbens',
    zh: 'variance-neighbours 是 errors: abadie-imbens 的设定',
    help: { en: 'add errors: abadie-imbens, or leave it out', zh: '请加上 errors: abadie-imbens，或去掉该项' },
  },
  CE2759: {
    en: '{treated} treated rows and {controls} controls are too many to be compared pair by pair',
    zh: '{treated} 个处理组行与 {controls} 个对照组行过多，无法逐对比较',
    help: {
      en: 'match within groups (by: year), or on the score with errors: lechner',
      zh: '请分组匹配（如 by: year），或按得分匹配并使用 errors: lechner',
    },
  },
  CE2753: {
    en: "'{name}' is several columns, the outcome is one",
    zh: "'{name}' 对应多列，而被解释变量只能是一列",
    help: {
      en: 'give a column or a function of columns as y; c(a, b) ~ … makes one model each',
      zh: 'y 应为一列或列的函数；c(a, b) ~ … 可分别估计多个模型',
    },
  },
});
