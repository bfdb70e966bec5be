/** What an ingest is told. */
import { type TSchema, Type } from '@sinclair/typebox';
import type { Encoding } from '../columns/encoding.ts';
import { FilePath, LocalText, means } from '../columns/params.ts';
import { DEFAULT_MISSING } from '../columns/parse.ts';
import type { ColumnType, Panel, Text } from '../contract.ts';

const formats = ['csv', 'tsv', 'xlsx', 'dta', 'parquet'] as const;
export type IngestFormat = (typeof formats)[number];

export type DeclaredColumn = {
  readonly from?: string;
  readonly type?: Exclude<ColumnType, 'unknown'>;
  readonly label?: Text;
  readonly unit?: Text;
};

export interface IngestParams {
  readonly file: string;
  readonly format?: IngestFormat;
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly sheet?: string | number;
  readonly range?: string;
  readonly skip?: number;
  readonly 'header-rows'?: number;
  readonly 'skip-after-header'?: number;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly labels?: 'codes' | 'text' | readonly string[];
  readonly missing?: string | number | readonly (string | number)[];
  readonly columns?: Readonly<Record<string, DeclaredColumn>>;
  readonly key?: string | readonly string[];
  readonly panel?: Panel;
}

export type IngestSpec = {
  readonly format: Exclude<IngestFormat, 'tsv'>;
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly sheet?: string | number;
  readonly range?: string;
  readonly skip?: number;
  readonly headerRows?: number;
  readonly skipAfterHeader?: number;
  readonly decimal?: string;
  readonly thousands?: string;
  /** as in the file */
  readonly labels?: 'text' | readonly string[];
  readonly missing: readonly string[];
  /** only what changes values: labels and units are read by what prints them */
  readonly columns: Readonly<Record<string, { readonly from: string; readonly type?: Exclude<ColumnType, 'unknown'> }>>;
  readonly key: readonly string[];
  readonly panel?: Panel;
};

const types = ['number', 'integer', 'text', 'boolean', 'date'] as const;

const columnSchema = Type.Object(
  {
    from: Type.Optional(
      Type.String(means('name in the file, when it is to have another here', '文件中的列名（与此处的名称不同时填写）')),
    ),
    type: Type.Optional(
      Type.Union(
        types.map((t) => Type.Literal(t)) as TSchema[],
        means('type; a cell that does not fit fails the stage', '类型；有不符的单元格时步骤失败'),
      ),
    ),
    label: Type.Optional(LocalText('text for tables and figures', '表格与图中的显示名称')),
    unit: Type.Optional(LocalText('unit, for tables and figures', '计量单位，用于表格与图')),
  },
  { additionalProperties: false },
);

export const ingestParams = Type.Object(
  {
    file: FilePath('the data file, relative to this YAML file', '数据文件，路径相对于本 YAML 文件'),
    format: Type.Optional(
      Type.Union(
        formats.map((f) => Type.Literal(f)) as TSchema[],
        means('default: by the ending of the file', '文件格式；默认由扩展名判断'),
      ),
    ),
    encoding: Type.Optional(
      Type.Union(
        ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'].map((e) => Type.Literal(e)) as TSchema[],
        means('default: found from the bytes', '文件编码；默认由内容识别'),
      ),
    ),
    delimiter: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1,
        ...means('default: found from the header', '分隔符；默认由表头识别'),
      }),
    ),
    sheet: Type.Optional(
      Type.Union([Type.String(), Type.Integer({ minimum: 1 })], {
        default: 1,
        ...means('sheet of a workbook, by name or number', '工作簿中的工作表，写名称或序号'),
      }),
    ),
    range: Type.Optional(
      Type.String({
        pattern: '^[A-Z]+[1-9][0-9]*(:[A-Z]+[1-9][0-9]*)?$',
        examples: ['A3:H40', 'A3'],
        ...means(
          'part of the sheet, `A3:H40`, or `A3` for all from there on; its first row is the header',
          '工作表中的区域，如 `A3:H40`，或写 `A3` 表示自该格起的全部；首行为表头',
        ),
      }),
    ),
    skip: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 0,
        ...means(
          'lines of the file, or rows of the sheet, above the header: titles, notes',
          '表头之上不读取的行数（标题、说明等），按文件或工作表的行计',
        ),
      }),
    ),
    'header-rows': Type.Optional(
      Type.Integer({
        minimum: 1,
        default: 1,
        ...means(
          'rows that make up the header; names are joined with `_`, and a merged cell stands over all columns below it',
          '构成表头的行数；各行名称以 `_` 连接，合并单元格适用于其下各列',
        ),
      }),
    ),
    'skip-after-header': Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 0,
        ...means(
          'lines or rows between the header and the data: units, names in another language',
          '表头与数据之间不读取的行数（计量单位、另一语言的列名等）',
        ),
      }),
    ),
    decimal: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(',')], {
        default: '.',
        ...means('decimal mark of numbers that are written as text', '以文本书写的数值的小数点'),
      }),
    ),
    thousands: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1,
        ...means(
          "mark between thousands, such as `','`; without it a number has none",
          "千分位符号，如 `','`；不写则数值中不得有千分位",
        ),
      }),
    ),
    labels: Type.Optional(
      Type.Union([Type.Literal('codes'), Type.Literal('text'), Type.Array(Type.String())], {
        default: 'codes',
        ...means(
          'what a Stata column with value labels holds: its `codes`, the labels as `text`, or the text in the columns of a list and codes elsewhere',
          'Stata 文件中带值标签的列取什么：`codes` 取数值代码，`text` 取标签文本；写成列表时仅所列各列取文本',
        ),
      }),
    ),
    missing: Type.Optional(
      Type.Union([Type.String(), Type.Number(), Type.Array(Type.Union([Type.String(), Type.Number()]))], {
        default: [...DEFAULT_MISSING],
        ...means(
          'what stands for a missing value, beside the empty cell: texts as they are, numbers however they are written (-99 is -99.0 too); Stata and Parquet files have no default, their own missing values are known',
          '表示缺失值的写法，空单元格总是缺失；文字须完全一致，数值则不论写法（-99 亦指 -99.0）；Stata 与 Parquet 文件没有默认值，其自身的缺失值已能识别',
        ),
      }),
    ),
    columns: Type.Optional(
      Type.Record(Type.String(), columnSchema, means('declared columns, by name', '声明的列，按列名')),
    ),
    key: Type.Optional(
      Type.Union(
        [Type.String(), Type.Array(Type.String())],
        means('columns that name every row once', '唯一标识每一行的列'),
      ),
    ),
    panel: Type.Optional(
      Type.Object(
        { unit: Type.String(), time: Type.String() },
        {
          additionalProperties: false,
          ...means(
            'columns of the unit and the time; checked to be unique together',
            '个体列与时间列；检查二者合起来是否唯一',
          ),
        },
      ),
    ),
  },
  { additionalProperties: false },
);
