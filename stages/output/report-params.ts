/** Params of `report`. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, Params, References } from '../columns/params.ts';

export const REPORT_FORMATS = ['md', 'html', 'docx'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const Format = Type.Union(REPORT_FORMATS.map((f) => Type.Literal(f)));

const Section = Type.Object(
  {
    heading: Type.Optional(LocalText('heading of the section')),
    level: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, default: 1, description: 'depth of the heading' })),
    text: Type.Optional(
      LocalText('Markdown; `{name}` puts in a number of `with`, `{name:2}` with 2 decimals, `{name:1%}`, `{name:p}`'),
    ),
    show: Type.Optional(References('tables and figures, in order')),
  },
  { additionalProperties: false },
);

const Data = Type.Object(
  {
    from: Type.String({ description: 'the table, usually an ingest', 'x-ceteris': 'reference' }),
    name: Type.Optional(LocalText('what the data are called')),
    source: Type.Optional(LocalText('where they come from')),
    licence: Type.Optional(LocalText('under which terms')),
  },
  { additionalProperties: false },
);

export const reportParams = Params({
  title: LocalText('title of the document'),
  subtitle: Type.Optional(LocalText('a line under the title: authors, version')),
  from: Type.Optional(References('tables and figures, in order, where no sections are wanted')),
  sections: Type.Optional(Type.Array(Section, { description: 'headings, texts, tables and figures, in order' })),
  with: Type.Optional(
    Type.Record(Type.String(), Type.String({ 'x-ceteris': 'reference' }), {
      description: 'numbers for the texts: `{ effect: baseline[(4)].terms.policy.estimate }`',
    }),
  ),
  data: Type.Optional(
    Type.Array(Data, {
      description: 'the data behind the document: source, licence, size, period, digest of the values',
    }),
  ),
  lang: Type.Optional(
    Type.Union([Type.Literal('en'), Type.Literal('zh')], {
      default: 'en',
      description: 'language of titles and texts; tables and figures keep their own',
    }),
  ),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], { default: ['md'], description: 'files to write' }),
  ),
});

export type ReportParams = Static<typeof reportParams>;
