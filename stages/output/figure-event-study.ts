/** Event studies: an estimate for each period relative to treatment, several estimators side by side. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { dot, GREY, line, type Mark, type Point } from './drawing.ts';
import { fieldsOf, recordsOf } from './fields.ts';
import { type Drawn, draw, effectTitle, errorNotes, type Look, lookOf, seriesName } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { pText, testStatistic } from './group-test.ts';
import { type Model, modelOf, type Term } from './model-record.ts';
import { numberText, rangeOf, type Scale } from './ticks.ts';
import { say } from './wording.ts';

type PeriodTerm = Term & { readonly period: number };

interface Series {
  readonly name: string;
  readonly look: Look;
  readonly model: Model;
  readonly terms: readonly PeriodTerm[];
  /** where the series stands beside the period */
  readonly shift: number;
}

const isPeriodTerm = (term: Term): term is PeriodTerm => term.period !== undefined && Number.isFinite(term.estimate);

function seriesOf(records: readonly Json[], spec: FigureSpec): readonly Series[] {
  const n = records.length;
  const step = n === 1 ? 0 : Math.min(0.16, 0.66 / (n - 1));
  return records.map((record, i) => {
    const model = modelOf(record);
    const terms = model.terms.filter(isPeriodTerm);
    const known = new Set(terms.map((t) => t.period));
    return {
      name: seriesName(spec, i, record),
      look: lookOf(i),
      model: { ...model, reference: model.reference.filter((r) => !known.has(r)) },
      terms: [...terms].sort((a, b) => a.period - b.period),
      shift: (i - (n - 1) / 2) * step,
    };
  });
}

const binning = (record: Json) => recordsOf(fieldsOf(record).notes).find((n) => n.code === 'CN2431');

/** Periods at which everything beyond was taken together, from the note of the stage. */
function binsOf(records: readonly Json[]): { readonly low?: number; readonly high?: number } {
  const binned = records.map(binning).find((note) => note !== undefined);
  if (binned === undefined) return {};
  // its `rows` are those before the first period
  const { low, high, rows, after } = fieldsOf(binned.args);
  return {
    ...(numberOf(rows) > 0 ? { low: numberOf(low) } : {}),
    ...(numberOf(after) > 0 ? { high: numberOf(high) } : {}),
  };
}

function placesOf(periods: readonly number[], bins: ReturnType<typeof binsOf>) {
  const [first, last] = [Math.min(...periods), Math.max(...periods)];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = first + i;
    const bound = value === bins.low ? '≤' : value === bins.high ? '≥' : '';
    return { value, text: bound + numberText(value, 0) };
  });
}

const limits = (t: Term): readonly number[] => [t.estimate, t.low, t.high, t.bandLow, t.bandHigh];

function marksOf(series: Series, x: Scale, y: Scale, connect: boolean): Mark {
  const { color, dot: shape } = series.look;
  const at = (period: number, value: number): Point => [x(period + series.shift), y(value)];
  const bar = (period: number, low: number, high: number, width: number): readonly Mark[] =>
    Number.isFinite(low) && Number.isFinite(high) ? [line(at(period, low), at(period, high), { color, width })] : [];
  const cap = (period: number, value: number): readonly Mark[] => {
    const [cx, cy] = at(period, value);
    return Number.isFinite(value) ? [line([cx - 2.5, cy], [cx + 2.5, cy], { color, width: 1.1 })] : [];
  };
  const path = [
    ...series.terms.map((t) => [t.period, t.estimate] as const),
    ...series.model.reference.map((r) => [r, 0] as const),
  ]
    .sort((a, b) => a[0] - b[0])
    .map(([p, v]) => at(p, v));
  return {
    kind: 'group',
    name: 'series',
    marks: [
      ...(connect ? [{ kind: 'line' as const, points: path, stroke: { color, width: 1 } }] : []),
      ...series.terms.flatMap((t) => [
        ...bar(t.period, t.bandLow, t.bandHigh, 0.6),
        ...bar(t.period, t.low, t.high, 1.2),
        ...cap(t.period, t.low),
        ...cap(t.period, t.high),
      ]),
      ...series.model.reference.map((r) => dot(shape, at(r, 0), color, { hollow: true })),
      ...series.terms.map((t) => dot(shape, at(t.period, t.estimate), color)),
    ],
  };
}

/** "Joint test of the leads: F(4, 30) = 1.20, p = 0.330" of a single event study. */
function pretrendText(record: Json, spec: FigureSpec): string | undefined {
  const test = fieldsOf(record).pretrend;
  const statistic = testStatistic(test);
  if (statistic === undefined) return undefined;
  return say('leadsTest', spec.lang, { test: statistic, p: pText(numberOf(fieldsOf(test).p_value)) });
}

/** Whose ends hold more than one period, where that is not so of all series. */
function binNote(records: readonly Json[], series: readonly Series[], spec: FigureSpec): readonly string[] {
  const names = records.flatMap((record, i) => (binning(record) === undefined ? [] : [series[i]?.name ?? '']));
  if (names.length === 0 || names.length === records.length) return [];
  return [say('binsOfSeries', spec.lang, { names: names.join(say('listJoin', spec.lang)) })];
}

/** What the thin lines are, where there are any. */
const bandNote = (series: readonly Series[], spec: FigureSpec): readonly string[] =>
  series.some((s) => s.terms.some((t) => Number.isFinite(t.bandLow))) ? [say('bandsAre', spec.lang)] : [];

export function eventStudyFigure(records: readonly Json[], spec: FigureSpec): Drawn {
  const series = seriesOf(records, spec);
  const faults = series.flatMap((s, i) =>
    s.terms.length === 0 ? [error('CE2813', {}, records.length > 1 ? ['from', i] : ['from'])] : [],
  );
  if (faults.length > 0) return { faults };
  const periods = series.flatMap((s) => [...s.terms.map((t) => t.period), ...s.model.reference]);
  const places = placesOf(periods, binsOf(records));
  const values = series.flatMap((s) => s.terms.flatMap(limits));
  const test = records.length === 1 ? pretrendText(records[0] ?? null, spec) : undefined;
  const range: readonly [number, number] = [Math.min(...periods) - 0.6, Math.max(...periods) + 0.6];
  return draw(
    spec,
    {
      height: 400,
      notes: [...errorNotes(records, spec), ...binNote(records, series, spec), ...bandNote(series, spec)],
      ...(test === undefined ? {} : { remark: test }),
      legend: series.length === 1 ? [] : series.map((s) => ({ text: s.name, ...s.look })),
      x: { title: spec.axes.x ?? say('periodAxis', spec.lang), range, places },
      y: { title: spec.axes.y ?? effectTitle(spec, series[0]?.model.level ?? 0.95), range: rangeOf(values, [0]) },
    },
    ({ x, y, area }) => [
      line([area.left, y(0)], [area.right, y(0)], { color: GREY, width: 0.9 }),
      line([x(-0.5), area.top], [x(-0.5), area.bottom], { color: GREY, width: 0.9, dash: [4, 3] }),
      ...series.map((s) => marksOf(s, x, y, spec.connect)),
    ],
  );
}
