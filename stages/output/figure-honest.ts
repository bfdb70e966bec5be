/** How far an effect survives violations of parallel trends: a robust interval for each size of violation, and the original one. */
import { numberOf } from '../columns/record.ts';
import { error, type Json } from '../contract.ts';
import { dot, GREY, INK, line, type Mark, type Point } from './drawing.ts';
import { fieldsOf, recordsOf, textOf } from './fields.ts';
import { type Drawn, draw, lookOf } from './figure-drawn.ts';
import type { FigureSpec } from './figure-spec.ts';
import { numberText, rangeOf } from './ticks.ts';
import { say } from './wording.ts';

interface Interval {
  readonly m: number;
  readonly low: number;
  readonly high: number;
}

interface Bounds {
  readonly name: string;
  readonly intervals: readonly Interval[];
}

const METHODS: ReadonlyMap<string | undefined, 'smoothness' | 'relativeSmoothness'> = new Map([
  ['smoothness', 'smoothness'],
  ['relative-smoothness', 'relativeSmoothness'],
] as const);

const isSmooth = (record: Json): boolean => textOf(fieldsOf(record).method) === 'smoothness';

function boundsOf(record: Json, i: number, spec: FigureSpec): Bounds {
  const method = say(METHODS.get(textOf(fieldsOf(record).method)) ?? 'relativeMagnitudes', spec.lang);
  const given = spec.names[i] ?? '';
  const intervals = recordsOf(fieldsOf(record).rows)
    .map((row) => ({ m: numberOf(row.m), low: numberOf(row.low), high: numberOf(row.high) }))
    .filter((v) => [v.m, v.low, v.high].every(Number.isFinite));
  return { name: given === '' ? method : given, intervals };
}

/** As few decimals as tell the values apart. */
function textsOf(values: readonly number[]): readonly string[] {
  for (let digits = 0; digits < 4; digits++) {
    const texts = values.map((v) => numberText(v, digits));
    if (values.every((v, i) => Math.abs(v - Number(texts[i]?.replace('−', '-'))) <= 1e-9 * Math.abs(v))) return texts;
  }
  return values.map((v) => numberText(v, 4));
}

export function honestFigure(records: readonly Json[], spec: FigureSpec): Drawn {
  const all = records.map((record, i) => boundsOf(record, i, spec));
  const own = fieldsOf(fieldsOf(records[0] ?? null).original);
  const original = { estimate: numberOf(own.estimate), low: numberOf(own.low), high: numberOf(own.high) };
  const values = all.flatMap((b) => b.intervals.flatMap((v) => [v.low, v.high]));
  if (values.length === 0) return { faults: [error('CE2814', {}, ['from'])] };
  if (new Set(records.map(isSmooth)).size > 1) return { faults: [error('CE2844', {}, ['from'])] };
  const sizes = [...new Set(all.flatMap((b) => b.intervals.map((v) => v.m)))].sort((a, b) => a - b);
  const texts = textsOf(sizes);
  const level = numberOf(fieldsOf(records[0] ?? null).level);
  const sizeWord = isSmooth(records[0] ?? null) ? 'smoothnessAxis' : 'relativeAxis';
  const effect = spec.outcome === '' ? 'intervalAxis' : 'effectAxis';
  const share = numberText(100 * (Number.isFinite(level) ? level : 0.95), 0);
  return draw(
    spec,
    {
      height: 400,
      legend: [
        { text: say('originalInterval', spec.lang), color: INK, dot: 'square', line: true },
        ...all.map((b, i) => ({ text: b.name, color: lookOf(i).color, line: true })),
      ],
      x: {
        title: spec.axes.x ?? say(sizeWord, spec.lang),
        range: [-1.7, sizes.length - 0.3],
        places: [
          { value: -1, text: say('originalPlace', spec.lang) },
          ...sizes.map((_, i) => ({ value: i, text: texts[i] ?? '' })),
        ],
      },
      y: {
        title: spec.axes.y ?? say(effect, spec.lang, { level: share, name: spec.outcome }),
        range: rangeOf([...values, original.low, original.high], [0]),
      },
    },
    ({ x, y, area }) => {
      const bar = (at: number, { low, high }: Pick<Interval, 'low' | 'high'>, color: string): readonly Mark[] => {
        const p = (v: number): Point => [x(at), y(v)];
        const cap = (v: number) => line([x(at) - 4, y(v)], [x(at) + 4, y(v)], { color, width: 1.6 });
        return [line(p(low), p(high), { color, width: 1.8 }), cap(low), cap(high)];
      };
      const shift = (i: number): number => (all.length === 1 ? 0 : (i / (all.length - 1) - 0.5) * 0.36);
      return [
        line([area.left, y(0)], [area.right, y(0)], { color: GREY, width: 0.9 }),
        ...(Number.isFinite(original.low)
          ? [...bar(-1, original, INK), dot('square', [x(-1), y(original.estimate)], INK)]
          : []),
        ...all.map((b, i) => ({
          kind: 'group' as const,
          name: 'series',
          marks: b.intervals.flatMap((v) => bar(sizes.indexOf(v.m) + shift(i), v, lookOf(i).color)),
        })),
      ];
    },
  );
}
