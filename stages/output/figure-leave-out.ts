/** The estimate without each group in turn, by size, with the names of the groups; a line where that of all rows is. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { COLORS, dot, GREY, INK, line, type Mark, type Point } from './drawing.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { type Drawn, draw } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { termLabel } from './term-label.ts';
import { numberText, rangeOf } from './ticks.ts';
import { say } from './wording.ts';

const [SURE = INK] = COLORS;
/** So many groups have their names, each on a line; of more, those at either end. */
const MOST_NAMES = 60;
const NAMES_AT_AN_END = 12;
const LINE = 15;

interface Group {
  readonly name: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

const groupsOf = (record: Json, spec: FigureSpec): readonly Group[] =>
  recordsOf(fieldsOf(record).rows)
    .map((row) => ({
      name: termLabel(textOf(row.left_out) ?? '', spec.labels, spec.lang),
      estimate: numberOf(row.estimate),
      low: numberOf(row.conf_low),
      high: numberOf(row.conf_high),
      p: numberOf(row.p_value),
    }))
    .filter((group) => Number.isFinite(group.estimate))
    .sort((a, b) => a.estimate - b.estimate);

/** Whether a curve is of groups that were left out. */
export const isLeaveOut = (record: Json): boolean =>
  recordsOf(fieldsOf(record).rows).some((row) => row.left_out !== undefined);

/** Where each group stands, from below: one without a name needs less room. */
function heightsOf(named: readonly boolean[]): readonly number[] {
  let at = 0;
  const step = Math.max(1.5, Math.min(LINE, 400 / named.length));
  return named.map((isNamed, i) => {
    if (i > 0) at += isNamed || named[i - 1] === true ? LINE : step;
    return at;
  });
}

/** The largest estimate on top. */
export function leaveOutFigure(record: Json, spec: FigureSpec): Drawn {
  const groups = groupsOf(record, spec);
  if (groups.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const { full, level } = fieldsOf(record);
  const whole = numberOf(fieldsOf(full).estimate);
  const share = Number.isFinite(numberOf(level)) ? numberOf(level) : 0.95;
  const n = groups.length;
  const isNamed = (i: number): boolean => n <= MOST_NAMES || i < NAMES_AT_AN_END || i >= n - NAMES_AT_AN_END;
  const heights = heightsOf(groups.map((_, i) => isNamed(i)));
  const top = heights.at(-1) ?? 0;
  const places = groups.flatMap(({ name }, i) => (isNamed(i) ? [{ value: heights[i] ?? 0, text: name }] : []));
  const limit = numberText(1 - share, 2);
  const axis = say('withoutGroup', spec.lang, { level: numberText(share * 100, 0) });
  return draw(
    spec,
    {
      height: Math.max(200, 130 + top),
      legend: [
        { text: say('significantPoint', spec.lang, { level: limit }), color: SURE, dot: 'circle' },
        { text: say('otherPoint', spec.lang, { level: limit }), color: GREY, dot: 'circle', hollow: true },
        ...(Number.isFinite(whole)
          ? [{ text: say('fullSample', spec.lang), color: INK, line: true, dash: [5, 3] }]
          : []),
      ],
      x: {
        title: spec.axes.x ?? axis,
        range: rangeOf(
          groups.flatMap((g) => [g.estimate, g.low, g.high]),
          [0, ...(Number.isFinite(whole) ? [whole] : [])],
        ),
      },
      y: {
        title: spec.axes.y ?? say('leftOut', spec.lang),
        range: [-LINE, top + LINE],
        places,
      },
    },
    ({ x, y, area }) => [
      line([x(0), area.top], [x(0), area.bottom], { color: GREY, width: 0.9 }),
      ...(Number.isFinite(whole)
        ? [line([x(whole), area.top], [x(whole), area.bottom], { color: INK, width: 0.9, dash: [5, 3] })]
        : []),
      {
        kind: 'group',
        name: 'series',
        marks: groups.flatMap((group, i): readonly Mark[] => {
          const isSure = group.p < 1 - share;
          const color = isSure ? SURE : GREY;
          const at = (value: number): Point => [x(value), y(heights[i] ?? 0)];
          return [
            ...(Number.isFinite(group.low) && Number.isFinite(group.high)
              ? [line(at(group.low), at(group.high), { color, width: 1.1 })]
              : []),
            dot('circle', at(group.estimate), color, { hollow: !isSure, r: isNamed(i) ? 3 : 1.2 }),
          ];
        }),
      },
    ],
  );
}
