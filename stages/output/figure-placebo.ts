/** A placebo test: the density of the estimates that chance gives, their p-values, and where the true estimate lies. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { density } from './density.ts';
import { COLORS, GREY, INK, line, type Mark, type Point } from './drawing.ts';
import { fieldsOf, recordsOf } from './fields.ts';
import { type Drawn, draw } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import type { Axis } from './frame.ts';
import type { LegendEntry } from './legend.ts';
import { digitsFor, numberText, rangeOf, type Scale } from './ticks.ts';
import { say } from './wording.ts';

const [CURVE = INK, TRUE = INK, POINTS = INK] = COLORS;
/** The level that is drawn across the p-values. */
const LEVEL = 0.1;

interface Draws {
  readonly estimate: number;
  readonly p: number;
}

export function placeboFigure([record = null]: readonly Json[], spec: FigureSpec): Drawn {
  const fields = fieldsOf(record);
  const draws = recordsOf(fields.rows)
    .map((row): Draws => ({ estimate: numberOf(row.estimate), p: numberOf(row.p_value) }))
    .filter((d) => Number.isFinite(d.estimate));
  const observed = numberOf(fields.observed);
  if (draws.length < 2) return { faults: [error('CE2814', {}, ['from'])] };
  const curve = density(
    draws.map((d) => d.estimate),
    201,
  );
  const hasP = draws.some((d) => Number.isFinite(d.p));
  const right: Axis = { title: say('pValue', spec.lang), range: [0, 1.04] };
  return draw(
    spec,
    {
      height: 400,
      remark: remarkOf(fields, spec),
      legend: legendOf(hasP, observed, spec),
      x: {
        title: spec.axes.x ?? say('placeboAxis', spec.lang),
        range: rangeOf([...curve.map(([x]) => x), ...draws.map((d) => d.estimate)], [observed], 0.03),
      },
      y: {
        title: spec.axes.y ?? say('densityAxis', spec.lang),
        range: [0, 1.06 * Math.max(...curve.map(([, y]) => y))],
      },
      ...(hasP ? { right } : {}),
    },
    ({ x, y, right: yP, area }) => {
      const points = draws.map((d) => drawMark(d, x, yP, area.bottom));
      const path = curve.map(([a, b]): Point => [x(a), y(b)]);
      return [
        ...(hasP
          ? [line([area.left, yP(LEVEL)], [area.right, yP(LEVEL)], { color: GREY, width: 0.8, dash: [2, 2] })]
          : []),
        { kind: 'group', name: 'draws', marks: points },
        { kind: 'line', points: path, stroke: { color: CURVE, width: 1.6 } },
        line([x(observed), area.top], [x(observed), area.bottom], { color: TRUE, width: 1.3, dash: [5, 3] }),
      ];
    },
  );
}

function legendOf(hasP: boolean, observed: number, spec: FigureSpec): readonly LegendEntry[] {
  const value = numberText(observed, digitsFor(observed));
  const level = numberText(LEVEL, 1);
  return [
    { text: say('densityAxis', spec.lang), color: CURVE, line: true },
    ...(hasP
      ? [
          { text: say('drawPValue', spec.lang), color: POINTS, dot: 'circle' as const, hollow: true },
          { text: say('levelLine', spec.lang, { level }), color: GREY, line: true, dash: [2, 2] },
        ]
      : []),
    ...(Number.isFinite(observed)
      ? [{ text: say('trueEstimate', spec.lang, { value }), color: TRUE, line: true, dash: [5, 3] }]
      : []),
  ];
}

/** A draw at its p-value, or a tick at the foot where it has none. */
function drawMark({ estimate, p }: Draws, x: Scale, yP: Scale, bottom: number): Mark {
  if (!Number.isFinite(p)) return line([x(estimate), bottom], [x(estimate), bottom - 6], { color: POINTS, width: 0.5 });
  return {
    kind: 'circle',
    x: x(estimate),
    y: yP(p),
    r: 1.9,
    fill: POINTS,
    opacity: 0.25,
    stroke: { color: POINTS, width: 0.6 },
  };
}

/** "500 draws, p-value 0.012". */
function remarkOf(fields: ReturnType<typeof fieldsOf>, spec: FigureSpec): string {
  const p = numberOf(fields.p_value);
  const n = numberOf(fields.used ?? fields.draws);
  return [
    ...(Number.isFinite(n) ? [say('draws', spec.lang, { n: numberText(n, 0) })] : []),
    ...(Number.isFinite(p) ? [say('placeboPValue', spec.lang, { value: numberText(p, 3) })] : []),
  ].join(spec.lang === 'zh' ? '，' : ', ');
}
