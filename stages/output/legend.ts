/** What stands for what, in lines over the plot. */
import { type Dot, dot, INK, line, type Mark, rectangle } from './drawing.ts';
import { widthOf } from './lettering.ts';

export interface LegendEntry {
  readonly text: string;
  readonly color: string;
  readonly dot?: Dot;
  readonly hollow?: boolean;
  /** a line, with these dashes */
  readonly dash?: readonly number[];
  readonly line?: boolean;
  /** a bar of the colour */
  readonly bar?: boolean;
}

const SIZE = 11;
const SWATCH = 20;
const GAP = 5;
const BETWEEN = 18;
export const LEGEND_LINE = 17;

const widthOfEntry = (entry: LegendEntry): number => SWATCH + GAP + widthOf(entry.text, SIZE);

/** Entries line by line, as many as fit. */
export function legendLines(entries: readonly LegendEntry[], width: number): readonly (readonly LegendEntry[])[] {
  const lines: LegendEntry[][] = [];
  let used = 0;
  for (const entry of entries) {
    const own = widthOfEntry(entry);
    const last = lines.at(-1);
    if (last === undefined || used + BETWEEN + own > width) {
      lines.push([entry]);
      used = own;
    } else {
      last.push(entry);
      used += BETWEEN + own;
    }
  }
  return lines;
}

function swatch(entry: LegendEntry, x: number, y: number): readonly Mark[] {
  if (entry.bar === true) return [rectangle(x + 4, y - 4.5, 12, 9, entry.color)];
  const rule: readonly Mark[] =
    entry.line === true
      ? [
          line([x, y], [x + SWATCH, y], {
            color: entry.color,
            width: 1.4,
            ...(entry.dash === undefined ? {} : { dash: entry.dash }),
          }),
        ]
      : [];
  const point: readonly Mark[] =
    entry.dot === undefined
      ? []
      : [dot(entry.dot, [x + SWATCH / 2, y], entry.color, { hollow: entry.hollow === true })];
  return [...rule, ...point];
}

/** @param at left and right end of the plot, the middle of the first line, and the room of the whole picture */
export function legend(
  lines: readonly (readonly LegendEntry[])[],
  at: { readonly left: number; readonly right: number; readonly y: number; readonly room: readonly [number, number] },
): Mark {
  const marks = lines.flatMap((entries, row) => {
    const y = at.y + row * LEGEND_LINE;
    const width = entries.reduce((sum, e) => sum + widthOfEntry(e), BETWEEN * (entries.length - 1));
    // over the plot where it fits there, else as far left as the picture allows
    let x = Math.max(at.room[0], Math.min((at.left + at.right - width) / 2, at.room[1] - width));
    return entries.flatMap((entry): readonly Mark[] => {
      const start = x;
      x += widthOfEntry(entry) + BETWEEN;
      return [
        ...swatch(entry, start, y),
        {
          kind: 'text',
          x: start + SWATCH + GAP,
          y: y + SIZE * 0.36,
          text: entry.text,
          size: SIZE,
          anchor: 'start',
          color: INK,
        },
      ];
    });
  });
  return { kind: 'group', name: 'legend', marks };
}
