/** Weights of treated cells in a two-way coefficient: over time, a line for each cohort; those under zero turn effects around. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { dot, GREY, line, type Mark, type Point } from './drawing.ts';
import { fieldsOf, recordsOf } from './fields.ts';
import { type Drawn, draw, lookOf } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { numberText, rangeOf } from './ticks.ts';
import { say } from './wording.ts';

interface Cell {
  readonly cohort: string;
  readonly time: number;
  readonly weight: number;
}

const cellsOf = (record: Json): readonly Cell[] =>
  recordsOf(fieldsOf(record).rows).map((row) => ({
    cohort: String(row.cohort ?? ''),
    time: numberOf(row.time),
    weight: numberOf(row.weight),
  }));

/** Whether weights are those of cells by cohort and time, and not of the indicators of an index. */
export const areOfCells = (record: Json): boolean =>
  recordsOf(fieldsOf(record).rows).some((row) => row.cohort !== undefined && row.time !== undefined);

/** "42 of 290 cells weigh negatively, together −0.083". */
function remarkOf(record: Json, spec: FigureSpec): string | undefined {
  const { negative, positive } = fieldsOf(record);
  const [count, others, sum] = [fieldsOf(negative).count, fieldsOf(positive).count, fieldsOf(negative).sum].map(
    numberOf,
  ) as [number, number, number];
  if (!Number.isFinite(count + others + sum)) return undefined;
  const args = { count: numberText(count, 0), cells: numberText(count + others, 0), sum: numberText(sum, 3) };
  return say('negativeWeights', spec.lang, args);
}

export function cellWeightsFigure(record: Json, spec: FigureSpec): Drawn {
  const cells = cellsOf(record).filter((c) => Number.isFinite(c.time) && Number.isFinite(c.weight));
  if (cells.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const cohorts = [...new Set(cells.map((c) => c.cohort))].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const times = [...new Set(cells.map((c) => c.time))].sort((a, b) => a - b);
  const remark = remarkOf(record, spec);
  return draw(
    spec,
    {
      height: 400,
      ...(remark === undefined ? {} : { remark }),
      legend: cohorts.map((value, i) => ({ text: say('treatedFrom', spec.lang, { value }), ...lookOf(i), line: true })),
      x: {
        ...(spec.axes.x === undefined ? {} : { title: spec.axes.x }),
        range: [Math.min(...times) - 0.5, Math.max(...times) + 0.5],
        ...(times.every(Number.isInteger)
          ? { places: times.map((value) => ({ value, text: numberText(value, 0) })) }
          : {}),
      },
      y: {
        title: spec.axes.y ?? say('weight', spec.lang),
        range: rangeOf(
          cells.map((c) => c.weight),
          [0],
        ),
      },
    },
    ({ x, y, area }) => [
      line([area.left, y(0)], [area.right, y(0)], { color: GREY, width: 0.9 }),
      ...cohorts.map((cohort, i): Mark => {
        const { color, dot: shape } = lookOf(i);
        const own = cells.filter((c) => c.cohort === cohort).sort((a, b) => a.time - b.time);
        const points = own.map((c): Point => [x(c.time), y(c.weight)]);
        return {
          kind: 'group',
          name: 'series',
          marks: [
            { kind: 'line', points, stroke: { color, width: 1.2 } },
            ...points.map((p, k) => dot(shape, p, color, { r: 2.8, hollow: (own[k]?.weight ?? 0) < 0 })),
          ],
        };
      }),
    ],
  );
}
