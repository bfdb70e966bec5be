/** Params of `figure`. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnName, LocalText, means, Params, References } from '../columns/params.ts';
import { Labels, Language } from './table-params.ts';

const FIGURE_KINDS = [
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
const globs = (...meaning: Parameters<typeof means>) =>
  Type.Union([Type.String(), Type.Array(Type.String())], means(...meaning));

export const figureParams = Params({
  kind: Type.Union(
    FIGURE_KINDS.map((k) => Type.Literal(k)),
    means('what is drawn', '图的种类'),
  ),
  from: References(
    'the results; models may stand side by side; a table for trends',
    '结果；多个模型可并列；trends 用表',
  ),
  title: Type.Optional(LocalText('text over the figure', '图题')),
  x_title: Type.Optional(LocalText('title of the horizontal axis, instead of the usual one', '横轴标题，代替默认标题')),
  y_title: Type.Optional(LocalText('title of the vertical axis, instead of the usual one', '纵轴标题，代替默认标题')),
  y: Type.Optional(ColumnName('trends: the column whose means are drawn', 'trends：画其均值的列')),
  by: Type.Optional(
    Type.String(
      means(
        'trends: the column that makes the groups (cohort, treated); weights: indicator or dimension; default cohort, indicator',
        'trends：分组列（批次、处理组）；weights：按指标或维度；默认 cohort、indicator',
      ),
    ),
  ),
  time: Type.Optional(ColumnName("trends: the time; default the panel's", 'trends：时间列；默认为面板的时间')),
  keep: Type.Optional(
    globs(
      'coefficients: terms to draw, globs, in this order; default all but the constant',
      'coefficients：要画的项，可用通配符，按此顺序；默认为常数项以外的全部',
    ),
  ),
  drop: Type.Optional(globs('coefficients: terms not to draw, globs', 'coefficients：不画的项，可用通配符')),
  connect: Type.Optional(
    Type.Boolean({
      default: false,
      ...means('event-study: a line from estimate to estimate', 'event-study：用线连接各估计值'),
    }),
  ),
  notes: Type.Optional(
    Type.Union(
      [
        LocalText('a sentence under the figure', '图下的一句注释'),
        Type.Array(LocalText('a sentence under the figure', '图下的一句注释')),
      ],
      means('sentences under the figure', '图下的注释'),
    ),
  ),
  labels: Type.Optional(Labels),
  lang: Type.Optional(Language),
  width: Type.Optional(
    Type.Number({
      minimum: 160,
      maximum: 4000,
      default: 640,
      ...means('in units of 1/96 inch: 640 is 16.9 cm', '宽度，以 1/96 英寸为单位：640 即 16.9 厘米'),
    }),
  ),
  height: Type.Optional(
    Type.Number({
      minimum: 120,
      maximum: 6000,
      ...means('in the same units; default by what is drawn', '高度，单位相同；默认因图而定'),
    }),
  ),
  dpi: Type.Optional(
    Type.Integer({
      minimum: 36,
      maximum: 1200,
      default: 300,
      ...means('dots to the inch in a png', 'png 的分辨率（每英寸点数）'),
    }),
  ),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], {
      default: ['svg'],
      ...means('files to write', '输出的文件格式'),
    }),
  ),
});

export type FigureParams = Static<typeof figureParams>;
