/** Indicators on a common scale, with less-is-better ones turned round. */
import { type Static, Type } from '@sinclair/typebox';
import { type Column, numbers } from '../columns/column.ts';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, madeEach, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { type Table, tableOf, tableOutput } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Fault, type Note } from '../contract.ts';
import { type RescaleMethod, rescaleRows, scaleOf } from '../kernels/rescale.ts';
import { isTooLarge } from '../kernels/summary.ts';
import { type Groups, groupRows } from './groups.ts';

const NormalizeParams = Params({
  from: Reference('the table', '输入的表'),
  positive: Type.Optional(
    ColumnNames('indicators of which more is better; globs allowed', '正向指标（越大越好）；可用通配符'),
  ),
  negative: Type.Optional(
    ColumnNames('indicators of which less is better; globs allowed', '负向指标（越小越好）；可用通配符'),
  ),
  method: Type.Optional(
    Type.Union([Type.Literal('min-max'), Type.Literal('z-score')], {
      default: 'min-max',
      ...means(
        'min-max maps to 0 … 1, z-score to mean 0 and standard deviation 1',
        'min-max 为极差标准化，映射到 0 … 1；z-score 化为均值 0、标准差 1',
      ),
    }),
  ),
  offset: Type.Optional(
    Type.Number({
      default: 0,
      ...means(
        'added afterwards, e.g. 0.0001, for studies that keep zeros out of the logarithm; it changes entropy weights',
        '标准化后的平移量，如 0.0001（有的研究用来避免对零取对数）；会改变熵值法权重',
      ),
    }),
  ),
  by: Type.Optional(
    ColumnNames(
      'within these groups, e.g. the year; without it over all rows',
      '在这些组内标准化，如按年份；不写则按全部行',
    ),
  ),
  like: Type.Optional(
    Reference(
      'a table with the same columns that sets the scale: minimum and maximum, or mean and sd, are taken there',
      '列相同的另一张表，以其最小值与最大值（或均值与标准差）为标尺',
    ),
  ),
});

type Spec = {
  readonly columns: readonly { readonly name: string; readonly negative: boolean }[];
  readonly method: RescaleMethod;
  readonly offset: number;
  readonly by: readonly string[];
  /** the scale is that of another table */
  readonly like: boolean;
};

export const normalize = defineStage<Static<typeof NormalizeParams>, Spec>({
  type: 'normalize',
  doc: {
    summary: {
      en: 'put indicators on a common scale and turn round those of which less is better',
      zh: '指标标准化：统一量纲，并将负向指标转为正向',
    },
    details: {
      en: `\`method: min-max\`: z = (x − min)/(max − min) for \`positive\`, z = (max − x)/(max − min) for \`negative\` indicators (Hwang & Yoon 1981,
*Multiple Attribute Decision Making*, ch. 2). \`method: z-score\`: z = ±(x − mean)/sd, sd with n − 1.

Minimum, maximum, mean and sd are taken over all rows, of all years, so that the scale can be compared over time; \`by: year\` takes them
within each year, which removes common growth. \`like\` takes them from another table: a base period, or the sample to which a counterfactual is compared; values beyond its range lie outside 0 … 1. \`offset\` is added to every result. A column that does not vary becomes 0 (plus the offset), and a note
says so. Missing values stay missing and do not count. The columns keep their names; labels stay, units go.

It does not impute, does not treat outliers (min and max are set by single cells: winsorize first), and knows no indicators of which the middle is best.
Checked as part of the entropy index against R, and against the law that units of measurement change nothing.`,
      zh: `min-max：正向指标 z = (x − min)/(max − min)，负向指标 z = (max − x)/(max − min)；z-score：z = ±(x − 均值)/标准差。
默认对全部年份合并计算，便于跨期比较；by: year 则逐年计算。offset 加在结果上（会改变熵权）。无变化的列设为 0 并给出附注；缺失保持缺失。`,
    },
    example: `stages:
  raw: { stage: ingest, file: indicators.csv }
  index:
    stage: normalize
    from: raw
    positive: [wages, colleges]
    negative: [pollution]
    method: min-max
`,
  },
  params: NormalizeParams,
  inputs: { from: { kinds: ['table'] }, like: { kinds: ['table'], optional: true } },
  outputs: {
    table: {
      kind: 'table',
      doc: { en: 'the input with the indicators replaced', zh: '输入的表，各指标已替换为标准化值' },
    },
  },

  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const positive = lookup.list(params.positive, ['positive'], 'number');
    const negative = lookup.list(params.negative, ['negative'], 'number');
    const by = lookup.list(params.by, ['by']).map((c) => c.name);
    for (const c of negative)
      if (positive.some((p) => p.name === c.name))
        lookup.faults.push(error('CE2154', { column: c.name }, ['negative']));
    if (params.positive === undefined && params.negative === undefined) lookup.faults.push(error('CE2155', {}));
    // in one order whichever list stands first: the same work has one spec
    const columns = [
      ...positive.map((c) => ({ name: c.name, negative: false })),
      ...negative.map((c) => ({ name: c.name, negative: true })),
    ];
    const names = columns.map((c) => c.name);
    const like = inputs.like?.[0] === undefined ? undefined : new ColumnLookup(tableShapeOf(inputs.like[0]));
    for (const name of names) like?.number(name, ['like']);
    if (like !== undefined && by.length > 0) lookup.faults.push(error('CE2193', {}, ['like']));
    const made = [...positive, ...negative].map(
      ({ name, label }): ColumnInfo => ({ name, type: 'number', ...(label === undefined ? {} : { label }) }),
    );
    return {
      faults: [...lookup.faults, ...(like?.faults ?? [])],
      spec: {
        columns,
        method: params.method ?? 'min-max',
        offset: params.offset ?? 0,
        by,
        like: like !== undefined,
      },
      reads: { from: [[...new Set([...names, ...by])]], ...(like === undefined ? {} : { like: [names] }) },
      outputs: {
        table: {
          shape: withColumns(shape, made),
          parts: [...passAll(shape, 'from', new Set(names)), ...madeEach(names, by)],
        },
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const like = spec.like ? tableOf(inputs.like![0]!) : undefined;
    const faults = spec.columns.flatMap(({ name }) => [
      ...infiniteCell(table, name, 'from'),
      ...(like === undefined ? [] : infiniteCell(like, name, 'like')),
    ]);
    if (faults.length > 0) return { ok: false, faults };
    const isLarge = (name: string): boolean =>
      isTooLarge(table.numbers(name)) || (like !== undefined && isTooLarge(like.numbers(name)));
    const large = spec.columns.flatMap(({ name }) => (isLarge(name) ? [name] : []));
    if (large.length > 0) return { ok: false, faults: [error('CE3204', { columns: large })] };
    const groups = groupRows(spec.by.map(table.column), table.rows);
    const notes: Note[] = [];
    const columns = spec.columns.map(({ name, negative }): readonly [string, Column] => {
      const out = new Float64Array(table.rows);
      const [values, scale] = [table.numbers(name), like?.numbers(name)];
      if (isEmpty(values)) notes.push({ code: 'CN2170', args: { column: name } });
      const constant = rescale(values, groups, { ...spec, negative, like: scale }, out);
      if (scale !== undefined && isEmpty(scale) && constant > 0)
        notes.push({ code: 'CN2171', args: { column: name, value: spec.offset } });
      else if (constant > 0)
        notes.push(
          groups.count === 1
            ? { code: 'CN2155', args: { column: name, value: spec.offset } }
            : { code: 'CN2156', args: { column: name, groups: constant, value: spec.offset } },
        );
      return [name, numbers(out)];
    });
    return { ok: true, outputs: { table: tableOutput(columns) }, notes };
  },
});

interface How {
  readonly method: RescaleMethod;
  readonly negative: boolean;
  readonly offset: number;
  /** values that set the scale of all groups, instead of their own */
  readonly like: Float64Array | undefined;
}

/** The number of groups in which the values do not vary (those without any value are not counted). */
function rescale(values: Float64Array, groups: Groups, how: How, out: Float64Array): number {
  let constant = 0;
  const given = how.like && scaleOf(how.like, Int32Array.from(how.like.keys()), how);
  for (let g = 0; g < groups.count; g++) {
    const rows = groups.rowsOf(g);
    const scale = given ?? scaleOf(values, rows, how);
    rescaleRows(values, rows, scale, how, out);
    if (!(scale.spread > 0) && rows.some((row) => !Number.isNaN(values[row]!))) constant++;
  }
  return constant;
}

const isEmpty = (values: Float64Array): boolean => values.every(Number.isNaN);

function infiniteCell(table: Table, column: string, port: 'from' | 'like'): Fault[] {
  const row = table.numbers(column).findIndex((v) => v === Infinity || v === -Infinity);
  return row === -1 ? [] : [error('CE2153', { column, row: row + 1 }, port === 'from' ? [] : ['like'])];
}
