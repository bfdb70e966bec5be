import { entries } from './entry.ts';

/** CE2950–CE2999, CN2950–CN2999: options of estimators of staggered designs and of the bounds on their trends. */
export const staggeredOptionMessages = entries({
  CE2950: {
    en: 'bias and monotonicity together: one restriction on the shape of the trend at a time',
    zh: 'bias 与 monotonicity 同时给出：趋势的形状限制只能取其一',
    help: {
      en: 'a trend that only rises from the reference on is positive after it already: keep monotonicity',
      zh: '自参照期起单调上升的趋势其后必为正：保留 monotonicity 即可',
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
    zh: '参照期之前只有一个时期（{before}）：没有可供比较的斜率变化',
    help: {
      en: 'use method: relative-magnitudes, or an event study with two leads beside the reference',
      zh: '请使用 method: relative-magnitudes，或使事件研究在参照期外至少有两个前置期',
    },
  },
  CN2950: {
    en: 'cohorts {cohorts} have fewer than {least} units: their errors rest on few units and are too small',
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
});
