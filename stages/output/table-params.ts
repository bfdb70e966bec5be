/** Params of `table`. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, means, Params, References } from '../columns/params.ts';
import { TABLE_FORMATS } from './render-table.ts';

export const Language = Type.Union([Type.Literal('en'), Type.Literal('zh'), Type.Literal('both')], {
  default: 'en',
  ...means(
    'language; both: captions in English and Chinese, the rest in Chinese',
    '语言；both：题名中英文对照，其余为中文',
  ),
});

export const Labels = Type.Record(
  Type.String(),
  LocalText('the name in print', '显示名称'),
  means(
    'names in print by term, column or field; they go before the labels of the pipeline',
    '显示名称，按项、列或字段；优先于流程中的 labels',
  ),
);

const globs = (...meaning: Parameters<typeof means>) =>
  Type.Union([Type.String(), Type.Array(Type.String())], means(...meaning));

const Format = Type.Union(TABLE_FORMATS.map((f) => Type.Literal(f)));

const Header = Type.Union([
  LocalText('text over one column', '一列上方的文字'),
  Type.Object(
    {
      text: LocalText('text over several columns', '跨多列的文字'),
      span: Type.Integer({ minimum: 1, ...means('how many columns', '跨几列') }),
    },
    { additionalProperties: false },
  ),
]);

export const tableParams = Params({
  columns: References(
    'models, one column each; or summaries, weights, effects, tests, comparisons',
    '模型，每个一列；或描述统计、权重、效应、检验、比较',
  ),
  tests: Type.Optional(
    References(
      'tests between the models, a p-value row in the foot (heterogeneity)',
      '模型之间的检验（heterogeneity），在表尾印一行 p 值',
    ),
  ),
  rows: Type.Optional(
    globs(
      'models: rows of the foot, in order (tests, controls, effects, clusters, nobs, df_residual, singletons, r2, adj_r2, within_r2, rmse, sigma, f, mean_outcome, first_stage_f, effective_f, kleibergen_paap, cragg_donald, sargan, hansen, wu_hausman, pretrend); other results: the fields to print',
      '模型表：表尾各行，按此顺序（tests、controls、effects、clusters、nobs、df_residual、singletons、r2、adj_r2、within_r2、rmse、sigma、f、mean_outcome、first_stage_f、effective_f、kleibergen_paap、cragg_donald、sargan、hansen、wu_hausman、pretrend）；其他结果：要印的字段',
    ),
  ),
  stat: Type.Optional(
    Type.Union(
      ['t', 'se', 'p', 'ci'].map((s) => Type.Literal(s)),
      means('what stands in brackets; default t, se in style aer', '括号内印什么；默认 t 值，style 为 aer 时为标准误'),
    ),
  ),
  stars: Type.Optional(
    Type.Union(
      [
        Type.Boolean(),
        Type.Array(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
        Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
      ],
      {
        ...means(
          'levels of *, **, ***; a mapping of own symbols; false for none',
          '*、**、*** 对应的显著性水平；或自定符号；false 为不标',
        ),
        default: [0.1, 0.05, 0.01],
      },
    ),
  ),
  digits: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, default: 3, ...means('decimals', '小数位数') })),
  thousands: Type.Optional(
    Type.Boolean({
      default: false,
      'x-ceteris-known-as': ['big.mark', 'bigmark', 'thousands-separator'],
      ...means('a comma between thousands: 1,234.567', '千分位加逗号：1,234.567'),
    }),
  ),
  keep: Type.Optional(
    globs('terms to print, globs, in this order; default all', '要印的项，可用通配符，按此顺序；默认全部'),
  ),
  drop: Type.Optional(globs('terms not to print, globs', '不印的项，可用通配符')),
  controls: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      ...means(
        'show: print them; collapse: one row Controls Yes/No; globs: the terms that are controls',
        'show：逐一印出控制变量；collapse：合并为一行“控制变量 是/否”；通配符：指明哪些项是控制变量',
      ),
      default: 'show',
    }),
  ),
  headers: Type.Optional(
    Type.Array(
      Header,
      means('texts over the columns; { text, span } over several', '列上方的文字；{ text, span } 跨多列'),
    ),
  ),
  labels: Type.Optional(Labels),
  title: Type.Optional(LocalText('caption', '表题')),
  notes: Type.Optional(
    Type.Union(
      [
        LocalText('a line under the table', '表下的一行注释'),
        Type.Array(LocalText('a line under the table', '表下的一行注释')),
      ],
      means(
        'own lines under the table, after the one that says what is in brackets',
        '表下自己的注释，排在说明括号内容的一句之后',
      ),
    ),
  ),
  remarks: Type.Optional(
    Type.Boolean({
      default: true,
      ...means(
        'a line under the table with what the results say of themselves: lost rows, singletons, dropped terms, few clusters, weak comparisons, by column',
        '表下印一行结果自带的提示：缺失的行、单例观测、剔除的项、聚类数过少、弱比较等，按列说明',
      ),
    }),
  ),
  style: Type.Optional(
    Type.Union([Type.Literal('three-line'), Type.Literal('aer')], {
      default: 'three-line',
      ...means("a journal's habits", '版式：三线表或期刊体例'),
    }),
  ),
  lang: Type.Optional(Language),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], {
      default: ['md'],
      ...means('files to write', '输出的文件格式'),
    }),
  ),
});

export type TableParams = Static<typeof tableParams>;
