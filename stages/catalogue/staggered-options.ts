import { entries } from './entry.ts';

/** CE2950–CE2999, CN2950–CN2999: options of estimators of staggered designs and of the bounds on their trends. */
export const staggeredOptionMessages = entries({
  CE2950: {
    en: 'bias and monotonicity together: one restriction on the shape of the trend at a time',
    zh: 'bias 与 monotonicity 同时给出：趋势的形状限制只能取其一',
    help: {
      en: 'a trend that only rises from the reference on is positive after it already: keep monotonicity',
      zh: '自基期起单调上升的趋势其后必为正：保留 monotonicity 即可',
    },
  },
  CE2951: {
    en: 'fixed-length intervals make no use of bias or monotonicity',
    zh: '固定长度区间不利用 bias 或 monotonicity',
    help: { en: 'use interval: c-f, c-lf or conditional', zh: '请改用 interval: c-f、c-lf 或 conditional' },
    doc: {
      en: 'The worst bias of an affine estimator is the same with and without a restriction on the sign or the direction of the trend, so the interval would not change. The conditional tests use the restriction.',
      zh: '无论是否限制趋势的符号或方向，仿射估计量的最坏偏误相同，区间不会改变。条件检验会利用该限制。',
    },
  },
  CE2952: {
    en: 'quantile is about interval: flci, and says nothing to {interval}',
    zh: 'quantile 只用于 interval: flci，对 {interval} 没有意义',
    help: { en: 'take it out', zh: '请删去' },
  },
  CE2953: {
    en: 'one period before the reference ({before}): there is no bend of the trend to compare with',
    zh: '基期之前只有一个时期（{before}）：没有可供比较的斜率变化',
    help: {
      en: 'use method: relative-magnitudes, or an event study with two leads beside the reference',
      zh: '请使用 method: relative-magnitudes，或使事件研究在基期外至少有两个前置期',
    },
  },
  CE2954: {
    en: "'{name}' needs effects: how many periods after the first switch are estimated",
    zh: "'{name}' 需与 effects 同用：首次切换后估计多少期",
    help: {
      en: 'write effects: 3, say, or take it out: without it the effect is DID_M, that of the period of any switch',
      zh: '例如写 effects: 3；不写时估计 DID_M，即任何切换当期的效应，请删去该项',
    },
  },
  CE2955: {
    en: "'{name}' changes within unit {unit}: units are compared within groups that hold still",
    zh: "'{name}' 在个体 {unit} 内变化：分组在个体内须保持不变",
    help: { en: 'use the group of the first period', zh: '请使用首期的分组' },
  },
  CE2956: {
    en: 'effects after the first switch are not averaged by calendar period',
    zh: '首次切换后的效应不按日历时期汇总',
    help: { en: 'use aggregate: dynamic or simple', zh: '请使用 aggregate: dynamic 或 simple' },
  },
  CE2957: {
    en: 'one way to name the trends at a time, not {given}',
    zh: '趋势只能用一种方式给出，而不是 {given}',
    help: { en: 'keep one of power, slope and trend', zh: '请在 power、slope 与 trend 中保留其一' },
  },
  CE2958: {
    en: 'a trend of 0 is parallel trends: there is nothing to detect',
    zh: '趋势为零即平行趋势：没有可发现的',
    help: {
      en: "the probability of a significant lead there is 'size' of the result",
      zh: '此时前置期显著的概率即结果中的 size',
    },
  },
  CE2959: {
    en: 'a trend of {given} {given|value|values} for {periods} estimated {periods|period|periods}: {known}',
    zh: '趋势有 {given} 个值，而估计的时期有 {periods} 个：{known}',
    help: {
      en: 'one value per period in order of time, without the reference',
      zh: '按时间顺序每期一个值，不含基期',
    },
  },
  CE2960: {
    en: 'some lead is significant with probability {size} without any trend: no trend has less power than that',
    zh: '没有任何趋势时前置期显著的概率已为 {size}：任何趋势的功效都不低于此',
    help: { en: 'ask for a larger power', zh: '请提高 power' },
  },
  CE2961: {
    en: 'no cohort is seen {balance} periods after adoption: the longest is seen {most}',
    zh: '没有批次在处理后 {balance} 期仍有观测：最长的为 {most} 期',
    help: { en: 'write a smaller balance', zh: '请减小 balance' },
  },
  CE2962: {
    en: "weight '{name}' changes within {unit} (in {time}): the decomposition holds for weights of units",
    zh: "权重 '{name}' 在 {unit} 内变化（{time}）：分解只对个体权重成立",
    help: {
      en: 'use the weight of the first period, or the unit’s mean over time, made with derive',
      zh: '请用首期权重，或用 derive 求个体在各期的平均权重',
    },
  },
  CE2963: {
    en: 'with trends_lin there is no total effect, which aggregate: simple asks for',
    zh: '使用 trends_lin 时没有 aggregate: simple 所要的总效应',
    help: { en: 'take aggregate or trends_lin out', zh: '请删去 aggregate 或 trends_lin' },
  },
  CN2950: {
    en: '{cohorts|cohort {cohorts} has|cohorts {cohorts} have} fewer than {least} units: {cohorts|its|their} errors rest on few units and are too small',
    zh: '批次 {cohorts} 的个体少于 {least} 个：标准误依据的个体很少，偏小',
  },
  CN2951: {
    en: "cohorts {cohorts} have no more units than leads and are left out of the pretrend test: their variance is known in part only ('pretrend_all' counts them)",
    zh: "批次 {cohorts} 的个体数不多于前置期数，事前趋势检验未计入：其方差只有部分可知（'pretrend_all' 计入）",
  },
  CN2952: {
    en: 'no pretrend test: the covariance of the {cells} effects before treatment is singular',
    zh: '无法作事前趋势检验：处理前 {cells} 个效应的协方差矩阵奇异',
  },
  CN2953: {
    en: '{rows} {rows|row|rows} left out: their units have had more and less treatment than at the start',
    zh: '剔除 {rows} 行：其个体的处理水平曾高于也曾低于初始水平',
  },
  CN2954: {
    en: '{units} {units|unit switches|units switch} in a gap of {units|its|their} data: controls until the gap, then left out',
    zh: '{units} 个个体在数据缺口中切换：缺口前作对照，其后剔除',
  },
  CN2955: {
    en: 'no effect in period {periods}: no switcher there has a control',
    zh: '第 {periods} 期没有效应估计：该期没有具备对照的切换个体',
  },
  CN2956: {
    en: 'under parallel trends one of the {leads} leads is significant with probability {size}',
    zh: '平行趋势下，{leads} 个前置期中出现显著者的概率为 {size}',
  },
  CN2957: {
    en: 'powers up to {size} left out: without any trend a lead is significant that often',
    zh: '略去不高于 {size} 的功效：没有趋势时前置期显著的概率已为此值',
  },
  CN2958: {
    en: 'a trend so large that no study would pass has no mean of those that pass',
    zh: '趋势过大，没有研究能通过检验，故无通过者的期望',
  },
  CN2959: {
    en: 'cohorts {cohorts} are not seen {balance} periods after adoption and are left out of the averages by relative time',
    zh: '批次 {cohorts} 在处理后 {balance} 期没有观测，未计入按相对时间的平均',
  },
  CN2960: {
    en: '{cells} {cells|cell|cells} of cohort and period {cells|lies|lie} in one cluster: it has no others to be left out of, and its residual is 0',
    zh: '{cells} 个批次—时期单元只含一个聚类：没有可供留出比较的其他聚类，其残差为 0',
  },
  CN2961: {
    en: 'periods {periods} rest on fewer than {least} switchers: their errors are too small',
    zh: '第 {periods} 期的切换个体少于 {least} 个：标准误偏小',
  },
  CN2962: {
    en: 'units that start with treatment {value}: covariates {terms} say nothing before they switch, and are left out for them',
    zh: '起始处理为 {value} 的个体：协变量 {terms} 在其切换前不含信息，对其不予控制',
  },
  CN2963: {
    en: 'no leads: the untreated rows are too few, or too much alike, for the regression that has them',
    zh: '没有前置期估计：未处理的观测过少或缺乏变异，不足以估计含前置期的回归',
  },
});
