import { entries } from './entry.ts';

/** CE2600–CE2649, CN2600–CN2649: linear models, their instruments, errors and tests. */
export const linearMessages = entries({
  CE2600: {
    en: "'{name}' matches no term of the model",
    zh: "模型中没有与 '{name}' 匹配的项",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE2601: {
    en: 'too few instruments for {endogenous}: {instruments}, once collinear ones are left out',
    zh: '{endogenous} 的工具变量不足：剔除共线者后只有 {instruments}',
    help: {
      en: 'give at least one excluded instrument for each endogenous regressor, not among x, controls or effects',
      zh: '每个内生变量至少需要一个不在 x、controls 与固定效应之中的工具变量',
    },
    doc: {
      en: 'Two-stage least squares needs as many instruments outside the model as endogenous regressors (order condition). Instruments that are collinear with the controls or the absorbed effects do not count.',
      zh: '两阶段最小二乘要求模型外工具变量的个数不少于内生变量个数（阶条件）。与控制变量或固定效应共线的工具变量不计入。',
    },
  },
  CE2602: {
    en: "'{name}' stands among {first} and among {second}",
    zh: "'{name}' 同时出现在 {first} 与 {second} 中",
    help: {
      en: 'an endogenous regressor is not listed in x, and an excluded instrument neither',
      zh: '内生变量与工具变量都不应再列入 x',
    },
  },
  CE2603: {
    en: "'{name}' has {groups} clusters: the wild bootstrap takes at most {most}",
    zh: "'{name}' 有 {groups} 个聚类，wild 自助法最多支持 {most} 个",
    help: {
      en: 'with this many clusters the usual clustered errors serve as well: vcov: { cluster: … }',
      zh: '聚类数如此之多时，普通聚类标准误即可：vcov: { cluster: … }',
    },
  },
  CE2604: {
    en: 'only {used} of {draws} resamples could be estimated',
    zh: '{draws} 次重抽样中只有 {used} 次可以估计',
    help: {
      en: 'a term varies in too few clusters: leave it out, or use vcov: { cluster: … }',
      zh: '某个解释变量只在极少数聚类中有变化：请去掉它，或改用 vcov: { cluster: … }',
    },
  },
  CE2605: {
    en: '{name} is not available with {kind}',
    zh: '{name} 不能与 {kind} 同时使用',
    help: {
      en: 'use vcov: { cluster: … } or { bootstrap: { cluster: … } }',
      zh: '请改用 vcov: { cluster: … } 或 { bootstrap: { cluster: … } }',
    },
  },
  CE2606: {
    en: 'effects that are slopes alone hold no constant to report',
    zh: '固定效应只含斜率时，模型中没有可报告的常数项',
    help: {
      en: 'absorb the levels too, as in `city[year]`, or leave constant out',
      zh: '请同时吸收水平，如 `city[year]`，或去掉 constant',
    },
  },
  CN2600: {
    en: 'weak instruments: the first-stage F of {name} is {f}, below 10',
    zh: '弱工具变量：{name} 的第一阶段 F 为 {f}，小于 10',
    help: {
      en: 'see anderson_rubin in the record, which holds with weak instruments',
      zh: '可参看结果中的 anderson_rubin 检验，其在弱工具变量下仍有效',
    },
  },
  CN2601: {
    en: 'first stage: {term} left out: {reason}',
    zh: '第一阶段：{term} 被剔除：{reason}',
  },
  CN2602: {
    en: '{used} of {draws} resamples could be estimated; the others are left out',
    zh: '{draws} 次重抽样中有 {used} 次可以估计，其余未计入',
  },
  CN2603: {
    en: '{groups} clusters allow {vectors} vectors of weights: each was used once',
    zh: '{groups} 个聚类只有 {vectors} 种权重组合：每种各用一次',
    help: {
      en: 'weights: webb gives more with fewer than about 10 clusters',
      zh: '聚类数少于约 10 个时可用 weights: webb',
    },
  },
});
