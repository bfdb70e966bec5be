/** Models side by side: one column each, coefficients over their bracketed statistic, a foot, notes that say what is what. */
import type { Fault, Note } from '../contract.ts';
import { type Cell, cell, EMPTY, type Row, STYLES, type TableDocument } from './document.ts';
import type { EstimationTexts } from './estimation-note.ts';
import type { GroupTest } from './group-test.ts';
import { groupLabel, named } from './labels.ts';
import type { Model, Term } from './model-record.ts';
import { DASH, numberCell } from './number-cell.ts';
import { footRows, testsShown } from './regression-foot.ts';
import { regressionNotes } from './regression-notes.ts';
import type { RegressionSpec } from './regression-spec.ts';
import { starsFor } from './stars.ts';
import { termLabel } from './term-label.ts';
import { chooseTerms } from './term-rows.ts';
import { mainLanguage } from './wording.ts';

export interface Made {
  readonly document: TableDocument;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
}

function estimateCell(term: Term | undefined, spec: RegressionSpec): Cell {
  if (term === undefined) return EMPTY;
  const stars = starsFor(term.pValue, spec.stars);
  return numberCell(term.estimate, { digits: spec.digits, thousands: spec.thousands, stars }, cell(DASH));
}

function statisticCell(term: Term | undefined, spec: RegressionSpec): Cell {
  if (term === undefined) return EMPTY;
  const { digits, thousands } = spec;
  if (spec.stat === 'ci') {
    const [low, high] = [numberCell(term.low, { digits, thousands }), numberCell(term.high, { digits, thousands })];
    return low.text === '' || high.text === '' ? EMPTY : { text: `[${low.text}, ${high.text}]`, numeric: true };
  }
  const value = { t: term.statistic, se: term.stdError, p: term.pValue }[spec.stat];
  return numberCell(value, { digits, thousands, before: '(', after: ')' });
}

function termRows(name: string, models: readonly Model[], spec: RegressionSpec): readonly Row[] {
  const terms = models.map((m) => m.terms.find((t) => t.name === name));
  // of a row that is instrumented wherever it stands, a label may have been given by the record's name
  const alias = terms.every((t) => t === undefined || t.alias !== undefined) ? terms.find((t) => t)?.alias : undefined;
  const called = alias !== undefined && Object.hasOwn(spec.labels, alias) ? alias : name;
  const label = cell(termLabel(called, spec.labels, mainLanguage(spec.lang)));
  return [
    { kind: 'line', cells: [label, ...terms.map((t) => estimateCell(t, spec))] },
    { kind: 'statistic', cells: [EMPTY, ...terms.map((t) => statisticCell(t, spec))] },
  ];
}

/** What the columns are called: labels, groups where no headers of several columns say them, estimators where they differ. */
function columnNames(
  { models, estimators }: Pick<RegressionMatter, 'models' | 'estimators'>,
  spec: RegressionSpec,
): readonly ColumnName[] {
  const lang = mainLanguage(spec.lang);
  const differ = new Set(estimators).size > 1;
  return models.map(({ group }, i) => {
    const label = spec.columnLabels[i] ?? '';
    const byGroup = group === undefined || spec.headers.length > 0 ? '' : groupLabel(group, spec.labels, lang);
    const estimator = differ && label === '' && byGroup === '' ? (estimators[i] ?? '') : '';
    const text = label || byGroup || named(estimator, spec.columnParts[i] ?? '', lang);
    return { text, isEstimator: estimator !== '' };
  });
}

interface ColumnName {
  readonly text: string;
  readonly isEstimator: boolean;
}

/** Groups of columns, numbers, outcomes, labels of the columns; the last two only where there are any. */
function headRows(models: readonly Model[], names: readonly ColumnName[], spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  const outcomes = models.map((m, i) => {
    const name = m.outcome ?? spec.outcomes[i] ?? '';
    return name === '' ? '' : termLabel(name, spec.labels, lang);
  });
  const row = (cells: readonly Cell[]): Row => ({ kind: 'header', cells: [EMPTY, ...cells] });
  const ifAny = (texts: readonly string[]): readonly Row[] =>
    texts.some((t) => t !== '') ? [row(texts.map(cell))] : [];
  return [
    ...(spec.headers.length === 0 ? [] : [row(spec.headers.map((h) => ({ text: h.text, span: h.span })))]),
    row(models.map((_, i) => cell(`(${i + 1})`))),
    ...ifAny(outcomes),
    ...ifAny(names.map((name) => name.text)),
  ];
}

export interface RegressionMatter {
  readonly models: readonly Model[];
  /** what made each model, '' where it does not say */
  readonly estimators: readonly string[];
  /** what the note says of how each was estimated, with and without the estimator's name */
  readonly estimation: (isNamed: readonly boolean[]) => readonly EstimationTexts[];
  readonly tests: readonly GroupTest[];
  /** lines about the results, under the note that says what is what */
  readonly remarks: readonly string[];
}

export function regressionTable(matter: RegressionMatter, spec: RegressionSpec): Made {
  const { models, tests, remarks } = matter;
  const chosen = chooseTerms(models, spec);
  const names = columnNames(matter, spec);
  const body = chosen.shown.flatMap((name) => termRows(name, models, spec));
  const footMatter = { models, tests, shown: chosen.shown, controls: chosen.controls };
  const foot = footRows(footMatter, spec);
  const noted = {
    models,
    body,
    shown: chosen.shown,
    estimation: matter.estimation(names.map((name) => name.isEstimator)),
    tests: spec.rows.includes('tests') ? testsShown(footMatter) : [],
    remarks,
  };
  const document: TableDocument = {
    caption: spec.caption,
    lang: mainLanguage(spec.lang),
    head: headRows(models, names, spec),
    sections: [body, foot.rows].filter((rows) => rows.length > 0),
    notes: regressionNotes(noted, spec),
    textColumns: 1,
    columns: models.length + 1,
    style: STYLES[spec.style],
  };
  return { document, faults: chosen.faults, notes: [...chosen.notes, ...foot.notes] };
}
