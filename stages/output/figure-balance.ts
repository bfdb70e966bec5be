/** Balance of covariates before and after matching (a "love plot"). */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { COLORS, dot, GREY, line, type Mark } from './drawing.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { type Drawn, draw } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { termLabel } from './term-label.ts';
import { rangeOf } from './ticks.ts';
import { say } from './wording.ts';

const [AFTER = GREY, BEFORE = GREY] = COLORS;
/** Standardized differences under a tenth pass for balanced (Austin 2009, Stat. Med. 28, 3083–3107). */
const BALANCED = 0.1;

export function balanceFigure([record = null]: readonly Json[], spec: FigureSpec): Drawn {
  const rows = recordsOf(fieldsOf(record).rows)
    .map((row) => ({
      name: textOf(row.variable) ?? '',
      before: 100 * numberOf(row.bias_before),
      after: 100 * numberOf(row.bias_after),
    }))
    .filter((r) => Number.isFinite(r.before) || Number.isFinite(r.after))
    .sort((a, b) => Math.abs(b.before) - Math.abs(a.before));
  if (rows.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const limit = 100 * BALANCED;
  return draw(
    spec,
    {
      height: 100 + 24 * rows.length,
      legend: [
        { text: say('beforeMatching', spec.lang), color: BEFORE, dot: 'diamond', hollow: true },
        { text: say('afterMatching', spec.lang), color: AFTER, dot: 'circle' },
      ],
      x: {
        title: spec.axes.x ?? say('biasAxis', spec.lang),
        range: rangeOf(
          rows.flatMap((r) => [r.before, r.after]),
          [0, -1.2 * limit, 1.2 * limit],
        ),
      },
      y: {
        ...(spec.axes.y === undefined ? {} : { title: spec.axes.y }),
        range: [rows.length - 0.4, -0.6],
        places: rows.map((r, value) => ({ value, text: termLabel(r.name, spec.labels, spec.lang) })),
        guides: true,
      },
    },
    ({ x, y, area }) => [
      line([x(0), area.top], [x(0), area.bottom], { color: GREY, width: 0.9 }),
      ...[-limit, limit].map((v) =>
        line([x(v), area.top], [x(v), area.bottom], { color: GREY, width: 0.8, dash: [3, 3] }),
      ),
      ...rows.flatMap((r, i): readonly Mark[] => [
        ...(Number.isFinite(r.before) ? [dot('diamond', [x(r.before), y(i)], BEFORE, { hollow: true })] : []),
        ...(Number.isFinite(r.after) ? [dot('circle', [x(r.after), y(i)], AFTER)] : []),
      ]),
    ],
  );
}
