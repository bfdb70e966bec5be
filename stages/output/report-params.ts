/** Params of `report`. */
import { type Static, Type } from '@sinclair/typebox';
import { LocalText, means, Params, References } from '../columns/params.ts';

export const REPORT_FORMATS = ['md', 'html', 'docx'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const Format = Type.Union(REPORT_FORMATS.map((f) => Type.Literal(f)));

const Section = Type.Object(
  {
    heading: Type.Optional(LocalText('heading of the section', '本节标题')),
    level: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 4, default: 1, ...means('depth of the heading', '标题的层级') }),
    ),
    text: Type.Optional(
      LocalText(
        'Markdown; `{name}` puts in a number of `with`, `{name:2}` with 2 decimals, `{name:1%}`, `{name:p}`',
        'Markdown 文字；`{name}` 填入 `with` 中的数值，`{name:2}` 保留 2 位小数，`{name:1%}` 为百分数，`{name:p}` 为 p 值',
      ),
    ),
    show: Type.Optional(References('tables and figures, in order', '表与图，按此顺序')),
  },
  { additionalProperties: false },
);

const Data = Type.Object(
  {
    from: Type.String({ ...means('the table, usually an ingest', '数据表，通常为 ingest'), 'x-ceteris': 'reference' }),
    name: Type.Optional(LocalText('what the data are called', '数据的名称')),
    source: Type.Optional(LocalText('where they come from', '数据的来源')),
    licence: Type.Optional(LocalText('under which terms', '使用许可')),
  },
  { additionalProperties: false },
);

export const reportParams = Params({
  title: LocalText('title of the document', '文档标题'),
  subtitle: Type.Optional(LocalText('a line under the title: authors, version', '标题下的一行：作者、版本')),
  from: Type.Optional(
    References('tables and figures, in order, where no sections are wanted', '表与图，按此顺序；不需要分节时使用'),
  ),
  sections: Type.Optional(
    Type.Array(Section, means('headings, texts, tables and figures, in order', '标题、文字、表与图，按此顺序')),
  ),
  with: Type.Optional(
    Type.Record(
      Type.String(),
      Type.String({ 'x-ceteris': 'reference' }),
      means(
        'numbers for the texts: `{ effect: baseline[(4)].terms.policy.estimate }`',
        '供文字引用的数值：`{ effect: baseline[(4)].terms.policy.estimate }`',
      ),
    ),
  ),
  data: Type.Optional(
    Type.Array(
      Data,
      means(
        'the data behind the document: source, licence, size, period, digest of the values',
        '文档所用的数据：来源、许可、规模、时期、数值摘要',
      ),
    ),
  ),
  lang: Type.Optional(
    Type.Union([Type.Literal('en'), Type.Literal('zh')], {
      default: 'en',
      ...means(
        'language of titles and texts; tables and figures keep their own',
        '标题与文字的语言；表与图用各自的语言',
      ),
    }),
  ),
  formats: Type.Optional(
    Type.Union([Format, Type.Array(Format, { minItems: 1 })], {
      default: ['md'],
      ...means('files to write', '输出的文件格式'),
    }),
  ),
});

export type ReportParams = Static<typeof reportParams>;
