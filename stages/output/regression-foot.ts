/** The foot of a table of models: controls, fixed effects, sample size, fit. */

import type { Word } from '../catalogue/words.ts';
import { numberOf } from '../columns/record.ts';
import type { Json, Lang } from '../contract.ts';
import { type Cell, cell, type Row } from './document.ts';
import { fieldsOf, textOf } from './fields.ts';
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

/** Tests of instruments: where they stand in the record. */
const INSTRUMENTS = {
  first_stage_f: ['firstStageF', 'iv.first_stage_f.statistic'],
  effective_f: ['effectiveF', 'iv.effective_f.statistic'],
  kleibergen_paap: ['kleibergenPaap', 'iv.kleibergen_paap.statistic'],
  cragg_donald: ['craggDonald', 'iv.cragg_donald'],
  sargan: ['sarganP', 'iv.sargan.p_value'],
  hansen: ['hansenP', 'iv.hansen.p_value'],
  wu_hausman: ['wuHausmanP', 'iv.wu_hausman.p_value'],
} as const satisfies Record<string, readonly [Word, string]>;

export const FOOT_ROWS = [
  'controls',
  'effects',
  'clusters',
  'tests',
  ...Object.keys(COUNTS),
  ...Object.keys(FIT),
  ...Object.keys(INSTRUMENTS),
] as const;
export type FootRow =
  | 'controls'
  | 'effects'
  | 'clusters'
  | 'tests'
  | keyof typeof COUNTS
  | keyof typeof FIT
  | keyof typeof INSTRUMENTS;

export const USUAL_FOOT: readonly FootRow[] = ['tests', 'controls', 'effects', 'first_stage_f', 'nobs', 'r2'];

/** A test that a coefficient is the same in all columns. */
export interface GroupTest {
  readonly term?: string;
  readonly pValue: number;
}

/** Of more than two groups the joint test: pairs with the first group say less than their number suggests. */
export function groupTestOf(record: Json): GroupTest {
  const { term, joint, p_value } = fieldsOf(record);
  const [name, pValue] = [textOf(term), numberOf(fieldsOf(joint).p_value ?? p_value)];
  return name === undefined ? { pValue } : { term: name, pValue };
}

export interface FootMatter {
  readonly models: readonly Model[];
  readonly tests: readonly GroupTest[];
  readonly shown: readonly string[];
  readonly controls: readonly boolean[] | undefined;
}

const line = (label: string, cells: readonly Cell[]): Row => ({ kind: 'line', cells: [cell(label), ...cells] });

/** Empty where the question does not arise. */
const yesNo = (label: string, truths: readonly (boolean | undefined)[], lang: Lang): Row =>
  line(
    label,
    truths.map((t) => cell(t === undefined ? '' : say(t ? 'yes' : 'no', lang))),
  );

function effectRows(models: readonly Model[], labels: Labels, lang: Lang): readonly Row[] {
  const names = [...new Set(models.flatMap((m) => m.absorbed ?? []))];
  return names.map((name) =>
    yesNo(
      effectLabel(name, labels, lang),
      models.map((m) => m.absorbed?.includes(name)),
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
  const rows = matter.tests.filter(
    ({ term, pValue }) => Number.isFinite(pValue) && (term === undefined || matter.shown.includes(term)),
  );
  return rows.map(({ term, pValue }) => {
    const between = say('differenceBetweenGroups', lang);
    const many = rows.length > 1 && term !== undefined;
    const name = many ? `${between}${lang === 'zh' ? '：' : ': '}${termLabel(term, spec.labels, lang)}` : between;
    const value = numberCell(pValue, { digits: spec.digits });
    return line(say('groupDifference', lang, { name }), [{ ...value, span: matter.models.length }]);
  });
}

interface Stat {
  readonly name: string;
  readonly word: Word;
  /** where in the record */
  readonly path: string;
}

function statRow({ name, word, path }: Stat, matter: FootMatter, spec: RegressionSpec): readonly Row[] {
  const values = matter.models.map((m) => m.stat(path));
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

function statOf(name: keyof typeof COUNTS | keyof typeof FIT | keyof typeof INSTRUMENTS): Stat {
  if (Object.hasOwn(INSTRUMENTS, name)) {
    const [word, path] = INSTRUMENTS[name as keyof typeof INSTRUMENTS];
    return { name, word, path };
  }
  return { name, word: { ...COUNTS, ...FIT }[name as keyof typeof COUNTS | keyof typeof FIT], path: name };
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
    return statRow(statOf(row), matter, spec);
  });
}
