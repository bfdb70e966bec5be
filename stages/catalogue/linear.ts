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
});
