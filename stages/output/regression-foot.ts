/** The foot of a table of models: controls, fixed effects, sample size, fit. */

import type { Word } from '../catalogue/words.ts';
import { numberOf } from '../columns/record.ts';
import type { JsonRecord, Lang } from '../contract.ts';
import { type Cell, cell, type Row } from './document.ts';
import { textOf } from './fields.ts';
import type { Model } from './model-record.ts';
import { numberCell } from './number-cell.ts';
import type { RegressionSpec } from './regression-table.ts';
import { effectLabel, type Labels, termLabel } from './term-label.ts';
import { mainLanguage, say } from './wording.ts';

/** Rows that count: printed without decimals. */
const COUNTS = { nobs: 'observations', df_residual: 'residualDf', singletons: 'singletonCount' } as const;
const FIT = {
  r2: 'r2',
  adj_r2: 'adjustedR2',
  within_r2: 'withinR2',
  rmse: 'rmse',
  sigma: 'sigma',
  f: 'fStatistic',
  mean_outcome: 'meanOfOutcome',
} as const;

export const FOOT_ROWS = [
  'controls',
  'effects',
  'clusters',
  'tests',
  ...Object.keys(COUNTS),
  ...Object.keys(FIT),
] as const;
export type FootRow = 'controls' | 'effects' | 'clusters' | 'tests' | keyof typeof COUNTS | keyof typeof FIT;

export const USUAL_FOOT: readonly FootRow[] = ['tests', 'controls', 'effects', 'nobs', 'r2'];

export interface FootMatter {
  readonly models: readonly Model[];
  readonly tests: readonly JsonRecord[];
  readonly shown: readonly string[];
  readonly controls: readonly boolean[] | undefined;
}

const line = (label: string, cells: readonly Cell[]): Row => ({ kind: 'line', cells: [cell(label), ...cells] });

const yesNo = (label: string, truths: readonly boolean[], lang: Lang): Row =>
  line(
    label,
    truths.map((t) => cell(say(t ? 'yes' : 'no', lang))),
  );

function effectRows(models: readonly Model[], labels: Labels, lang: Lang): readonly Row[] {
  const names = [...new Set(models.flatMap((m) => m.absorbed))];
  return names.map((name) =>
    yesNo(
      effectLabel(name, labels, lang),
      models.map((m) => m.absorbed.includes(name)),
      lang,
    ),
  );
}

function clusterRow(models: readonly Model[], lang: Lang): readonly Row[] {
  const counts = models.map((m) => m.clusters.map((c) => c.levels).filter(Number.isFinite));
  if (counts.every((c) => c.length === 0)) return [];
  const one = (c: readonly number[]): Cell =>
    c.length === 1 ? numberCell(c[0] ?? Number.NaN, { digits: 0 }) : cell(c.join(', '));
  return [line(say('clusterCount', lang), counts.map(one))];
}

/** A p-value over the whole width for each term that is tested between the models. */
function testRows(matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  const rows = matter.tests.filter((t) => {
    const term = textOf(t.term);
    return Number.isFinite(numberOf(t.p_value)) && (term === undefined || matter.shown.includes(term));
  });
  return rows.map((t) => {
    const term = textOf(t.term);
    const between = say('differenceBetweenGroups', lang);
    const many = rows.length > 1 && term !== undefined;
    const name = many ? `${between}${lang === 'zh' ? '：' : ': '}${termLabel(term, spec.labels, lang)}` : between;
    const value = numberCell(numberOf(t.p_value), { digits: spec.digits });
    return line(say('groupDifference', lang, { name }), [{ ...value, span: matter.models.length }]);
  });
}

function statRow(name: string, word: Word, matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const values = matter.models.map((m) => m.stat(name));
  if (!values.some(Number.isFinite)) return [];
  const digits = Object.hasOwn(COUNTS, name) ? 0 : spec.digits;
  const label = spec.labels[name] ?? say(word, mainLanguage(spec.lang));
  return [
    line(
      label,
      values.map((v) => numberCell(v, { digits })),
    ),
  ];
}

/** The rows asked for, in that order; a row that no model has a value for is left out. */
export function footRows(matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  const label = spec.labels.controls ?? say('controls', lang);
  return spec.rows.flatMap((row): readonly Row[] => {
    if (row === 'controls') return matter.controls === undefined ? [] : [yesNo(label, matter.controls, lang)];
    if (row === 'effects') return effectRows(matter.models, spec.labels, lang);
    if (row === 'clusters') return clusterRow(matter.models, lang);
    if (row === 'tests') return testRows(matter, spec);
    return statRow(row, { ...COUNTS, ...FIT }[row], matter, spec);
  });
}
