/** Summaries, weights, tests, comparisons: one line for each row of the record, one column for each of its fields. */
import type { Lang } from '../catalogue/entry.ts';
import { reasonText } from '../catalogue/reason.ts';
import type { Word } from '../catalogue/words.ts';
import { numberOf } from '../columns/record.ts';
import { error, type Json, type JsonRecord, type Text } from '../contract.ts';
import { byColumn } from './by-column.ts';
import { AXES, choiceText } from './choice-text.ts';
import { type Cell, cell, EMPTY, type Row, STYLES, type TableDocument } from './document.ts';
import { wordOfValue } from './field-values.ts';
import { fieldsOf, itemsOf, recordsOf, textOf } from './fields.ts';
import { groupTestNote } from './group-test.ts';
import { groupLabel } from './labels.ts';
import { noteLines } from './note-lines.ts';
import { DASH, numberCell } from './number-cell.ts';
import { PLACEBO_FIELDS, placeboRow } from './placebo-rows.ts';
import { printedNumber } from './published.ts';
import { starSentence } from './regression-notes.ts';
import type { CommonSpec } from './regression-spec.ts';
import type { Made } from './regression-table.ts';
import { resultNotes } from './result-notes.ts';
import { type StarRule, starsFor } from './stars.ts';
import { type Labels, termLabel } from './term-label.ts';
import { inLanguage, mainLanguage, say } from './wording.ts';

export type StatisticsSpec = CommonSpec & {
  /** fields to print, in order; empty: all */
  readonly fields: readonly string[];
  /** names of the panels, one for each record; '' where there is none */
  readonly panels: readonly string[];
  /** for numbers whose record says p-values beside them */
  readonly stars: StarRule;
};

/** Fields in the order in which people expect them, with their names in print; others follow as they come. */
const FIELDS: Readonly<Record<string, Word>> = {
  dimension: 'dimension',
  indicator: 'indicator',
  variable: 'variable',
  cell: 'cell',
  group: 'group',
  test: 'test',
  type: 'comparisonType',
  comparison: 'comparisonType',
  effect: 'effect',
  method: 'method',
  term: 'variable',
  n: 'observations',
  nobs: 'observations',
  missing: 'missing',
  mean: 'mean',
  sd: 'sd',
  min: 'min',
  p25: 'quantile',
  median: 'median',
  p75: 'quantile',
  max: 'max',
  sum: 'sum',
  vif: 'vif',
  estimate: 'estimate',
  std_error: 'stdError',
  statistic: 'statistic',
  slope: 'trendSlope',
  power: 'power',
  joint_power: 'jointPower',
  bayes_factor: 'bayesFactor',
  likelihood_ratio: 'likelihoodRatio',
  p_value: 'pValue',
  conf_low: 'confLow',
  conf_high: 'confHigh',
  weight: 'weight',
  entropy: 'entropy',
  printed: 'published',
  published: 'published',
  computed: 'computed',
  difference: 'difference',
  difference_se: 'differenceError',
  draw: 'drawNumber',
  draws: 'numberOfDraws',
  placebo_mean: 'placeboMean',
  placebo_sd: 'placeboSd',
  placebo_low: 'placeboLow',
  placebo_high: 'placeboHigh',
  within: 'agrees',
  left_out: 'leftOut',
  influence: 'influence',
  rank: 'rank',
  spec: 'specification',
  reason: 'reason',
  ...AXES,
  treated: 'treatedGroup',
  control: 'comparedWith',
  cohort: 'cohortField',
  time: 'period',
  period: 'period',
  cells: 'cells',
  m: 'violation',
  centre: 'centre',
  low: 'confLow',
  high: 'confHigh',
  max_bias: 'largestBias',
  mean_treated_before: 'meanTreatedBefore',
  mean_treated_after: 'meanTreatedAfter',
  mean_control_before: 'meanControlBefore',
  mean_control_after: 'meanControlAfter',
  bias_before: 'biasBefore',
  bias_after: 'biasAfter',
  bias_reduction: 'biasReduction',
  t_before: 'tBefore',
  t_after: 'tAfter',
  p_before: 'pBefore',
  p_after: 'pAfter',
  variance_ratio_before: 'varianceRatioBefore',
  variance_ratio_after: 'varianceRatioAfter',
};
const ORDER = Object.keys(FIELDS);
const COUNTS = new Set([
  'n',
  'nobs',
  'missing',
  'levels',
  'digits',
  'count',
  'clusters',
  'df',
  'draws',
  'rank',
  'spec',
  'cells',
  'draw',
]);

/** Fields that name a time or a group, and do not measure anything. */
const TIMES = new Set(['group', 'cohort', 'time', 'period', 'treated', 'control']);

/** A text in one language or in each, which a cell may hold. */
const isLocalText = (value: Json | undefined): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(([lang, text]) => (lang === 'en' || lang === 'zh') && typeof text === 'string'));

const isScalar = (value: Json | undefined): boolean =>
  value === null || typeof value !== 'object' || isLocalText(value);

/** Fields that any row has a printable value in: those that a record lists in its order, then texts, then numbers. */
function fieldsIn(rows: readonly JsonRecord[], listed: readonly string[]): readonly string[] {
  const printable = new Set(rows.flatMap((row) => Object.keys(row).filter((key) => isScalar(row[key]))));
  const first = listed.filter((name) => printable.has(name));
  const found = [...printable].filter((name) => !first.includes(name));
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const textFirst = (name: string): number => (isTextField(name, rows) ? 0 : 1);
  const rest = found.sort((a, b) => textFirst(a) - textFirst(b) || rank(a) - rank(b) || (a < b ? -1 : 1));
  return [...first, ...rest];
}

const NUMERIC_TEXTS = new Set(['Inf', '-Inf']);

/** A text in some row, and not just the word for an infinite number; `printed` is a number as it was printed. */
const isTextField = (name: string, rows: readonly JsonRecord[]): boolean =>
  name !== 'printed' && rows.some((row) => isLocalText(row[name]) && !NUMERIC_TEXTS.has(row[name] as string));

function fieldLabel(name: string, labels: Labels, lang: Lang): string {
  const quantile = /^[pq](\d+(?:\.\d+)?)$/.exec(name);
  const loading = /^loading_(\d+)$/.exec(name);
  if (Object.hasOwn(labels, name)) return labels[name] ?? name;
  if (quantile !== null) return say('quantile', lang, { level: quantile[1] ?? '' });
  if (loading !== null) return say('loading', lang, { n: loading[1] ?? '' });
  const word = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  return word === undefined ? name : say(word, lang);
}

/** A computed number stands beside the printed one with as many decimals; what it misses by, with two more. */
function digitsOf(name: string, row: JsonRecord, spec: StatisticsSpec): number {
  if (COUNTS.has(name)) return 0;
  // a whole number that names a year, a period, a cohort
  if (TIMES.has(name) && Number.isInteger(row[name])) return 0;
  const printed = typeof row.printed === 'string' ? printedNumber(row.printed) : undefined;
  const more = { computed: 0, difference: 2 }[name];
  if (printed === undefined || more === undefined) return spec.digits;
  return Math.min(15, Math.max(0, printed.scale + (printed.scale > 0 ? more : 0)));
}

/** @param pValue of the number in the cell, where the record says one (correlations) */
function valueCell(name: string, row: JsonRecord, spec: StatisticsSpec, pValue: number): Cell {
  const lang = mainLanguage(spec.lang);
  const value = row[name];
  if (name === 'control' && (value === undefined || value === null) && row.treated !== undefined)
    return cell(say('neverTreated', lang));
  if (value === undefined) return EMPTY;
  if (value === null || value === 'Inf' || value === '-Inf') return cell(DASH);
  if (typeof value === 'boolean') return cell(say(value ? 'yes' : 'no', lang));
  if (typeof value === 'number') {
    const stars = starsFor(pValue, spec.stars);
    const thousands = TIMES.has(name) ? undefined : spec.thousands;
    return numberCell(value, { digits: digitsOf(name, row, spec), thousands, stars }, cell(DASH));
  }
  if (name === 'reason') return cell(reasonText(row, lang));
  if (name === 'printed') return { text: String(value), numeric: true };
  if (typeof value === 'object') return cell(inLanguage(value as Text, lang) ?? '');
  if (Object.hasOwn(AXES, name)) return cell(choiceText(value, spec.labels, lang));
  if (name === 'group') return cell(groupLabel(value, spec.labels, lang));
  const word = Object.hasOwn(spec.labels, value) ? undefined : wordOfValue(name, value);
  return cell(word === undefined ? termLabel(value, spec.labels, lang) : say(word, lang));
}

const rowsOf = (record: Json): readonly JsonRecord[] => recordsOf(fieldsOf(record).rows);
/** The order in which a record wants its fields read, if it says one. */
const fieldOrder = (record: Json): readonly string[] =>
  itemsOf(fieldsOf(record).fields).flatMap((name) => textOf(name) ?? []);
const pValuesOf = (record: Json): readonly JsonRecord[] => recordsOf(fieldsOf(record).p_values);

export function statisticsTable(records: readonly Json[], spec: StatisticsSpec): Made {
  const lang = mainLanguage(spec.lang);
  // of draws the result is printed, unless a table asks for them by number
  const results = records.map((record) => (spec.fields.includes('draw') ? undefined : placeboRow(record)));
  const panels = records.map((record, i): readonly JsonRecord[] => {
    const result = results[i];
    return result === undefined ? rowsOf(record) : [result];
  });
  const pValues = records.map(pValuesOf);
  const all = panels.flat();
  const listed = records.flatMap((record, i) => (results[i] === undefined ? fieldOrder(record) : PLACEBO_FIELDS));
  const present = fieldsIn(all, [...new Set(listed)]);
  // a comparison holds the published number twice: as printed and as a number
  const usual = present.includes('printed') ? present.filter((f) => f !== 'published' && f !== 'digits') : present;
  const fields = spec.fields.length === 0 ? usual : spec.fields;
  const faults = spec.fields
    .filter((name) => !present.includes(name))
    .map((name) => error('CE2803', { name, known: present }, ['rows', spec.fields.indexOf(name)]));
  const lines = panels.flatMap((rows, i): readonly Row[] => [
    ...panelRow(spec.panels, i, fields.length, lang),
    ...rows.map((row, at): Row => {
      const p = pValues[i]?.[at];
      return { kind: 'line', cells: fields.map((name) => valueCell(name, row, spec, numberOf(p?.[name]))) };
    }),
  ]);
  const leadingTexts = fields.findIndex((name) => !isTextField(name, all));
  const dashes = lines.some((row) => row.cells.some((c) => c.text === DASH));
  const starred = pValues.some((rows) => rows.length > 0);
  const document: TableDocument = {
    caption: spec.caption,
    lang,
    head: [{ kind: 'header', cells: fields.map((name) => cell(fieldLabel(name, spec.labels, lang))) }],
    sections: [lines],
    notes: noteLines(
      [
        ...byColumn(
          records.map((record) => groupTestNote(record, lang)),
          lang,
          'panel',
        ),
        ...(starred ? starSentence(spec.stars, lang) : []),
        ...(dashes ? [say('dashIs', lang)] : []),
      ],
      [...(spec.remarks ? resultNotes(records, { labels: spec.labels, lang, place: 'panel' }) : []), ...spec.notes],
      lang,
    ),
    textColumns: Math.max(1, leadingTexts === -1 ? fields.length : leadingTexts),
    columns: fields.length,
    style: STYLES[spec.style],
  };
  return { document, faults, notes: [] };
}

/** "Panel A. …" over the rows of each record, when there are several. */
function panelRow(names: readonly string[], i: number, width: number, lang: Lang): readonly Row[] {
  if (names.length < 2) return [];
  const letter = String.fromCharCode(65 + (i % 26));
  const text = say('panel', lang, { letter, name: names[i] ?? '' });
  return [{ kind: 'group', cells: [{ text: text.replace(/[.：]\s*$/, ''), span: width }] }];
}
