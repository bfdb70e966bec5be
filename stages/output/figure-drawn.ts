/** What the kinds of figure have in common: how a picture comes out, and how series are called. */
import type { Fault, Json } from '../contract.ts';
import { colorAt, type Dot, type Drawing, dotAt, type Mark } from './drawing.ts';
import { errorKind } from './error-kind.ts';
import { estimatorName } from './estimator-name.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { FigureSpec } from './figure-spec.ts';
import { type Frame, type FrameSpec, frame, noteRoom } from './frame.ts';
import { groupLabel, named } from './labels.ts';
import { modelOf } from './model-record.ts';
import { noteLines } from './note-lines.ts';
import { numberText } from './ticks.ts';
import { say } from './wording.ts';

export type Drawn = { readonly drawing: Drawing } | { readonly faults: readonly Fault[] };

/** A series' name in print: its label, its group, its estimator, or its number. */
export function seriesName(spec: FigureSpec, i: number, record: Json): string {
  const given = spec.names[i] ?? '';
  if (given !== '') return given;
  const group = textOf(fieldsOf(record).group);
  if (group !== undefined) return groupLabel(group, spec.labels, spec.lang);
  const estimator = named(estimatorName(record, spec.lang) ?? '', spec.parts[i] ?? '', spec.lang);
  return estimator === '' ? say('modelNumber', spec.lang, { n: String(i + 1) }) : estimator;
}

export interface Look {
  readonly color: string;
  readonly dot: Dot;
}

export const lookOf = (i: number): Look => ({ color: colorAt(i), dot: dotAt(i) });

/** Draws a frame with what `data` makes of its scales between guides and axes. */
export function draw(
  spec: FigureSpec,
  given: Omit<FrameSpec, 'width' | 'height' | 'title' | 'notes'> & {
    readonly height: number;
    /** sentences about the results, before the author's own */
    readonly notes?: readonly string[];
  },
  data: (made: Frame) => readonly Mark[],
): Drawn {
  const notes = [...(given.notes ?? []), ...spec.notes];
  const height = spec.height ?? given.height + noteRoom(notes, spec.width);
  const made = frame({
    ...given,
    width: spec.width,
    height,
    title: spec.title,
    notes,
  });
  const marks: readonly Mark[] = [...made.under, { kind: 'group', name: 'data', marks: data(made) }, ...made.over];
  const title = spec.title.length === 0 ? (given.y.title ?? spec.kind) : spec.title.join(' / ');
  return {
    drawing: { width: spec.width, height, lang: spec.lang, title, marks },
  };
}

/** How the intervals of models were made: one line under the picture, series by series where they differ. */
export function errorNotes(records: readonly Json[], spec: FigureSpec): readonly string[] {
  const kinds = new Map<string, string[]>();
  for (const [i, record] of records.entries()) {
    const kind = errorKind(modelOf(record), spec.labels, spec.lang);
    if (kind !== '') kinds.set(kind, [...(kinds.get(kind) ?? []), seriesName(spec, i, record)]);
  }
  if (kinds.size === 0) return [];
  const sentences = [...kinds].map(([kind, names]) =>
    names.length === records.length
      ? say('errorsAre', spec.lang, { kind })
      : say('errorsOfSeries', spec.lang, { kind, names: names.join(say('listJoin', spec.lang)) }),
  );
  return noteLines(sentences, [], spec.lang);
}

/** "New-quality productivity: effect, 95% CI"; without an outcome "Estimate, 95% CI". */
export function effectTitle(spec: FigureSpec, level: number): string {
  const share = numberText(level * 100, Number.isInteger(Math.round(level * 1e6) / 1e4) ? 0 : 1);
  return spec.outcome === ''
    ? say('estimateAxis', spec.lang, { level: share })
    : say('effectAxis', spec.lang, { level: share, name: spec.outcome });
}
