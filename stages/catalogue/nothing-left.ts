import { entries } from './entry.ts';

/** CE3200–CE3249, CN3200–CN3249: data of which nothing is left, or that cannot be computed with. */
export const nothingLeft = entries({
  CE3200: {
    en: "no row is left: '{name}' is zero or missing in {rows|its only row|all {rows} rows}",
    zh: "没有可用的行：'{name}' 在全部 {rows} 行中为零或缺失",
    help: {
      en: 'rows of weight 0 are left out: name another column of weights, or none',
      zh: '权重为 0 的行不参与估计：请换一个权重列，或不用权重',
    },
  },
  CE3201: {
    en: 'no row is left: {rows|the only row|each of the {rows} rows} is alone in a level of {effects}, or was left alone by the others',
    zh: '没有可用的行：{rows} 行各自独占 {effects} 的某一水平，或因其他行被剔除而独占',
    help: {
      en: 'absorb fewer or coarser effects, or use more rows; singletons: keep keeps them, and they say nothing of a coefficient',
      zh: '请减少或合并固定效应，或使用更多行；singletons: keep 可保留，但单例观测对系数没有信息',
    },
  },
  CE3202: {
    en: 'no covariate is left to match on: {reasons}',
    zh: '没有可用于匹配的协变量：{reasons}',
    help: { en: 'name covariates that vary between rows', zh: '请使用在各行之间有变异的协变量' },
  },
  CE3203: {
    en: "'{name}' is missing in {rows|its only row|all {rows} rows}: there are no groups",
    zh: "'{name}' 在全部 {rows} 行中缺失：无法分组",
    help: { en: 'split by a column that has values', zh: '请按有取值的列分组' },
  },
  CE3204: {
    en: 'numbers of {columns} are too large to compute with: their squares are beyond what a double holds',
    zh: '{columns} 的数值过大，无法计算：其平方超出双精度浮点数的范围',
    help: {
      en: 'measure them in a larger unit (derive: x / 1e9), or look for a wrong cell',
      zh: '请改用更大的计量单位（derive: x / 1e9），或检查是否有错误的单元格',
    },
  },
  CE3205: {
    en: "'{name}' splits the sample into {groups} {groups|group|groups}, {asked} were asked for: too many rows have the same value",
    zh: "'{name}' 只把样本分成 {groups} 组，而要求 {asked} 组：取值相同的行过多",
    help: {
      en: 'ask for fewer quantiles, or name the values with split: groups',
      zh: '请减少分位数组数，或用 split: groups 写出取值',
    },
  },
  CE3206: {
    en: '{param} is longer than it may be, {limit} character(s): {value}',
    zh: '{param} 超过了 {limit} 个字符的长度上限：{value}',
    help: { en: 'write a shorter one', zh: '请写得短一些' },
  },
  CN3201: {
    en: "'{column}' has no values: nothing to do",
    zh: "'{column}' 没有任何取值，未作处理",
  },
});
