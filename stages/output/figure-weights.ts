/** Weights of the indicators of an index: bars by indicator or by dimension; year by year, stacked. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { colorAt, rectangle } from './drawing.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { areOfCells, cellWeightsFigure } from './figure-cell-weights.ts';
import { type Drawn, draw } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { label } from './frame.ts';
import { termLabel } from './term-label.ts';
import { numberText, ticksIn } from './ticks.ts';
import { say } from './wording.ts';

interface Weight {
  readonly indicator: string;
  readonly dimension: string;
  readonly group: string;
  readonly weight: number;
}

interface Bar {
  readonly name: string;
  readonly dimension: string;
  readonly value: number;
}

function weightsOf(record: Json): readonly Weight[] {
  return recordsOf(fieldsOf(record).rows)
    .map((row) => ({
      indicator: textOf(row.indicator) ?? '',
      dimension: textOf(row.dimension) ?? '',
      group: row.group === undefined || row.group === null ? '' : String(row.group),
      weight: numberOf(row.weight),
    }))
    .filter((w) => Number.isFinite(w.weight));
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function barsOf(weights: readonly Weight[], by: string): readonly Bar[] {
  if (by !== 'dimension') return weights.map((w) => ({ name: w.indicator, dimension: w.dimension, value: w.weight }));
  return unique(weights.map((w) => w.dimension)).map((name) => ({
    name,
    dimension: name,
    value: weights.reduce((sum, w) => sum + (w.dimension === name ? w.weight : 0), 0),
  }));
}

export function weightsFigure([record = null]: readonly Json[], spec: FigureSpec): Drawn {
  if (areOfCells(record)) return cellWeightsFigure(record, spec);
  const weights = weightsOf(record);
  if (weights.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  if (spec.by === 'dimension' && weights.every((w) => w.dimension === ''))
    return { faults: [error('CE2843', {}, ['by'])] };
  const groups = unique(weights.map((w) => w.group));
  return groups.length > 1 ? stacked(weights, groups, spec) : lying(barsOf(weights, spec.by), spec);
}

/** One group: lying bars, for indicators have long names. */
function lying(bars: readonly Bar[], spec: FigureSpec): Drawn {
  const dimensions = unique(bars.map((b) => b.dimension)).filter((d) => d !== '');
  const colorOf = (bar: Bar): string => colorAt(Math.max(0, dimensions.indexOf(bar.dimension)));
  const most = Math.max(...bars.map((b) => b.value));
  const digits = Math.max(3, ticksIn([0, most], 5).digits + 1);
  const isByDimension = spec.by === 'dimension';
  return draw(
    spec,
    {
      height: 84 + 26 * bars.length,
      legend:
        dimensions.length < 2 || isByDimension
          ? []
          : dimensions.map((d, i) => ({ text: termLabel(d, spec.labels, spec.lang), color: colorAt(i), bar: true })),
      x: { title: spec.axes.x ?? say('weight', spec.lang), range: [0, most * 1.14] },
      y: {
        ...(spec.axes.y === undefined ? {} : { title: spec.axes.y }),
        range: [bars.length - 0.4, -0.6],
        places: bars.map((b, i) => ({ value: i, text: termLabel(b.name, spec.labels, spec.lang) })),
      },
    },
    ({ x, y }) => {
      const half = Math.abs(y(0.33) - y(0));
      return bars.flatMap((bar, i) => [
        rectangle(x(0), y(i) - half, x(bar.value) - x(0), 2 * half, colorOf(bar)),
        label(numberText(bar.value, digits), [x(bar.value) + 5, y(i) + 4], 'start', { size: 10.5 }),
      ]);
    },
  );
}

/** Weights of each group (each year), one column a group. */
function stacked(weights: readonly Weight[], groups: readonly string[], spec: FigureSpec): Drawn {
  const isByDimension = spec.by === 'dimension' || weights.every((w) => w.dimension !== '');
  const parts = unique(weights.map((w) => (isByDimension ? w.dimension : w.indicator)));
  const weightOf = (group: string, part: string): number =>
    weights.reduce(
      (sum, w) => sum + (w.group === group && (isByDimension ? w.dimension : w.indicator) === part ? w.weight : 0),
      0,
    );
  const totals = groups.map((g) => parts.reduce((sum, p) => sum + weightOf(g, p), 0));
  return draw(
    spec,
    {
      height: 400,
      legend: parts.map((p, i) => ({ text: termLabel(p, spec.labels, spec.lang), color: colorAt(i), bar: true })),
      x: {
        ...(spec.axes.x === undefined ? {} : { title: spec.axes.x }),
        range: [-0.6, groups.length - 0.4],
        places: groups.map((text, value) => ({ value, text })),
      },
      y: { title: spec.axes.y ?? say('weight', spec.lang), range: [0, 1.03 * Math.max(...totals)] },
    },
    ({ x, y }) => {
      const half = Math.abs(x(0.36) - x(0));
      return groups.flatMap((group, g) => {
        let below = 0;
        return parts.map((part, i) => {
          const value = weightOf(group, part);
          const from = below;
          below += value;
          return rectangle(x(g) - half, y(below), 2 * half, y(from) - y(below), colorAt(i));
        });
      });
    },
  );
}
