/** Params of `table`. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, Params, References } from '../columns/params.ts';
import { TABLE_FORMATS } from './render-table.ts';

export const Language = Type.Union([Type.Literal('en'), Type.Literal('zh'), Type.Literal('both')], {
  default: 'en',
  description: 'language; both: captions in English and Chinese, the rest in Chinese',
});

export const Labels = Type.Record(Type.String(), LocalText('the name in print'), {
  description: 'names in print by term, column or field; they go before the labels of the pipeline',
});

const globs = (description: string) => Type.Union([Type.String(), Type.Array(Type.String())], { description });

const Format = Type.Union(TABLE_FORMATS.map((f) => Type.Literal(f)));

const Header = Type.Union([
  LocalText('text over one column'),
  Type.Object(
    {
      text: LocalText('text over several columns'),
      span: Type.Integer({ minimum: 1, description: 'how many columns' }),
    },
    { additionalProperties: false },
  ),
]);

export const tableParams = Params({
  columns: References('models, one column each; or summaries, weights, effects, tests, comparisons'),
  tests: Type.Optional(References('tests between the models, a p-value row in the foot (heterogeneity)')),
  rows: Type.Optional(
    globs(
      'models: rows of the foot, in order (tests, controls, effects, clusters, nobs, df_residual, singletons, r2, adj_r2, within_r2, rmse, sigma, f, mean_outcome, first_stage_f, effective_f, kleibergen_paap, cragg_donald, sargan, hansen, wu_hausman); other results: the fields to print',
    ),
  ),
  stat: Type.Optional(
    Type.Union(
      ['t', 'se', 'p', 'ci'].map((s) => Type.Literal(s)),
      { description: 'what stands in brackets; default t, se in style aer' },
    ),
  ),
  stars: Type.Optional(
    Type.Union(
      [
        Type.Boolean(),
        Type.Array(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
        Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
      ],
      { description: 'levels of *, **, ***; a mapping of own symbols; false for none', default: [0.1, 0.05, 0.01] },
    ),
  ),
  digits: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, default: 3, description: 'decimals' })),
  keep: Type.Optional(globs('terms to print, globs, in this order; default all')),
  drop: Type.Optional(globs('terms not to print, globs')),
  controls: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'show: print them; collapse: one row Controls Yes/No; globs: the terms that are controls',
      default: 'show',
    }),
  ),
  headers: Type.Optional(Type.Array(Header, { description: 'texts over the columns; { text, span } over several' })),
  labels: Type.Optional(Labels),
  title: Type.Optional(LocalText('caption')),
  notes: Type.Optional(
    Type.Union([LocalText('a line under the table'), Type.Array(LocalText('a line under the table'))], {
      description: 'own lines under the table, after the one that says what is in brackets',
    }),
  ),
  remarks: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        'a line under the table with what the results say of themselves: lost rows, singletons, dropped terms, few clusters, weak comparisons, by column',
    }),
  ),
  style: Type.Optional(
    Type.Union([Type.Literal('three-line'), Type.Literal('aer')], {
      default: 'three-line',
      description: "a journal's habits",
    }),
  ),
  lang: Type.Optional(Language),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], { default: ['md'], description: 'files to write' }),
  ),
});

export type TableParams = Static<typeof tableParams>;
