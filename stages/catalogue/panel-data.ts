import { entries } from './entry.ts';

/** CE2190–CE2229, CN2190–CN2229: indices, descriptives and simulated panels. */
export const panelDataMessages = entries({
  CE2190: {
    en: 'no column matches the indicators',
    zh: '没有任何列与指标名匹配',
    help: {
      en: 'name columns of the input, or a glob that matches some',
      zh: '请写输入中的列名，或能匹配到列的通配符',
    },
  },
  CE2191: {
    en: 'there is no column with numbers to describe',
    zh: '没有可供描述的数值列',
    help: { en: 'name columns under columns; text columns have no mean', zh: '请在 columns 中写列名；文本列没有均值' },
  },
  CE2192: {
    en: "trend and effect of '{name}' take up all the room between {min} and {max}",
    zh: "'{name}' 的趋势与效应占满了 {min} 与 {max} 之间的全部范围",
    help: { en: 'make them smaller, or widen min and max', zh: '请减小趋势或效应，或放宽 min 与 max' },
  },
  CE2193: {
    en: 'like and by cannot stand together: the scale of another table has no groups',
    zh: 'like 与 by 不能同时使用：另一张表的尺度没有分组',
    help: { en: 'leave one of them out', zh: '请去掉其中之一' },
  },
  CE2194: {
    en: 'weights and by cannot stand together: weights that are given are the same in all groups',
    zh: 'weights 与 by 不能同时使用：给定的权重在各组中相同',
    help: { en: 'leave one of them out', zh: '请去掉其中之一' },
  },
  CE2195: {
    en: "the given weights have none for indicator '{name}'",
    zh: "给定的权重中没有指标 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2196: {
    en: '{count} {count|component is|components are} asked for, and there {most|is|are} {most} {most|indicator|indicators}',
    zh: '要求 {count} 个主成分，但只有 {most} 个指标',
    help: { en: 'ask for fewer components', zh: '请减少主成分个数' },
  },
  CN2190: {
    en: 'indicators are collinear: the KMO measure and Bartlett’s test do not exist',
    zh: '指标之间完全共线：KMO 与 Bartlett 检验无法计算',
  },
});
