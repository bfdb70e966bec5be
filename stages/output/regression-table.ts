/** Models side by side: one column each, coefficients over their bracketed statistic, a foot, notes that say what is what. */
import type { Fault, Note } from '../contract.ts';
import { type Cell, cell, EMPTY, type Row, STYLES, type StyleName, type TableDocument } from './document.ts';
import type { Model, Term } from './model-record.ts';
import { DASH, numberCell } from './number-cell.ts';
import { type FootRow, footRows, type GroupTest } from './regression-foot.ts';
import { regressionNotes } from './regression-notes.ts';
import { starsFor } from './stars.ts';
import { type Labels, termLabel } from './term-label.ts';
import { chooseTerms, type TermChoice } from './term-rows.ts';
import { type Languages, mainLanguage, say } from './wording.ts';

export type Statistic = 't' | 'se' | 'p' | 'ci';

/** What both kinds of table have in common. Texts are in the language of the document already. */
export type CommonSpec = {
  readonly caption: readonly string[];
  readonly labels: Labels;
  readonly notes: readonly string[];
  /** print what the results say of themselves */
  readonly remarks: boolean;
  readonly digits: number;
  readonly style: StyleName;
  readonly lang: Languages;
};

export type RegressionSpec = CommonSpec & {
  readonly stat: Statistic;
  readonly stars: readonly { readonly symbol: string; readonly level: number }[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly controls: TermChoice['controls'];
  readonly rows: readonly FootRow[];
  readonly headers: readonly { readonly text: string; readonly span: number }[];
  /** by column; '' where there is none */
  readonly outcomes: readonly string[];
  readonly columnLabels: readonly string[];
};

export interface Made {
  readonly document: TableDocument;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
}

function estimateCell(term: Term | undefined, spec: RegressionSpec): Cell {
  if (term === undefined) return EMPTY;
  const stars = starsFor(term.pValue, spec.stars);
  return numberCell(term.estimate, { digits: spec.digits, stars }, cell(DASH));
}

function statisticCell(term: Term | undefined, spec: RegressionSpec): Cell {
  if (term === undefined) return EMPTY;
  const digits = spec.digits;
  if (spec.stat === 'ci') {
    const [low, high] = [numberCell(term.low, { digits }), numberCell(term.high, { digits })];
    return low.text === '' || high.text === '' ? EMPTY : { text: `[${low.text}, ${high.text}]`, numeric: true };
  }
  const value = { t: term.statistic, se: term.stdError, p: term.pValue }[spec.stat];
  return numberCell(value, { digits, before: '(', after: ')' });
}

function termRows(name: string, models: readonly Model[], spec: RegressionSpec): readonly Row[] {
  const terms = models.map((m) => m.terms.find((t) => t.name === name));
  const label = cell(termLabel(name, spec.labels, mainLanguage(spec.lang)));
  return [
    { kind: 'line', cells: [label, ...terms.map((t) => estimateCell(t, spec))] },
    { kind: 'statistic', cells: [EMPTY, ...terms.map((t) => statisticCell(t, spec))] },
  ];
}

/** The group of a model by group, under its label where it has one; none where headers of several columns say it. */
function groupName({ group }: Model, spec: RegressionSpec): string {
  if (group === undefined || spec.headers.length > 0) return '';
  const label = Object.hasOwn(spec.labels, group) ? spec.labels[group] : undefined;
  if (label !== undefined) return label;
  const lang = mainLanguage(spec.lang);
  return group === 'low' ? say('groupLow', lang) : group === 'high' ? say('groupHigh', lang) : group;
}

/** Groups of columns, numbers, outcomes, labels of the columns; the last two only where there are any. */
function headRows(models: readonly Model[], estimators: readonly string[], spec: RegressionSpec): readonly Row[] {
  const lang = mainLanguage(spec.lang);
  const outcomes = models.map((m, i) => {
    const name = m.outcome ?? spec.outcomes[i] ?? '';
    return name === '' ? '' : termLabel(name, spec.labels, lang);
  });
  // of models that differ in their estimator, and are not called anything, that is the name
  const differ = new Set(estimators).size > 1;
  const labels = models.map(
    (m, i) => spec.columnLabels[i] || groupName(m, spec) || (differ ? (estimators[i] ?? '') : ''),
  );
  const row = (cells: readonly Cell[]): Row => ({ kind: 'header', cells: [EMPTY, ...cells] });
  const ifAny = (texts: readonly string[]): readonly Row[] =>
    texts.some((t) => t !== '') ? [row(texts.map(cell))] : [];
  return [
    ...(spec.headers.length === 0 ? [] : [row(spec.headers.map((h) => ({ text: h.text, span: h.span })))]),
    row(models.map((_, i) => cell(`(${i + 1})`))),
    ...ifAny(outcomes),
    ...ifAny(labels),
  ];
}

export interface RegressionMatter {
  readonly models: readonly Model[];
  /** what made each model, '' where it does not say */
  readonly estimators: readonly string[];
  readonly tests: readonly GroupTest[];
  /** lines about the results, under the note that says what is what */
  readonly remarks: readonly string[];
}

export function regressionTable({ models, estimators, tests, remarks }: RegressionMatter, spec: RegressionSpec): Made {
  const chosen = chooseTerms(models, spec);
  const body = chosen.shown.flatMap((name) => termRows(name, models, spec));
  const foot = footRows({ models, tests, shown: chosen.shown, controls: chosen.controls }, spec);
  const document: TableDocument = {
    caption: spec.caption,
    lang: mainLanguage(spec.lang),
    head: headRows(models, estimators, spec),
    sections: [body, foot].filter((rows) => rows.length > 0),
    notes: regressionNotes({ models, body, shown: chosen.shown, remarks }, spec),
    textColumns: 1,
    columns: models.length + 1,
    style: STYLES[spec.style],
  };
  return { document, faults: chosen.faults, notes: chosen.notes };
}
