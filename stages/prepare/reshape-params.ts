/** Params and specs of `reshape`. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';

export const reshapeParams = Params({
  from: Reference('the table', '输入的表'),
  into: Type.Union([Type.Literal('long'), Type.Literal('wide')], {
    'x-ceteris-known-as': ['direction'],
    ...means(
      'long: one row for each id and value of the new column; wide: one row for each id',
      'long：每个标识与新列的每个取值各一行；wide：每个标识一行',
    ),
  }),
  id: {
    ...ColumnNames('the columns that name a row of the wide table; globs allowed', '唯一标识宽表各行的列；可用通配符'),
    'x-ceteris-known-as': ['i', 'ids', 'id_cols', 'idvar', 'key', 'by'],
  },
  columns: Type.Union(
    [
      Type.String({ minLength: 1 }),
      Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
      Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 }), { minProperties: 1 }),
    ],
    {
      'x-ceteris-known-as': [
        'cols',
        'stubs',
        'names_to',
        'names_from',
        'values_to',
        'values_from',
        'varying',
        'v.names',
        'j',
      ],
      ...means(
        'each column of values, with the names that it has in the wide table: `{ gdp: "gdp{year}" }` stands for gdp2009, gdp2010 …, and `year` is the column of the long table that holds 2009, 2010 …; `{ gdp: "{year}" }` for names that are years; a list `["gdp{year}", "pop{year}"]` calls the columns by what stands beside the braces',
        '各取值列及其在宽表中的列名：{ gdp: "gdp{year}" } 表示 gdp2009、gdp2010 ……，year 是长表中存放 2009、2010 …… 的列；列名只有年份时写 { gdp: "{year}" }；列表 ["gdp{year}", "pop{year}"] 以花括号之外的文字为列名',
      ),
    },
  ),
  values: Type.Optional(
    Type.Union(
      [
        Type.Number(),
        Type.String({ minLength: 1 }),
        Type.Object({ from: Type.Integer(), to: Type.Integer() }, { additionalProperties: false }),
        Type.Array(Type.Union([Type.Number(), Type.String({ minLength: 1 })]), { minItems: 1, uniqueItems: true }),
      ],
      means(
        'into wide: the values that become names, in the order of the new columns: { from: 2009, to: 2022 }, or a list',
        'into: wide 时：成为列名的各取值，按新列的次序：{ from: 2009, to: 2022 }，或逐一列出',
      ),
    ),
  ),
  type: Type.Optional(
    Type.Union([Type.Literal('integer'), Type.Literal('number'), Type.Literal('text')], {
      ...means(
        'into long: type of the new column; default: integer or number where the names have numbers in its place, else text',
        'into: long 时：新列的类型；默认在列名相应位置是数值时为 integer 或 number，否则为 text',
      ),
    }),
  ),
  empty: Type.Optional(
    Type.Union([Type.Literal('keep'), Type.Literal('drop')], {
      default: 'keep',
      'x-ceteris-known-as': ['values_drop_na'],
      ...means(
        'into long: what becomes of rows in which all of `columns` are missing',
        'into: long 时：如何处理 columns 全部缺失的行',
      ),
    }),
  ),
  carry: Type.Optional(
    ColumnNames(
      'other columns to carry along; globs allowed; default: all others',
      '一并保留的其他列；可用通配符；默认全部保留',
    ),
  ),
});

export type ReshapeParams = Static<typeof reshapeParams>;

/** Values of the column that one table has as names: numbers, days of dates, or texts. */
type Value = number | string;

export type LongSpec = {
  readonly into: 'long';
  readonly id: readonly string[];
  /** of the ids, those that are dates */
  readonly dates: readonly string[];
  readonly key: string;
  readonly values: readonly Value[];
  /** `of`: the column for each of `values`, null where there is none */
  readonly columns: readonly {
    readonly name: string;
    readonly kind: 'number' | 'text';
    readonly of: readonly (string | null)[];
  }[];
  readonly drop: boolean;
  /** columns that fit a pattern but for the number that others have there */
  readonly odd: readonly string[];
};

export type WideSpec = {
  readonly into: 'wide';
  readonly id: readonly string[];
  /** of all columns that are read, those that are dates */
  readonly dates: readonly string[];
  readonly key: string;
  readonly values: readonly Value[];
  /** `as`: the name for each of `values` */
  readonly columns: readonly { readonly name: string; readonly as: readonly string[] }[];
  readonly carry: readonly string[];
};

export type ReshapeSpec = LongSpec | WideSpec;

/** The index of the row from which a carried column has its value. */
export const KEPT = '#kept';
