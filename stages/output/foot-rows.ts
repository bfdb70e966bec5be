/** The rows that the foot of a table of models may have. */
import type { Word } from '../catalogue/words.ts';

/** Rows that count: printed without decimals. */
export const COUNTS = { nobs: 'observations', df_residual: 'residualDf', singletons: 'singletonCount' } as const;
export const FIT = {
  r2: 'r2',
  adj_r2: 'adjustedR2',
  within_r2: 'withinR2',
  rmse: 'rmse',
  sigma: 'sigma',
  f: 'fStatistic',
  mean_outcome: 'meanOfOutcome',
} as const;

/** Tests of instruments and of the leads: where they stand in the record. */
export const TESTS = {
  first_stage_f: ['firstStageF', 'iv.first_stage_f.statistic'],
  effective_f: ['effectiveF', 'iv.effective_f.statistic'],
  kleibergen_paap: ['kleibergenPaap', 'iv.kleibergen_paap.statistic'],
  cragg_donald: ['craggDonald', 'iv.cragg_donald'],
  sargan: ['sarganP', 'iv.sargan.p_value'],
  hansen: ['hansenP', 'iv.hansen.p_value'],
  wu_hausman: ['wuHausmanP', 'iv.wu_hausman.p_value'],
  pretrend: ['pretrendP', 'pretrend.p_value'],
} as const satisfies Record<string, readonly [Word, string]>;

export const FOOT_ROWS = [
  'controls',
  'effects',
  'clusters',
  'tests',
  ...Object.keys(COUNTS),
  ...Object.keys(FIT),
  ...Object.keys(TESTS),
] as const;
export type FootRow =
  | 'controls'
  | 'effects'
  | 'clusters'
  | 'tests'
  | keyof typeof COUNTS
  | keyof typeof FIT
  | keyof typeof TESTS;

export const USUAL_FOOT: readonly FootRow[] = ['tests', 'controls', 'effects', 'first_stage_f', 'nobs', 'r2'];
