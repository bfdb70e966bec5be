/** How the estimators of event studies are called in print. */
import type { Lang } from '../catalogue/entry.ts';
import type { Json } from '../contract.ts';
import { fieldsOf, textOf } from './fields.ts';

const ESTIMATORS: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  twfe: { en: 'Two-way fixed effects', zh: '双向固定效应' },
  'sun-abraham': { en: 'Sun–Abraham', zh: 'Sun–Abraham' },
  'callaway-santanna': { en: "Callaway–Sant'Anna", zh: "Callaway–Sant'Anna" },
  imputation: { en: 'Imputation (Borusyak et al.)', zh: '插补估计（Borusyak等）' },
  'two-stage': { en: 'Two-stage (Gardner)', zh: '两阶段（Gardner）' },
  stacked: { en: 'Stacked', zh: '堆叠双重差分' },
  'roth-santanna': { en: "Roth–Sant'Anna", zh: "Roth–Sant'Anna" },
  'chaisemartin-dhaultfoeuille': { en: "de Chaisemartin–D'Haultfœuille", zh: "de Chaisemartin–D'Haultfœuille" },
};

/** Of a model that says which estimator made it. */
export function estimatorName(record: Json, lang: Lang): string | undefined {
  const estimator = textOf(fieldsOf(record).estimator);
  return estimator !== undefined && Object.hasOwn(ESTIMATORS, estimator) ? ESTIMATORS[estimator]?.[lang] : undefined;
}
