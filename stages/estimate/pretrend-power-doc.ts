/** The reference page of `pretrend-power`. */
import type { StageDoc } from '../contract.ts';

export const pretrendPowerDoc: StageDoc = {
  summary: {
    en: 'What a test of the leads would have seen of a trend, and what passing it does to the estimates',
    zh: '事前趋势检验的功效：能否发现给定的趋势，以及通过检验后估计的期望',
  },
  details: {
    en: `That no lead of an event study is significant says little when the leads are imprecise: a trend that matters may pass the test, and estimates of studies that passed are biased by more than the trend itself (Roth 2022,
AER: Insights 4(3)). Coefficients are taken as normal, β̂ ~ N(δ, V), δ the trend, no effect.

A trend is linear, δ_t = slope · (t − reference), with the slope at which some lead is significant with probability \`power\` (0.5 and 0.8), with \`slope\`, or any \`trend\`, period by period. A row of the result says:
\`power\`, the probability that at least one lead is significant at \`level\`; \`joint_power\`, that the Wald test of all leads rejects; \`bayes_factor\`, the probability of passing (no lead significant) under the trend over that under parallel
trends; \`likelihood_ratio\`, the density of the leads that were found under the trend over that under parallel trends. \`size\` is the probability of a significant lead under parallel trends. \`paths\` has for every trend
and period the trend (\`hypothesized\`) and the mean of the estimate among studies that pass (\`after_pretest\`): the bias of what is published, effect aside.

The probabilities of boxes are integrals over as many dimensions as there are leads: by nested quadrature up to four leads, beyond on a fixed lattice (Genz 1992) with errors of about 1e-5; the same on any machine. The model may be an \`event-study\` or a \`regress\` with terms such
as \`year::2014:treated\`, all coefficients relative to one reference.

Not done: the distribution of the estimates beyond its mean, tests with one-sided leads.

Checked against the page of the pretrends package (its He and Wang example: slope, power, Bayes factor, likelihood ratio and means after the test, in the printed digits up to the error of its simulation) and R's mvtnorm.

**Assumptions.** The estimates are jointly normal with the covariance given, and the study would have been reported if and only if no lead was significant.`,
    zh: `前置期系数都不显著，在估计不精确时说明不了什么：有影响的趋势可能通过检验，而通过检验的研究，其估计偏误比趋势本身更大（Roth 2022）。系数视为正态：β̂ ~ N(δ, V)，δ 为趋势，效应为零。

趋势可为线性 δ_t = slope · (t − 基期)，其斜率由 power 决定（至少一个前置期以该概率显著，默认 0.5 与 0.8），或由 slope 给出；也可用 trend 逐期给出。结果每行为：power（至少一个前置期在 level 下显著的概率）、
joint_power（全部前置期的 Wald 检验拒绝的概率）、bayes_factor（该趋势下通过检验的概率与平行趋势下之比）、likelihood_ratio（所得前置期系数在两者下的密度之比）。size 为平行趋势下出现显著前置期的概率。
paths 给出每个趋势各期的趋势值（hypothesized）与通过检验的研究中估计的期望（after_pretest），即效应之外的偏误。

盒内概率为与前置期数同维的积分：四个前置期以内用嵌套求积，更多时用固定格点（Genz 1992），误差约 1e-5；各机器一致。输入可为 event-study，或含 year::2014:treated 之类系数的 regress，各系数须相对于同一基期。

不做：期望以外的分布、单侧检验。已与 pretrends 包网页上的例子（斜率、功效、贝叶斯因子、似然比与检验后期望，按打印的位数，至其模拟误差）及 R 的 mvtnorm 核对。

**假设。** 估计量联合正态，协方差如所给；当且仅当没有前置期显著时研究才会被报告。`,
  },
  example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  trends: { stage: event-study, from: raw, y: npp, cohort: cohort, window: [-5, 5], cluster: city }
  power: { stage: pretrend-power, from: trends }
  table: { stage: table, columns: power }
`,
};
