/** A Goodman-Bacon decomposition: each comparison's estimate against its weight. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { COMPARISONS } from './comparison-types.ts';
import { dot, GREY, line } from './drawing.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { type Drawn, draw, lookOf } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import type { LegendEntry } from './legend.ts';
import { digitsFor, numberText, rangeOf } from './ticks.ts';
import { say } from './wording.ts';

/** A type keeps its look in every figure. */
const ORDER = Object.keys(COMPARISONS);

/** Dashes of the line at the two-way estimate. */
const TWO_WAY = [5, 3];

interface Part {
  readonly type: string;
  readonly weight: number;
  readonly estimate: number;
}

const typeName = (type: string, spec: FigureSpec): string => {
  const word = Object.hasOwn(COMPARISONS, type) ? COMPARISONS[type] : undefined;
  return word === undefined ? type : say(word, spec.lang);
};

const rank = (type: string): number => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);

/** Each type with its weight in all; the two-way estimate here and not at its line, where points may stand. */
function legendOf(
  types: readonly string[],
  parts: readonly Part[],
  twfe: number,
  spec: FigureSpec,
): readonly LegendEntry[] {
  const shares = types.map((type): LegendEntry => {
    const own = parts.filter((p) => p.type === type);
    const share = numberText(100 * own.reduce((sum, p) => sum + p.weight, 0), 1);
    return { text: say('typeShare', spec.lang, { name: typeName(type, spec), share }), ...lookOf(rank(type)) };
  });
  if (!Number.isFinite(twfe)) return shares;
  const text = say('twoWayEstimate', spec.lang, { value: numberText(twfe, digitsFor(twfe)) });
  return [...shares, { text, color: GREY, line: true, dash: TWO_WAY }];
}

export function baconFigure([record = null]: readonly Json[], spec: FigureSpec): Drawn {
  const fields = fieldsOf(record);
  const parts = recordsOf(fields.rows)
    .map(
      (row): Part => ({ type: textOf(row.type) ?? '', weight: numberOf(row.weight), estimate: numberOf(row.estimate) }),
    )
    .filter((p) => Number.isFinite(p.weight) && Number.isFinite(p.estimate));
  if (parts.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const twfe = numberOf(fields.twfe);
  const types = [...new Set(parts.map((p) => p.type))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return draw(
    spec,
    {
      height: 420,
      legend: legendOf(types, parts, twfe, spec),
      x: {
        title: spec.axes.x ?? say('weight', spec.lang),
        range: rangeOf(
          parts.map((p) => p.weight),
          [0],
        ),
      },
      y: {
        title: spec.axes.y ?? say('twoByTwo', spec.lang),
        range: rangeOf(
          parts.map((p) => p.estimate),
          Number.isFinite(twfe) ? [0, twfe] : [0],
        ),
      },
    },
    ({ x, y, area }) => [
      line([area.left, y(0)], [area.right, y(0)], { color: GREY, width: 0.9 }),
      ...(Number.isFinite(twfe)
        ? [line([area.left, y(twfe)], [area.right, y(twfe)], { color: GREY, width: 1, dash: TWO_WAY })]
        : []),
      ...types.map((type) => ({
        kind: 'group' as const,
        name: 'series',
        marks: parts
          .filter((p) => p.type === type)
          .map((p) =>
            dot(lookOf(rank(type)).dot, [x(p.weight), y(p.estimate)], lookOf(rank(type)).color, { hollow: false }),
          ),
      })),
    ],
  );
}
