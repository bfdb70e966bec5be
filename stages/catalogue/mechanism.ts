import { entries } from './entry.ts';

/** CE2530–CE2549, CN2530–CN2549: mediation, groups and placebo treatments. */
export const mechanismMessages = entries({
  CE2530: {
    en: "the mediator '{mediator}' is the outcome itself",
    zh: "中介变量 '{mediator}' 就是被解释变量",
    help: { en: 'name another column as the mediator', zh: '请指定其他中介变量' },
  },
  CE2531: {
    en: "the mediator '{mediator}' is among the regressors already",
    zh: "中介变量 '{mediator}' 已在解释变量之中",
    help: {
      en: 'leave it out of x and controls: the total effect must not hold it fixed',
      zh: '请从 x 与 controls 中去掉：总效应不能控制中介变量',
    },
  },
  CE2532: {
    en: "the model cannot be fitted in group '{group}'",
    zh: "组 '{group}' 无法估计模型",
    help: {
      en: 'see the fault beside this one; leave the group out, or choose other groups',
      zh: '原因见同处的另一条错误；请去掉该组或改变分组',
    },
  },
  CE2533: {
    en: "'{name}' has no effect to estimate in group '{group}': {reason}",
    zh: "组 '{group}' 中 '{name}' 的效应无法估计：{reason}",
    help: {
      en: 'every group needs units with and without treatment; choose other groups or fewer quantiles',
      zh: '每组都需要处理与未处理的个体；请更换分组或减少分位组数',
    },
  },
  CN2530: {
    en: "the mediator '{mediator}' is a component of the outcome's index: the paths from it to the outcome are partly arithmetic",
    zh: "中介变量 '{mediator}' 是被解释变量指数的组成部分：其对结果的影响部分来自计算本身",
  },
  CN2531: {
    en: 'the mediator explains {share} of what treatment and controls leave of the outcome: is one made of the other?',
    zh: '在控制处理与控制变量后，中介变量解释了结果剩余变异的 {share}：二者是否由同一数据构成？',
  },
  CN2532: {
    en: 'two-step form (Jiang 2022): treatment moves the mediator or not; that the mediator moves the outcome must be argued from theory and literature',
    zh: '两步法（江艇，2022）：检验处理是否影响中介变量；中介变量对结果的影响须由理论与文献论证',
  },
  CN2533: {
    en: '{failed} of {draws} draws could not be estimated and {failed|is|are} left out',
    zh: '{draws} 次抽样中有 {failed} 次无法估计，已剔除',
  },
  CN2534: {
    en: '{units} of {all} units {units|is|are} in different groups at different times: groups are of rows, not of units',
    zh: '{all} 个个体中有 {units} 个在不同时期属于不同组：分组针对观测而非个体',
  },
  CN2535: {
    en: "group '{group}': {rows} {rows|row|rows}, {units} {units|unit|units}",
    zh: "组 '{group}'：{rows} 行，{units} 个个体",
  },
  CN2536: {
    en: '{failed} of {draws} permutations could not be estimated; {failed|it counts|they count} as at least as extreme',
    zh: '{draws} 次置换中有 {failed} 次无法估计，按不小于实际差异计',
  },
  CN2537: {
    en: 'only {count} different {count|assignment exists|assignments exist}, {draws} {draws|was|were} drawn: draws: all gives the exact p value',
    zh: '不同的分配方式只有 {count} 种，却抽取了 {draws} 次：写 draws: all 可得精确 p 值',
  },
});
