/** Means of a column over time, a line for each group (cohort, treated or not). */
import { type Column, isMissing, textAt } from '../columns/column.ts';
import { isoDate } from '../columns/parse.ts';
import type { Table } from '../columns/table.ts';
import { error } from '../contract.ts';
import { dot, GREY, line, type Mark, type Point } from './drawing.ts';
import { type Drawn, draw, lookOf } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { termLabel } from './term-label.ts';
import { numberText, rangeOf } from './ticks.ts';
import { say } from './wording.ts';

interface Group {
  readonly name: string;
  /** first treated period, where groups are cohorts */
  readonly start: number;
  /** by time, in order */
  readonly means: readonly (readonly [time: number, mean: number])[];
}

/** The group of a row as a text and as a number to sort by; missing comes last. */
function keyAt(column: Column, row: number): readonly [text: string, order: number] {
  if (isMissing(column, row)) return ['', Number.POSITIVE_INFINITY];
  if (column.kind === 'text') return [textAt(column, row) ?? '', 0];
  const value = column.values[row] as number;
  return [String(value), value];
}

/** Cohorts by name, or by values that are all years. */
const areCohorts = (by: string, keys: Iterable<string>): boolean =>
  by === 'cohort' || [...keys].every((key) => key === '' || /^(19|20)\d\d$/.test(key));

function nameOf(value: string, spec: FigureSpec, by: string, cohorts: boolean): string {
  if (value === '') return say(cohorts ? 'neverTreated' : 'missingValue', spec.lang);
  const key = spec.dates.includes(by) ? isoDate(Number(value)) : value;
  if (cohorts) return say('treatedFrom', spec.lang, { value: key });
  return Object.hasOwn(spec.labels, by) || /^\d/.test(key)
    ? say('equalsLevel', spec.lang, { name: termLabel(by, spec.labels, spec.lang), level: key })
    : key;
}

function groupsOf(
  table: Table,
  spec: FigureSpec,
  { y, by, time }: NonNullable<FigureSpec['trends']>,
): readonly Group[] {
  const values = table.numbers(y);
  const times = table.numbers(time);
  const column = table.column(by);
  const sums = new Map<string, { readonly order: number; readonly at: Map<number, [sum: number, count: number]> }>();
  for (let i = 0; i < table.rows; i++) {
    const [value, at] = [values[i] as number, times[i] as number];
    if (!Number.isFinite(value) || !Number.isFinite(at)) continue;
    const [key, order] = keyAt(column, i);
    const group = sums.get(key) ?? { order, at: new Map() };
    if (!sums.has(key)) sums.set(key, group);
    const cell = group.at.get(at);
    if (cell === undefined) group.at.set(at, [value, 1]);
    else {
      cell[0] += value;
      cell[1]++;
    }
  }
  const cohorts = areCohorts(by, sums.keys());
  return [...sums]
    .sort(([a, x], [b, z]) => x.order - z.order || (a < b ? -1 : 1))
    .map(([key, { order, at }]) => ({
      name: nameOf(key, spec, by, cohorts),
      start: cohorts ? order : Number.NaN,
      means: [...at].sort((a, b) => a[0] - b[0]).map(([t, [sum, count]]) => [t, sum / count] as const),
    }));
}

/** Times as whole numbers, each of them where there are few enough. */
function timesOf(groups: readonly Group[], areDates: boolean) {
  const all = [...new Set(groups.flatMap((g) => g.means.map(([t]) => t)))].sort((a, b) => a - b);
  return all.every(Number.isInteger)
    ? all.map((value) => ({ value, text: areDates ? isoDate(value) : numberText(value, 0) }))
    : undefined;
}

export function trendsFigure(table: Table, spec: FigureSpec): Drawn {
  const { trends } = spec;
  if (trends === undefined) throw new Error('ceteris bug: a figure of trends without its columns');
  const groups = groupsOf(table, spec, trends);
  if (groups.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const places = timesOf(groups, spec.dates.includes(trends.time));
  const times = groups.flatMap((g) => g.means.map(([t]) => t));
  const name = termLabel(trends.y, spec.labels, spec.lang);
  const timeLabel = Object.hasOwn(spec.labels, trends.time) ? spec.labels[trends.time] : undefined;
  const xTitle = spec.axes.x ?? timeLabel;
  return draw(
    spec,
    {
      height: 400,
      legend: groups.map((g, i) => ({ text: g.name, ...lookOf(i), line: true })),
      x: {
        ...(xTitle === undefined ? {} : { title: xTitle }),
        range: rangeOf(times, [], 0.03),
        ...(places === undefined ? {} : { places }),
      },
      y: {
        title: spec.axes.y ?? say('meanOf', spec.lang, { name }),
        range: rangeOf(groups.flatMap((g) => g.means.map(([, m]) => m))),
      },
    },
    ({ x, y, area }) => {
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const starts = groups.flatMap((g, i): readonly Mark[] =>
        g.start > first && g.start <= last
          ? [
              line([x(g.start - 0.5), area.top], [x(g.start - 0.5), area.bottom], {
                color: groups.length > 8 ? GREY : lookOf(i).color,
                width: 0.7,
                dash: [2, 3],
              }),
            ]
          : [],
      );
      return [
        ...starts,
        ...groups.map((g, i): Mark => {
          const { color, dot: shape } = lookOf(i);
          const points = g.means.map(([t, m]): Point => [x(t), y(m)]);
          return {
            kind: 'group',
            name: 'series',
            marks: [
              { kind: 'line', points, stroke: { color, width: 1.4 } },
              ...points.map((p) => dot(shape, p, color, { r: 2.6 })),
            ],
          };
        }),
      ];
    },
  );
}
