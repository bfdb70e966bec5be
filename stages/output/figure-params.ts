/** Params of `figure`. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnName, LocalText, Params, References } from '../columns/params.ts';
import { Labels, Language } from './table-params.ts';

export const FIGURE_KINDS = [
  'event-study',
  'coefficients',
  'placebo',
  'weights',
  'bacon',
  'honest',
  'spec-curve',
  'balance',
  'trends',
] as const;
export type FigureKind = (typeof FIGURE_KINDS)[number];

export const FIGURE_FORMATS = ['svg', 'png', 'pdf'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

const Format = Type.Union(FIGURE_FORMATS.map((f) => Type.Literal(f)));
const globs = (description: string) => Type.Union([Type.String(), Type.Array(Type.String())], { description });

export const figureParams = Params({
  kind: Type.Union(
    FIGURE_KINDS.map((k) => Type.Literal(k)),
    { description: 'what is drawn' },
  ),
  from: References('the results; models may stand side by side; a table for trends'),
  title: Type.Optional(LocalText('text over the figure')),
  x_title: Type.Optional(LocalText('title of the horizontal axis, instead of the usual one')),
  y_title: Type.Optional(LocalText('title of the vertical axis, instead of the usual one')),
  y: Type.Optional(ColumnName('trends: the column whose means are drawn')),
  by: Type.Optional(
    Type.String({
      description:
        'trends: the column that makes the groups (cohort, treated); weights: indicator or dimension; default cohort, indicator',
    }),
  ),
  time: Type.Optional(ColumnName("trends: the time; default the panel's")),
  keep: Type.Optional(globs('coefficients: terms to draw, globs, in this order; default all but the constant')),
  drop: Type.Optional(globs('coefficients: terms not to draw, globs')),
  connect: Type.Optional(
    Type.Boolean({ default: false, description: 'event-study: a line from estimate to estimate' }),
  ),
  notes: Type.Optional(
    Type.Union([LocalText('a sentence under the figure'), Type.Array(LocalText('a sentence under the figure'))], {
      description: 'sentences under the figure',
    }),
  ),
  labels: Type.Optional(Labels),
  lang: Type.Optional(Language),
  width: Type.Optional(
    Type.Number({ minimum: 160, maximum: 4000, default: 640, description: 'in units of 1/96 inch: 640 is 16.9 cm' }),
  ),
  height: Type.Optional(
    Type.Number({ minimum: 120, maximum: 6000, description: 'in the same units; default by what is drawn' }),
  ),
  dpi: Type.Optional(
    Type.Integer({ minimum: 36, maximum: 1200, default: 300, description: 'dots to the inch in a png' }),
  ),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], { default: ['svg'], description: 'files to write' }),
  ),
});

export type FigureParams = Static<typeof figureParams>;
