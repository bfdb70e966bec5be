/** The frame of a plot: title, legend, axes, and the room that is left for the data. */
import { type Anchor, INK, line, type Mark, PALE } from './drawing.ts';
import { LEGEND_LINE, type LegendEntry, legend, legendLines } from './legend.ts';
import { widthOf, wrapped } from './lettering.ts';
import { numberText, type Range, type Scale, scaleOf, ticksIn } from './ticks.ts';

export interface Axis {
  readonly title?: string;
  readonly range: Range;
  /** places with texts of their own; round numbers where absent */
  readonly places?: readonly { readonly value: number; readonly text: string }[];
  /** pale lines across the plot at each place */
  readonly guides?: boolean;
}

export interface FrameSpec {
  readonly width: number;
  readonly height: number;
  readonly title: readonly string[];
  /** a line in smaller letters under the title */
  readonly remark?: string;
  readonly legend: readonly LegendEntry[];
  readonly x: Axis;
  readonly y: Axis;
  /** a second vertical axis, on the right */
  readonly right?: Axis;
  /** room kept free under the plot and its axis, for more of the picture */
  readonly foot?: number;
  /** least room on the left */
  readonly side?: number;
  /** sentences under the picture */
  readonly notes: readonly string[];
}

export interface Frame {
  readonly area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: Scale;
  readonly y: Scale;
  readonly right: Scale;
  /** title, legend and guides, which lie under the data, and the axes, which lie over it */
  readonly under: readonly Mark[];
  readonly over: readonly Mark[];
}

const TICK_SIZE = 11;
const TITLE_SIZE = 12;
const CAPTION_SIZE = 13.5;
const CAPTION_LINE = 19;
const TICK = 4;
const REMARK_LINE = 16;
const NOTE_SIZE = 10;
const NOTE_LINE = 14;
const MARGIN = 12;
const AXIS = { color: INK, width: 0.9 };

export const label = (
  text: string,
  at: readonly [number, number],
  anchor: Anchor,
  options: { size?: number; color?: string; upright?: true } = {},
): Mark => ({
  kind: 'text',
  x: at[0],
  y: at[1],
  text,
  size: options.size ?? TICK_SIZE,
  anchor,
  color: options.color ?? INK,
  ...(options.upright === undefined ? {} : { upright: options.upright }),
});

type Places = readonly { readonly value: number; readonly text: string }[];

function placesOf(axis: Axis, about: number): Places {
  if (axis.places !== undefined) return axis.places;
  const { values, digits } = ticksIn(axis.range, about);
  return values.map((value) => ({ value, text: numberText(value, digits) }));
}

const widest = (places: Places): number => Math.max(0, ...places.map((p) => widthOf(p.text, TICK_SIZE)));

/** Every second, third, … place when the texts would run into one another. */
function thinned(places: Places, scale: Scale): Places {
  const room = (step: number): boolean =>
    places
      .filter((_, i) => i % step === 0)
      .every((p, i, kept) => {
        const next = kept[i + 1];
        if (next === undefined) return true;
        const need = (widthOf(p.text, TICK_SIZE) + widthOf(next.text, TICK_SIZE)) / 2 + 5;
        return Math.abs(scale(next.value) - scale(p.value)) >= need;
      });
  let step = 1;
  while (step < places.length && !room(step)) step++;
  return places.filter((_, i) => i % step === 0);
}

const noteLinesOf = (notes: readonly string[], width: number): readonly string[] =>
  notes.flatMap((text) => wrapped(text, NOTE_SIZE, width - 2 * MARGIN));

/** Height that notes take up under a picture. */
export function noteRoom(notes: readonly string[], width: number): number {
  const lines = noteLinesOf(notes, width).length;
  return lines === 0 ? 0 : lines * NOTE_LINE + 10;
}

export function frame(spec: FrameSpec): Frame {
  const legendRows = legendLines(spec.legend, spec.width - 2 * MARGIN);
  const caption = spec.title.length * CAPTION_LINE + (spec.remark === undefined ? 0 : REMARK_LINE);
  const top = MARGIN + caption + (legendRows.length > 0 ? legendRows.length * LEGEND_LINE + 6 : 0) + 4;
  const notes = noteLinesOf(spec.notes, spec.width);
  const end = spec.height - noteRoom(spec.notes, spec.width);
  const bottom =
    end - (spec.foot ?? 0) - MARGIN - TICK - TICK_SIZE * 1.35 - (spec.x.title === undefined ? 0 : TITLE_SIZE * 1.55);
  const yPlaces = placesOf(spec.y, (bottom - top) / 48);
  const rightPlaces = spec.right === undefined ? [] : placesOf(spec.right, (bottom - top) / 48);
  const side = (axis: Axis | undefined, places: Places): number =>
    axis === undefined ? 0 : widest(places) + TICK + 4 + (axis.title === undefined ? 0 : TITLE_SIZE * 1.6);
  const left = MARGIN + Math.max(spec.side ?? 0, side(spec.y, yPlaces));
  const right = spec.width - MARGIN - (spec.right === undefined ? 6 : side(spec.right, rightPlaces));
  const x = scaleOf(spec.x.range, [left, right]);
  const y = scaleOf(spec.y.range, [bottom, top]);
  const scaleRight = spec.right === undefined ? y : scaleOf(spec.right.range, [bottom, top]);
  const xPlaces = thinned(placesOf(spec.x, (right - left) / 70), x);
  const area = { left, right, top, bottom };
  const middle = (left + right) / 2;
  const captions = spec.title.map((text, i) =>
    label(text, [spec.width / 2, MARGIN + CAPTION_SIZE * 0.9 + i * CAPTION_LINE], 'middle', { size: CAPTION_SIZE }),
  );
  const remark: readonly Mark[] =
    spec.remark === undefined
      ? []
      : [label(spec.remark, [spec.width / 2, MARGIN + caption - 5], 'middle', { size: 10.5, color: '#4a4a4a' })];
  const guide = { color: PALE, width: 0.7 };
  return {
    area,
    x,
    y,
    right: scaleRight,
    under: [
      { kind: 'group', name: 'title', marks: [...captions, ...remark] },
      ...(legendRows.length === 0
        ? []
        : [legend(legendRows, { left, right, y: MARGIN + caption + 9, room: [MARGIN, spec.width - MARGIN] })]),
      ...(spec.x.guides === true ? xPlaces.map((p) => line([x(p.value), top], [x(p.value), bottom], guide)) : []),
      ...(spec.y.guides === true ? yPlaces.map((p) => line([left, y(p.value)], [right, y(p.value)], guide)) : []),
    ],
    over: [
      xAxis(spec.x, xPlaces, { x, area, middle, height: end }),
      yAxis('axis-y', spec.y, yPlaces, { y, at: left, out: -1, area }),
      ...(spec.right === undefined
        ? []
        : [yAxis('axis-right', spec.right, rightPlaces, { y: scaleRight, at: right, out: 1, area })]),
      {
        kind: 'group',
        name: 'notes',
        marks: notes.map((text, i) => label(text, [MARGIN, end + 8 + i * NOTE_LINE], 'start', { size: NOTE_SIZE })),
      },
    ],
  };
}

function xAxis(
  axis: Axis,
  places: Places,
  { x, area, middle, height }: { x: Scale; area: Frame['area']; middle: number; height: number },
): Mark {
  const { left, right, bottom } = area;
  return {
    kind: 'group',
    name: 'axis-x',
    marks: [
      line([left, bottom], [right, bottom], AXIS),
      ...places.flatMap((p) => [
        line([x(p.value), bottom], [x(p.value), bottom + TICK], AXIS),
        label(p.text, [x(p.value), bottom + TICK + TICK_SIZE * 1.1], 'middle'),
      ]),
      ...(axis.title === undefined
        ? []
        : [label(axis.title, [middle, height - MARGIN], 'middle', { size: fitting(axis.title, right - left) })]),
    ],
  };
}

/** The size of an axis' title, smaller when it is longer than the axis. */
const fitting = (text: string, room: number): number =>
  Math.max(8, Math.min(TITLE_SIZE, (TITLE_SIZE * room) / widthOf(text, TITLE_SIZE)));

function yAxis(
  name: string,
  axis: Axis,
  places: Places,
  { y, at, out, area }: { y: Scale; at: number; out: 1 | -1; area: Frame['area'] },
): Mark {
  const end = at + out * TICK;
  const titleAt = at + out * (TICK + 4 + widest(places) + TITLE_SIZE * (out === 1 ? 1.35 : 0.6));
  return {
    kind: 'group',
    name,
    marks: [
      line([at, area.top], [at, area.bottom], AXIS),
      ...places.flatMap((p) => [
        line([at, y(p.value)], [end, y(p.value)], AXIS),
        label(p.text, [end + out * 4, y(p.value) + TICK_SIZE * 0.36], out === 1 ? 'start' : 'end'),
      ]),
      ...(axis.title === undefined
        ? []
        : [
            label(axis.title, [titleAt, (area.top + area.bottom) / 2], 'middle', {
              size: fitting(axis.title, area.bottom - area.top),
              upright: true,
            }),
          ]),
    ],
  };
}
