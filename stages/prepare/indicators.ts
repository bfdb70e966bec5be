/** The indicators of a composite index, in dimensions or not: what the stages that build an index share. */
import { Type } from '@sinclair/typebox';
import { numbers } from '../columns/column.ts';
import { ColumnNames, means } from '../columns/params.ts';
import { ColumnLookup, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { type Table, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  error,
  type Fault,
  type InputShape,
  type OutputDecl,
  type OutputInfo,
  type OutputValue,
  type RecordShape,
  type Text,
  VALUE,
} from '../contract.ts';
import type { Groups } from './groups.ts';

const Names = ColumnNames('columns; globs allowed', '列；可用通配符');

export const Indicators = Type.Union(
  [
    Type.String(),
    Type.Array(Type.String(), { minItems: 1 }),
    Type.Record(Type.String({ minLength: 1 }), Names, { minProperties: 1 }),
  ],
  means(
    'columns of the index, globs allowed; or { dimension: columns } for a sub-index of each dimension',
    '指数的指标列，可用通配符；或 { 维度: 列 }，为每个维度计算分项指数',
  ),
);

export const IndexName = Type.Optional(
  Type.String({
    default: 'index',
    minLength: 1,
    ...means(
      'name of the composite; sub-indices are <as>_<dimension>',
      '综合指数的列名；各维度的分项指数为 <as>_<维度>',
    ),
  }),
);

export const INDEX_TABLE: OutputInfo = {
  kind: 'table',
  doc: {
    en: 'the input with the composite <as> and a sub-index <as>_<dimension> for each dimension',
    zh: '输入的表，另有综合指数 <as> 与各维度的分项指数 <as>_<维度>',
  },
};

export type WrittenIndicators = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/** Part of a spec: indicators in the order written, each with its dimension ('' when there are none). */
export type IndexSpec = {
  readonly indicators: readonly { readonly name: string; readonly dimension: string }[];
  readonly dimensions: readonly string[];
  /** name of the composite; sub-indices are `<as>_<dimension>` */
  readonly as: string;
};

export interface DeclaredIndex {
  readonly spec: IndexSpec;
  readonly lookup: ColumnLookup;
  readonly table: OutputDecl;
  /** of the weights: indicators, dimensions and the labels of the fields */
  readonly weights: OutputDecl;
}

export interface IndexSources {
  readonly input: InputShape | undefined;
  readonly labels: Readonly<Record<string, Text>>;
  /** fields of the weights that need a name in print */
  readonly fields: readonly ColumnInfo[];
}

const isRecord = (written: WrittenIndicators): written is Readonly<Record<string, string | readonly string[]>> =>
  typeof written === 'object' && !Array.isArray(written);

/** Faults: CE2001 … CE2003 for the columns, CE2163 an indicator in two dimensions, CE2157 a name that is taken, CE2190 none named. */
export function declareIndex(
  written: WrittenIndicators,
  as: string,
  { input, labels, fields }: IndexSources,
): DeclaredIndex {
  const shape = tableShapeOf(input);
  const lookup = new ColumnLookup(shape);
  const groups = isRecord(written)
    ? Object.entries(written).map(([dimension, names]) => ({ dimension, names, at: ['indicators', dimension] }))
    : [{ dimension: '', names: written, at: ['indicators'] }];
  const found = new Map<string, { readonly name: string; readonly dimension: string; readonly info: ColumnInfo }>();
  for (const { dimension, names, at } of groups)
    for (const info of lookup.list(names, at, 'number')) {
      const first = found.get(info.name);
      if (first === undefined) found.set(info.name, { name: info.name, dimension, info });
      else lookup.faults.push(error('CE2163', { column: info.name, first: first.dimension, second: dimension }, at));
    }
  if (found.size === 0 && lookup.faults.length === 0 && !shape.open)
    lookup.faults.push(error('CE2190', {}, ['indicators']));
  const dimensions = groups.flatMap(({ dimension }) => (dimension === '' ? [] : [dimension]));
  const labelled = (name: string): ColumnInfo => ({
    name,
    type: 'number',
    ...(Object.hasOwn(labels, name) ? { label: labels[name] as Text } : {}),
  });
  const made = [as, ...dimensions.map((d) => `${as}_${d}`)];
  for (const name of made)
    if (shape.columns.some((c) => c.name === name)) lookup.faults.push(error('CE2157', { name, param: 'as' }, ['as']));
  const indicators = [...found.values()];
  const weights: RecordShape = {
    kind: 'weights',
    columns: [...indicators.map((i) => i.info), ...dimensions.map(labelled), ...fields],
  };
  return {
    spec: { indicators: indicators.map(({ name, dimension }) => ({ name, dimension })), dimensions, as },
    lookup,
    table: {
      shape: withColumns(shape, made.map(labelled)),
      parts: [...passAll(shape, 'from', new Set(made)), ...made.map((name) => ({ name, how: 'made' as const }))],
    },
    weights: { shape: weights, parts: [{ name: VALUE, how: 'made' }] },
  };
}

/** Positions in `spec.indicators` of a dimension's own. */
export const membersOf = (spec: IndexSpec, dimension: string): readonly number[] =>
  spec.indicators.flatMap((indicator, j) => (indicator.dimension === dimension ? [j] : []));

/** The scores as the made columns of the table: composite first, then one sub-index a dimension. */
export const indexOutput = (spec: IndexSpec, scores: readonly Float64Array[]): OutputValue =>
  tableOutput(
    [spec.as, ...spec.dimensions.map((d) => `${spec.as}_${d}`)].map((name, i) => [name, numbers(scores[i]!)] as const),
  );

/** Infinite cells (CE2153) and, when asked, negative ones (CE2156): the first of each indicator. */
export function cellFaults(table: Table, spec: IndexSpec, negatives: 'allowed' | 'refused'): readonly Fault[] {
  return spec.indicators.flatMap(({ name }): readonly Fault[] => {
    const values = table.numbers(name);
    const infinite = values.findIndex((v) => v === Infinity || v === -Infinity);
    const negative = negatives === 'allowed' ? -1 : values.findIndex((v) => v < 0);
    const at = ['indicators'];
    return [
      ...(infinite === -1 ? [] : [error('CE2153', { column: name, row: infinite + 1 }, at)]),
      ...(negative === -1 || negative === infinite
        ? []
        : [error('CE2156', { column: name, row: negative + 1, value: values[negative]! }, at)]),
    ];
  });
}

/** Rows of each group in which no indicator is missing, in the table's order. */
export function completeRows(table: Table, spec: IndexSpec, groups: Groups): readonly Int32Array[] {
  const columns = spec.indicators.map(({ name }) => table.numbers(name));
  return Array.from({ length: groups.count }, (_, g) =>
    groups.rowsOf(g).filter((row) => columns.every((values) => !Number.isNaN(values[row]!))),
  );
}
