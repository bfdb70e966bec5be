/** The kinds of figure and the formats of their files. Loaded when a figure is drawn: the font comes with it. */
import { recordOf } from '../columns/record.ts';
import { tableOf } from '../columns/table.ts';
import { type InputValue, type Note, unreachable } from '../contract.ts';
import { type Drawing, textsOf } from './drawing.ts';
import { baconFigure } from './figure-bacon.ts';
import { balanceFigure } from './figure-balance.ts';
import { coefficientsFigure } from './figure-coefficients.ts';
import type { Drawn } from './figure-drawn.ts';
import { eventStudyFigure } from './figure-event-study.ts';
import { honestFigure } from './figure-honest.ts';
import type { FigureFormat } from './figure-params.ts';
import { placeboFigure } from './figure-placebo.ts';
import type { FigureSpec } from './figure-spec.ts';
import { specCurveFigure } from './figure-spec-curve.ts';
import { trendsFigure } from './figure-trends.ts';
import { weightsFigure } from './figure-weights.ts';
import { missingIn } from './lettering.ts';
import { svg } from './svg.ts';

export function drawn(spec: FigureSpec, inputs: readonly InputValue[]): Drawn {
  const records = () => inputs.map(recordOf);
  switch (spec.kind) {
    case 'event-study':
      return eventStudyFigure(records(), spec);
    case 'coefficients':
      return coefficientsFigure(records(), spec);
    case 'placebo':
      return placeboFigure(records(), spec);
    case 'weights':
      return weightsFigure(records(), spec);
    case 'bacon':
      return baconFigure(records(), spec);
    case 'honest':
      return honestFigure(records(), spec);
    case 'spec-curve':
      return specCurveFigure(records(), spec);
    case 'balance':
      return balanceFigure(records(), spec);
    case 'trends':
      return trendsFigure(tableOf(inputs[0] as InputValue), spec);
    default:
      return unreachable(spec.kind);
  }
}

/** Writers of png and pdf are loaded only when such a file is wanted. */
export async function renderFigure(drawing: Drawing, format: FigureFormat, dpi: number): Promise<Uint8Array> {
  switch (format) {
    case 'svg':
      return new TextEncoder().encode(svg(drawing));
    case 'png':
      return (await import('./png.ts')).png(drawing, dpi);
    case 'pdf':
      return (await import('./pdf.ts')).pdf(drawing);
    default:
      return unreachable(format);
  }
}

/** The svg keeps characters that the font lacks; the others cannot. */
export function glyphNotes(drawing: Drawing, formats: readonly FigureFormat[]): readonly Note[] {
  if (formats.every((f) => f === 'svg')) return [];
  const missing = missingIn(textsOf(drawing.marks).join(''));
  return missing.length === 0 ? [] : [{ code: 'CN2820', args: { characters: missing } }];
}
