/** A specification curve: the estimates of all models in order, and under each the choices that made it. */
import { numberOf } from '../columns/record.ts';
import { error, type Json, type JsonRecord } from '../contract.ts';
import { AXES, choiceText } from './choice-text.ts';
import { COLORS, GREY, INK, line, type Mark, PALE } from './drawing.ts';
import { fieldsOf, itemsOf, recordsOf, textOf } from './fields.ts';
import { type Drawn, draw, effectTitle } from './figure-drawn.ts';
import { isLeaveOut, leaveOutFigure } from './figure-leave-out.ts';
import type { FigureSpec } from './figure-spec.ts';
import { label } from './frame.ts';
import { widthOf } from './lettering.ts';
import { numberText, rangeOf, type Scale } from './ticks.ts';
import { say } from './wording.ts';

const [SURE = INK] = COLORS;
const LINE = 15;
const SIZE = 10.5;

interface Point {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  readonly row: JsonRecord;
}

/** A line of the matrix: an axis' name, one of its choices, or a member that choices are made of. */
type Line = { readonly axis: string; readonly text: string; readonly choice?: string; readonly isMember?: boolean };

function linesOf(record: Json, spec: FigureSpec): readonly Line[] {
  return recordsOf(fieldsOf(record).axes).flatMap((axis): readonly Line[] => {
    const param = textOf(axis.param) ?? '';
    const word = Object.hasOwn(AXES, param) ? AXES[param] : undefined;
    // all subsets of some columns: a line for each column says more than one for each subset
    const members = itemsOf(axis.members).flatMap((c) => textOf(c) ?? []);
    const isMember = members.length > 0;
    const choices = isMember ? members : itemsOf(axis.choices).flatMap((c) => textOf(c) ?? []);
    return [
      { axis: param, text: word === undefined ? param : say(word, spec.lang) },
      ...choices.map((choice) => ({ axis: param, choice, isMember, text: choiceText(choice, spec.labels, spec.lang) })),
    ];
  });
}

/** Whether all models explain the same column. */
const hasOneOutcome = (record: Json): boolean =>
  recordsOf(fieldsOf(record).axes).every((axis) => axis.param !== 'y' || itemsOf(axis.choices).length < 2);

const INDENT = 8;

export function specCurveFigure([record = null]: readonly Json[], spec: FigureSpec): Drawn {
  if (isLeaveOut(record)) return leaveOutFigure(record, spec);
  const points = pointsOf(record);
  if (points.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const lines = linesOf(record, spec);
  const level = numberOf(fieldsOf(record).level);
  const share = Number.isFinite(level) ? level : 0.95;
  const limit = numberText(1 - share, 2);
  const n = points.length;
  const foot = lines.length * LINE - 8;
  return draw(
    spec,
    {
      height: 320 + foot,
      foot,
      side: Math.max(0, ...lines.map((l) => widthOf(l.text, SIZE) + (l.choice === undefined ? 0 : INDENT))) + 10,
      legend: [
        { text: say('significantPoint', spec.lang, { level: limit }), color: SURE, dot: 'circle' },
        { text: say('otherPoint', spec.lang, { level: limit }), color: GREY, dot: 'circle', hollow: true },
      ],
      x: { title: spec.axes.x ?? say('modelsAxis', spec.lang, { n: numberText(n, 0) }), range: [-1, n], places: [] },
      y: {
        title: spec.axes.y ?? effectTitle(hasOneOutcome(record) ? spec : { ...spec, outcome: '' }, share),
        range: rangeOf(
          points.flatMap((p) => [p.estimate, p.low, p.high]),
          [0],
        ),
      },
    },
    ({ x, y, area }) => {
      const r = Math.max(0.8, Math.min(3, ((area.right - area.left) / n) * 0.38));
      const isSure = (p: Point): boolean => p.p < 1 - share;
      return [
        line([area.left, y(0)], [area.right, y(0)], { color: GREY, width: 0.9 }),
        ...points.flatMap((p, i) => estimateMarks(p, x(i), y, r, isSure(p))),
        {
          kind: 'group',
          name: 'choices',
          marks: matrix(lines, points, { x, r, left: area.left, right: area.right, top: area.bottom + 12, isSure }),
        },
      ];
    },
  );
}

/** Models that have an estimate, the smallest first. */
const pointsOf = (record: Json): readonly Point[] =>
  recordsOf(fieldsOf(record).rows)
    .map(
      (row): Point => ({
        row,
        estimate: numberOf(row.estimate),
        low: numberOf(row.conf_low),
        high: numberOf(row.conf_high),
        p: numberOf(row.p_value),
      }),
    )
    .filter((p) => Number.isFinite(p.estimate))
    .sort((a, b) => a.estimate - b.estimate);

/** An estimate on its interval, if it has one. */
function estimateMarks(
  { estimate, low, high }: Point,
  x: number,
  y: Scale,
  r: number,
  isSure: boolean,
): readonly Mark[] {
  const color = isSure ? SURE : GREY;
  const hasInterval = Number.isFinite(low) && Number.isFinite(high);
  return [
    ...(hasInterval ? [line([x, y(low)], [x, y(high)], { color, width: Math.min(1, r * 0.5) })] : []),
    {
      kind: 'circle',
      x,
      y: y(estimate),
      r,
      fill: isSure ? SURE : '#ffffff',
      stroke: { color, width: Math.min(1, r * 0.4) },
    },
  ];
}

/** Whether a model's choice is that of the line, or holds the line's member. */
function chosen({ choice = '', isMember = false }: Line, text = ''): boolean {
  if (!isMember) return text === choice;
  const parts = text.split(' + ');
  return choice.split(' + ').every((part) => parts.includes(part));
}

interface MatrixPlace {
  readonly x: Scale;
  readonly r: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly isSure: (p: Point) => boolean;
}

function matrix(
  lines: readonly Line[],
  points: readonly Point[],
  { x, r, left, right, top, isSure }: MatrixPlace,
): readonly Mark[] {
  return lines.flatMap((entry, row): readonly Mark[] => {
    const at = top + row * LINE;
    if (entry.choice === undefined) return [label(entry.text, [12, at + 4], 'start', { size: SIZE, color: INK })];
    return [
      label(entry.text, [12 + INDENT, at + 4], 'start', { size: SIZE, color: '#4a4a4a' }),
      line([left, at], [right, at], { color: PALE, width: 0.5 }),
      ...points.flatMap((p, i): readonly Mark[] =>
        chosen(entry, textOf(p.row[entry.axis]))
          ? [{ kind: 'circle', x: x(i), y: at, r: Math.min(r, 2.4), fill: isSure(p) ? SURE : GREY }]
          : [],
      ),
    ];
  });
}
