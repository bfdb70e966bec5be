/** Coefficients with their intervals, a line for each term, models side by side. */
import { error, type Json } from '../contract.ts';
import { withDates } from './date-labels.ts';
import { dot, GREY, line, type Mark, type Point } from './drawing.ts';
import { type Drawn, draw, effectTitle, errorNotes, lookOf, seriesName } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { type Model, modelOf } from './model-record.ts';
import { INTERCEPT, termLabel } from './term-label.ts';
import { chooseTerms } from './term-rows.ts';
import { rangeOf, type Scale } from './ticks.ts';

/** How much of a line the models take up together. */
const SPREAD = 0.5;

export function coefficientsFigure(records: readonly Json[], spec: FigureSpec): Drawn {
  const models = records.map(modelOf);
  const labels = withDates(spec.labels, models, { dates: spec.dates, lang: spec.lang });
  const drop = spec.keep.length > 0 ? spec.drop : [...spec.drop, INTERCEPT];
  const chosen = chooseTerms(models, { keep: spec.keep, drop, controls: 'shown' });
  if (chosen.faults.length > 0) return { faults: chosen.faults };
  const names = chosen.shown.filter((name) =>
    models.some((m) => m.terms.some((t) => t.name === name && Number.isFinite(t.estimate))),
  );
  if (names.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  const values = models.flatMap((m) =>
    m.terms.filter((t) => names.includes(t.name)).flatMap((t) => [t.estimate, t.low, t.high]),
  );
  const n = models.length;
  return draw(
    spec,
    {
      height: 96 + names.length * Math.max(24, 13 * n + 10),
      notes: errorNotes(records, spec),
      legend: n === 1 ? [] : models.map((_, i) => ({ text: seriesName(spec, i, records[i] ?? null), ...lookOf(i) })),
      x: { title: spec.axes.x ?? effectTitle(spec, models[0]?.level ?? 0.95), range: rangeOf(values, [0]) },
      y: {
        ...(spec.axes.y === undefined ? {} : { title: spec.axes.y }),
        range: [names.length - 0.4, -0.6],
        places: names.map((name, i) => ({ value: i, text: termLabel(name, labels, spec.lang) })),
        guides: true,
      },
    },
    ({ x, y, area }) => [
      line([x(0), area.top], [x(0), area.bottom], { color: GREY, width: 0.9, dash: [4, 3] }),
      ...models.map((model, i) =>
        seriesMarks(model, i, { names, shift: n === 1 ? 0 : (i / (n - 1) - 0.5) * SPREAD, x, y }),
      ),
    ],
  );
}

interface Places {
  readonly names: readonly string[];
  readonly shift: number;
  readonly x: Scale;
  readonly y: Scale;
}

function seriesMarks(model: Model, i: number, { names, shift, x, y }: Places): Mark {
  const { color, dot: shape } = lookOf(i);
  const marks = names.flatMap((name, row): readonly Mark[] => {
    const term = model.terms.find((t) => t.name === name);
    if (term === undefined || !Number.isFinite(term.estimate)) return [];
    const at = (value: number): Point => [x(value), y(row + shift)];
    const bar = Number.isFinite(term.low) && Number.isFinite(term.high);
    return [
      ...(bar ? [line(at(term.low), at(term.high), { color, width: 1.3 })] : []),
      dot(shape, at(term.estimate), color),
    ];
  });
  return { kind: 'group', name: 'series', marks };
}
