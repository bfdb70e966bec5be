import { entries } from './entry.ts';

/** CE2700–CE2749, CN2700–CN2749: numbers that rounding leaves nothing of. */
export const precisionMessages = entries({
  CN2700: {
    en: 'the standard error of {term} is zero but for rounding (the model fits perfectly, or its scores add up to zero in every cluster): it is not tested',
    zh: '{term} 的标准误除舍入误差外为零（模型完全拟合，或其得分在每个聚类内之和为零），不做检验',
  },
  CN2701: {
    en: 'rows that the model fits perfectly whatever their outcome (leverage 1): {rows}; {kind} errors leave them out',
    zh: '无论结果变量取何值模型都完全拟合的行（杠杆值为 1）：{rows}；{kind} 标准误不计入这些行',
  },
});
