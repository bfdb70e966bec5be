import { entries } from './entry.ts';

/** CE2670–CE2699, CN2670–CN2699: inputs that leave an estimator nothing to work with. */
export const degenerateMessages = entries({
  CE2670: {
    en: 'no treated row is in the reference period {reference}',
    zh: '基期 {reference} 内没有处理组观测',
    help: {
      en: 'name one of {found}: coefficients are differences to it',
      zh: '请从 {found} 中选择：系数是与基期之差',
    },
  },
  CE2671: {
    en: '{estimator} errors come from the timing drawn by unit: {errors} cannot be asked for',
    zh: '{estimator} 的标准误来自个体层面的处理时点，不能指定 {errors}',
    help: { en: 'take cluster and vcov out', zh: '请删去 cluster 与 vcov' },
  },
  CE2672: {
    en: 'control: later belongs to callaway-santanna, not to {estimator}',
    zh: 'control: later 仅用于 callaway-santanna，不用于 {estimator}',
    help: { en: 'there are: never, not-yet', zh: '可用：never、not-yet' },
  },
  CN2670: {
    en: 'covariates {terms} say nothing beyond the others, the constant and the effects: left out',
    zh: '协变量 {terms} 可由其他协变量、常数与固定效应表示，已剔除',
  },
  CN2672: {
    en: 'cohorts {cohorts} have no period before treatment and stay in: their effects are taken for those of the others',
    zh: '批次 {cohorts} 没有处理前时期但仍保留：其效应被视为与其他批次相同',
  },
  CN2671: {
    en: 'the refined variance of {terms} is not positive: the conservative error stands',
    zh: '{terms} 的修正方差不为正，使用保守标准误',
  },
});
